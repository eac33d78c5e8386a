package localcloud

import (
	"context"
	"errors"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// Replay sends the event of an invocation in the timeline, byte for byte, to the function as
// it is now, and returns what happened. No user pool takes part and no permission is asked.
// The function really does what it does, and to it the event is a new one, since an event of
// Cognito has no time of its own. Every write of the suite converges: a row that is there is
// not made again, and one that is deleted stays deleted. But PROFILE gets the attributes that
// the event has, until the user's next event brings the present ones, and a post
// authentication counts a sign-in if the last one is users.Window ago. Replay fails on an
// invocation that is forgotten, whose event is no trigger's, or is kept without its secrets.
func (c *Cloud) Replay(ctx context.Context, id string) (timeline.Invocation, error) {
	if c.timeline == nil {
		return timeline.Invocation{}, errors.New("replaying an invocation: the local cloud was started without a timeline")
	}
	old, known := c.timeline.Invocation(id)
	switch {
	case !known:
		return timeline.Invocation{}, fmt.Errorf("replaying invocation %s: the timeline has none of this id; it forgets the oldest", id)
	case old.Source == "":
		return timeline.Invocation{}, fmt.Errorf("replaying invocation %s: its event is no trigger's; that of a deployment would undo the edits that act, and answer at an address that may be another program's now", id)
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
