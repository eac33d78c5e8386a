package users

import (
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
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
	// Disabled is set when an administrator has disabled the user. No event tells
	// it, and a user of whom there is one is not: only a sweep ever sets it.
	Disabled bool
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
	Status    table.Status
	CreatedAt time.Time
	CreatedBy string
	AttrsAt   time.Time // when the copied part was seen
	Rev       int64     // counts the writes that were applied
	// PreviousEmail is the last address that was verified before the one the row
	// has now, or had last, and EmailChangedAt is when the change was seen. Both are
	// of changes that the mirror saw: of two between two events it saw one.
	PreviousEmail  string
	EmailChangedAt time.Time
	DeletedAt      time.Time
	ExpiresAt      time.Time // whole seconds: DynamoDB's time to live
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
		row.Status = table.Active
	}
	if row.CreatedAt.IsZero() {
		row.CreatedAt = at
	}
	if row.CreatedBy == "" {
		row.CreatedBy = seen.Source
	}
	if LeavesEmail(old.Profile, seen.Profile) {
		row.PreviousEmail, row.EmailChangedAt = old.Email, at
	}
	row.Profile, row.AttrsAt, row.Rev = seen.Profile, at, row.Rev+1
	return row, Applied
}

// LeavesEmail tells that a person had a verified address and now has another one,
// or none. The same mailbox in another case of letters is the same address.
func LeavesEmail(old, now Profile) bool {
	return old.EmailVerified && email.Lower(old.Email) != email.Lower(now.Email)
}
