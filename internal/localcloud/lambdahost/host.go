// Package lambdahost is AWS Lambda on localhost. It runs functions as deployed: the real
// bootstrap of an OS-only runtime in its asset folder.
//
// To the functions it speaks the Runtime API
// (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Every execution environment
// is one process with a private listener. It works on one event at a time and stays warm;
// overlapping events get more environments. To callers it offers the Invoke API for any
// AWS SDK, and [Host.Invoke] for Go code in the same process.
//
// An invocation ends twice, as on AWS: the caller has the reply when the function posts
// it; the environment is free when the process asks for the next event. The last log
// lines arrive in between. So an [Invocation] is reported shortly after the reply;
// [Host.Settle] waits for that.
//
// It is a development tool. It does not limit memory or CPU, throttles only by
// ReservedConcurrency, does not retry asynchronous events, and freezes an idle
// environment only when asked ([Environment.Freeze]).
package lambdahost

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// Options of a Host. The zero value listens on a free port and is silent.
type Options struct {
	// Port of the Invoke API on localhost; 0 is a free one.
	Port int
	// Env is added to every function's environment; the function's own variables win.
	Env map[string]string
	// OnInvocation, if not nil, is called for each finished invocation, one at a time and
	// from other goroutines. It must not call Settle or Close.
	OnInvocation func(Invocation)
	// Logs, if not nil, answers CloudWatch Logs' calls at the same address.
	Logs http.Handler
	// Describe, if not nil, returns the description of the version that is made of a folder.
	Describe func(dir string) string
	// Keys issues the credentials of each environment; nil is Keys that nobody else asks.
	Keys *iam.Keys
	// Stderr, if not nil, receives every line that the functions print.
	Stderr io.Writer
	// InitLimit bounds the first init phase; 0 means Lambda's 10 s.
	InitLimit time.Duration
}

// Host runs a fixed set of functions, whose code can be replaced. Its methods are safe for concurrent use.
type Host struct {
	opts      Options
	functions map[string]*function
	door      *door.Door
	requests  sync.Map // request ids by access key

	mu         sync.Mutex
	closed     bool
	running    sync.WaitGroup
	unreported int
	settled    chan struct{} // replaced whenever unreported falls to 0

	reporting sync.Mutex
}

// Start opens the Invoke API for functions. No process starts before the first event. It
// fails on a busy address and on a function without name or Dir.
func Start(functions []Function, opts Options) (*Host, error) {
	opts.Keys = cmp.Or(opts.Keys, iam.NewKeys())
	host := &Host{opts: opts, functions: map[string]*function{}, settled: make(chan struct{})}
	for _, declared := range functions {
		fn, err := newFunction(host, declared)
		if err != nil {
			return nil, err
		}
		host.functions[declared.Name] = fn
	}
	var err error
	if host.door, err = door.Listen("Lambda", opts.Port); err != nil {
		return nil, err
	}
	host.door.Serve(invokeAPI{host}, nil)
	return host, nil
}

// URL returns the endpoint for AWS_ENDPOINT_URL_LAMBDA, without a trailing slash.
func (h *Host) URL() string { return h.door.URL() }

// Invoke runs a function synchronously, as InvocationType RequestResponse. The function
// is named as in the Invoke API: name, name:qualifier, or (partial) ARN. A nil or empty
// event arrives as {}. The error is a *FunctionError if the function failed, a
// *ServiceError if Lambda refused, or ctx's; after ctx's the function runs on, as on AWS.
func (h *Host) Invoke(ctx context.Context, nameOrARN string, event []byte) ([]byte, error) {
	c, err := h.begin(nameOrARN, "", event, timeline.CauseOf(ctx))
	if err != nil {
		return nil, err
	}
	select {
	case a := <-c.answered:
		return a.result()
	case <-ctx.Done():
		return nil, fmt.Errorf("invoking %s: %w", nameOrARN, ctx.Err())
	}
}

// Observe is Invoke for who wants to know what happened: it returns after OnInvocation. A
// function that failed is in the Invocation and no error.
func (h *Host) Observe(ctx context.Context, nameOrARN string, event []byte) (Invocation, error) {
	c, err := h.begin(nameOrARN, "", event, timeline.CauseOf(ctx))
	if err != nil {
		return Invocation{}, err
	}
	select {
	case in := <-c.finished:
		return in, nil
	case <-ctx.Done():
		return Invocation{}, fmt.Errorf("observing %s: %w", nameOrARN, ctx.Err())
	}
}

// RequestOf returns the id of the invocation that the environment with this access key works
// on, its init phase included; "" if there is none.
func (h *Host) RequestOf(accessKey string) string {
	id, _ := h.requests.Load(accessKey)
	request, _ := id.(string)
	return request
}

// begin checks the request as Lambda's front end does and starts it.
func (h *Host) begin(nameOrARN, qualifier string, event []byte, why timeline.Cause) (*call, error) {
	fn, invokedARN, err := h.find(nameOrARN, qualifier)
	if err != nil {
		return nil, err
	}
	event, err = checkEvent(event)
	if err != nil {
		return nil, err
	}
	c := newCall(fn, invokedARN, event, why)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, &ServiceError{Code: "ServiceException", Message: "The local Lambda endpoint is closing.", Status: 500}
	}
	if err := fn.reserve(); err != nil {
		return nil, err
	}
	h.running.Go(func() { defer fn.unreserve(); fn.run(c) })
	return c, nil
}

// Settle waits until every answered invocation has been reported with its log lines. It
// returns ctx's error if ctx ends first.
func (h *Host) Settle(ctx context.Context) error {
	for {
		h.mu.Lock()
		pending, settled := h.unreported, h.settled
		h.mu.Unlock()
		if pending == 0 {
			return nil
		}
		select {
		case <-settled:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %d invocations to end: %w", pending, ctx.Err())
		}
	}
}

// answering counts an invocation whose caller is about to get the reply.
func (h *Host) answering() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.unreported++
}

// report passes a finished invocation to OnInvocation.
func (h *Host) report(in Invocation) {
	if h.opts.OnInvocation != nil {
		h.reporting.Lock()
		h.opts.OnInvocation(in)
		h.reporting.Unlock()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.unreported--; h.unreported == 0 {
		close(h.settled)
		h.settled = make(chan struct{})
	}
}

// Close refuses new events, kills every process group and waits for the invocations in
// flight, whose callers get an error. It takes seconds at most and fails only if a
// process resists. A second Close does nothing.
func (h *Host) Close() error {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil
	}
	h.closed = true
	h.mu.Unlock()

	var errs []error
	for _, fn := range h.functions {
		errs = append(errs, fn.close())
	}
	h.running.Wait()
	errs = append(errs, h.door.Close())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing the Lambda endpoint: %w", err)
	}
	return nil
}
