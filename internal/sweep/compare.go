package sweep

import (
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Kind is a kind of drift: how a row of the table differs from the pool.
type Kind string

// A sweep heals the first five kinds of drift. A dry run reports Unlisted for Deleted
// and Recreated, which it cannot tell from a list that lags. Erased is left to an
// operator: either the rows were erased while the user stayed, or the list lags behind
// a deletion. What is erased stays erased.
const (
	None      Kind = ""
	Missing   Kind = "missing"   // the user has no row: created by an administrator, imported, or an event was lost
	Stale     Kind = "stale"     // the copied attributes are not the user's
	Disabled  Kind = "disabled"  // disabled or enabled, and the row says otherwise
	Deleted   Kind = "deleted"   // the row's user is gone
	Recreated Kind = "recreated" // the row's user is gone, and another user has the user name
	Unlisted  Kind = "unlisted"  // a row of a user who is not listed; only in a dry run
	Erased    Kind = "erased"    // a tombstone, and the list still has the user
)

// Kinds returns all kinds that a report can have, in its order.
func Kinds() []Kind { return []Kind{Missing, Stale, Disabled, Deleted, Recreated, Unlisted, Erased} }

// unconfirmed is the status of a user who signed up and has not confirmed anything yet.
const unconfirmed = "UNCONFIRMED"

// Profile returns the copied part of the row that the user should have.
func Profile(mirror *users.Mirror, u User) users.Profile {
	p := mirror.Profile(u.Username, u.Attributes)
	p.Disabled = u.Disabled
	return p
}

// Compare returns how the row, of the user's own sub, differs from the user, and the
// names of the attributes that differ, never their values. A zero row is an absent one.
func Compare(mirror *users.Mirror, u User, row users.ProfileRow) (Kind, []string) {
	switch {
	case !row.DeletedAt.IsZero():
		return Erased, nil
	case row.AttrsAt.IsZero() && u.Status == unconfirmed:
		return None, nil
	case row.AttrsAt.IsZero():
		return Missing, nil
	}
	switch fields := differences(Profile(mirror, u), row.Profile); {
	case len(fields) == 0:
		return None, nil
	case len(fields) == 1 && fields[0] == "disabled":
		return Disabled, fields
	default:
		return Stale, fields
	}
}

func differences(want, have users.Profile) (fields []string) {
	for _, field := range []struct {
		name   string
		differ bool
	}{
		{"username", want.Username != have.Username},
		{"email", want.Email != have.Email},
		{"emailCollision", want.EmailCollision != have.EmailCollision},
		{"emailVerified", want.EmailVerified != have.EmailVerified},
		{"truncated", want.Truncated != have.Truncated},
		{"disabled", want.Disabled != have.Disabled},
	} {
		if field.differ {
			fields = append(fields, field.name)
		}
	}
	all := map[string]string{}
	maps.Copy(all, want.Attributes)
	maps.Copy(all, have.Attributes)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if want.Attributes[name] != have.Attributes[name] {
			fields = append(fields, name)
		}
	}
	return fields
}
