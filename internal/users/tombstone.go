package users

import (
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Grave is how long a tombstone stays at least. Every source that could still
// write about a deleted person (a function, a retried event, an audit record) is
// late by hours at the most.
const Grave = 90 * 24 * time.Hour

// BuryProfile gives the tombstone of a PROFILE: that there was one and when, and
// nothing of the person. A tombstone stays as it is. An absent row is buried too,
// so that a latecomer finds the grave and not a gap.
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

// BurySignIn gives the tombstone of a SIGNIN: habits are personal data as well.
func BurySignIn(old table.SignIn, at time.Time) table.SignIn {
	if !old.DeletedAt.IsZero() {
		return old
	}
	return table.SignIn{DeletedAt: instant(at), ExpiresAt: Expiry(at)}
}

// BuryAuthz gives the tombstone of an AUTHZ: it grants nothing and denies all.
func BuryAuthz(old table.Authz, at time.Time) table.Authz {
	if old.Status == table.Deleted {
		return old
	}
	return table.Authz{Schema: old.Schema, Status: table.Deleted, Rev: old.Rev, At: instant(at), ExpiresAt: Expiry(at)}
}

// Expiry is when a tombstone made at a time may go, in whole seconds.
func Expiry(at time.Time) time.Time { return at.UTC().Add(Grave).Truncate(time.Second) }
