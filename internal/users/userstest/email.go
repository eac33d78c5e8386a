package userstest

import (
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// previousEmail changes an address step by step; after each, the row keeps the last
// verified address that was left, and when.
func previousEmail(t *testing.T, s Store) {
	key := newKey()
	verified := func(address string) users.Profile {
		return users.Profile{Username: "ada", Email: address, EmailVerified: true}
	}
	claimed := users.Profile{Username: "ada", Email: "claimed@example.com"}
	for i, step := range []struct {
		now      users.Profile
		previous string
		changed  int // the step that changed it, from 1
	}{
		{claimed, "", 0},                                      // nothing before it
		{verified("a@example.com"), "", 0},                    // an address that was never verified is not kept
		{verified("a@example.com"), "", 0},                    // the same
		{verified("A@EXAMPLE.com"), "", 0},                    // the same mailbox
		{verified("b@example.com"), "A@EXAMPLE.com", 5},       // as it was written
		{verified("b@example.com"), "A@EXAMPLE.com", 5},       // and stays
		{claimed, "b@example.com", 7},                         // a change that waits for its verification
		{verified("claimed@example.com"), "b@example.com", 7}, // and has it
		{bare, "claimed@example.com", 9},                      // removed
		{verified("c@example.com"), "claimed@example.com", 9},
		{users.Profile{Username: "ada", Email: "C@example.com"}, "claimed@example.com", 9}, // no longer verified
		{bare, "claimed@example.com", 9},
	} {
		want(t, s, users.Applied, snapshot(key, after(float64(i+1)), "any", step.now))
		want(t, s, users.Unchanged, snapshot(key, after(float64(i+1)), "again", step.now))
		want(t, s, users.Unchanged, snapshot(key, after(0), "late", verified("late@example.com")))
		row, at := rowsOf(t, s, key).Profile, time.Time{}
		if step.changed > 0 {
			at = after(float64(step.changed))
		}
		if row.Profile.Email != step.now.Email || row.PreviousEmail != step.previous || !row.EmailChangedAt.Equal(at) || row.Rev != int64(i+1) {
			t.Fatalf("after step %d the row is %+v, want %q of %v", i+1, row, step.previous, at)
		}
	}
}
