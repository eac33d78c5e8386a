package users

import "time"

// Status is the state of a row. Empty means that the row says nothing.
type Status string

// The states: PROFILE is Active or Deleted, AUTHZ may also be Suspended.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
	Deleted   Status = "deleted"
)

// Profile is the copied part of a person. An empty member is absent, and absent
// members are removed from the row, never stored empty.
type Profile struct {
	Username string
	Email    string
	// EmailCollision is the form of Email that all spellings of one mailbox share
	// (email.Address.Collision), to find duplicates with; empty for an address
	// that the parser does not take.
	EmailCollision string
	// EmailVerified is true only if the event said exactly "true".
	EmailVerified bool
	// Attributes are the allow-listed attributes that have a value; nil if none has.
	Attributes map[string]string
	// Truncated is set when a value was left out because it was too long.
	Truncated bool
}

// Snapshot is one write to PROFILE: the person as seen at a time.
type Snapshot struct {
	Key Key
	At  time.Time
	// Source becomes createdBy if this write creates the row.
	Source string
	// RefreshOnly forbids creating: an absent row stays absent.
	RefreshOnly bool
	Profile     Profile
}

// ProfileRow is PROFILE as it stands. The zero value is an absent row; a zero
// time is an absent attribute.
type ProfileRow struct {
	Profile
	Status    Status
	CreatedAt time.Time
	CreatedBy string
	AttrsAt   time.Time // when the copied part was seen
	Rev       int64     // counts the writes that were applied
	DeletedAt time.Time
	ExpiresAt time.Time // whole seconds: DynamoDB's time to live
}

// MergeProfile gives the row after a snapshot. Creation is first-wins, the copied
// part is newest-wins, and the same snapshot twice is the same as once. AttrsAt
// moves even if nothing else does: skipping equal content would let an older
// snapshot that was held up win later.
func MergeProfile(old ProfileRow, seen Snapshot) (ProfileRow, Write) {
	at := instant(seen.At)
	absent := old.AttrsAt.IsZero()
	if !old.DeletedAt.IsZero() || (absent && seen.RefreshOnly) || (!absent && !old.AttrsAt.Before(at)) {
		return old, Unchanged
	}
	row := old
	if row.Status == "" {
		row.Status = Active
	}
	if row.CreatedAt.IsZero() {
		row.CreatedAt = at
	}
	if row.CreatedBy == "" {
		row.CreatedBy = seen.Source
	}
	row.Profile, row.AttrsAt, row.Rev = seen.Profile, at, row.Rev+1
	return row, Applied
}
