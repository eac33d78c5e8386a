package live

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// Options say what is watched. All but Project and Told are required.
type Options struct {
	// StageFile is the file of the stage that the cloud runs, as faults are to name it.
	StageFile string
	// Folder is a folder on the assembly's file system in which programs may run.
	Folder string
	// Project is the folder of the Makefile that builds the functions; "" watches no code.
	Project string
	// Told is called for each edit, one at a time.
	Told func(timeline.Edit)
}

// Watcher lets edits act until it is closed.
type Watcher struct {
	opts      Options
	functions *functions
	end       context.CancelFunc
	group     sync.WaitGroup
	lock      io.Closer

	// profiles are those of app clients in the table, which the stack's own function writes
	// if it registers them. Only apply changes them.
	profiles  []any
	registers bool

	telling sync.Mutex
	stage   atomic.Pointer[settings.Stage]
}

// Start begins to watch. It leaves nothing behind if it fails. What the stage file says
// already and the cloud does not do yet is the first edit.
func Start(ctx context.Context, cloud *localcloud.Cloud, opts Options) (*Watcher, error) {
	folder, lock, err := ownFolder(opts.Folder)
	if err != nil {
		return nil, err
	}
	ctx, end := context.WithCancel(ctx)
	functions, err := functionsOf(ctx, cloud, folder)
	w := &Watcher{opts: opts, functions: functions, end: end, lock: lock}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	for _, resource := range cloud.Stack.CustomResources {
		if resource.Type == settings.ClientProfilesType {
			w.registers = true
			w.profiles, _ = resource.Properties["Clients"].([]any)
		}
	}
	w.group.Go(func() { w.watchStage(ctx) })
	if opts.Project != "" {
		w.group.Go(func() { w.watchCode(ctx) })
	}
	return w, nil
}

// Close ends the watching and removes the folders of edited functions: close the cloud
// first. A nil Watcher has nothing to close.
func (w *Watcher) Close() error {
	if w == nil {
		return nil
	}
	w.end()
	w.group.Wait()
	w.functions.removing.Wait()
	return errors.Join(os.RemoveAll(w.functions.folder), w.lock.Close())
}

// Stage returns the stage that acts, nil before the first sound text of its file, and of a nil
// Watcher. It must not be changed.
func (w *Watcher) Stage() *settings.Stage {
	if w == nil {
		return nil
	}
	return w.stage.Load()
}

// tell passes on what became of an edit, unless the watcher ends.
func (w *Watcher) tell(ctx context.Context, e timeline.Edit) {
	if w.opts.Told == nil || ctx.Err() != nil {
		return
	}
	w.telling.Lock()
	defer w.telling.Unlock()
	e.Time = time.Now()
	w.opts.Told(e)
}
