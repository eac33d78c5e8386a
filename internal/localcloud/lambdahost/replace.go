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
// The channel is closed when no environment uses the folder of before, which may then be
// removed unless it is dir. It stays open if the host closes first.
func (h *Host) Replace(name, dir string) (<-chan struct{}, error) {
	fn, ok := h.functions[name]
	if !ok {
		return nil, fmt.Errorf("replacing function %s: there is none of this name", name)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the folder of function %s: %w", name, err)
	}
	before, idle := fn.replace(dir)
	for _, env := range idle {
		fn.discard(env)
	}
	fn.leave(before)
	return before.over, nil
}

// replace begins a generation, of which nothing runs yet, and returns the one of before
// with its idle environments. The caller is counted among those who use that one.
func (f *function) replace(dir string) (before *generation, idle []*environment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before, idle = f.code, f.idle
	before.live++
	f.code, f.idle = newGeneration(dir), nil
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
	if code.live--; code.live == 0 && code != f.code {
		close(code.over)
	}
}
