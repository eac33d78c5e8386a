package lambdahost

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
)

// Function is a deployed function.
type Function struct {
	// Name is required. An empty ARN is derived: us-east-1, account 000000000000.
	Name, ARN string
	// Dir is the unpacked deployment package with bootstrap; [Host.Replace] puts another in
	// its place. Required.
	Dir string
	// LogGroup is where it logs; "" is Lambda's default, /aws/lambda/ and the name.
	LogGroup string
	// Env are the declared variables. Those that Lambda reserves win.
	Env map[string]string
	// Timeout 0 is Lambda's default of 3 s, MemoryMiB 0 its 128.
	Timeout   time.Duration
	MemoryMiB int
	// Version is the number of the version that is published of Dir, to which Aliases point at
	// first; "" publishes none, and they are names of $LATEST.
	Version string
	// Aliases are the accepted qualifiers besides Version and $LATEST.
	Aliases []string
	// ReservedConcurrency bounds the events in flight; 0 is no bound.
	ReservedConcurrency int
	// Permissions are its resource policies.
	Permissions []Permission
	// Principal is the session of its role, as which each environment signs.
	Principal iam.Principal
}

// function is a Function with its environments.
type function struct {
	Function
	host *Host

	mu       sync.Mutex
	closed   bool
	inFlight int
	code     *generation    // what a fresh environment runs
	idle     []*environment // of code; the last used is taken first: its memory is warm
	all      map[*environment]struct{}
	versions []*version // the oldest first
	live     *version   // behind Aliases; nil if none is published
	revision string     // of the aliases
	policy   []Permission
}

func newFunction(host *Host, declared Function) (*function, error) {
	if declared.Name == "" || declared.Dir == "" {
		return nil, fmt.Errorf("function %q needs a name and a folder, got folder %q", declared.Name, declared.Dir)
	}
	dir, err := filepath.Abs(declared.Dir)
	if err != nil {
		return nil, fmt.Errorf("finding the folder of function %s: %w", declared.Name, err)
	}
	declared.Dir = dir
	declared.ARN = cmp.Or(declared.ARN, "arn:aws:lambda:us-east-1:000000000000:function:"+declared.Name)
	declared.LogGroup = cmp.Or(declared.LogGroup, "/aws/lambda/"+declared.Name)
	declared.Timeout, declared.MemoryMiB = cmp.Or(declared.Timeout, 3*time.Second), cmp.Or(declared.MemoryMiB, 128)
	f := &function{Function: declared, host: host, code: newGeneration(dir), all: map[*environment]struct{}{}, policy: slices.Clone(declared.Permissions)}
	f.publish(host.opts.Describe)
	return f, nil
}

// region returns the fourth field of the ARN.
func (f *function) region() string {
	if fields := strings.Split(f.ARN, ":"); len(fields) > 3 {
		return fields[3]
	}
	return "us-east-1"
}

func (f *function) reserve() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.ReservedConcurrency > 0 && f.inFlight >= f.ReservedConcurrency {
		return &ServiceError{Code: "TooManyRequestsException", Message: "Rate Exceeded.", Status: 429}
	}
	f.inFlight++
	return nil
}

func (f *function) unreserve() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inFlight--
}

// takeIdle returns a warm environment or nil. It skips those that died while idle.
func (f *function) takeIdle() *environment {
	for {
		env := f.popIdle()
		if env == nil || env.alive() {
			return env
		}
		f.discard(env)
	}
}

func (f *function) popIdle() *environment {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.idle) == 0 {
		return nil
	}
	last := len(f.idle) - 1
	env := f.idle[last]
	f.idle = f.idle[:last]
	return env
}

// adopt registers a fresh environment; false means that the host is closing.
func (f *function) adopt(env *environment) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.all[env] = struct{}{}
	return true
}

// release keeps an environment for the next event, or ends one whose code was replaced.
func (f *function) release(env *environment) {
	if !f.keep(env) {
		f.discard(env)
	}
}

func (f *function) keep(env *environment) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if env.code != f.code {
		return false
	}
	if !f.closed {
		f.idle = append(f.idle, env)
	}
	return true
}

// discard ends an environment that will not serve again.
func (f *function) discard(env *environment) {
	f.mu.Lock()
	delete(f.all, env)
	f.mu.Unlock()
	_ = env.close()
	f.leave(env.code)
}

func (f *function) close() error {
	f.mu.Lock()
	f.closed, f.idle = true, nil
	live := make([]*environment, 0, len(f.all))
	for env := range f.all {
		live = append(live, env)
	}
	f.mu.Unlock()
	var errs []error
	for _, env := range live {
		errs = append(errs, env.close())
	}
	return errors.Join(errs...)
}
