package lambdahost

import (
	"slices"
	"syscall"
)

// Environment is a handle on a live execution environment, for tests of what AWS does to
// functions between and during events.
type Environment struct{ env *environment }

// Environments returns a function's live environments by process id; nil for an unknown
// name.
func (h *Host) Environments(name string) []Environment {
	fn, ok := h.functions[name]
	if !ok {
		return nil
	}
	fn.mu.Lock()
	defer fn.mu.Unlock()
	var live []Environment
	for env := range fn.all {
		if env.alive() {
			live = append(live, Environment{env})
		}
	}
	slices.SortFunc(live, func(a, b Environment) int { return a.PID() - b.PID() })
	return live
}

// PID returns the process id of the bootstrap.
func (e Environment) PID() int { return e.env.pid() }

// Freeze stops the processes, as Lambda does between events.
func (e Environment) Freeze() error { return e.env.child.Freeze() }

// Thaw lets them continue.
func (e Environment) Thaw() error { return e.env.child.Thaw() }

// Kill ends the environment at once. The event that it works on fails with
// Runtime.ExitError; the next one gets a fresh environment.
func (e Environment) Kill() error { return e.env.child.Stop(syscall.SIGKILL, 0) }
