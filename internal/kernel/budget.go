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

// budget bounds the room's time and returns the event's time.
func (env Environment) budget(ctx context.Context, began time.Time) (context.Context, context.CancelFunc, time.Time) {
	at := began
	if deadline, ok := ctx.Deadline(); ok && env.Timeout > 0 {
		at = deadline.Add(-env.Timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, WorkBudget-max(0, began.Sub(at)))
	return ctx, cancel, at
}
