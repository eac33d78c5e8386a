package userstest

import (
	"context"
	"fmt"
	"reflect"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Run holds a store to the promises of package users. newStore may return the same
// store every time: no two parts of the suite use the same key.
func Run(t *testing.T, newStore func(*testing.T) Store) {
	for _, part := range []struct {
		name  string
		prove func(*testing.T, Store)
	}{
		{"AnAbsentUserHasNoRowsAndNoAccess", absentUser},
		{"EveryCallThriceIsTheSameAsOnce", thrice},
		{"CreationIsFirstWinsAndAttributesAreNewestWins", firstAndNewest},
		{"AbsentAttributesAreRemovedNeverEmpty", absentAttributes},
		{"TheLastVerifiedAddressIsKept", previousEmail},
		{"R77_ARowIsComparedToTheLetter", compared},
		{"HostileStringsAreStoredAsTheyAre", hostileStrings},
		{"R33_APasswordResetCreatesNoRowAndResetsNothing", passwordReset},
		{"SparseSignInsAreCountedExactly", sparseSignIns},
		{"DenseSignInsAreNeverOvercounted", denseSignIns},
		{"LastSignInNeverGoesBack", lastSignIn},
		{"R103_AFirstSignInIsNoneAgain", signInAgain},
		{"R32_ATombstoneBlocksEveryWriter", tombstone},
		{"R32_ATombstoneHoldsNoPersonalData", tombstoneIsClean},
		{"AccessIsWhatTheServerGranted", access},
		{"AnAppClientHasTheProfileThatTheStackGaveIt", clients},
		{"TheOrderOfDeliveriesDoesNotMatter", anyOrder},
		{"R30_AnyHistoryEqualsTheModel", history},
	} {
		t.Run(part.name, func(t *testing.T) { part.prove(t, newStore(t)) })
	}
}

// start has milliseconds that end in zeros, which a careless format would drop.
var start = time.Date(2026, 3, 1, 8, 0, 0, 100*int(time.Millisecond), time.UTC)

var lastKey atomic.Int64

// newKey returns a key that is not in use.
func newKey() users.Key {
	return users.Key{PoolID: "eu-west-1_AbCdEf123", Sub: fmt.Sprintf("sub-%d-%d", time.Now().UnixNano(), lastKey.Add(1))}
}

func after(seconds float64) time.Time {
	return start.Add(time.Duration(seconds * float64(time.Second)))
}

// signIn and snapshot return the two writes, which the suite treats alike.
func signIn(key users.Key, at time.Time, client string) call {
	return func(ctx context.Context, s Store) (users.Write, error) {
		return s.SignIn(ctx, users.SignIn{Key: key, At: at, ClientID: client})
	}
}

func snapshot(key users.Key, at time.Time, source string, profile users.Profile) call {
	return func(ctx context.Context, s Store) (users.Write, error) {
		return s.Upsert(ctx, users.Snapshot{Key: key, At: at, Source: source, Profile: profile})
	}
}

func refresh(key users.Key, at time.Time, profile users.Profile) call {
	return func(ctx context.Context, s Store) (users.Write, error) {
		return s.Upsert(ctx, users.Snapshot{Key: key, At: at, Source: "reset", RefreshOnly: true, Profile: profile})
	}
}

func erase(key users.Key, at time.Time) call {
	return func(ctx context.Context, s Store) (users.Write, error) {
		return users.None, s.Erase(ctx, key, at)
	}
}

type call func(context.Context, Store) (users.Write, error)

// want makes the call and checks its result.
func want(t *testing.T, s Store, fate users.Write, c call) {
	t.Helper()
	got, err := c(t.Context(), s)
	if err != nil || got != fate {
		t.Fatalf("the write was %q with error %v, want %q", got, err, fate)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func rowsOf(t *testing.T, s Store, key users.Key) users.Rows {
	t.Helper()
	rows, err := s.Rows(t.Context(), key)
	if err != nil {
		t.Fatalf("reading the rows: %v", err)
	}
	return rows
}

func equal[T any](t *testing.T, what string, got, want T) {
	t.Helper()
	if !same(got, want) {
		t.Fatalf("%s:\n got %+v\nwant %+v", what, got, want)
	}
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }
