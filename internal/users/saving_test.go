package users_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// counting counts the requests.
type counting struct {
	*userstest.Memory
	writes, reads int
}

func (c *counting) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	c.writes++
	return c.Memory.Upsert(ctx, seen)
}

func (c *counting) SignIn(ctx context.Context, seen users.SignIn) (users.Write, error) {
	c.writes++
	return c.Memory.SignIn(ctx, seen)
}

func (c *counting) Compare(ctx context.Context, seen users.Snapshot) (there, same bool, err error) {
	c.reads++
	return c.Memory.Compare(ctx, seen)
}

func later(seconds float64, change ...func(map[string]string)) users.Sighting {
	seen := sighting("PostAuthentication_Authentication", "CONFIRMED")
	seen.At = at(seconds)
	for _, f := range change {
		f(seen.Attributes)
	}
	return seen
}

func TestR77_ASignInThatChangesNothingIsOneWriteAndOneRead(t *testing.T) {
	store := &counting{Memory: new(userstest.Memory)}
	if _, err := users.Confirmed(t.Context(), store, nil, sighting("PostConfirmation_ConfirmSignUp", "CONFIRMED")); err != nil {
		t.Fatal(err)
	}
	moved := func(a map[string]string) { a["email"] = "a@c.example" }
	for i, c := range []struct {
		seen   users.Sighting
		writes int
		want   users.Writes
	}{
		{later(60), 1, users.Writes{SignIn: users.Applied}}, // also the first one after the sign-up
		{later(120), 1, users.Writes{SignIn: users.Applied}},
		{later(180, moved), 2, users.Writes{Profile: users.Applied, SignIn: users.Applied}},
		{later(240, moved), 1, users.Writes{SignIn: users.Applied}},
		{later(245, moved), 2, users.Writes{Profile: users.Applied, SignIn: users.Advanced}}, // Cognito's retry, or another one in the window
		{later(245, moved), 2, users.Writes{Profile: users.Unchanged, SignIn: users.Unchanged}},
		{later(200), 1, users.Writes{SignIn: users.Late}},
	} {
		store.writes, store.reads = 0, 0
		got, err := users.SignedIn(t.Context(), store, nil, c.seen)
		if err != nil || got != c.want || store.writes != c.writes || store.reads != 1 {
			t.Errorf("sign-in %d: %+v (error %v) by %d writes and %d reads, want %+v by %d", i, got, err, store.writes, store.reads, c.want, c.writes)
		}
	}
}

// TestR77_WhateverElseWritesPROFILEIsSeen is why nothing outside of PROFILE remembers
// what is in it.
func TestR77_WhateverElseWritesPROFILEIsSeen(t *testing.T) {
	said := new(users.Mirror).Profile("ada", later(0).Attributes)
	other := said
	other.Email, other.EmailVerified = "a@c.example", true
	disabled := said
	disabled.Disabled = true
	for name, write := range map[string]func(*userstest.Memory) error{
		"a sweep that found the user disabled": func(m *userstest.Memory) error { return upsertAt(t, m, "ops reconcile", disabled) },
		"a password reset": func(m *userstest.Memory) error {
			return upsertAt(t, m, "PostConfirmation_ConfirmForgotPassword", other)
		},
		"a token's heal": func(m *userstest.Memory) error { return upsertAt(t, m, "TokenGeneration_RefreshTokens", other) },
	} {
		store := new(userstest.Memory)
		mustSignIn(t, store, later(0))
		if err := write(store); err != nil {
			t.Fatal(err)
		}
		mustSignIn(t, store, later(3600))
		rows, _ := store.Rows(t.Context(), later(0).Key)
		if !reflect.DeepEqual(rows.Profile.Profile, said) {
			t.Errorf("after %s and a sign-in PROFILE says %+v", name, rows.Profile.Profile)
		}
	}
}

func upsertAt(t *testing.T, m *userstest.Memory, source string, p users.Profile) error {
	_, err := m.Upsert(t.Context(), users.Snapshot{Key: later(0).Key, At: at(600), Source: source, Profile: p})
	return err
}

func mustSignIn(t *testing.T, store users.Mirrored, seen users.Sighting) {
	t.Helper()
	if _, err := users.SignedIn(t.Context(), store, nil, seen); err != nil {
		t.Fatal(err)
	}
}

func TestR77_AMissingRowIsWrittenAndATombstoneStays(t *testing.T) {
	store := new(userstest.Memory)
	mustSignIn(t, store, later(0))
	if rows, _ := store.Rows(t.Context(), later(0).Key); rows.Profile.AttrsAt.IsZero() {
		t.Error("a missing PROFILE stays missing")
	}
	if err := store.Erase(t.Context(), later(0).Key, at(1)); err != nil {
		t.Fatal(err)
	}
	before, _ := store.Rows(t.Context(), later(0).Key)
	mustSignIn(t, store, later(3600))
	if after, _ := store.Rows(t.Context(), later(0).Key); !reflect.DeepEqual(before, after) {
		t.Errorf("the tombstone became %+v", after)
	}
}

// TestR77_WithoutAnAnswerPROFILEIsWritten shows that a read that fails costs the saving
// and not the row; the log hears of it.
func TestR77_WithoutAnAnswerPROFILEIsWritten(t *testing.T) {
	down := errors.New("down")
	written := func() (users.Write, error) { return users.Applied, nil }
	store := &recorder{upsert: written, signIn: written, same: func() (bool, error) { return false, down }}
	got, err := users.SignedIn(t.Context(), store, nil, later(0))
	if got != (users.Writes{Profile: users.Applied, SignIn: users.Applied}) || !errors.Is(err, down) {
		t.Errorf("the writes were %+v with error %v", got, err)
	}
}

