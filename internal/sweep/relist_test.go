package sweep_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// halfway returns the checkpoint of a pass over a drifted world after some of its
// twelve pages.
func halfway(t *testing.T, pages int, change func(*world)) (at sweep.Checkpoint) {
	t.Helper()
	w := drifted(t, 20)
	w.pool.page = 10
	change(w)
	w.o.Save = func(c sweep.Checkpoint) error {
		if pages--; pages == 0 {
			at = copied(t, c)
		}
		return nil
	}
	w.sweep()
	return at
}

// refusing refuses the page token in the first call.
func refusing(call int) error {
	if call == 1 {
		return fmt.Errorf("%w: expired", sweep.ErrToken)
	}
	return nil
}

// A user who was shown before and is now gone is buried, and no user is counted twice.
func TestAListFromTheBeginningForgetsTheOneBefore(t *testing.T) {
	at := halfway(t, 11, func(*world) {}) // ten of the unconfirmed users are on the eleventh
	if at.Report.Listed != 110 || at.Report.Unconfirmed == 0 {
		t.Fatalf("the checkpoint is %s", text(at.Report))
	}
	w := drifted(t, 20)
	delete(w.pool.users, "disabled-000")
	w.pool.failList = refusing
	report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
	if err != nil || report.Listed != 119 || report.Unconfirmed != 20 {
		t.Fatalf("%v, report %s", err, text(report))
	}
	w.kinds(sweep.Report{Counts: sweep.Counts{Drift: map[sweep.Kind]int{sweep.Deleted: report.Drift[sweep.Deleted]}}}, map[sweep.Kind]int{sweep.Deleted: 21})
	w.converged()
}

// The pass healed nothing, so the second list shows the same drift. What the first one
// found is reported.
func TestADryRunThatListsFromTheBeginningCountsNothingTwice(t *testing.T) {
	dry := func(w *world) {
		w.o.DryRun = true
		recent := w.pool.users["missing-000"]
		recent.ModifiedAt = noon
		w.pool.put(recent)
	}
	at := halfway(t, 5, dry)
	if at.Report.WouldAsk != 1 || at.Report.Total() == 0 {
		t.Fatalf("the checkpoint is %s", text(at.Report))
	}
	at.Report.Throttled = 3
	w := drifted(t, 20)
	dry(w)
	w.pool.failList = refusing
	report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
	if err != nil || report.Listed != 120 || report.WouldAsk != 41 || report.Throttled != 3 {
		t.Errorf("%v, report %s", err, text(report))
	}
	w.kinds(report, map[sweep.Kind]int{sweep.Missing: 20, sweep.Stale: 20, sweep.Disabled: 20, sweep.Unlisted: 40})
}

// Both lists find a tombstone whose user is listed.
func TestWhatIsNotHealedIsCountedOnceHoweverOftenItIsListed(t *testing.T) {
	bury := func(w *world) {
		if err := w.table.Memory.Erase(t.Context(), w.key("sub-disabled-000"), noon); err != nil {
			t.Fatal(err)
		}
	}
	at := halfway(t, 5, bury)
	if at.Report.Drift[sweep.Erased] != 1 || at.Report.Drift[sweep.Disabled] != 19 {
		t.Fatalf("the checkpoint is %s", text(at.Report))
	}
	w := drifted(t, 20)
	bury(w)
	w.pool.failList = refusing
	report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
	if err != nil || report.Drift[sweep.Erased] != 1 || report.Drift[sweep.Disabled] != 2*19 { // which this table had, too
		t.Errorf("%v, report %s", err, text(report))
	}
}

// After a pool has refused its first page, the pass does not ask again.
func TestATokenIsRefusedOnce(t *testing.T) {
	w := newWorld(t)
	w.pool.failList = func(int) error { return sweep.ErrToken }
	_, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{})
	if !errors.Is(err, sweep.ErrToken) || err.Error() != "listing the pool: the pool no longer accepts the page token" || len(w.pool.lists) != 1 {
		t.Errorf("error %v after %d calls", err, len(w.pool.lists))
	}
}

func TestAnOldTokenListsFromTheBeginning(t *testing.T) {
	w := drifted(t, 20)
	w.pool.page = 10
	var at sweep.Checkpoint
	saved := 0
	w.o.Save = func(c sweep.Checkpoint) error {
		if saved++; saved == 5 {
			at = copied(t, c)
		}
		return nil
	}
	w.sweep()
	w = drifted(t, 20)
	w.pool.failList = func(call int) error {
		if call == 1 {
			return fmt.Errorf("%w: expired", sweep.ErrToken)
		}
		return nil
	}
	report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at)
	if err != nil || report.Listed != 120 {
		t.Fatalf("%v, report %s", err, text(report))
	}
	w.converged()
	w.pool.failList = func(int) error { return sweep.ErrToken }
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at); !errors.Is(err, sweep.ErrToken) {
		t.Errorf("a pool that takes no token at all: %v", err)
	}
}
