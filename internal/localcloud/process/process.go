//go:build unix

// Package process starts programs that never outlive their owner.
//
// The local cloud runs other programs: the functions' bootstraps and the table's engine.
// Each gets its own process group, so that one signal reaches it and all that it started.
// On Linux the kernel kills it if its owner dies (prctl PR_SET_PDEATHSIG). When Done is
// closed, the whole group has ended.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Child is a running program with its process group. Its methods are safe for concurrent
// use.
type Child struct {
	pid  int
	done chan struct{}
	err  error
}

// Start runs cmd in a process group of its own. The error is cmd.Start's, unwrapped.
// cmd.SysProcAttr is overwritten.
func Start(cmd *exec.Cmd) (*Child, error) {
	cmd.SysProcAttr = attributes()
	child := &Child{done: make(chan struct{})}
	started := make(chan error)
	go child.keep(cmd, started)
	if err := <-started; err != nil {
		return nil, err
	}
	return child, nil
}

// keep starts and awaits cmd on one OS thread: PR_SET_PDEATHSIG fires when the thread
// that forked ends, not the process (prctl(2), golang/go#27505). The waiting thread is
// needed anyway, so holding it costs nothing.
func (c *Child) keep(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		started <- err
		return
	}
	c.pid = cmd.Process.Pid
	started <- nil
	c.err = cmd.Wait()
	// Also end what the program started and left behind.
	_ = syscall.Kill(-c.pid, syscall.SIGKILL)
	close(c.done)
}

// PID returns the id of the program's process, which is also its group's.
func (c *Child) PID() int { return c.pid }

// Done is closed when the program has ended and was reaped.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err waits for the end and returns how the program ended: nil for exit status 0,
// otherwise usually an *exec.ExitError.
func (c *Child) Err() error {
	<-c.done
	return c.err
}

// Signal sends sig to the whole group; it returns os.ErrProcessDone after the end.
func (c *Child) Signal(sig syscall.Signal) error {
	select {
	case <-c.done:
		return os.ErrProcessDone
	default:
	}
	if err := syscall.Kill(-c.pid, sig); err != nil {
		return fmt.Errorf("signalling process group %d with %v: %w", c.pid, sig, err)
	}
	return nil
}

// Freeze stops the group (SIGSTOP) and waits, at most a second, until all threads have
// stopped: the signal reaches them one after another.
func (c *Child) Freeze() error {
	if err := c.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for range 1000 {
		if stopped(c.pid) {
			return nil
		}
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("process %d does not stop", c.pid)
}

// Thaw lets a frozen group continue (SIGCONT).
func (c *Child) Thaw() error { return c.Signal(syscall.SIGCONT) }

// Stop sends sig, waits at most grace, then kills the group. It fails only if the group
// survives SIGKILL for five seconds. Stopping an ended program does nothing.
func (c *Child) Stop(sig syscall.Signal, grace time.Duration) error {
	_ = c.Signal(sig)
	if c.endsWithin(grace) {
		return nil
	}
	_ = c.Signal(syscall.SIGKILL)
	if c.endsWithin(5 * time.Second) {
		return nil
	}
	return fmt.Errorf("process group %d is still there after SIGKILL", c.pid)
}

func (c *Child) endsWithin(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-c.done:
		return true
	case <-timer.C:
		return false
	}
}
