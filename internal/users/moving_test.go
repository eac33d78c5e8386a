package users_test

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/migration/migrationtest"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// both is a store with the mirror and with those who wait. It fails from its nth call on.
type both struct {
	*userstest.Memory
	waits *migrationtest.Memory
	left  int    // calls until it fails; negative: never
	bad   string // the call that fails
	asked []string
}

var errKilled = errors.New("killed")

func (b *both) call(what string) error {
	if word, _, _ := strings.Cut(what, " "); b.left == 0 || word == b.bad {
		return errKilled
	}
	b.left--
	b.asked = append(b.asked, what)
	return nil
}

func (b *both) SignIn(ctx context.Context, in users.SignIn) (users.Write, error) {
	if err := b.call("count"); err != nil {
		return users.Failed, err
	}
	return b.Memory.SignIn(ctx, in)
}

func (b *both) SignInAgain(ctx context.Context, in users.SignIn) (users.Write, error) {
	if err := b.call("again"); err != nil {
		return users.Failed, err
	}
	return b.Memory.SignInAgain(ctx, in)
}

func (b *both) Moved(ctx context.Context, pool, name, username string, at time.Time) (users.Write, error) {
	if err := b.call("moved " + name + " " + username); err != nil {
		return users.Failed, err
	}
	return b.waits.Moved(ctx, pool, name, username, at)
}

func newBoth() *both {
	return &both{Memory: new(userstest.Memory), waits: new(migrationtest.Memory), left: -1}
}

func emptyMirror(t testing.TB) *users.Mirror {
	t.Helper()
	mirror, err := users.CompileMirror(policy.Mirror{})
	if err != nil {
		t.Fatal(err)
	}
	return mirror
}

const theSub = "f3d4c5b6-0001-4a5b-8c9d-00000000a001"

var dawn = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)

func seenAs(username string, at time.Time, attributes ...string) users.Sighting {
	seen := users.Sighting{Key: users.Key{PoolID: "pool", Sub: theSub}, At: at, Source: "PostAuthentication_Authentication", Username: username, Attributes: map[string]string{"sub": theSub}}
	for i := 0; i < len(attributes); i += 2 {
		seen.Attributes[attributes[i]] = attributes[i+1]
	}
	return seen
}

// Which rows a first sign-in ends: an address counts where it signs in, or for the person whose
// row names the user.
func TestR103_AFirstSignInEndsTheWaitOfItsOwnUser(t *testing.T) {
	for name, c := range map[string]struct {
		seen users.Sighting
		want []string
	}{
		"a pool of addresses":      {seenAs(theSub, dawn, "email", "Ada@example.com", "phone_number", "+491", "preferred_username", "ada"), []string{"again", "moved Ada@example.com ", "moved +491 ", "count"}},
		"a pool of names":          {seenAs("Ada", dawn, "email", "ada@example.com", "phone_number", "+491", "preferred_username", "lady"), []string{"again", "moved Ada ", "moved ada@example.com Ada", "moved +491 Ada", "moved lady Ada", "count"}},
		"a preferred name as well": {seenAs("Ada", dawn, "preferred_username", " ada"), []string{"again", "moved Ada ", "count"}},
		"nothing but a sub":        {seenAs(theSub, dawn), []string{"again", "count"}},
		"nothing at all":           {seenAs("", dawn), []string{"again", "count"}},
	} {
		store := newBoth()
		if _, err := users.SignedIn(t.Context(), users.Moving(store, c.seen), emptyMirror(t), c.seen); err != nil || !reflect.DeepEqual(store.asked, c.want) {
			t.Errorf("%s: asked %q, %v, want %q", name, store.asked, err, c.want)
		}
		store.asked, c.seen.At = nil, dawn.Add(time.Minute)
		if _, err := users.SignedIn(t.Context(), users.Moving(store, c.seen), emptyMirror(t), c.seen); err != nil || !reflect.DeepEqual(store.asked, []string{"again"}) {
			t.Errorf("%s: the next sign-in asked %q, %v", name, store.asked, err)
		}
	}
}

// However often sign-ins are killed, at whatever call: once one comes to its end the wait is
// over, the sign-in is counted, and neither was so before the other could be.
func TestR103_AKilledFirstSignInEndsTheWaitNextTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		store, at := newBoth(), dawn
		if _, err := store.waits.Load(rt.Context(), "pool", "ada@example.com", table.Legacy{Hash: "$1", LoadedAt: dawn}); err != nil {
			rt.Fatal(err)
		}
		if _, err := store.waits.Prove(rt.Context(), "pool", "ada@example.com", "$1", dawn); err != nil {
			rt.Fatal(err)
		}
		kills := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 6).Draw(rt, "kills")
		for _, left := range append(kills, -1) {
			at = at.Add(time.Duration(rapid.IntRange(0, 40_000).Draw(rt, "later")) * time.Millisecond)
			store.left = left
			seen := seenAs(theSub, at, "email", "ada@example.com")
			_, err := users.SignedIn(rt.Context(), users.Moving(store, seen), emptyMirror(t), seen)
			if left < 0 && err != nil {
				rt.Fatal(err)
			}
			rows, _ := store.Rows(rt.Context(), seen.Key)
			row, _ := store.waits.Waiting(rt.Context(), "pool", "ada@example.com")
			if rows.SignIn.Count > 0 && row.MovedAt.IsZero() {
				rt.Fatalf("the sign-in is counted and the person waits for ever")
			}
			if left < 0 && (row.MovedAt.IsZero() || row.Hash != "" || rows.SignIn.Count == 0) {
				rt.Fatalf("the person waits: %+v, %+v", row, rows.SignIn)
			}
		}
	})
}

// A failure of any of the calls is a failure of the sign-in's record, not of the sign-in: the
// profile is written all the same. Nothing is counted while somebody waits.
func TestR103_AFailureToEndAWaitIsSaid(t *testing.T) {
	for _, bad := range []string{"again", "moved", "count"} {
		store, seen := newBoth(), seenAs(theSub, dawn, "email", "ada@example.com")
		store.bad = bad
		writes, err := users.SignedIn(t.Context(), users.Moving(store, seen), emptyMirror(t), seen)
		if rows, _ := store.Rows(t.Context(), seen.Key); !errors.Is(err, errKilled) || writes.SignIn != users.Failed || writes.Profile != users.Applied || rows.SignIn.Count > 0 {
			t.Errorf("%s: %+v, %v, counted %d", bad, writes, err, rows.SignIn.Count)
		}
	}
}

func TestR103_ASignInAgainIsOneOfAUserWhoHasOne(t *testing.T) {
	in := users.SignIn{At: dawn, ClientID: "web"}
	first, _ := users.MergeSignIn(table.SignIn{}, in)
	for _, row := range []table.SignIn{{}, first} {
		if got, write := users.MergeSignInAgain(row, in); got != row || write != users.Unchanged {
			t.Errorf("%+v became %+v, %q", row, got, write)
		}
	}
	in.At = dawn.Add(time.Hour)
	want, _ := users.MergeSignIn(first, in)
	if got, write := users.MergeSignInAgain(first, in); got != want || write != users.Applied {
		t.Errorf("got %+v, %q, want %+v", got, write, want)
	}
}
