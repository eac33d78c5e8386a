package users

import (
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Grave is how long a tombstone stays at least. Every source that could still write
// about a deleted user (a function, a retried event, an audit record) is at most hours
// late.
const Grave = 90 * 24 * time.Hour

// BuryProfile returns the tombstone of a PROFILE: that there was one and when, and no
// personal data. A tombstone stays as it is. An absent row is buried, too, so that a
// late write finds the tombstone and not a gap.
func BuryProfile(old ProfileRow, at time.Time) ProfileRow {
	if !old.DeletedAt.IsZero() {
		return old
	}
	return ProfileRow{
		Status:    table.Deleted,
		CreatedAt: old.CreatedAt, CreatedBy: old.CreatedBy, AttrsAt: old.AttrsAt, Rev: old.Rev,
		DeletedAt: instant(at), ExpiresAt: Expiry(at),
	}
}

// BurySignIn returns the tombstone of a SIGNIN: habits are personal data, too.
func BurySignIn(old table.SignIn, at time.Time) table.SignIn {
	if !old.DeletedAt.IsZero() {
		return old
	}
	return table.SignIn{DeletedAt: instant(at), ExpiresAt: Expiry(at)}
}

// BuryAuthz returns the tombstone of an AUTHZ: it grants nothing and denies everything.
func BuryAuthz(old table.Authz, at time.Time) table.Authz {
	if old.Status == table.Deleted {
		return old
	}
	return table.Authz{Schema: old.Schema, Status: table.Deleted, Rev: old.Rev, At: instant(at), ExpiresAt: Expiry(at)}
}

// Expiry returns when a tombstone made at a time may go, in whole seconds.
func Expiry(at time.Time) time.Time { return at.UTC().Add(Grave).Truncate(time.Second) }
