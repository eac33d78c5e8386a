package userstest

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// history replays random histories on the store and on the model. Both must answer
// every call alike and hold the same rows after it.
func history(t *testing.T, s Store) {
	rapid.Check(t, func(rt *rapid.T) {
		model, keys := &Memory{}, []users.Key{newKey(), newKey()}
		sent := []call{}
		for range rapid.IntRange(1, 12).Draw(rt, "calls") {
			c := drawCall(rt, keys)
			if len(sent) > 0 && rapid.IntRange(0, 3).Draw(rt, "again") == 0 {
				c = rapid.SampledFrom(sent).Draw(rt, "earlier call")
			}
			sent = append(sent, c)
			got, err := c(t.Context(), s)
			wanted, _ := c(t.Context(), model)
			if err != nil || got != wanted {
				rt.Fatalf("the write was %q with error %v, the model's was %q", got, err, wanted)
			}
			sameRows(rt, t.Context(), s, model, keys)
		}
	})
}

// drawCall draws a delivery or a deletion. The times lie densely around the window, so
// that every branch is taken.
func drawCall(rt *rapid.T, keys []users.Key) call {
	key := rapid.SampledFrom(keys).Draw(rt, "key")
	at := start.Add(time.Duration(rapid.IntRange(-60_000, 60_000).Draw(rt, "ms")) * time.Millisecond)
	switch rapid.IntRange(0, 9).Draw(rt, "kind") {
	case 0:
		return erase(key, at)
	case 1, 2:
		return refresh(key, at, drawProfile(rt))
	case 3, 4, 5:
		return snapshot(key, at, rapid.SampledFrom([]string{"confirm", "authenticate", "sweep"}).Draw(rt, "source"), drawProfile(rt))
	default:
		return signIn(key, at, rapid.SampledFrom([]string{"web", "app", ""}).Draw(rt, "client"))
	}
}

func drawProfile(rt *rapid.T) users.Profile {
	p := rapid.SampledFrom([]users.Profile{ada, ada2, ada3, bare, {}}).Draw(rt, "profile")
	p.Truncated, p.Disabled = rapid.Bool().Draw(rt, "truncated"), rapid.Bool().Draw(rt, "disabled")
	return p
}

func sameRows(rt *rapid.T, ctx context.Context, s, model Store, keys []users.Key) {
	for _, key := range keys {
		got, err := s.Rows(ctx, key)
		if err != nil {
			rt.Fatalf("reading the rows: %v", err)
		}
		if wanted, _ := model.Rows(ctx, key); !same(got, wanted) {
			rt.Fatalf("the rows differ:\n store %+v\n model %+v", got, wanted)
		}
		for _, p := range []users.Profile{ada, ada2, ada3, bare, {}} {
			there, same, err := s.Compare(ctx, users.Snapshot{Key: key, Profile: p})
			wantedThere, wantedSame, _ := model.Compare(ctx, users.Snapshot{Key: key, Profile: p})
			if err != nil || there != wantedThere || same != wantedSame {
				rt.Fatalf("PROFILE is there %v, says %+v: %v (error %v), in the model %v and %v", there, p, same, err, wantedThere, wantedSame)
			}
		}
		access, err := s.Access(ctx, key, "")
		if wanted, _ := model.Access(ctx, key, ""); err != nil || !same(access, wanted) {
			rt.Fatalf("access differs (error %v):\n store %+v\n model %+v", err, access, wanted)
		}
	}
}

// anyOrder delivers the same events in two orders. What the rows say about the user now
// must not depend on the order. Only these may: which delivery came first (createdAt,
// the count inside a window), and which changes were seen on the way (the previous
// address).
func anyOrder(t *testing.T, s Store) {
	rapid.Check(t, func(rt *rapid.T) {
		events := drawEvents(rt)
		shuffled := rapid.Permutation(events).Draw(rt, "order")
		a, b := newKey(), newKey()
		one, two := deliver(rt, t.Context(), s, a, events), deliver(rt, t.Context(), s, b, shuffled)
		if !same(settled(one), settled(two)) {
			rt.Fatalf("two orders of the same events end differently:\n %+v\n %+v", one, two)
		}
	})
}

type event struct {
	at      time.Time
	signIn  bool
	profile users.Profile
}

// drawEvents draws events at distinct times: to Cognito, two snapshots of the same
// millisecond are one.
func drawEvents(rt *rapid.T) []event {
	times := rapid.SliceOfNDistinct(rapid.IntRange(0, 90_000), 1, 6, rapid.ID[int]).Draw(rt, "ms")
	events := make([]event, len(times))
	for i, ms := range times {
		events[i] = event{at: start.Add(time.Duration(ms) * time.Millisecond), signIn: rapid.Bool().Draw(rt, "sign-in"), profile: drawProfile(rt)}
	}
	return events
}

func deliver(rt *rapid.T, ctx context.Context, s Store, key users.Key, events []event) users.Rows {
	for _, e := range events {
		c := snapshot(key, e.at, "any", e.profile)
		if e.signIn {
			c = signIn(key, e.at, "web")
		}
		if _, err := c(ctx, s); err != nil {
			rt.Fatal(err)
		}
	}
	rows, err := s.Rows(ctx, key)
	if err != nil {
		rt.Fatal(err)
	}
	return rows
}

// settled clears what tells about deliveries and not about the user.
func settled(rows users.Rows) users.Rows {
	p, s := &rows.Profile, &rows.SignIn
	p.CreatedAt, p.Rev, p.PreviousEmail, p.EmailChangedAt = time.Time{}, 0, "", time.Time{}
	s.First, s.Mark, s.Count, s.LastClient = time.Time{}, time.Time{}, 0, ""
	return rows
}
