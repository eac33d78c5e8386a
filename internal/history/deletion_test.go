package history

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// The test buries the three rows of a user one after the other, and then again, while all
// writers write about users before, between and after, in a thousand orders.
func TestR32_ADeletionWinsAgainstEveryLatecomer(t *testing.T) {
	late := 0
	for seed := range uint64(1000) {
		random := rand.New(rand.NewPCG(seed, 32))
		w := newWorld(faults{}, true)
		q := w.pool.create(w.now, "ada", "a@example.com", confirmed, true)
		q.erased, q.signIns = true, 100
		order := random.Perm(len(writers) + len(burials))
		buried := 0
		for _, i := range order {
			w.advance(time.Duration(random.IntN(40_000)) * time.Millisecond)
			if i >= len(writers) {
				// Rows are buried in their order, whatever comes first.
				burials[min(buried, len(burials)-1)](w, q)
				buried++
				continue
			}
			if buried >= 3 {
				late++
			}
			at := w.now.Add(time.Duration(random.IntN(7200)-3600) * time.Second)
			writers[i](w, q, at)
		}
		rows, err := w.ledger.Rows(t.Context(), key(q.sub))
		if err != nil || rows.Profile.Status != table.Deleted || rows.SignIn.DeletedAt.IsZero() || rows.Authz.Status != table.Deleted {
			t.Errorf("seed %d: the rows are %s (%v)", seed, words(rows), err)
		}
		for _, broken := range w.broken {
			t.Errorf("seed %d: %s", seed, broken)
		}
	}
	if late < 1000 {
		t.Errorf("only %d writes came after the deletion", late)
	}
}

// burials bury one row more each; the last buries all again.
var burials = []func(*world, *user){
	func(w *world, q *user) { w.ledger.eraseSome(key(q.sub), w.now, 1) },
	func(w *world, q *user) { w.ledger.eraseSome(key(q.sub), w.now, 2) },
	func(w *world, q *user) { w.ledger.eraseSome(key(q.sub), w.now, 3) },
	func(w *world, q *user) { _ = w.ledger.Erase(context.Background(), key(q.sub), w.now) },
}

// writers are all writers of a user's rows. at may be in the past, for a delayed event.
var writers = []func(w *world, q *user, at time.Time){
	func(w *world, q *user, at time.Time) {
		w.sees(users.Confirmed, q, "PostConfirmation_ConfirmSignUp", at)
	},
	func(w *world, q *user, at time.Time) {
		w.sees(users.Confirmed, q, "PostConfirmation_ConfirmForgotPassword", at)
	},
	func(w *world, q *user, at time.Time) {
		w.sees(signedIn, q, "PostAuthentication_Authentication", at)
	},
	func(w *world, q *user, at time.Time) {
		w.sees(signedIn, q, "PostAuthentication_Authentication", at)
	},
	func(w *world, q *user, at time.Time) { w.sees(users.Healed, q, "TokenGeneration_RefreshTokens", at) },
	func(w *world, q *user, at time.Time) {
		_, _ = w.ledger.Upsert(context.Background(), users.Snapshot{Key: key(q.sub), At: earlier(at, w.now), Source: sweep.Source, Profile: sweep.Profile(w.mirror, q.shown(q.now()))})
	},
	func(w *world, q *user, _ time.Time) { w.grant(q, step{what: grant, of: 3}) },
	func(w *world, q *user, _ time.Time) { q.suspends = true; w.setAuthz(q) },
}

type handler func(context.Context, users.Recorder, *users.Mirror, users.Sighting) (users.Writes, error)

func signedIn(ctx context.Context, store users.Recorder, mirror *users.Mirror, seen users.Sighting) (users.Writes, error) {
	return users.SignedIn(ctx, store.(users.Mirrored), mirror, seen)
}

func (w *world) sees(handle handler, q *user, source string, at time.Time) {
	attributes := map[string]string{"cognito:user_status": q.now().status}
	for name, value := range q.now().attributes {
		attributes[name] = value
	}
	_, _ = handle(context.Background(), w.ledger, w.mirror, users.Sighting{
		Key: key(q.sub), At: earlier(at, w.now), Source: source, Username: q.now().username, Attributes: attributes, ClientID: "web",
	})
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
