package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/live"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// watchEdits lets edits act, and says so, or why they do not. It returns nil then.
func (s *serving) watchEdits(ctx context.Context) *live.Watcher {
	stage := settings.StageOf(s.cloud.Stack.Name)
	w := live.Options{
		StageFile: settings.StageFile(filepath.Join(s.InfraDir, "stages"), stage),
		Folder:    filepath.Dir(s.AssemblyDir), Project: filepath.Dir(s.InfraDir),
		Told: func(e timeline.Edit) { s.edit(e); s.Timeline.AddEdit(e) },
	}
	watcher, err := live.Start(ctx, s.cloud, w)
	if err != nil {
		fmt.Fprintf(s.out, "No edit acts: %v\n\n", err)
		return nil
	}
	fmt.Fprintf(s.out, "Watching %s and the Go code of the functions: what you save acts. --watch=false turns that off.\n\n", w.StageFile)
	return watcher
}

// edit writes what became of an edit, in one piece: triggers write at the same time.
func (a *account) edit(e timeline.Edit) {
	mark := "✗"
	if e.Acted {
		mark = "✎"
	}
	text := fmt.Sprintf("      %s %s: %s (%s)\n", mark, e.File, e.Text, ms(time.Duration(e.Millis*float64(time.Millisecond))))
	for _, fault := range e.Faults {
		text += "          " + fault + "\n"
	}
	fmt.Fprint(a.out, text)
}
