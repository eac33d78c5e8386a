package lambdahost

import (
	"errors"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
)

// environment is one execution environment: a process, its Runtime API and its log. One
// goroutine uses it at a time, so events never overlap in it.
type environment struct {
	fn    *function
	code  *generation
	child *process.Child
	logs  *logPipe
	door  *door.Door
	// key is its own, as on AWS: whoever gets a request of the function knows by it which
	// environment sent it.
	key iam.Credentials

	asked   chan struct{}       // the process asks for an event
	work    chan *call          // hands one to the waiting request
	posted  chan answer         // the process answered
	initErr chan *FunctionError // the process reported a failed init

	mu      sync.Mutex
	current string // id of the event being worked on, "" between events

	closing  sync.Once
	closeErr error
}

// newEnvironment starts a process for the invocation whose init phase it is.
func newEnvironment(fn *function, requestID string) (env *environment, err error) {
	code := fn.enter()
	defer func() {
		if err != nil {
			fn.leave(code)
		}
	}()
	logs, err := newLogPipe(fn.host.opts.Stderr)
	if err != nil {
		return nil, err
	}
	env = &environment{
		fn: fn, code: code, logs: logs, key: fn.host.opts.Keys.Issue(fn.Principal, time.Time{}),
		asked: make(chan struct{}, 1), work: make(chan *call),
		posted: make(chan answer, 1), initErr: make(chan *FunctionError, 1),
	}
	if env.door, err = door.Listen("the Runtime API", 0); err != nil {
		return nil, errors.Join(err, logs.close())
	}
	env.door.Serve(env.runtimeAPI(), nil)
	fn.host.requests.Store(env.key.AccessKeyID, requestID)
	if env.child, err = process.Start(env.command(env.door.Addr())); err != nil {
		fn.host.requests.Delete(env.key.AccessKeyID)
		return nil, errors.Join(err, env.door.Close(), logs.close())
	}
	return env, nil
}

func (e *environment) command(runtimeAPI string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(e.code.dir, "bootstrap"))
	cmd.Dir = e.code.dir
	cmd.Env = e.fn.environ(runtimeAPI, e.code.dir, e.key)
	cmd.Stdout, cmd.Stderr = e.logs.writer, e.logs.writer
	return cmd
}

func (e *environment) pid() int { return e.child.PID() }

func (e *environment) alive() bool {
	select {
	case <-e.child.Done():
		return false
	default:
		return true
	}
}

// awaitInit returns nil when the process asks for its first event. limit bounds this init
// phase; timeout is the function's, which the message names.
func (e *environment) awaitInit(requestID string, limit, timeout time.Duration) *FunctionError {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-e.asked:
		return nil
	case fail := <-e.initErr:
		return fail
	case <-e.child.Done():
		return e.lastWords(requestID)
	case <-timer.C:
		return timedOut(requestID, timeout)
	}
}

// lastWords returns the init error that the process posted before it ended, or how it
// ended.
func (e *environment) lastWords(requestID string) *FunctionError {
	select {
	case fail := <-e.initErr:
		return fail
	default:
		return exited(requestID, e.child.Err())
	}
}

// serve hands the event over and waits for the answer, the end of the process or the
// deadline, at which it kills the process.
func (e *environment) serve(c *call) answer {
	e.setCurrent(c.requestID)
	defer e.setCurrent("")
	timer := time.NewTimer(time.Until(c.deadline))
	defer timer.Stop()
	work := e.work
	for {
		select {
		case work <- c:
			work = nil
		case got := <-e.posted:
			return got
		case <-e.child.Done():
			return e.answerOfTheDead(c)
		case <-timer.C:
			_ = e.child.Stop(syscall.SIGKILL, 0)
			return answer{fail: timedOut(c.requestID, e.fn.Timeout)}
		}
	}
}

// answerOfTheDead prefers an answer that was posted just before the end: the Go runtime
// posts a panic's error and then exits.
func (e *environment) answerOfTheDead(c *call) answer {
	select {
	case got := <-e.posted:
		return got
	default:
		return answer{fail: exited(c.requestID, e.child.Err())}
	}
}

// asksAgain waits until the process asks for another event, and reports false if it ends
// first or does not ask before the deadline.
func (e *environment) asksAgain(deadline time.Time) bool {
	timer := time.NewTimer(time.Until(deadline))
	defer timer.Stop()
	select {
	case <-e.asked:
		return true
	case <-e.child.Done():
		return false
	case <-timer.C:
		return false
	}
}

// close kills the process group and closes the Runtime API. It drains the log first, so
// that take still returns it.
func (e *environment) close() error {
	e.closing.Do(func() {
		err := e.child.Stop(syscall.SIGKILL, 0)
		e.fn.host.requests.Delete(e.key.AccessKeyID)
		e.closeErr = errors.Join(err, e.door.Close(), e.logs.close())
	})
	return e.closeErr
}
