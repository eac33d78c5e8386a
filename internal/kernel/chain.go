package kernel

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// ErrUnknownSource says that the function does not know the event's source or
// version.
var ErrUnknownSource = errors.New("the trigger source or version is unknown")

// DryRun is the source of an event that every function returns as it came, without looking at
// it: so it is known to run before a pool calls it. No pool has it, and a caller of a pool
// does not choose the source.
const DryRun cognito.Source = "CognitoTriggers_DryRun"

// WorkBudget is the time that a handler may use from the event to the answer. Cognito
// waits 5 s and may then call again ("you can't change this five-second timeout
// value"). Lambda stops the function after 4 s; the rest of them is for the reply, and
// for an init that failed and is repeated then.
//
// A second attempt may meet the first all the same. The time-out "limits the duration of
// the entire Invoke phase" (Lambda developer guide, "Understanding the Lambda execution
// environment lifecycle"), and a cold start's init phase, up to 10 s, lies before it, but
// within Cognito's 5 s. After an init of more than a second, the 4 s end after Cognito's
// 5 s; after more than 2.5 s, so may the work. So attempts that overlap are made harmless
// by the writes, which converge (package users), and not by this budget.
const WorkBudget = 2500 * time.Millisecond

// Chain is a function that is ready to run. It implements lambda.Handler.
type Chain struct {
	sources   []cognito.Source
	versions  []string
	onFailure FailurePolicy
	sorry     deny.Refusal
	counts    []string
	metrics   json.RawMessage
	decide    handler
	unknown   handler // nil: not asked
	env       Environment
}

// Invoke answers one event. The error is nil or a [deny.Refusal], never anything
// else. The reply never shares memory with the event.
func (c *Chain) Invoke(ctx context.Context, doc []byte) ([]byte, error) {
	began := c.env.Now()
	event, decision, err := c.judge(ctx, doc, began)
	reply, refusal := c.answer(doc, event, decision, err)
	c.log(ctx, record{
		event: event, decision: decision, err: err, refusal: refusal,
		began: began, took: c.env.Now().Sub(began),
	})
	if refusal != nil {
		return nil, *refusal
	}
	return reply, nil
}

// judge parses the event, checks its source and version, and lets the handler decide. Of
// what is unknown it only learns whether it is refused.
func (c *Chain) judge(ctx context.Context, doc []byte, began time.Time) (*cognito.Event, Decision, error) {
	event, err := cognito.Parse(doc)
	if err != nil {
		return nil, Decision{}, err
	}
	if event.Source == DryRun {
		return event, Decision{Outcome: "dry run"}, nil
	}
	ctx, cancel, at := c.env.budget(ctx, began)
	defer cancel()
	if event.Source.In(c.sources) && slices.Contains(c.versions, event.Version) {
		decision, err := safely(ctx, c.decide, event, at)
		return event, decision, err
	}
	if c.unknown != nil {
		if decision, err := safely(ctx, c.unknown, event, at); isRefusal(err) {
			return event, decision, err
		}
	}
	return event, Decision{}, ErrUnknownSource
}

// budget limits the handler's time and returns the event's time.
func (env Environment) budget(ctx context.Context, began time.Time) (context.Context, context.CancelFunc, time.Time) {
	at := began
	if deadline, ok := ctx.Deadline(); ok && env.Timeout > 0 {
		at = deadline.Add(-env.Timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, WorkBudget-max(0, began.Sub(at)))
	return ctx, cancel, at
}

// safely turns a panic of the handler into an error. aws-lambda-go would show the
// panic's text to the caller and end the process, and the next sign-in would meet a
// cold start.
func safely(ctx context.Context, decide handler, event *cognito.Event, at time.Time) (decision Decision, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			decision, err = Decision{}, newPanicError(cause)
		}
	}()
	return decide(ctx, event, at)
}

// answer applies the failure policy and returns the reply or the refusal.
func (c *Chain) answer(doc []byte, event *cognito.Event, decision Decision, err error) ([]byte, *deny.Refusal) {
	var refusal deny.Refusal
	switch {
	case errors.As(err, &refusal):
		return nil, &refusal
	case err == nil:
		return event.Reply(decision.Response), nil
	case c.onFailure == Open:
		return bytes.Clone(doc), nil
	}
	return nil, &c.sorry
}

// panicError is a recovered panic. Its text leaves the value out, which may hold what
// a caller wrote; the stack holds no values.
type panicError struct{ stack string }

func newPanicError(cause any) panicError {
	return panicError{stack: fmt.Sprintf("%T at %s", cause, callers())}
}

func (p panicError) Error() string { return "the function panicked" }
