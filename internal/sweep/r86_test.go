package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
)

// Every run is killed after one to three writes of its book, a hundred times. Then the pass
// has counted each user, each row and each leaf once.
func TestR86_APassThatIsKilledAHundredTimesCompletesOnce(t *testing.T) {
	for _, workers := range []int{1, 16} {
		w := driftedAs(t, 60, uuid)
		w.o, w.pool.page = w.o.WithLeaf(5), 5
		w.o.Workers = workers
		kills := 0
		for ; ; kills++ {
			err := w.killed(w.pool, 1+kills%3)
			if err == nil {
				break
			}
			if !errors.Is(err, errKilled) || kills > 1000 {
				t.Fatalf("kill %d: %v", kills, err)
			}
		}
		report := w.book.Pass().Report
		if kills < 100 || !report.Complete || report.Listed != 6*60 || report.Unconfirmed != 60 || report.Rows < 360 || w.book.Pass().Number != 1 {
			t.Errorf("%d kills, %s", kills, text(report))
		}
		if leaves := strings.Count(w.book.Pass().Tree, "+"); report.Leaves != leaves || leaves < 100 {
			t.Errorf("%d leaves are counted, %d are done", report.Leaves, leaves)
		}
		w.converged()
	}
}

// The second is told who is at work, since when, and until when.
func TestR86_OfTwoSweepsAtOnceTheSecondDoesNothing(t *testing.T) {
	w := drifted(t, 20)
	w.o.Holder, w.pool.page = "the first", 10
	w.pool.afterList = func(call int) {
		if call != 5 {
			return
		}
		w.pool.mu.Unlock()
		defer w.pool.mu.Lock()
		o := w.o
		o.Holder, o.Fresh = "the second", true
		report, err := sweep.Run(t.Context(), w.pool, w.table, w.book, o)
		held, is := errors.AsType[sweep.Held](err)
		if !is || held.Holder != "the first" || report.Listed != 0 || !strings.HasPrefix(err.Error(), "beginning the sweep: another sweep of this pool is at work: the first, since 2026-03-01T12:00:00Z, until 2026-03-01T12:0") {
			t.Errorf("%v, %s", err, text(report))
		}
	}
	if report := w.sweep(); report.Listed != 120 {
		t.Errorf("%s", text(report))
	}
	w.converged()
}

// The first sweep stops for so long in a call that its lease ends, and another one makes the
// pass. Whatever the first one was doing, it then changes nothing of the book.
func TestR86_WhoLostTheLeaseStops(t *testing.T) {
	for call := 1; call <= 12; call++ {
		w := drifted(t, 20)
		w.o, w.pool.page = w.o.WithLeaf(50), 10
		var after string
		w.pool.afterList = func(at int) {
			if at != call {
				return
			}
			w.pool.afterList = nil
			w.pool.mu.Unlock()
			defer w.pool.mu.Lock()
			report, err := w.run()
			if err != nil || !report.Complete || report.Listed != 120 {
				t.Errorf("the second: %v, %s", err, text(report))
			}
			after = text(w.book.Pass())
		}
		_, err := sweep.Run(t.Context(), w.pool, w.table, w.book, w.o)
		if !errors.Is(err, sweep.ErrLost) || text(w.book.Pass()) != after {
			t.Errorf("stopped in call %d: %v; the book was %s and is %s", call, err, after, text(w.book.Pass()))
		}
		w.converged()
	}
}

// Throttled replies, long waits and slow leaves last longer than a lease.
func TestR86_TheLeaseIsRenewedWhileThePassWaits(t *testing.T) {
	w := drifted(t, 5)
	w.pool.page = 1
	w.o.ListRate = 1.0 / 20
	for call := 2; call < 100; call++ {
		w.pool.failList = func(call int) error {
			if call%2 == 0 {
				return sweep.ErrThrottled
			}
			return nil
		}
	}
	watched := &watching{Book: w.book, clock: w.clock, t: t}
	if report, err := sweep.Run(t.Context(), w.pool, w.table, watched, w.o); err != nil || watched.keeps < 10 || w.clock.Now().Sub(noon) < 2*sweep.LeaseLife {
		t.Errorf("%v, %d renewals, %s", err, watched.keeps, text(report))
	}
}

