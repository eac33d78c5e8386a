package users_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// TestR30_AThousandUsersAreNeverOvercounted delivers 8,000 sign-ins one to three times
// each, up to 4 s late. If they are 30.1 s or more apart, the count is exact; at any
// distance it is never too high, and the last sign-in never goes back.
func TestR30_AThousandUsersAreNeverOvercounted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		sparse, dense := deliver(t, random, 30100*time.Millisecond), deliver(t, random, time.Duration(1+random.Int64N(int64(40*time.Second))))
		if sparse.Count != 8 || dense.Count > 8 || dense.Count < 1 {
			t.Fatalf("8 sign-ins were counted as %d far apart and as %d close together", sparse.Count, dense.Count)
		}
	}
}

// deliver delivers eight sign-ins, each as Cognito retries: at least 5 s apart, every
// attempt started within 4 s.
func deliver(t *testing.T, random *rand.Rand, apart time.Duration) (row table.SignIn) {
	t.Helper()
	at := noon
	for range 8 {
		attempts := make([]time.Time, 1+random.IntN(3))
		for i := range attempts {
			attempts[i] = at.Add(time.Duration(random.Int64N(int64(4 * time.Second))))
		}
		at = at.Add(apart + 4*time.Second)
		random.Shuffle(len(attempts), func(i, j int) { attempts[i], attempts[j] = attempts[j], attempts[i] })
		for _, attempt := range attempts {
			next, fate := users.MergeSignIn(row, users.SignIn{At: attempt, ClientID: "web"})
			if next.Last.Before(row.Last) || (fate == users.Unchanged || fate == users.Late) != (next == row) {
				t.Fatalf("a write that was %q turned %+v into %+v", fate, row, next)
			}
			row = next
		}
	}
	return row
}

// Cognito calls again after 5 s, and a time-out covers the invoke phase only: an attempt
// may begin after up to 10 s of init, when later ones have begun or ended. Three attempts
// of one sign-in count once, in whatever order they write.
func TestR49_AttemptsThatMeetCountOnce(t *testing.T) {
	const call, longestInit = 5 * time.Second, 10 * time.Second
	random := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		var row table.SignIn
		for _, i := range random.Perm(3) {
			init := []time.Duration{0, longestInit, time.Duration(random.Int64N(int64(longestInit)))}[random.IntN(3)]
			row, _ = users.MergeSignIn(row, users.SignIn{At: noon.Add(time.Duration(i)*call + init), ClientID: "web"})
		}
		if row.Count != 1 {
			t.Fatalf("one sign-in was counted as %d: %+v", row.Count, row)
		}
	}
}

func TestRowsKeepMilliseconds(t *testing.T) {
	at := noon.Add(1999 * time.Microsecond)
	profile, _ := users.MergeProfile(users.ProfileRow{}, users.Snapshot{At: at})
	if want := noon.Add(time.Millisecond); !profile.CreatedAt.Equal(want) || !profile.AttrsAt.Equal(want) {
		t.Errorf("PROFILE keeps %v", profile.AttrsAt)
	}
	if _, fate := users.MergeProfile(profile, users.Snapshot{At: at.Add(-time.Microsecond)}); fate != users.Unchanged {
		t.Errorf("a snapshot of the same millisecond was %q", fate)
	}
}

func TestOnlySuspendedAndDeletedAreDenied(t *testing.T) {
	for status, want := range map[table.Status]bool{"": false, table.Active: false, table.Suspended: true} {
		if got := (table.Access{Authz: table.Authz{Status: status}}).Denied(); got != want {
			t.Errorf("status %q is denied: %v", status, got)
		}
	}
	if !(table.Access{Deleted: true}).Denied() || (table.Access{}).Denied() {
		t.Error("a deleted user is denied and an unknown one is not")
	}
}