// TestR77_AnyOverlapOfSignInsEndsWithTheNewest lets sign-ins overlap at random: each
// takes up to 4 s, any of its requests may be slow, and the attributes change to and fro.
// When all are done, PROFILE must say what the newest said.
func TestR77_AnyOverlapOfSignInsEndsWithTheNewest(t *testing.T) {
	for seed := range uint64(form.Often(t, 1000, 3000, 30_000)) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 77))
			store := &slow{random: rand.New(rand.NewPCG(seed, 78))}
			var all sync.WaitGroup
			var newest users.Sighting
			for range 2 + random.IntN(5) {
				time.Sleep(time.Duration(1+random.IntN([]int{100, 5_000, 25_000}[random.IntN(3)])) * time.Millisecond)
				seen := later(0, func(a map[string]string) { a["email"] = []string{"a@b.example", "a@c.example"}[random.IntN(2)] })
				seen.At = time.Now()
				newest = seen
				all.Go(func() { mustSignIn(t, store, seen) })
			}
			all.Wait()
			rows, _ := store.Rows(t.Context(), newest.Key)
			if rows.Profile.Email != newest.Attributes["email"] {
				t.Fatalf("seed %d: PROFILE says %s, the newest sign-in said %s", seed, rows.Profile.Email, newest.Attributes["email"])
			}
		})
	}
}

// slow makes each request wait before and after it is done.
type slow struct {
	userstest.Memory
	mu     sync.Mutex
	random *rand.Rand
}

func (s *slow) pause() {
	s.mu.Lock()
	took := time.Duration(s.random.IntN(900)) * time.Millisecond
	s.mu.Unlock()
	time.Sleep(took)
}

func (s *slow) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	s.pause()
	defer s.pause()
	return s.Memory.Upsert(ctx, seen)
}

func (s *slow) SignIn(ctx context.Context, seen users.SignIn) (users.Write, error) {
	s.pause()
	defer s.pause()
	return s.Memory.SignIn(ctx, seen)
}

func (s *slow) Compare(ctx context.Context, seen users.Snapshot) (there, same bool, err error) {
	s.pause()
	defer s.pause()
	return s.Memory.Compare(ctx, seen)
}

// TestR77_ADigestTellsProfilesApart draws pairs that differ little: what is in one
// attribute in one of them is in two in the other.
func TestR77_ADigestTellsProfilesApart(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "b", "ab", "a\x01b", "true", "\x00"})
	profile := rapid.Custom(func(rt *rapid.T) users.Profile {
		p := users.Profile{
			Username: text.Draw(rt, "username"), Email: text.Draw(rt, "email"), EmailCollision: text.Draw(rt, "collision"),
			EmailVerified: rapid.Bool().Draw(rt, "verified"), Truncated: rapid.Bool().Draw(rt, "truncated"), Disabled: rapid.Bool().Draw(rt, "disabled"),
		}
		if a := rapid.MapOfN(text, text, 0, 2).Draw(rt, "attributes"); len(a) > 0 {
			p.Attributes = a
		}
		return p
	})
	if (users.Profile{Username: "ab"}).Digest() == (users.Profile{Username: "a", Email: "b"}).Digest() {
		t.Error("where a name ends is not in the digest")
	}
	rapid.Check(t, func(rt *rapid.T) {
		one, two := profile.Draw(rt, "one"), profile.Draw(rt, "two")
		if (one.Digest() == two.Digest()) != reflect.DeepEqual(one, two) || len(one.Digest()) != 22 {
			rt.Fatalf("%+v has %s and %+v has %s", one, one.Digest(), two, two.Digest())
		}
	})
}

// TestR77_EveryMemberOfAProfileIsInTheDigest names the member that a new one would be
// forgotten of.
func TestR77_EveryMemberOfAProfileIsInTheDigest(t *testing.T) {
	kind := reflect.TypeFor[users.Profile]()
	for i := range kind.NumField() {
		var p users.Profile
		switch member := reflect.ValueOf(&p).Elem().Field(i); member.Kind() {
		case reflect.String:
			member.SetString("x")
		case reflect.Bool:
			member.SetBool(true)
		default:
			member.Set(reflect.ValueOf(map[string]string{"x": "y"}))
		}
		if p.Digest() == (users.Profile{}).Digest() {
			t.Errorf("%s is not in the digest", kind.Field(i).Name)
		}
	}
}

// TestR77_ALateSignInOfAMissingRowWritesIt: the later one may have failed half way.
func TestR77_ALateSignInOfAMissingRowWritesIt(t *testing.T) {
	store := new(userstest.Memory)
	if _, err := store.SignIn(t.Context(), users.SignIn{Key: later(0).Key, At: at(10)}); err != nil {
		t.Fatal(err)
	}
	if got, err := users.SignedIn(t.Context(), store, nil, later(0)); err != nil || got != (users.Writes{Profile: users.Applied, SignIn: users.Late}) {
		t.Errorf("the writes were %+v with error %v", got, err)
	}
}

func TestARowIsComparedWithAProfile(t *testing.T) {
	for name, c := range map[string]struct {
		row         users.ProfileRow
		profile     users.Profile
		there, same bool
	}{
		"the same": {alive, ada, true, true}, "another": {alive, ada2, true, false},
		"no row": {users.ProfileRow{}, users.Profile{}, false, false}, "a tombstone": {grave, ada, true, true},
	} {
		if there, same := c.row.Compare(c.profile); there != c.there || same != c.same {
			t.Errorf("%s: there %v, same %v", name, there, same)
		}
	}
}
