package faults

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// Request is what a Plan decides on. A Plan must not change it.
type Request struct {
	// Number counts the API calls since the plan was set, from 1. A health check is no
	// call and has 0.
	Number int64
	// Operation is the call's name, such as UpdateItem; "" for a health check.
	Operation string
	Header    http.Header
	Body      []byte
}

// Plan returns what happens to a request; nil lets it through. It must be safe for
// concurrent use.
type Plan func(Request) Fault

// Always returns the plan that does the same to every request.
func Always(f Fault) Plan { return func(Request) Fault { return f } }

// Exchange is a request that has ended.
type Exchange struct {
	Request
	Start time.Time
	Took  time.Duration
	// Status is 0 if the caller got no answer; Answer has its first 256 KiB.
	Status int
	Answer []byte
	// Faulty reports that a fault acted on it.
	Faulty bool
}

// Watcher is told of an API call when it arrives, and returns who is told of its end. It must
// be safe for concurrent use.
type Watcher func(Request) (ended func(Exchange))

// Layer stands before a DynamoDB and passes on what its plan does not stop. Its methods
// are safe for concurrent use.
type Layer struct {
	store http.Handler
	state atomic.Pointer[state]
	watch atomic.Pointer[Watcher]
}

// state is a plan with the number of calls since it was set.
type state struct {
	plan  Plan
	calls atomic.Int64
}

// NewLayer returns a Layer without a plan.
func NewLayer(store http.Handler) *Layer {
	l := &Layer{store: store}
	l.Set(nil)
	return l
}

// Set replaces the plan from now on; nil lets all requests through.
func (l *Layer) Set(plan Plan) { l.state.Store(&state{plan: plan}) }

// Watch lets w, from now on, be told of each API call.
func (l *Layer) Watch(w Watcher) { l.watch.Store(&w) }

// Calls returns the number of API calls since the plan was set.
func (l *Layer) Calls() int64 { return l.state.Load().calls.Load() }

// ServeHTTP asks the plan. It reads the body first: only then does the server notice that
// a caller has gone.
func (l *Layer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	now := l.state.Load()
	request := Request{Header: r.Header, Body: body}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, request.Operation, _ = strings.Cut(target, ".")
		request.Number = now.calls.Add(1)
	}
	var fault Fault
	if now.plan != nil {
		fault = now.plan(request)
	}
	if watch := l.watch.Load(); watch != nil && request.Operation != "" {
		ended, began, answer := (*watch)(request), time.Now(), &door.Tap{ResponseWriter: w}
		defer func() { // also where a fault ends the connection
			ended(Exchange{request, began, time.Since(began), answer.Status, answer.Body.Bytes(), fault != nil})
		}()
		w = answer
	}
	if fault != nil {
		fault(w, r, http.HandlerFunc(l.carryOut))
		return
	}
	l.carryOut(w, r)
}

// carryOut lets the store answer a request that has arrived whole, even if its caller has
// gone, as DynamoDB does. It also protects dynalite 4.0.0, which ends when a request
// breaks off ("req.on('error', … throw err)", index.js).
func (l *Layer) carryOut(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), time.Minute)
	defer cancel()
	l.store.ServeHTTP(w, r.WithContext(ctx))
}
