package live

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
)

// build builds the functions that are due and lets those run whose programs differ. It
// returns their names, or why there are none: a line for each fault.
func (c *code) build(ctx context.Context) (anew, faults []string) {
	var due []*function
	for _, fn := range c.functions.all {
		if c.due[fn.source] {
			due = append(due, fn)
		}
	}
	if len(due) == 0 {
		return nil, nil
	}
	to := filepath.Join(c.functions.folder, "build")
	if faults := c.make(ctx, due, to); faults != nil {
		return nil, faults
	}
	anew, err := c.run(due, filepath.Join(to, runtime.GOARCH))
	if err != nil {
		return nil, []string{err.Error()}
	}
	return anew, nil
}

// make runs the Makefile's build for this machine, which has the flags, into a folder.
func (c *code) make(ctx context.Context, due []*function, to string) (faults []string) {
	root, err := filepath.Abs(c.opts.Project)
	if err == nil {
		to, err = filepath.Rel(root, to) // shorter, and without the blanks that make does not take
	}
	if err != nil {
		return []string{err.Error()}
	}
	variable := map[string][]string{"triggers": nil, "functions": nil} // by the folder of the mains
	for _, fn := range due {
		folder := path.Base(path.Dir(fn.source))
		variable[folder] = append(variable[folder], fn.room)
	}
	var said bytes.Buffer
	cmd := exec.Command("make", "build", "ARCH="+runtime.GOARCH, "TARGET_OS="+runtime.GOOS, "BUILDS="+to,
		"FUNCTIONS="+strings.Join(variable["triggers"], " "), "OWN="+strings.Join(variable["functions"], " "))
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = root, environ(), &said, &said
	child, err := process.Start(cmd)
	if err != nil {
		return []string{"starting make: " + err.Error()}
	}
	stop := context.AfterFunc(ctx, func() { _ = child.Stop(syscall.SIGKILL, 0) })
	defer stop()
	if err := child.Err(); err != nil {
		return told(said.String(), err)
	}
	return nil
}

// located matches what go says of a place in a file.
var located = regexp.MustCompile(`(?m)^\S+\.go:\d+.*$`)

// told returns the faults in what a build said, or all that it said.
func told(said string, err error) []string {
	if faults := located.FindAllString(said, -1); faults != nil {
		return lines(strings.Join(faults, "\n"))
	}
	return lines(cmp.Or(strings.TrimSpace(said), fmt.Sprintf("make build: %v", err)))
}

// run lets the functions run whose programs in dist are not theirs.
func (c *code) run(due []*function, dist string) (names []string, err error) {
	f := c.functions
	f.mu.Lock()
	defer f.mu.Unlock()
	var changes []change
	for _, fn := range due {
		program := filepath.Join(dist, fn.room, bootstrapFile)
		same, err := equal(program, filepath.Join(fn.dir, bootstrapFile))
		if err != nil {
			return nil, fmt.Errorf("looking at what was built: %w", err)
		}
		if !same {
			changes, names = append(changes, change{function: fn, program: program, section: fn.section}), append(names, fn.room)
		}
	}
	return names, f.swap(changes, func() error { return nil })
}

func equal(one, other string) (bool, error) {
	a, err := os.ReadFile(one)
	if err != nil {
		return false, err
	}
	b, err := os.ReadFile(other)
	return bytes.Equal(a, b), err
}
