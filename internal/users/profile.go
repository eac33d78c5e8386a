package users

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Profile is the copied part of a user. An empty member is absent; the row never stores
// it empty.
type Profile struct {
	Username string
	Email    string
	// EmailCollision is the form of Email that all spellings of one mailbox share
	// (email.Address.Collision), for finding duplicates; empty if the address cannot be
	// parsed.
	EmailCollision string
	// EmailVerified is true only if the event says exactly "true".
	EmailVerified bool
	// Attributes are the allow-listed attributes that have a value; nil if none has.
	Attributes map[string]string
	// Truncated reports whether a value was left out because it was too long.
	Truncated bool
	// Disabled reports whether an administrator has disabled the user. No event tells
	// it, since a disabled user causes none; only a sweep sets it.
	Disabled bool
}

// Digest returns 22 characters that two profiles share only if they are equal: the
// first 128 bits of a SHA-256. It stands in the row that it is made of, so it says
// nothing that the row does not say, and goes with it.
func (p Profile) Digest() string {
	src := slices.Grow([]byte(nil), 512) // more than most rows have
	add := func(texts ...string) {
		for _, text := range texts {
			src = binary.AppendUvarint(src, uint64(len(text)))
			src = append(src, text...)
		}
	}
	add(p.Username, p.Email, p.EmailCollision)
	for _, said := range []bool{p.EmailVerified, p.Truncated, p.Disabled} {
		src = strconv.AppendBool(src, said)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		add(name, p.Attributes[name])
	}
	sum := sha256.Sum256(src)
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// Snapshot is one write to PROFILE: the user as seen at a time.
type Snapshot struct {
	Key Key
	At  time.Time
	// Source becomes createdBy if this write creates the row.
	Source string
	// RefreshOnly forbids creating: an absent row stays absent.
	RefreshOnly bool
	Profile     Profile
}

// ProfileRow is PROFILE as stored. The zero value is an absent row; a zero time is an
// absent attribute.
type ProfileRow struct {
	Profile
	Status    table.Status
	CreatedAt time.Time
	CreatedBy string
	AttrsAt   time.Time // when the copied part was seen and written; a sign-in that saw the same leaves it
	Rev       int64     // counts the applied writes
	// PreviousEmail is the last verified address before the current or last one, and
	// EmailChangedAt is when the change was seen. The mirror sees one change where two
	// happen between two events.
	PreviousEmail  string
	EmailChangedAt time.Time
	DeletedAt      time.Time
	ExpiresAt      time.Time // whole seconds: DynamoDB's time to live
}

// MergeProfile returns the row after a snapshot. The first creation wins, the newest
// copied part wins, and the same snapshot twice is the same as once. AttrsAt moves even
// if nothing else does: otherwise an older snapshot that was held up could win later.
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

// Compare reports whether there is a row, and whether it says what a profile says or is a
// tombstone.
func (r ProfileRow) Compare(p Profile) (there, same bool) {
	buried := !r.DeletedAt.IsZero()
	there = buried || !r.AttrsAt.IsZero()
	return there, buried || there && r.Digest() == p.Digest()
}

// LeavesEmail reports whether a user had a verified address and now has another one, or
// none. The same mailbox in another letter case is the same address.
func LeavesEmail(old, now Profile) bool {
	return old.EmailVerified && email.Lower(old.Email) != email.Lower(now.Email)
}
