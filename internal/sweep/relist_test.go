package sweep_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// expires refuses the token of a call.
func expires(at int) func(call int) error {
	return func(call int) error {
		if call == at {
			return fmt.Errorf("%w: expired", sweep.ErrToken)
		}
		return nil
	}
}

// A token that is refused behind the first page leads to the first page again, and one
// that has grown old to smaller leaves. No user is counted twice, and whom the first list
// showed and who is now gone is buried.
func TestALeafWhoseTokenIsRefusedCountsOnce(t *testing.T) {
	for call, splits := range map[int]int{2: 0, 3: 1, 5: 1} {
		w := drifted(t, 20)
		w.pool.page = 10
		w.pool.failList = expires(call)
		w.pool.afterList = func(at int) {
			if at == call-1 {
				delete(w.pool.users, "disabled-000") // which the first page showed
			}
		}
		report := w.sweep()
		if report.Listed != 119 || report.Unconfirmed != 20 || report.Splits < splits || splits == 0 && report.Splits > 0 || report.Leaves <= splits {
			t.Errorf("refused at %d: %s", call, text(report))
		}
		w.kinds(report, map[sweep.Kind]int{sweep.Missing: 20, sweep.Stale: 20, sweep.Disabled: 20, sweep.Deleted: 21, sweep.Recreated: 20})
		w.converged()
	}
}

// The pass healed nothing, so the second list shows the same drift.
func TestADryRunThatListsALeafAgainCountsNothingTwice(t *testing.T) {
	for _, call := range []int{2, 3, 5} {
		w := drifted(t, 20)
		w.pool.page, w.o.DryRun = 10, true
		recent := w.pool.users["missing-000"]
		recent.ModifiedAt = noon
		w.pool.put(recent)
		w.pool.failList = func(at int) error {
			if at == 1 {
				return sweep.ErrThrottled
			}
			return expires(call + 1)(at)
		}
		report := w.sweep()
		if report.Listed != 120 || report.WouldAsk != 41 || report.Throttled != 1 || report.Rows != 120 {
			t.Errorf("refused at %d: %s", call, text(report))
		}
		w.kinds(report, map[sweep.Kind]int{sweep.Missing: 20, sweep.Stale: 20, sweep.Disabled: 20, sweep.Unlisted: 40})
	}
}

// Both lists find a tombstone whose user is listed.
func TestWhatIsNotHealedIsCountedOnceHoweverOftenItIsListed(t *testing.T) {
	for _, call := range []int{2, 3, 5} {
		w := drifted(t, 20)
		w.pool.page = 10
		if err := w.table.Memory.Erase(t.Context(), w.key("sub-deleted-000"), noon); err != nil {
			t.Fatal(err)
		}
		w.pool.put(user("deleted-000", "sub-deleted-000"))
		w.pool.failList = expires(call)
		if report := w.sweep(); report.Drift[sweep.Erased] != 1 || report.Drift[sweep.Disabled] != 20 {
			t.Errorf("refused at %d: %s", call, text(report))
		}
	}
}

// After a pool has refused its first page, or twice the second one, the pass asks no more.
func TestATokenThatIsAlwaysRefusedEndsThePass(t *testing.T) {
	for first, calls := range map[int]int{1: 1, 2: 4} {
		w := drifted(t, 20)
		w.pool.page = 10
		w.pool.failList = func(call int) error {
			if call == first || call == 2*first {
				return sweep.ErrToken
			}
			return nil
		}
		_, err := sweep.Run(t.Context(), w.pool, w.table, w.book, w.o)
		if !errors.Is(err, sweep.ErrToken) || err.Error() != "listing the pool: the pool no longer accepts the page token" || len(w.pool.lists) != calls {
			t.Errorf("error %v after %d calls", err, len(w.pool.lists))
		}
	}
}