// watching fails if a lease was not renewed in time.
type watching struct {
	*sweeptest.Book
	t     *testing.T
	clock *clock
	until time.Time
	keeps int
}

func (k *watching) Keep(ctx context.Context, lease sweep.Lease, until time.Time, pass *sweep.Pass) error {
	if k.keeps++; !k.until.IsZero() && k.clock.Now().After(k.until) {
		k.t.Errorf("the lease ended at %v and is renewed at %v", k.until, k.clock.Now())
	}
	k.until = until
	return k.Book.Keep(ctx, lease, until, pass)
}

// The pool says nothing of its size, so that the leaves are split in their middle.
func TestR86_ALeafThatIsSplitInItsMiddleCountsOnce(t *testing.T) {
	for _, leaf := range []int{1, 7, 25, 100} {
		w := driftedAs(t, 50, uuid)
		none := 0
		w.pool.estimate, w.pool.page = &none, 5
		w.o = w.o.WithLeaf(leaf)
		report := w.sweep()
		w.kinds(report, map[sweep.Kind]int{sweep.Missing: 50, sweep.Stale: 50, sweep.Disabled: 50, sweep.Deleted: 50, sweep.Recreated: 50})
		if report.Listed != 300 || report.Unconfirmed != 50 || report.Written != 250 || report.Splits == 0 || report.Leaves <= 15*report.Splits {
			t.Errorf("%s", text(report))
		}
		w.converged()
		before := len(w.pool.lists)
		again := w.sweep()
		if calls := len(w.pool.lists) - before; again.Splits != 0 || again.Written != 0 || calls >= before {
			t.Errorf("the second pass made %d calls after %d, %s", calls, before, text(again))
		}
	}
}

// Subs of any form, pages of any length, throttles and kills: no live user's row is buried,
// every UUID has a row after the first pass, and everybody after sixteen.
func TestR86_AnyPoolIsMirrored(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		sub := rapid.OneOf(rapid.Map(rapid.IntRange(0, 1<<20), func(n int) string { return uuid(fmt.Sprint(n)) }),
			rapid.StringMatching("[0-9a-f]{1,3}"), rapid.StringMatching("[0-9A-Fa-f-]{1,4}"), rapid.StringMatching("[ -~]{1,4}"))
		for i, s := range rapid.SliceOfNDistinct(sub, 0, 40, rapid.ID[string]).Draw(r, "subs") {
			u := user(fmt.Sprintf("u%03d", i), s)
			switch rapid.IntRange(0, 3).Draw(r, "state") {
			case 0:
				w.mirrored(u) // and gone
			case 1:
				w.mirrored(u)
				w.pool.put(u)
			default:
				w.pool.put(u)
			}
		}
		w.pool.page = rapid.IntRange(1, 20).Draw(r, "page")
		w.o = w.o.WithLeaf(rapid.IntRange(1, 30).Draw(r, "leaf"))
		w.o.Workers, w.o.ListRate, w.o.GetRate, w.o.Limit = rapid.IntRange(1, 8).Draw(r, "workers"), sweep.Unlimited, sweep.Unlimited, 100
		every := rapid.IntRange(2, 50).Draw(r, "throttle")
		w.pool.failList = func(call int) error {
			if call%every == 0 {
				return sweep.ErrThrottled
			}
			return nil
		}
		pool := ragged{w.pool, rapid.IntRange(0, 3).Draw(r, "empty")}
		for range rapid.IntRange(0, 5).Draw(r, "kills") {
			_ = w.killed(pool, rapid.IntRange(0, 8).Draw(r, "writes"))
		}
		for pass := range 16 {
			for _, u := range w.pool.users {
				row := w.row(u.Sub)
				if !row.DeletedAt.IsZero() || pass > 0 && row.AttrsAt.IsZero() && len(u.Sub) == 36 {
					r.Fatalf("pass %d: the row of %q is %s", pass, u.Sub, text(row))
				}
			}
			if report, err := sweep.Run(t.Context(), pool, w.table, w.book, w.o); err != nil || !report.Complete {
				r.Fatalf("%v, %s", err, text(report))
			}
		}
		w.converged()
		if t.Failed() {
			r.FailNow()
		}
	})
}

