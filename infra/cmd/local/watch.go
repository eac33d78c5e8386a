package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/live"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// watch lets edits act, and says so.
func (a *account) watch(ctx context.Context, cloud *localcloud.Cloud, opts localcloud.Options) (*live.Watcher, error) {
	stage := strings.TrimPrefix(cloud.Stack.Name, settings.StackName(""))
	w := live.Options{
		StageFile: settings.StageFile(filepath.Join(opts.InfraDir, "stages"), stage),
		Folder:    filepath.Dir(opts.AssemblyDir), Project: filepath.Dir(opts.InfraDir), Told: func(e timeline.Edit) { a.edit(e); cloud.Timeline().AddEdit(e) },
	}
	fmt.Fprintf(a.out, "Watching %s and the Go code of the functions: what you save acts (--watch=false does not).\n\n", w.StageFile)
	return live.Start(ctx, cloud, w)
}

// edit writes what became of an edit.
func (a *account) edit(e timeline.Edit) {
	mark := "✗"
	if e.Acted {
		mark = "✎"
	}
	fmt.Fprintf(a.out, "      %s %s: %s\n", mark, e.File, e.Text)
	for _, fault := range e.Faults {
		fmt.Fprintf(a.out, "          %s\n", fault)
	}
}
