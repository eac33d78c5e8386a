package history

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// attempt is one delivery of an event: when the function begins, after the event, and
// when it writes, after that. Cognito retries after 5 s; an attempt lives 4 s, unless its
// environment is frozen and thawed hours later. lost is the row, if any, whose write
// fails.
type attempt struct {
	begins, writes time.Duration
	lost           string
}

// fate says what happens to one event.
type fate struct {
	name     string
	attempts []attempt
}

const soon = 50 * time.Millisecond

// fates are the possible fates of an event, the likeliest several times.
var fates = []fate{
	{"in time", []attempt{{0, soon, ""}}},
	{"in time", []attempt{{0, soon, ""}}},
	{"dropped", nil},
	{"late", []attempt{{0, 3900 * time.Millisecond, ""}}},
	{"twice", []attempt{{0, soon, ""}, {5 * time.Second, soon, ""}}},
	{"twice at once, the first one last", []attempt{{0, 3 * time.Second, ""}, {0, soon, ""}}},
	{"three times, the first one last", []attempt{{0, 15 * time.Second, ""}, {5 * time.Second, soon, ""}, {10 * time.Second, 3900 * time.Millisecond, ""}}},
	{"at the second attempt", []attempt{{5 * time.Second, soon, ""}}},
	{"by a function that was frozen for two hours", []attempt{{0, 2 * time.Hour, ""}}},
	{"twice, once by a function that was frozen for two hours", []attempt{{0, 2 * time.Hour, ""}, {5 * time.Second, soon, ""}}},
	{"without PROFILE", []attempt{{0, soon, "PROFILE"}}},
	{"without SIGNIN", []attempt{{0, soon, "SIGNIN"}}},
}

var errLost = errors.New("the store does not answer")

// half is a store that loses the writes of one kind of row.
type half struct {
	users.Mirrored
	lost string
}

func (h half) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	if h.lost == "PROFILE" {
		return users.Failed, errLost
	}
	return h.Mirrored.Upsert(ctx, seen)
}

func (h half) SignIn(ctx context.Context, seen users.SignIn) (users.Write, error) {
	if h.lost == "SIGNIN" {
		return users.Failed, errLost
	}
	return h.Mirrored.SignIn(ctx, seen)
}

// fire sends an event about the user as it is now, with the deliveries of f.
func (w *world) fire(q *user, source string, f fate) {
	s := q.now()
	attributes := map[string]string{"cognito:user_status": s.status}
	for name, value := range s.attributes {
		attributes[name] = value
	}
	seen := users.Sighting{Key: key(q.sub), Source: source, Username: s.username, Attributes: attributes, ClientID: "web"}
	if w.faults.keyedByName {
		seen.Key.Sub = s.username
	}
	w.tell("    %s: %s", source, f.name)
	for _, a := range f.attempts {
		w.later(a.begins, func() { w.begin(q, seen, a) })
	}
}

// begin starts a function: it takes its time, and a pre token generation reads before it
// writes.
func (w *world) begin(q *user, seen users.Sighting, a attempt) {
	seen.At = w.now.Add(w.skew)
	store := half{w.ledger, a.lost}
	if strings.HasPrefix(seen.Source, "TokenGeneration_") {
		w.preToken(q, seen, a, store)
		return
	}
	handle := handler(signedIn)
	if strings.HasPrefix(seen.Source, "PostConfirmation_") {
		handle = users.Confirmed
	}
	w.later(a.writes, func() {
		writes, err := handle(context.Background(), store, w.mirror, seen)
		w.tell("    %s of %s, begun %s, wrote PROFILE %q and SIGNIN %q", seen.Source, q.sub, seen.At.Format("15:04:05.000"), writes.Profile, writes.SignIn)
		if writes.SignIn == users.Applied && writes.Profile == users.None {
			w.noted["a sign-in left PROFILE alone"]++
		}
		if err == nil {
			w.mustKnow(q, seen.Source)
			w.mustSay(q, seen)
		}
	})
}

// preToken issues a token from what it reads, unless it refuses, and then writes the row
// of a user that the table lacks.
func (w *world) preToken(q *user, seen users.Sighting, a attempt, store users.Recorder) {
	access, err := w.ledger.Access(context.Background(), seen.Key, "web")
	if err != nil {
		return
	}
	w.issued(q, access)
	if access.Denied() || access.Known {
		return
	}
	w.later(a.writes, func() {
		writes, err := users.Healed(context.Background(), store, w.mirror, seen)
		w.tell("    %s of %s healed PROFILE: %q", seen.Source, q.sub, writes.Profile)
		if writes.Profile == users.Applied {
			w.noted["a token healed a row"]++
		}
		if err == nil {
			w.mustKnow(q, seen.Source)
		}
	})
}
