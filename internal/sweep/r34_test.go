package sweep_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// each is how many users have each kind of drift.
const each = 200

var fiveKinds = map[sweep.Kind]int{sweep.Missing: each, sweep.Stale: each, sweep.Disabled: each, sweep.Deleted: each, sweep.Recreated: each}

// drifted returns a world with that many users of each kind: missing, stale, disabled,
// deleted, re-created, without drift, and not confirmed. A re-created user has a new
// sub with a row.
func drifted(t *testing.T, each int) *world {
	return driftedAs(t, each, func(sub string) string { return sub })
}

// uuid returns a sub as Cognito makes them, always the same for a name.
func uuid(name string) string {
	h := sha256.Sum256([]byte(name))
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

func driftedAs(t *testing.T, each int, as func(string) string) *world {
	w := newWorld(t)
	for i := range each {
		make := func(kind string) sweep.User {
			return user(fmt.Sprintf("%s-%03d", kind, i), as(fmt.Sprintf("sub-%s-%03d", kind, i)))
		}
		right, missing, stale, disabled := make("right"), make("missing"), make("stale"), make("disabled")
		deleted, recreated, unconfirmed := make("deleted"), make("recreated"), make("unconfirmed")
		for _, u := range []sweep.User{right, stale, disabled, deleted, recreated} {
			w.mirrored(u)
		}
		stale.Attributes = maps.Clone(stale.Attributes)
		stale.Attributes["email"] = "new-" + stale.Attributes["email"]
		disabled.Disabled, unconfirmed.Status, recreated.Sub = true, "UNCONFIRMED", as(recreated.Sub+"-again")
		w.mirrored(recreated)
		for _, u := range []sweep.User{right, missing, stale, disabled, recreated, unconfirmed} {
			w.pool.put(u)
		}
	}
	return w
}

// The second pass finds nothing and writes nothing.
func TestR34_FiveKindsOfDriftConvergeInOnePass(t *testing.T) {
	for _, workers := range []int{1, 16} {
		w := drifted(t, each)
		w.o.Workers = workers
		report := w.sweep()
		w.kinds(report, fiveKinds)
		if report.Listed != 6*each || report.Unconfirmed != each || report.Written != 5*each || report.Total() != 5*each || len(w.found) != 5*each {
			t.Errorf("report %s", text(report))
		}
		if report.Asked != 4*each { // those who are gone, twice
			t.Errorf("asked %d times", report.Asked)
		}
		if got := w.row("sub-stale-000"); got.PreviousEmail != "stale-000@example.com" || got.CreatedBy != "PostConfirmation_ConfirmSignUp" {
			t.Errorf("the changed row is %s", text(got))
		}
		if got := w.row("sub-missing-000"); got.CreatedBy != sweep.Source || !got.AttrsAt.Equal(got.AttrsAt.Truncate(time.Second)) {
			t.Errorf("the new row is %s", text(got))
		}
		w.converged()

		w.table.writes, w.pool.gets = 0, nil
		again := w.sweep()
		w.kinds(again, nil)
		if w.table.writes != 0 || again.Written != 0 || len(w.pool.gets) != 0 {
			t.Errorf("the second pass wrote %d times and asked %d times", w.table.writes, len(w.pool.gets))
		}
	}
}

// The test checks every one-second window of the calls' times.
func TestR34_RatesAreKept(t *testing.T) {
	for _, rate := range []float64{0, 3, 30} {
		w := drifted(t, each)
		w.pool.page, w.o.ListRate = 10, rate
		w.sweep()
		most := int(rate)
		if rate == 0 {
			most = sweep.DefaultListRate
		}
		if busiest(w.pool.lists) != most || busiest(w.pool.gets) != sweep.MaxGetRate {
			t.Errorf("at the rate %v the busiest second has %d ListUsers and %d AdminGetUser", rate, busiest(w.pool.lists), busiest(w.pool.gets))
		}
	}
}

// busiest returns the most calls within a second that begins with a call.
func busiest(calls []time.Time) (most int) {
	for i, from := range calls {
		n := 0
		for _, at := range calls[i:] {
			if at.Sub(from) < time.Second {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

// The test kills a pass after each write of its book, lets another one continue, and
// expects the same table. The pool has a dozen leaves.
func TestR34_KilledAtEachWriteAndResumed(t *testing.T) {
	for _, workers := range []int{1, 16} {
		last := 0
		for at := 0; ; at++ {
			w := driftedAs(t, 12, uuid)
			w.o = w.o.WithLeaf(8)
			w.o.Workers, w.pool.page = workers, 5
			if !w.killedAt(at) {
				break
			}
			last = at
		}
		if last < 12 {
			t.Errorf("killed at %d writes only", last)
		}
	}
}

// killedAt kills a pass after some writes and lets another pass end it. It returns false
// if the pass has fewer.
func (w *world) killedAt(writes int) bool {
	w.Helper()
	if err := w.killed(w.pool, writes); err == nil {
		return false
	} else if !errors.Is(err, errKilled) {
		w.Fatalf("killed at %d: %v", writes, err)
	}
	report, err := w.run()
	if err != nil || !report.Complete || report.Listed != 6*12 || report.Unconfirmed != 12 {
		w.Fatalf("killed at %d, and then: %v, %s", writes, err, text(report))
	}
	for _, kind := range []sweep.Kind{sweep.Missing, sweep.Stale, sweep.Disabled, sweep.Deleted, sweep.Recreated} {
		// What was healed after the last write of the book is no longer drift.
		if n := report.Drift[kind]; n > 12 {
			w.Errorf("killed at %d: %d × %s", writes, n, kind)
		}
	}
	w.converged()
	return true
}

// The list shows users who are gone, hides some who exist, and shows others as they
// were.
func TestR34_AStaleListEntryNeverCreatesOrDeletesByItself(t *testing.T) {
	w := newWorld(t)
	// Buried already, and still listed.
	buried := user("buried", "sub-buried")
	w.mirrored(buried)
	if err := w.table.Memory.Erase(t.Context(), w.key("sub-buried"), noon.Add(-time.Minute)); err != nil {
		t.Fatal(err)
	}
	// Deleted a minute ago, changed before that, and still listed: with and without a
	// row.
	gone, never := user("gone", "sub-gone"), user("never", "sub-never")
	gone.ModifiedAt, never.ModifiedAt = noon.Add(-2*time.Minute), noon.Add(-2*time.Minute)
	w.mirrored(gone)
	gone.Attributes = map[string]string{"email": "other@example.com"}
	// Present, and not listed.
	hidden := user("hidden", "sub-hidden")
	w.mirrored(hidden)
	// Changed and signed in two minutes ago; the list still shows the old address.
	changed := user("changed", "sub-changed")
	old := user("changed", "sub-changed")
	changed.Attributes["email"], changed.ModifiedAt = "new@example.com", noon.Add(-2*time.Minute)
	w.seen(changed, noon.Add(-2*time.Minute+time.Second))
	w.pool.put(hidden)
	w.pool.put(changed)
	w.pool.stale = []sweep.User{buried, gone, never, old}

	report, err := sweep.Run(t.Context(), hiding{w.pool, "hidden"}, w.table, w.book, w.o)
	if err != nil {
		t.Fatal(err)
	}
	w.kinds(report, map[sweep.Kind]int{sweep.Erased: 1, sweep.Deleted: 1})
	if !w.row("sub-never").AttrsAt.IsZero() {
		t.Errorf("a user who is gone was created: %s", text(w.row("sub-never")))
	}
	for sub, want := range map[string]bool{"sub-buried": true, "sub-gone": true, "sub-hidden": false, "sub-changed": false} {
		if row := w.row(sub); row.DeletedAt.IsZero() == want {
			t.Errorf("%s is buried: %v", sub, !want)
		}
	}
	if got := w.row("sub-changed"); got.Email != "new@example.com" {
		t.Errorf("the list's old address came back: %s", text(got))
	}
}
