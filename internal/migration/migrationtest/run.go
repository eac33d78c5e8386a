package migrationtest

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Run holds a store to what package migration expects of it.
func Run(t *testing.T, s Store) {
	t.Run("R102_AmongParallelTriesFiveGetThrough", func(t *testing.T) { parallelTries(t, s) })
	t.Run("R103_WhoHasMovedIsNotBroughtBack", func(t *testing.T) { broughtBack(t, s) })
	t.Run("R103_NobodyEndsTheWaitOfSomebodyElse", func(t *testing.T) { othersWait(t, s) })
	t.Run("R103_ANewHashNeedsANewProof", func(t *testing.T) { aNewHash(t, s) })
	t.Run("R103_AnyHistoryEqualsTheModel", func(t *testing.T) { history(t, s) })
}

const pool = "eu-west-1_AbCdEf123"

// start has milliseconds that end in zeros, which a careless format would drop.
var start = time.Date(2026, 3, 1, 8, 0, 0, 100*int(time.Millisecond), time.UTC)

var last atomic.Int64

// newName returns a name that is not in use.
func newName() string {
	return fmt.Sprintf("ada-%d-%d@example.com", time.Now().UnixNano(), last.Add(1))
}

func waiting(username string) table.Legacy {
	return table.Legacy{Hash: "$2b$04$hash", Username: username, Attributes: map[string]string{"email": "ada@example.com", "email_verified": "true"}, LoadedAt: start}
}

// want returns what checks the result of a call.
func want[T any](t *testing.T, what string, want T) func(got T, err error) {
	t.Helper()
	return func(got T, err error) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: got %+v, %v, want %+v", what, got, err, want)
		}
	}
}

func parallelTries(t *testing.T, s Store) {
	name := newName()
	var through atomic.Int64
	var guesses sync.WaitGroup
	for range 200 {
		guesses.Go(func() {
			free, err := s.Reserve(t.Context(), pool, name, start, migration.Most, migration.Window)
			if err != nil {
				t.Error(err)
			}
			if free {
				through.Add(1)
			}
		})
	}
	guesses.Wait()
	want(t, "tries", int64(migration.Most))(through.Load(), nil)
}

func broughtBack(t *testing.T, s Store) {
	ctx, name := t.Context(), newName()
	want(t, "the first load", users.Applied)(s.Load(ctx, pool, name, waiting("")))
	want(t, "the row", waiting(""))(s.Waiting(ctx, pool, name))
	want(t, "the end of a wait that nobody proved", users.Unchanged)(s.Moved(ctx, pool, name, "", start))
	want(t, "a proof", true)(s.Prove(ctx, pool, name, "$2b$04$hash", start.Add(time.Minute)))
	want(t, "the end", users.Applied)(s.Moved(ctx, pool, name, "", start.Add(time.Hour)))
	moved := table.Legacy{LoadedAt: start, ProvedAt: start.Add(time.Minute), MovedAt: start.Add(time.Hour)}
	for range 2 {
		want(t, "the row", moved)(s.Waiting(ctx, pool, name))
		want(t, "a later load", users.Unchanged)(s.Load(ctx, pool, name, waiting("")))
		want(t, "a later end", users.Unchanged)(s.Moved(ctx, pool, name, "", start.Add(2*time.Hour)))
		for _, hash := range []string{"$2b$04$hash", ""} {
			want(t, "a later proof", false)(s.Prove(ctx, pool, name, hash, start.Add(2*time.Hour)))
		}
	}
}

func othersWait(t *testing.T, s Store) {
	ctx, name := t.Context(), newName()
	want(t, "the load", users.Applied)(s.Load(ctx, pool, name, waiting("ada")))
	want(t, "another hash", false)(s.Prove(ctx, pool, name, "$2b$04$other", start))
	want(t, "no hash", false)(s.Prove(ctx, pool, name, "", start))
	want(t, "the proof", true)(s.Prove(ctx, pool, name, "$2b$04$hash", start))
	for _, username := range []string{"eve", "ADA", " ada"} {
		want(t, username, users.Unchanged)(s.Moved(ctx, pool, name, username, start))
	}
	want(t, "another pool", users.Unchanged)(s.Moved(ctx, pool+"x", name, "", start))
	want(t, "ada", users.Applied)(s.Moved(ctx, pool, name, "ada", start))
	want(t, "an absent row", table.Legacy{})(s.Waiting(ctx, pool, newName()))
}

