package userpool

import "encoding/json"

// Unsigned are a pair of tokens on the point of being made: what a preview needs to
// see them as the pool would.
type Unsigned struct {
	// ID and Access are the claims without groups and scope. ID is nil for a machine.
	ID, Access map[string]any
	// Groups are the user's, and Scopes those of the session.
	Groups, Scopes []string
	ClientID       string
}

// Apply changes ID and Access as the pool does with what a pre token generation
// trigger of this event version answered; response is the event's member response,
// nil for one that says nothing. Values that are added are json.RawMessage: they
// stand as the function wrote them. The error is what the caller of Cognito gets.
func (t Unsigned) Apply(response json.RawMessage, version string) error {
	var changes overrides
	if response != nil {
		var err error
		if changes, err = decodeOverrides(response, version); err != nil {
			return err
		}
	}
	if t.ID == nil {
		return changes.applyAccess(t.Access, t.Scopes, t.ClientID, 0)
	}
	return changes.apply(t.ID, t.Access, groupConfiguration{GroupsToOverride: t.Groups}, t.Scopes, t.ClientID)
}
