package live

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
)

// function is a function of the suite that the local cloud runs.
type function struct {
	name string // as the local cloud knows it
	// source is the package that its program was built from; the last part of it is the
	// name by which dist and the policy know the function.
	source, room string
	dir          string
	section      []byte            // its policy.json, nil if it has none
	used         []<-chan struct{} // when they are closed, nothing of before runs in dir
}

// functions are those of a cloud, and the folders that they run in.
type functions struct {
	cloud  *localcloud.Cloud
	folder string // for the folders that swap makes
	ctx    context.Context

	mu  sync.Mutex // one swap at a time
	all []*function

	removing sync.WaitGroup
}

// ownModule is the path of this module, before its packages.
const ownModule = "github.com/cognito-triggers/cognito-triggers/"

// functionsOf returns the suite's functions of a cloud. A program says itself which one it
// is, and of which module: an app's own function may have the name of a trigger. What it
// returns has the folder, also beside an error.
func functionsOf(ctx context.Context, cloud *localcloud.Cloud, folder string) (*functions, error) {
	f := &functions{cloud: cloud, folder: folder, ctx: ctx}
	for _, declared := range cloud.Stack.Functions {
		built, err := buildinfo.ReadFile(filepath.Join(declared.Dir, bootstrapFile))
		if err != nil || !strings.HasPrefix(built.Path, ownModule) {
			continue // an app's own
		}
		section, err := sectionIn(declared.Dir)
		if err != nil {
			return f, fmt.Errorf("reading the policy of %s: %w", declared.Name, err)
		}
		f.all = append(f.all, &function{
			name: declared.Name, source: built.Path, room: filepath.Base(built.Path), dir: declared.Dir, section: section,
		})
	}
	return f, nil
}

// change is what becomes of a function.
type change struct {
	*function
	// program is a new one, which a build may overwrite; "" is that of before.
	program string
	section []byte
	dir     string // set by swap
}

// swap lets functions run in new folders and then calls then. If something fails, all is
// as before.
func (f *functions) swap(changes []change, then func() error) error {
	for i := range changes {
		c := &changes[i]
		var err error
		if c.dir, err = f.fill(c); err != nil {
			for _, c := range changes[:i] {
				err = errors.Join(err, os.RemoveAll(c.dir))
			}
			return fmt.Errorf("making the folder of %s: %w", c.name, err)
		}
	}
	for _, c := range changes {
		c.run(f, c.dir)
	}
	if err := then(); err != nil {
		for _, c := range changes {
			c.run(f, c.function.dir)
			f.remove(c.dir, c.used[len(c.used)-1:])
		}
		return err
	}
	for _, c := range changes {
		f.remove(c.function.dir, c.used)
		c.function.dir, c.function.section, c.used = c.dir, c.section, nil
	}
	return nil
}

// fill makes the folder of a change, with the names that wait as they lie in the one before.
func (f *functions) fill(c *change) (folder string, err error) {
	program, link := c.program, false
	if program == "" {
		program, link = filepath.Join(c.function.dir, bootstrapFile), true
	}
	if folder, err = fill(f.folder, c.room, program, link, c.section); err != nil {
		return "", err
	}
	err = copyFile(filepath.Join(c.function.dir, waiting.FileName), filepath.Join(folder, waiting.FileName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", errors.Join(err, os.RemoveAll(folder))
	}
	return folder, nil
}

// run lets events that come run in dir.
func (fn *function) run(f *functions, dir string) {
	if over, err := f.cloud.Functions.Replace(fn.name, dir); err == nil { // the name is the cloud's own
		fn.used = append(fn.used, over)
	}
}

// remove removes a folder that swap made, as soon as nothing runs in it. The rest goes with
// the folder of the process.
func (f *functions) remove(dir string, used []<-chan struct{}) {
	if !strings.HasPrefix(dir, f.folder) {
		return
	}
	f.removing.Go(func() {
		for _, over := range used {
			select {
			case <-over:
			case <-f.ctx.Done():
				return
			}
		}
		_ = os.RemoveAll(dir)
	})
}

// forgetProfiles ends the environments that remember which profile an app client has:
// those of pretokengeneration, which remembers for a minute.
func (f *functions) forgetProfiles() {
	for _, fn := range f.all {
		if fn.room == "pretokengeneration" {
			if over, err := f.cloud.Functions.Restart(fn.name); err == nil {
				fn.used = append(fn.used, over)
			}
		}
	}
}
