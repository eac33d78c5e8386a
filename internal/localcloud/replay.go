package localcloud

import (
	"context"
	"errors"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// Replay sends the event of an invocation in the timeline, byte for byte, to the function as
// it is now, and returns what happened. No user pool takes part and no permission is asked.
// The function really does what it does: a post confirmation writes its row again, which
// changes nothing that the first one wrote, as every write of the suite converges. Replay
// fails on an invocation that is forgotten, or whose event is kept without its secrets.
func (c *Cloud) Replay(ctx context.Context, id string) (timeline.Invocation, error) {
	if c.timeline == nil {
		return timeline.Invocation{}, errors.New("replaying an invocation: the local cloud was started without a timeline")
	}
	old, known := c.timeline.Invocation(id)
	switch {
	case !known:
		return timeline.Invocation{}, fmt.Errorf("replaying invocation %s: the timeline has none of this id; it forgets the oldest", id)
	case old.Cut:
		return timeline.Invocation{}, fmt.Errorf("replaying invocation %s: its event held a secret, such as a password, or was too long, and is not kept; repeat the API call", id)
	}
	now, err := c.Functions.Observe(timeline.Because(ctx, timeline.Cause{ReplayOf: id}), old.Function, old.Event)
	if err != nil {
		return timeline.Invocation{}, fmt.Errorf("replaying invocation %s: %w", id, err)
	}
	if replayed, kept := c.timeline.Invocation(now.RequestID); kept {
		return replayed, nil // with its requests to the table
	}
	return Recorded(now), nil
}
