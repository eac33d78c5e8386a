//go:build unix

// Package process starts programs that never outlive their owner.
//
// The local cloud runs other people's programs: the functions' bootstraps and
// the table's engine. Each gets a process group of its own, so that one signal
// reaches it and whatever it started, and on Linux the kernel kills it should
// its owner die without a word (prctl PR_SET_PDEATHSIG). A Child is over when
// Done is closed; nothing of it is left then.
package process

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Child is a running program and its process group. All methods may be called
// from many goroutines.
type Child struct {
	pid  int
	done chan struct{}
	err  error
}

// Start runs cmd in a process group of its own. The error is cmd.Start's,
// unwrapped. cmd.SysProcAttr is overwritten.
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

// keep starts and awaits cmd on one OS thread: PR_SET_PDEATHSIG fires when the
// thread that forked ends, not the process (prctl(2), golang/go#27505). The
// waiting thread is needed anyway, so holding it costs nothing.
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
	// What the program started and left behind goes with it.
	_ = syscall.Kill(-c.pid, syscall.SIGKILL)
	close(c.done)
}

// PID is the program's process id, which is also its group's.
func (c *Child) PID() int { return c.pid }

// Done is closed once the program has ended and was reaped.
func (c *Child) Done() <-chan struct{} { return c.done }

// Err waits for the end and says how the program ended: nil for exit status 0,
// else usually an *exec.ExitError.
func (c *Child) Err() error {
	<-c.done
	return c.err
}

// Signal sends sig to the whole group; os.ErrProcessDone when it has ended.
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

// Freeze stops the group (SIGSTOP) and waits, for a second at most, until the
// program stands still: a signal reaches its threads one after another.
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

// Thaw lets a frozen group go on (SIGCONT).
func (c *Child) Thaw() error { return c.Signal(syscall.SIGCONT) }

// Stop sends sig, waits at most grace, then kills the group. It returns an
// error only where even SIGKILL did not end it in five seconds. Stopping an
// ended program does nothing.
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