// ragged is a pool with empty pages that are not the last.
type ragged struct {
	*pool
	empty int
}

func (p ragged) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	token, blank := strings.CutPrefix(token, "blank ")
	page, err := p.pool.List(ctx, prefix, token)
	if p.empty > 0 && !blank && len(page.Users) > 0 && int(page.Users[0].Username[3])%3 < p.empty {
		return sweep.Page{Next: "blank " + token, At: page.At}, err
	}
	return page, err
}

// A sub that begins as no UUID does is found in the first pass, one that differs later in
// sixteen; the row of any is compared at once.
func TestR86_AStrangeSubIsFound(t *testing.T) {
	for sub, at := range map[string]int{"~": 1, "sub-1": 1, "ABCDEF": 1, "0A": 16, "00g": 16, "0": 16, "00-0": 16} {
		for _, mirrored := range []bool{false, true} {
			w := newWorld(t)
			for i := range 60 {
				u := user(fmt.Sprintf("u%03d", i), fmt.Sprintf("00%s", uuid(fmt.Sprint(i))[2:]))
				w.pool.put(u)
				w.mirrored(u)
			}
			w.o, w.pool.page = w.o.WithLeaf(10), 5
			w.sweep() // which splits the leaves
			strange := user("strange", sub)
			if mirrored {
				w.mirrored(strange)
				strange.Disabled = true
			}
			w.pool.put(strange)
			for passes := 1; ; passes++ {
				if report := w.sweep(); report.Total() == 1 {
					break
				}
				if passes >= at || mirrored {
					t.Errorf("%q is not found in %d passes, mirrored %v", sub, passes, mirrored)
					break
				}
			}
			w.converged()
		}
	}
}

// folded is a pool whose filter ignores case.
type folded struct{ *pool }

func (p folded) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	page, err := p.pool.List(ctx, "", token)
	page.Users = slices.DeleteFunc(page.Users, func(u sweep.User) bool {
		ended := u.Sub + sweep.End
		return len(ended) < len(prefix) || !strings.EqualFold(ended[:len(prefix)], prefix)
	})
	return page, err
}

func TestR86_AFilterThatIgnoresCaseHidesNobodyAndCountsOnce(t *testing.T) {
	w := newWorld(t)
	for i := range 60 {
		sub := uuid(fmt.Sprint(i))
		if i%3 == 0 {
			sub = strings.ToUpper(sub)
		}
		w.pool.put(user(fmt.Sprintf("u%03d", i), sub))
	}
	w.o, w.pool.page = w.o.WithLeaf(10), 30
	report, err := sweep.Run(t.Context(), folded{w.pool}, w.table, w.book, w.o)
	if err != nil || report.Listed != 60 || report.Written != 60 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.converged()
}

// unfiltered is a pool that knows no filter by sub.
type unfiltered struct{ *pool }

func (p unfiltered) List(ctx context.Context, _, token string) (sweep.Page, error) {
	return p.pool.List(ctx, "", token)
}

func TestR86_APoolThatDoesNotFilterEndsThePass(t *testing.T) {
	w := drifted(t, 10)
	w.o, w.pool.page = w.o.WithLeaf(10), 5
	_, err := sweep.Run(t.Context(), unfiltered{w.pool}, w.table, w.book, w.o)
	if unusable, is := errors.AsType[sweep.Unusable](err); !is || !strings.Contains(string(unusable), "does not begin as the filter asks") {
		t.Errorf("error %v", err)
	}
}
