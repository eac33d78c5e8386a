// Package sweep makes the mirror equal to the user pool. No trigger fires when an
// attribute changes, when a user is disabled or deleted, or when an administrator creates
// or imports a user; and a post confirmation may fail after the user is confirmed. A
// sweep finds what the triggers miss.
//
// A pass has three phases. It lists the pool page by page, reads each page's rows at
// once, and writes what is missing or differs. It scans the table for rows of users that
// the list did not show. Then it asks for each of those by user name, and for those who
// are gone again a minute later, before it buries the rows.
//
// The list lags ("eventually consistent", API reference, ListUsers), and asking for one
// user counts that user as active for the month's bill (pricing page, AdminGetUser). So
// the list is trusted except for the last ten minutes: if the user or the row changed
// since then, and before a row is buried, the user is asked for. The list alone never
// buries a row and never restores a buried one.
//
// Every time that is written is the Date of the reply that it comes from: the service's
// clock, never the operator's. An event that a trigger saw later wins. Writes converge,
// so a pass may be killed anywhere, repeated, and run at the same time as the triggers
// and another pass.
//
// A sweep does not look for the rows of unlisted users without a PROFILE: only PROFILE
// has the user name to ask for, and without a question nothing is buried.
//
// The package reads clock, environment and network only through its ports.
package sweep

import (
	"context"
	"errors"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Source is the createdBy of a row that a sweep created.
const Source = "sweep"

// Lag is how far the list may lag. AWS names no bound. Users that changed within it are
// asked for one by one.
const Lag = 10 * time.Minute

// Patience is the least time between the two answers that a user is gone.
const Patience = time.Minute

// ErrThrottled is wrapped by a port's error if the service asked for fewer requests: the
// pass waits and continues.
var ErrThrottled = errors.New("the service asks for fewer requests")

// ErrToken is wrapped by the error of Pool.List if the token is no longer usable: the
// pass then lists from the beginning.
var ErrToken = errors.New("the pool no longer accepts the page token")

// Unusable is an error about a reply that no pool sends. Its text is a constant and names
// no user, so it may be logged.
type Unusable string

// Error returns the text.
func (u Unusable) Error() string { return string(u) }

// noDate is about a reply without the service's time, without which nothing is written.
const noDate Unusable = "the reply has no Date"

// User is a user as the pool shows it.
type User struct {
	Sub, Username string
	Attributes    map[string]string
	Disabled      bool
	// Status is Cognito's UserStatus. A user who is UNCONFIRMED has no row: any caller
	// can sign any address up, and the mirror has only users who confirmed it.
	Status string
	// ModifiedAt is UserLastModifiedDate.
	ModifiedAt time.Time
}

// Page is one page of the list. Next is the token of the next page, empty on the last. At
// is the Date of the reply.
type Page struct {
	Users []User
	Next  string
	At    time.Time
}

// Answer is what the pool said about one user name. Found is false for a name without a
// user; At is the Date of the reply in both cases.
type Answer struct {
	User  User
	Found bool
	At    time.Time
}

// is reports whether the name belongs to the user with this sub.
func (a Answer) is(sub string) bool { return a.Found && a.User.Sub == sub }

// Pool is the user pool. Both calls may be made concurrently.
type Pool interface {
	// List returns a page of users, in any order; the empty token asks for the first.
	List(ctx context.Context, token string) (Page, error)
	// Get asks for one user by the stored name, without any lag.
	Get(ctx context.Context, username string) (Answer, error)
}

// Table keeps the mirror; userstest.Memory is one. It must be safe for concurrent use.
type Table interface {
	Upsert(context.Context, users.Snapshot) (users.Write, error)
	users.Eraser
	// Profiles reads the PROFILE rows of these subs (at most a page of users),
	// consistently, tombstones included. An absent row has no entry.
	Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error)
	// Scan returns some of the pool's subs that have a PROFILE and no tombstone, and
	// where to continue, empty at the end. An empty from begins. It may lag.
	Scan(ctx context.Context, pool, from string) (subs []string, next string, err error)
}

// Clock is the operator's clock: it paces and waits, and no row ever holds its time.
type Clock interface {
	Now() time.Time
	// Sleep waits, or returns ctx's error.
	Sleep(ctx context.Context, d time.Duration) error
}
