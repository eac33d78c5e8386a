package sweep

import (
	"context"
	"errors"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Source is the createdBy of a row that a sweep created.
const Source = "sweep"

// Lag is how far the list is allowed to be behind. AWS names no bound; what
// happened within it is asked for one by one.
const Lag = 10 * time.Minute

// Patience is the least time between the two answers that a user is gone.
const Patience = time.Minute

// ErrThrottled is what a port's error wraps when the service asked for fewer
// requests: the pass waits and goes on.
var ErrThrottled = errors.New("the service asks for fewer requests")

// ErrToken is what the error of Pool.List wraps when the token cannot be used any
// more: the pass then lists from the beginning.
var ErrToken = errors.New("the pool takes the page token no more")

// Unusable is an error about a reply that no pool gives. Its text is a constant and
// names nobody: a log line may have it.
type Unusable string

// Error gives the text.
func (u Unusable) Error() string { return string(u) }

// noDate is about a reply without the service's time, without which nothing is written.
const noDate Unusable = "the reply has no Date"

// User is a user as the pool shows one.
type User struct {
	Sub, Username string
	Attributes    map[string]string
	Disabled      bool
	// Status is Cognito's UserStatus. A user who is UNCONFIRMED has no row: anybody
	// can sign anybody up, and the mirror is of those who confirmed it.
	Status string
	// ModifiedAt is UserLastModifiedDate.
	ModifiedAt time.Time
}

// Page is one page of the list. Next is the token of the next one, empty on the
// last. At is the Date of the reply.
type Page struct {
	Users []User
	Next  string
	At    time.Time
}

// Answer is what the pool said about one user name. Found is false for a name that
// nobody has; At is the Date of the reply, also then.
type Answer struct {
	User  User
	Found bool
	At    time.Time
}

// is tells that the name belongs to the user of this sub, and not to nobody or to
// another one who has it by now.
func (a Answer) is(sub string) bool { return a.Found && a.User.Sub == sub }

// Pool is the user pool. Both calls may be made concurrently.
type Pool interface {
	// List gives a page of users, in any order; the empty token asks for the first.
	List(ctx context.Context, token string) (Page, error)
	// Get asks for one user by the stored name, without any lag.
	Get(ctx context.Context, username string) (Answer, error)
}

// Table is where the mirror is kept; userstest.Memory is one. Safe for concurrent
// use.
type Table interface {
	Upsert(context.Context, users.Snapshot) (users.Write, error)
	users.Eraser
	// Profiles reads the PROFILE rows of these subs (at most a page of users),
	// consistently, tombstones included. An absent row has no entry.
	Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error)
	// Scan gives some of the subs of the pool that have a PROFILE and no tombstone,
	// and where to go on: empty at the end. It may lag behind. Empty begins.
	Scan(ctx context.Context, pool, from string) (subs []string, next string, err error)
}

// Clock is the operator's clock: it paces and waits, and no row ever holds it.
type Clock interface {
	Now() time.Time
	// Sleep waits, or gives ctx's error.
	Sleep(ctx context.Context, d time.Duration) error
}