func aNewHash(t *testing.T, s Store) {
	ctx, name, again := t.Context(), newName(), waiting("")
	again.Hash, again.LoadedAt = "$2b$04$new", start.Add(time.Hour)
	want(t, "the load", users.Applied)(s.Load(ctx, pool, name, waiting("")))
	want(t, "the proof", true)(s.Prove(ctx, pool, name, "$2b$04$hash", start))
	want(t, "a load of the same", users.Unchanged)(s.Load(ctx, pool, name, waiting("")))
	want(t, "a load of a new hash", users.Applied)(s.Load(ctx, pool, name, again))
	want(t, "the old hash", false)(s.Prove(ctx, pool, name, "$2b$04$hash", start))
	want(t, "the end", users.Unchanged)(s.Moved(ctx, pool, name, "", start))
	want(t, "the row", again)(s.Waiting(ctx, pool, name))
}

// drawn is what a call of a history is made with.
type drawn struct {
	name, username, hash string
	at                   time.Time
	attributes           map[string]string
}

// calls are those of a history.
var calls = map[string]func(context.Context, Store, drawn) (any, error){
	"Reserve": func(ctx context.Context, s Store, d drawn) (any, error) {
		return s.Reserve(ctx, pool, d.name, d.at, migration.Most, migration.Window)
	},
	"Waiting": func(ctx context.Context, s Store, d drawn) (any, error) {
		row, err := s.Waiting(ctx, pool, d.name)
		return fmt.Sprintf("%+v", row), err // nil and empty attributes are one
	},
	"Prove": func(ctx context.Context, s Store, d drawn) (any, error) {
		return s.Prove(ctx, pool, d.name, d.hash, d.at)
	},
	"Moved": func(ctx context.Context, s Store, d drawn) (any, error) {
		return s.Moved(ctx, pool, d.name, d.username, d.at)
	},
	"Load": func(ctx context.Context, s Store, d drawn) (any, error) {
		return s.Load(ctx, pool, d.name, table.Legacy{Hash: d.hash, Username: d.username, Attributes: d.attributes, LoadedAt: d.at})
	},
}

// history makes the same random calls to the store and to a model, and compares the results.
func history(t *testing.T, s Store) {
	names := slices.Sorted(maps.Keys(calls))
	form.Check(t, 15, 30, 2000, func(rt *rapid.T) {
		ctx, model, name, at := rt.Context(), new(Memory), newName(), start
		for i := range rapid.IntRange(1, 25).Draw(rt, "calls") {
			at = at.Add(time.Duration(rapid.IntRange(-60_000, 600_000).Draw(rt, "later")) * time.Millisecond)
			call := rapid.SampledFrom(names).Draw(rt, "call")
			d := drawn{
				at:       at,
				name:     rapid.SampledFrom([]string{name, " " + name, "ADA" + name[3:], "other-" + name}).Draw(rt, "name"),
				hash:     rapid.SampledFrom([]string{"", "$1", "$2"}).Draw(rt, "hash"),
				username: rapid.SampledFrom([]string{"", "ada", "eve"}).Draw(rt, "username"),
			}
			if rapid.Bool().Draw(rt, "attributes") {
				d.attributes = map[string]string{"email": name, "name": "<\"&"}
			}
			for _, call := range []string{call, "Waiting"} {
				got, err := calls[call](ctx, s, d)
				if want, _ := calls[call](ctx, model, d); err != nil || got != want {
					rt.Fatalf("call %d, %s of %+v: got %v, %v, want %v", i, call, d, got, err, want)
				}
			}
		}
	})
}
