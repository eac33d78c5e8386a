// Package users is the mirror: what the functions write down about a person and
// what they may grant one, as plain values and pure functions.
//
// Three rows per person, because each has another owner. PROFILE is Cognito's
// copy and only as true as the last event; SIGNIN changes at every sign-in and is
// kept small, since DynamoDB charges a write by the size of the whole item; AUTHZ
// belongs to the team's own server and is only read here. All three are keyed by
// pool and sub: usernames and addresses change hands, a sub never does.
//
// Cognito delivers an event once, or again after five seconds, or twice at the
// same time, and gives it neither an id nor a time ("Cognito may retry the call",
// developer guide, "Things to know about Lambda triggers"). So every write is a
// merge that ends in the same row however often and in whatever order it comes:
// MergeProfile and MergeSignIn are the law, package dynamo says the same in
// condition expressions, and the suite in userstest holds every store to it. A
// deletion leaves a tombstone without personal data that no writer gets past.
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

// ErrNoUser answers an event that names no person: it has no usable pool id, sub
// or time. Machine tokens are such events.
var ErrNoUser = errors.New("the event names no user")

// MaxKey bounds pool id and sub together, in bytes. A pool id has at most 55, a
// sub is a UUID today, of which the API reference promises nothing.
const MaxKey = 256

// Key identifies a person. The zero value identifies nobody.
type Key struct{ PoolID, Sub string }

// Valid tells whether the key can name a row.
func (k Key) Valid() bool {
	return k.PoolID != "" && k.Sub != "" && len(k.PoolID)+len(k.Sub) <= MaxKey &&
		utf8.ValidString(k.PoolID) && utf8.ValidString(k.Sub)
}

// Sighting is what a trigger saw of a person.
type Sighting struct {
	Key Key
	// At is the event time: Lambda's deadline less the function's timeout. Rows
	// keep milliseconds.
	At time.Time
	// Source is the trigger source as Cognito names it.
	Source   string
	Username string
	// Attributes are the event's userAttributes as they came. It is never written to.
	Attributes map[string]string
	// ClientID is the app client; empty where the event names none.
	ClientID string
}

func (s Sighting) valid() bool { return s.Key.Valid() && !s.At.IsZero() }

// Write tells what became of one write, for the log line.
type Write string

// The fates of a write. Unchanged is a success: the row already knew it, knew
// something newer, or is a tombstone.
const (
	None      Write = ""          // nothing was asked for
	Applied   Write = "applied"   // the row was created or changed
	Advanced  Write = "advanced"  // a sign-in inside the window: its time was kept, it was not counted
	Unchanged Write = "unchanged" // a duplicate, a latecomer, or a deleted user
	Failed    Write = "failed"    // the store did not answer; the error says why
)

// Recorder is where sightings are written. Implementations converge as
// MergeProfile and MergeSignIn do, answer Unchanged and no error when a condition
// fails, and are safe for concurrent use. An error comes with Failed and means
// that the write may or may not have happened: repeating it is always right.
type Recorder interface {
	Upsert(context.Context, Snapshot) (Write, error)
	SignIn(context.Context, SignIn) (Write, error)
}

// Reader reads what a token needs, consistently and in one round trip: of the
// person with that key, and of the app client with that id. A key that is not
// Valid asks for no person, an empty client for no client, and asking for neither
// is answered at once. An error means that nothing is known, not that nothing is
// there. Safe for concurrent use.
type Reader interface {
	Access(ctx context.Context, key Key, client string) (table.Access, error)
}

// MaxClient bounds an app client's id, in bytes (API reference, ClientIdType).
const MaxClient = 128

// Eraser turns all rows of a person into tombstones; no trigger does that.
// Repeating it changes nothing, and it is to be repeated until it gives no error.
// Safe for concurrent use.
type Eraser interface {
	Erase(ctx context.Context, key Key, at time.Time) error
}

// instant is a time as rows keep it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
