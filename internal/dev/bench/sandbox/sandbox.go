// Package sandbox is one Lambda execution environment with a stopwatch: a process, its
// Runtime API on 127.0.0.1, its CPU share and its use of resources.
//
// internal/localcloud/lambdahost is Lambda for a developer; this one is for measurements.
// It has one event at a time, no reuse and no time-outs. It notes three instants as close
// to the wire as possible: the process starts, it asks for its first event, its answer
// has arrived.
//
// The init phase runs at full speed. The process enters its share when it asks for the
// first event, as on Lambda ("burst" CPU in the init phase).
package sandbox

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/process"
)

// Program is what runs.
type Program struct {
	// Name is the function's name and the handler's.
	Name string
	// Dir holds bootstrap, and policy.json if the program needs one.
	Dir string
	// Env is added to what Lambda sets.
	Env []string
}

// Sandbox is a running process, for one goroutine.
type Sandbox struct {
	// Init is the time from the start of the process to its first request for an event.
	Init time.Duration

	name   string
	share  *Share
	child  *process.Child
	server *http.Server
	lines  *lines

	asked    chan time.Time
	events   chan []byte
	answered chan answered
	sent     time.Time
	ready    bool // the process has asked and has no event yet
	closing  sync.Once
	closeErr error
}

// answered is what the process posted, and when.
type answered struct {
	body   []byte
	failed bool
	at     time.Time
}

// patience bounds every wait: a slower function is broken.
const patience = 30 * time.Second

// Start runs the program until it asks for its first event, then moves it into the share,
// which it owns from then on; nil is the whole machine.
func Start(p Program, share *Share) (*Sandbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a Runtime API: %w", err)
	}
	s := &Sandbox{name: p.Name, share: share, asked: make(chan time.Time, 1), events: make(chan []byte), answered: make(chan answered, 1)}
	if s.lines, err = newLines(); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	s.server = &http.Server{Handler: s.runtimeAPI(), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(listener) }()
	if err := s.launch(p, listener.Addr().String()); err != nil {
		return nil, errors.Join(fmt.Errorf("starting %s: %w", p.Name, err), s.Close())
	}
	return s, nil
}

func (s *Sandbox) launch(p Program, runtimeAPI string) error {
	cmd := exec.Command(filepath.Join(p.Dir, "bootstrap"))
	cmd.Dir = p.Dir
	cmd.Env = slices.Concat(environment(p, runtimeAPI), p.Env)
	cmd.Stdout, cmd.Stderr = s.lines.writer, s.lines.writer
	began := time.Now()
	child, err := process.Start(cmd)
	if err != nil {
		return err
	}
	s.child = child
	at, err := s.await()
	if err != nil {
		return err
	}
	s.Init = at.Sub(began)
	if s.share == nil {
		return nil
	}
	return s.share.take(child.PID())
}

// environment returns what Lambda sets; of the host's variables only PATH comes through.
func environment(p Program, runtimeAPI string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "LANG=en_US.UTF-8", "TZ=:UTC",
		"_HANDLER=" + p.Name, "AWS_LAMBDA_FUNCTION_NAME=" + p.Name,
		"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI, "LAMBDA_TASK_ROOT=" + p.Dir,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "AWS_LAMBDA_FUNCTION_VERSION=1",
		"AWS_LAMBDA_INITIALIZATION_TYPE=on-demand", "AWS_LAMBDA_LOG_FORMAT=JSON",
		"AWS_LAMBDA_LOG_GROUP_NAME=/aws/lambda/" + p.Name, "AWS_LAMBDA_LOG_STREAM_NAME=bench",
		"AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1",
		"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		"AWS_SESSION_TOKEN=local",
	}
}

// await waits until the process asks for an event, and returns when it did.
func (s *Sandbox) await() (time.Time, error) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case at := <-s.asked:
		s.ready = true
		return at, nil
	case <-s.child.Done():
		return time.Time{}, fmt.Errorf("the process ended (%v) and said: %s", s.child.Err(), s.lines.last())
	case <-timer.C:
		return time.Time{}, fmt.Errorf("the process did not ask for an event within %v; it said: %s", patience, s.lines.last())
	}
}

// Invoke sends an event and returns the reply and the time from the event's first byte to
// the reply's last. Then it waits until the process asks again, so that its use of
// resources is complete. It returns an error if the function failed.
func (s *Sandbox) Invoke(event []byte) (reply []byte, took time.Duration, err error) {
	if !s.ready {
		if _, err := s.await(); err != nil {
			return nil, 0, err
		}
	}
	s.ready = false
	s.events <- event
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case got := <-s.answered:
		took = got.at.Sub(s.sent)
		if got.failed {
			return nil, took, fmt.Errorf("%s failed: %s", s.name, got.body)
		}
		_, err = s.await()
		return got.body, took, err
	case <-s.child.Done():
		return nil, 0, fmt.Errorf("%s ended (%v) and said: %s", s.name, s.child.Err(), s.lines.last())
	case <-timer.C:
		return nil, 0, fmt.Errorf("%s did not answer within %v", s.name, patience)
	}
}

// Faults returns the number of log lines so far that report a failed or degraded event: a
// function that fails open reports it only there.
func (s *Sandbox) Faults() int64 { return s.lines.faults.Load() }

// PID returns the process id.
func (s *Sandbox) PID() int { return s.child.PID() }

// LastLine returns the last line that the process printed.
func (s *Sandbox) LastLine() string { return s.lines.last() }

// Close kills the process and its group. It may be called twice.
func (s *Sandbox) Close() error {
	s.closing.Do(func() {
		if s.child != nil {
			s.closeErr = s.child.Stop(syscall.SIGKILL, 0)
		}
		if s.share != nil {
			s.closeErr = errors.Join(s.closeErr, s.share.close())
		}
		s.closeErr = errors.Join(s.closeErr, s.server.Close(), s.lines.close())
	})
	return s.closeErr
}
