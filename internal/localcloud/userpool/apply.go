package userpool

import "encoding/json"

// Unsigned is a pair of tokens just before they are signed: what a preview needs to show
// them as the pool would make them.
type Unsigned struct {
	// ID and Access are the claims without groups and scope. ID is nil for a machine.
	ID, Access map[string]any
	// Groups are the user's, Scopes those of the session.
	Groups, Scopes []string
	ClientID       string
}

// Apply changes ID and Access as the pool does after a pre token generation trigger of
// this event version. response is the event's member response, nil for none. Added values
// are json.RawMessage, as the function wrote them. The error is what the caller of
// Cognito gets.
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
