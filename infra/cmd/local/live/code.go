package live

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// How often the code is looked at, and how many looks in a row must find nothing new before
// it is built: an editor saves several files at once, and a formatter writes them again.
const (
	codeMillis = 300
	toBuild    = 2
)

// checker is the package by which this program reads stage files. No function has it.
const checker = "github.com/cognito-triggers/cognito-triggers/infra/settings"

// code is the Go code of the functions.
type code struct {
	*Watcher
	programs []string // the packages of the functions, and checker
	from     sources
	// first are the files when this program was started, built those that were built last.
	first, now, built map[string]stamp
	due               map[string]bool // programs that are to be built
}

// watchCode builds the functions whose code changes, and lets them run.
func (w *Watcher) watchCode(ctx context.Context) {
	c := code{Watcher: w, programs: []string{checker}, due: map[string]bool{}}
	for _, fn := range w.functions.all {
		c.programs = append(c.programs, fn.source)
	}
	began, err := time.Now(), error(nil)
	if c.from, err = listed(w.opts.Project, c.programs); err != nil {
		w.tell(ctx, timeline.Edit{File: filepath.Join(w.opts.Project, "go.mod"), Text: "no change of the code acts: " + err.Error()})
		return
	}
	c.now, _ = c.from.read(nil)
	c.first = maps.Clone(c.now)
	maps.DeleteFunc(c.first, func(_ string, at stamp) bool { return at.time.After(began) }) // while go listed
	c.built = maps.Clone(c.first)
	quiet := 0
	for tick := time.Tick(codeMillis * time.Millisecond); ; {
		select {
		case <-tick:
		case <-ctx.Done():
			return
		}
		var written bool
		if c.now, written = c.from.read(c.now); written {
			quiet = 0
		}
		if changed := differing(c.built, c.now); quiet >= toBuild && len(changed) > 0 {
			w.tell(ctx, c.follow(ctx, changed))
		}
		quiet++
	}
}

// follow builds what is built from changed files. What does not build is built with the
// next change.
func (c *code) follow(ctx context.Context, changed []string) timeline.Edit {
	began := time.Now()
	for _, file := range changed {
		for _, program := range c.from.of(file) {
			c.due[program] = true
		}
	}
	c.built = maps.Clone(c.now)
	e := timeline.Edit{File: c.shown(changed)}
	anew, faults := c.build(ctx)
	e.Millis = float64(time.Since(began).Microseconds()) / 1000
	if e.Faults = faults; faults != nil {
		e.Text = "the old functions stay"
		return e
	}
	var parts []string
	switch {
	case len(anew) > 0:
		parts = append(parts, strings.Join(anew, ", ")+" runs the new code")
	case !c.only(checker):
		parts = append(parts, "the functions are the same, byte for byte")
	}
	e.Acted = parts != nil
	if slices.ContainsFunc(differing(c.first, c.now), func(file string) bool { return slices.Contains(c.from.of(file), checker) }) {
		parts = append(parts, "restart make local: it checks stage files by the code of its start")
	}
	if parts == nil {
		e.Acted, parts = true, []string{"as it was at the start of make local"}
	}
	e.Text = strings.Join(parts, "; ")
	clear(c.due)
	c.relist()
	return e
}

// only reports whether nothing but this program is due.
func (c *code) only(program string) bool { return len(c.due) == 1 && c.due[program] }

// relist asks again for the sources: what was built may import something else now.
func (c *code) relist() {
	from, err := listed(c.opts.Project, c.programs)
	if err != nil {
		return // the next change of a known file asks again
	}
	c.from = from
	c.now, _ = from.read(c.now)
	for path, at := range c.now {
		if _, known := c.built[path]; !known {
			c.built[path] = at
		}
	}
	maps.DeleteFunc(c.built, func(path string, _ stamp) bool { _, there := c.now[path]; return !there })
}

// shown names changed files as the developer knows them.
func (c *code) shown(paths []string) string {
	root, err := filepath.Abs(c.opts.Project)
	names := slices.Clone(paths)
	for i, path := range names {
		if name, relErr := filepath.Rel(root, path); err == nil && relErr == nil {
			names[i] = name
		}
	}
	return strings.Join(names, ", ")
}
