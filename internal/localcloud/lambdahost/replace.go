package lambdahost

import (
	"fmt"
	"path/filepath"
)

// generation is what a function runs until it is replaced: a folder, and how many
// environments use it.
type generation struct {
	dir  string
	live int           // guarded by function.mu
	over chan struct{} // closed when the generation was replaced and its last environment has ended
}

func newGeneration(dir string) *generation { return &generation{dir: dir, over: make(chan struct{})} }

// Replace makes dir the folder of a function. Events that are invoked after it returns run
// there. Environments that wait for an event end at once; one that works on an event
// finishes it first. AWS says only that a function can be invoked while it is updated
// (Lambda developer guide, "Lambda function states"), and not what its environments of
// before do: this is the choice here. A name without a function is an error.
//
// A function that has versions gets another one, to which its aliases point. A folder of
// before takes it back to the version of that folder, and later ones are forgotten.
//
// The channel is closed when neither an environment nor a version uses the folder of before,
// which may then be removed unless it is dir. It stays open if the host closes first.
func (h *Host) Replace(name, dir string) (<-chan struct{}, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the folder of function %s: %w", name, err)
	}
	return h.swap(name, func(fn *function) (*generation, []*environment) { return fn.replace(dir) })
}

// Restart is Replace with the folder and the version of now: events that are invoked after it
// returns meet fresh environments.
func (h *Host) Restart(name string) (<-chan struct{}, error) {
	return h.swap(name, func(fn *function) (*generation, []*environment) {
		fn.mu.Lock()
		defer fn.mu.Unlock()
		return fn.begin(fn.code.dir)
	})
}

func (h *Host) swap(name string, begin func(*function) (*generation, []*environment)) (<-chan struct{}, error) {
	fn, ok := h.functions[name]
	if !ok {
		return nil, fmt.Errorf("replacing function %s: there is none of this name", name)
	}
	before, idle := begin(fn)
	fn.end(before, idle)
	return before.over, nil
}

// end ends what begin has returned.
func (f *function) end(before *generation, idle []*environment) {
	for _, env := range idle {
		f.discard(env)
	}
	f.leave(before)
}

// replace begins a generation and publishes it.
func (f *function) replace(dir string) (before *generation, idle []*environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before, idle = f.begin(dir)
	f.publish(f.host.opts.Describe)
	return before, idle
}

// enter counts a fresh environment.
func (f *function) enter() *generation {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.code.live++
	return f.code
}

// leave ends what enter began.
func (f *function) leave(code *generation) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left(code)
}

// left is leave with the mutex held.
func (f *function) left(code *generation) {
	if code.live--; code.live == 0 && code != f.code {
		close(code.over)
	}
}
