package kernel

import (
	"context"
	"time"
)

// WorkBudget is the time that a room may use from the event to the answer. Cognito
// waits 5 s and may then call again ("you can't change this five-second timeout
// value"). Lambda stops the function at 4 s, so that a second attempt never meets the
// first. The rest of the 4 s is for a cold start and for the reply.
const WorkBudget = 2500 * time.Millisecond

// budget limits the room's time and returns the event's time.
func (env Environment) budget(ctx context.Context, began time.Time) (context.Context, context.CancelFunc, time.Time) {
	at := began
	if deadline, ok := ctx.Deadline(); ok && env.Timeout > 0 {
		at = deadline.Add(-env.Timeout)
	}
	ctx, cancel := context.WithTimeout(ctx, WorkBudget-max(0, began.Sub(at)))
	return ctx, cancel, at
}
