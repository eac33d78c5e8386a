package sweep

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Source is the createdBy of a row that a sweep creates.
const Source = "sweep"

// Lag is how far the list may lag. AWS states no bound. The pass asks for users that
// changed within it one by one.
const Lag = 10 * time.Minute

// Patience is the shortest time between the two answers that a user is gone.
const Patience = time.Minute

// ErrThrottled is in a port's error if the service asks for fewer requests: the pass
// waits and continues.
var ErrThrottled = errors.New("the service asks for fewer requests")

// ErrToken is in the error of Pool.List if the token is no longer usable: the pass then
// lists from the beginning.
var ErrToken = errors.New("the pool no longer accepts the page token")

// Unusable is an error about a reply that no pool sends. Its text is a constant and names
// no user, so it may be logged.
type Unusable string

// Error returns the text.
func (u Unusable) Error() string { return string(u) }

// noDate is the error about a reply without the service's time; nothing is written
// without that time.
const noDate Unusable = "the reply has no Date"

// User is a user as the pool shows it.
type User struct {
	Sub, Username string
	Attributes    map[string]string
	Disabled      bool
	// Status is Cognito's UserStatus. An UNCONFIRMED user has no row: any caller can
	// sign up with any address, and the mirror has only confirmed users.
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

// End ends a sub in a prefix: the prefix "ab"+End is of the user whose sub is "ab" and of
// nobody else. With it every sub goes on behind each of its prefixes.
const End = "\x00"

// Below reports whether a sub is below a prefix. Below "" is everybody.
func Below(sub, prefix string) bool { return strings.HasPrefix(sub+End, prefix) }

// Pool is the user pool. All calls may be made concurrently.
type Pool interface {
	// List returns a page of the users below a prefix, in any order; the empty token asks
	// for the first page. A page may be short or empty: only an empty Next is the end.
	List(ctx context.Context, prefix, token string) (Page, error)
	// Get asks for one user by the stored name, without any lag.
	Get(ctx context.Context, username string) (Answer, error)
	// Estimate returns about how many users there are, or 0 if the pool does not say.
	Estimate(ctx context.Context) (int, error)
}

// Table keeps the mirror; userstest.Memory implements it. It must be safe for
// concurrent use.
type Table interface {
	Upsert(context.Context, users.Snapshot) (users.Write, error)
	users.Eraser
	// Profiles reads the PROFILE rows of these subs (at most a page of users),
	// consistently, tombstones included. An absent row has no entry.
	Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error)
	// Shard returns some of the pool's subs below a prefix that have a PROFILE without
	// tombstone, and where to continue, empty at the end. It may lag. It shows no row that
	// lacks the column that Complete adds.
	Shard(ctx context.Context, pool, prefix, from string) (subs []string, next string, err error)
	// Strangers is Shard for the subs that are no UUID (table.UUID).
	Strangers(ctx context.Context, pool, from string) (subs []string, next string, err error)
	// Complete reads a part of the table and adds the column that Shard needs to the
	// pool's rows that lack it, which an older release wrote. It returns their number, and
	// where to continue, empty at the end.
	Complete(ctx context.Context, pool, from string) (added int, next string, err error)
}

// Clock is the operator's clock: it paces and waits, and no row ever holds its time.
type Clock interface {
	Now() time.Time
	// Sleep waits, or returns ctx's error.
	Sleep(ctx context.Context, d time.Duration) error
}
