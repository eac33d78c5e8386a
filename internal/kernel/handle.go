package kernel

import (
	"cmp"
	"context"
	"log/slog"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// Function is one trigger of the suite: what it knows, what it sees, how it decides,
// and what happens when it cannot.
type Function[View any] struct {
	// Name is the function's folder, such as "presignup". Where Lambda names no function,
	// it is the dimension of the metrics.
	Name string
	// Sources and Versions are what the function knows; any other event is a failure,
	// which Unknown may refuse.
	Sources  []cognito.Source
	Versions []string
	// OnFailure is the failure policy; the zero value is Closed. Unavailable is what Closed
	// refuses with; the zero value means deny.SignUpUnavailable.
	OnFailure   FailurePolicy
	Unavailable deny.Refusal
	// Counts names the function's own metrics, beyond those of every one.
	Counts []string
	// View reads what Decide may know.
	View func(*cognito.Event) (View, error)
	// Decide is the handler. It must stop when the context ends. at is when Lambda
	// accepted the event: its deadline less the function's time-out. That is the
	// service's clock, not that of a machine that may just have been thawed. An event
	// carries no time.
	Decide func(ctx context.Context, view View, at time.Time) (Decision, error)
	// Unknown, if set, is asked in place of Decide about an event whose source or version
	// the function does not know. Only a refusal of it counts.
	Unknown func(ctx context.Context, view View, at time.Time) (Decision, error)
}

// handler is Decide or Unknown, with the view.
type handler func(context.Context, *cognito.Event, time.Time) (Decision, error)

// FailurePolicy says what the caller gets when the handler cannot decide.
type FailurePolicy int

const (
	// Closed refuses with Function.Unavailable.
	Closed FailurePolicy = iota
	// Open returns the event as it came.
	Open
)

// Decision is a handler's answer. The zero value returns the event as it came.
type Decision struct {
	// Response is the JSON object for the event's response; nil keeps the response as
	// it came.
	Response []byte
	// Outcome says in one word what happened, for the log; "" is "ok".
	Outcome string
	// Rule is the rule that refused or demoted; "" if none did or the refusal says
	// enough. Code is the code of a rule that demoted: a refusal has its own.
	Rule, Code string
	// Degraded says that the answer is less than it should be, for instance because
	// the store did not answer. Cause is logged by class.
	Degraded bool
	Cause    error
	// Observed lists the codes of rules that only observe and would have refused.
	Observed []string
	// Counted lists the function's own metrics that count this event.
	Counted []string
	// User is the sub that the log line shows as a hash; "" for none.
	User string
}

// Handle returns the chain of a function. The environment has the log, the policy's
// hash and the time-out.
func Handle[View any](f Function[View], env Environment) *Chain {
	env.Log = env.Log.With(slog.String(Dimension, cmp.Or(env.Function, f.Name)), slog.String("policy", env.PolicyHash))
	c := &Chain{
		sources:   f.Sources,
		versions:  f.Versions,
		onFailure: f.OnFailure,
		sorry:     cmp.Or(f.Unavailable, deny.SignUpUnavailable),
		counts:    f.Counts,
		metrics:   metrics(env.Namespace, usual()...),
		env:       env,
		decide:    seeing(f.View, f.Decide),
	}
	if f.Unknown != nil {
		c.unknown = seeing(f.View, f.Unknown)
	}
	return c
}

// seeing returns the handler that reads the view and passes it on.
func seeing[View any](read func(*cognito.Event) (View, error), decide func(context.Context, View, time.Time) (Decision, error)) handler {
	return func(ctx context.Context, e *cognito.Event, at time.Time) (Decision, error) {
		view, err := read(e)
		if err != nil {
			return Decision{}, err
		}
		return decide(ctx, view, at)
	}
}
