// Package users is the mirror: what the functions record about a user and what they may
// grant, as plain values and pure functions.
//
// A user has three rows, because each has another owner. PROFILE is Cognito's copy and
// only as true as the last event. SIGNIN changes at every sign-in and is kept small,
// since DynamoDB charges a write by the size of the whole item. AUTHZ belongs to the
// team's server; the functions only read it. All three are keyed by pool and sub: a
// user name or an address can get a new owner, a sub cannot.
//
// SIGNIN counts authentications. Post authentication runs "after authentication is
// complete, before a user has received tokens" (developer guide, "Post authentication
// Lambda trigger"). Pre token generation may refuse afterwards, as it does for a
// suspended user: that sign-in is counted, too, and is the last one.
//
// Cognito delivers an event once, or again after five seconds, or twice at the same
// time, without an id or a time ("Cognito may retry the call", developer guide, "Things
// to know about Lambda triggers"). So every write is a merge that ends in the same row
// however often and in whatever order it comes. MergeProfile and MergeSignIn define the
// merges, package dynamo says the same in condition expressions, and the suite in
// userstest holds every store to it. A deletion leaves a tombstone
// without personal data, which stops every later write.
//
// The package reads no clock and no environment: the event time is an argument.
package users

import (
	"context"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// ErrNoUser answers an event without a user: it has no usable pool id, sub or time.
// Machine tokens are such events.
var ErrNoUser = errors.New("the event names no user")

// MaxKey bounds pool id and sub together, in bytes. A pool id has at most 55. A sub is
// a UUID today, but the API reference does not promise it.
const MaxKey = 256

// Key identifies a user. The zero value identifies none.
type Key struct{ PoolID, Sub string }

// Valid reports whether the key can name a row.
func (k Key) Valid() bool {
	return k.PoolID != "" && k.Sub != "" && len(k.PoolID)+len(k.Sub) <= MaxKey &&
		utf8.ValidString(k.PoolID) && utf8.ValidString(k.Sub)
}

// Sighting is what a trigger saw of a user.
type Sighting struct {
	Key Key
	// At is the event time: Lambda's deadline less the function's time-out. Rows keep
	// milliseconds.
	At time.Time
	// Source is the trigger source as Cognito names it.
	Source   string
	Username string
	// Attributes are the event's userAttributes, unchanged. They are never written to.
	Attributes map[string]string
	// ClientID is the app client; empty if the event names none.
	ClientID string
}

func (s Sighting) valid() bool { return s.Key.Valid() && !s.At.IsZero() }

// Write is the result of one write, for the log line.
type Write string

// Unchanged and Late are successes: the row already knew the fact, knew something newer,
// or is a tombstone.
const (
	None      Write = ""          // nothing was to be written
	Applied   Write = "applied"   // the row was created or changed
	Advanced  Write = "advanced"  // a sign-in soon after another one: its time was kept; it may have been counted
	Unchanged Write = "unchanged" // a repeat; for PROFILE also a late write or a deleted user
	Late      Write = "late"      // a sign-in before the last one, or of a deleted user
	Failed    Write = "failed"    // the store did not answer; the error says why
)

// Recorder is where sightings are written. Implementations converge like MergeProfile
// and MergeSignIn, return Unchanged and no error when a condition fails, and are safe
// for concurrent use. An error comes with Failed; the write may or may not have
// happened, and repeating it is always right.
type Recorder interface {
	Upsert(context.Context, Snapshot) (Write, error)
	SignIn(context.Context, SignIn) (Write, error)
}

// Mirrored is the Recorder of sign-ins, which asks before it writes.
type Mirrored interface {
	Recorder
	// Compare reports whether there is a PROFILE, and whether writing the snapshot would
	// change nothing in it but its time: it says the same, or is a tombstone. It reads
	// consistently. An error comes with false twice.
	Compare(context.Context, Snapshot) (there, same bool, err error)
}

// Reader reads what a token needs about the user with that key and the app client with
// that id, consistently and in one round trip. A key that is not Valid asks for no
// user, an empty client for no client; without both it answers at once. An error means
// that nothing is known, not that nothing is there. Implementations are safe for
// concurrent use.
type Reader interface {
	Access(ctx context.Context, key Key, client string) (table.Access, error)
}

// MaxClient bounds an app client's id, in bytes (API reference, ClientIdType).
const MaxClient = 128

// Rows is everything held about a user.
type Rows struct {
	Profile ProfileRow
	SignIn  table.SignIn
	Authz   table.Authz
}

// Eraser turns all rows of a user into tombstones; no trigger does that. Repeating it
// changes nothing; repeat it until it succeeds. Implementations are safe for concurrent
// use.
type Eraser interface {
	Erase(ctx context.Context, key Key, at time.Time) error
}

// instant returns a time as rows keep it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
