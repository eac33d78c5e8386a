package kernel

import (
	"context"
	"time"
)

// WorkBudget is the time from the event to the answer that a room may use.
// Cognito waits 5 s and may then call again ("you can't change this five-second
// timeout value"); the function is stopped at 4 s, so that a second attempt never
// meets the first; what is left of 4 s is for a cold start and for the reply.
const WorkBudget = 2500 * time.Millisecond

type eventTimeKey struct{}

// budget bounds the room's time and tells it the event's time.
func (env Environment) budget(ctx context.Context, began time.Time) (context.Context, context.CancelFunc) {
	at := began
	if deadline, ok := ctx.Deadline(); ok && env.Timeout > 0 {
		at = deadline.Add(-env.Timeout)
	}
	ctx = context.WithValue(ctx, eventTimeKey{}, at)
	return context.WithTimeout(ctx, WorkBudget-max(0, began.Sub(at)))
}

// EventTime is when Lambda accepted the event: its deadline less the function's
// time-out, which is the service's clock and not that of a machine that may just
// have been thawed. An event itself carries no time. Outside a chain it is now.
func EventTime(ctx context.Context) time.Time {
	if at, ok := ctx.Value(eventTimeKey{}).(time.Time); ok {
		return at
	}
	return time.Now()
}
