package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// peopled returns a world whose pool has users without a row and with an estimate. The
// table has the row of one user more, who is gone.
func peopled(t *testing.T, users, estimate int) *world {
	t.Helper()
	w := newWorld(t)
	for i := range users {
		w.pool.put(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("sub-%03d", i)))
	}
	w.mirrored(user("gone", "sub-gone"))
	w.pool.estimate = &estimate
	return w
}

// isShort fails unless the pass ended with an incomplete list, and buried nothing.
func (w *world) isShort(report sweep.Report, err error, want sweep.Incomplete) {
	w.Helper()
	got, short := errors.AsType[sweep.Incomplete](err)
	if !short || got != want || report.Complete || !report.Incomplete || report.Listed != want.Listed || report.Estimate != want.Estimate {
		w.Errorf("%v, want %v; %s", err, want, text(report))
	}
	if !w.row("sub-gone").DeletedAt.IsZero() {
		w.Error("a row was buried")
	}
}

// isWhole fails unless the pass reached its end, and buried the row of the user who is
// gone.
func (w *world) isWhole(report sweep.Report, err error) {
	w.Helper()
	if err != nil || !report.Complete || report.Incomplete || w.row("sub-gone").DeletedAt.IsZero() {
		w.Errorf("%v, %s", err, text(report))
	}
}

// An incomplete list lacks more than a tenth of the estimate, and ten users. What it
// shows is written; nobody is asked for.
func TestR47_AListIsIncompleteBelowNineTenthsOfTheEstimateAndTenUsers(t *testing.T) {
	for _, c := range []struct {
		listed, estimate int
		incomplete       bool
	}{
		{0, 500, true},
		{0, 10, true},
		{0, 9, false},
		{1, 10, false}, // nine are missing
		{10, 20, true},
		{11, 20, false},
		{90, 100, false},
		{89, 100, true},
		{99, 110, false},
		{98, 110, true},
		{134, 150, true},
		{135, 150, false},
		{0, 0, false}, // no estimate
		{100, 0, false},
		{100, 20, false},
	} {
		for _, accept := range []bool{false, true} {
			w := peopled(t, c.listed, c.estimate)
			w.o.AcceptEstimate = accept
			report, err := w.run()
			if report.Drift[sweep.Missing] != c.listed || report.Listed != c.listed || report.Estimate != c.estimate {
				t.Errorf("%d of %d: %s", c.listed, c.estimate, text(report))
			}
			if !c.incomplete || accept {
				w.isWhole(report, err)
				continue
			}
			w.isShort(report, err, sweep.Incomplete{Listed: c.listed, Estimate: c.estimate})
			if len(w.pool.gets) != 0 {
				t.Errorf("%d of %d: asked %d times, %s", c.listed, c.estimate, len(w.pool.gets), text(report))
			}
		}
	}
	for _, part := range []string{"listed 3 users", "estimates 50", "no row is buried", "sweep again", "accept"} {
		if says := (sweep.Incomplete{Listed: 3, Estimate: 50}).Error(); !strings.Contains(says, part) {
			t.Errorf("%q is not in %q", part, says)
		}
	}
}

// It would report the row of every unlisted user.
func TestR47_ADryRunOfAnIncompleteListNamesNobodyUnlisted(t *testing.T) {
	w := peopled(t, 0, 500)
	w.o.DryRun = true
	report, err := w.run()
	w.isShort(report, err, sweep.Incomplete{Estimate: 500})
	if report.Total() != 0 || report.WouldAsk != 0 {
		t.Errorf("%s", text(report))
	}
}

// The pool has 150 users in a dozen leaves. The pass is killed after each write of its
// book; the list is complete by the users of both parts, and by no fewer.
func TestR47_TheListOfAPassThatContinuesIsJudgedAsAWhole(t *testing.T) {
	for estimate, want := range map[int]bool{166: true, 167: false} { // nine tenths are 149.4 and 150.3
		for writes, more := 0, true; more && writes < 40; writes++ {
			w := peopled(t, 150, estimate)
			w.pool.page, w.o = 10, w.o.WithLeaf(20)
			err := w.killed(w.pool, writes)
			more = errors.Is(err, errKilled)
			report, err := w.run()
			if want {
				w.isWhole(report, err)
			} else {
				w.isShort(report, err, sweep.Incomplete{Listed: 150, Estimate: estimate})
			}
		}
	}
}

// An incomplete pass is continued with what was listed, if the operator accepts the
// estimate or the pool corrects it.
func TestR47_AnIncompleteListIsContinuedOnceItIsAccepted(t *testing.T) {
	for name, change := range map[string]func(*world){
		"":          func(*world) {},
		"accepted":  func(w *world) { w.o.AcceptEstimate = true },
		"corrected": func(w *world) { *w.pool.estimate = 3 },
		"unknown":   func(w *world) { *w.pool.estimate = 0 },
		"fresh":     func(w *world) { w.o.Fresh = true },
	} {
		w := peopled(t, 3, 500)
		_, _ = w.run()
		if at := w.book.Pass(); !at.Open() || !at.Report.Incomplete || at.Report.Listed != 3 {
			t.Fatalf("the pass is %s", text(at))
		}
		lists := len(w.pool.lists)
		change(w)
		report, err := w.run()
		if again := len(w.pool.lists) != lists; again != w.o.Fresh {
			t.Errorf("%s: listed again: %v", name, again)
		}
		at := w.book.Pass()
		if name == "" || name == "fresh" {
			w.isShort(report, err, sweep.Incomplete{Listed: 3, Estimate: 500})
			if !at.Open() || !at.WholeAt.IsZero() {
				t.Errorf("the pass is %s", text(at))
			}
			continue
		}
		w.isWhole(report, err)
		if at.Open() || at.Report.Incomplete || !at.WholeAt.Equal(report.CheckedAt) {
			t.Errorf("%s: the pass is %s", name, text(at))
		}
	}
}

// A leaf that is listed again counts once.
func TestR47_AListThatBeginsAgainCountsFromZero(t *testing.T) {
	w := peopled(t, 100, 100)
	w.pool.page = 10
	refused := func(call int) error {
		if call == 2 {
			for i := range 60 {
				delete(w.pool.users, fmt.Sprintf("u%03d", i))
			}
			return sweep.ErrToken
		}
		return nil
	}
	w.pool.failList = refused
	report, err := w.run()
	w.isShort(report, err, sweep.Incomplete{Listed: 40, Estimate: 100})
	if report.Written != 10+40 {
		t.Errorf("%s", text(report))
	}
}

func TestR47_AnEstimateThatIsThrottledIsAskedForAgain(t *testing.T) {
	w := peopled(t, 3, 500)
	w.pool.failEstimate = func(call int) error {
		if call < 3 {
			return fmt.Errorf("busy: %w", sweep.ErrThrottled)
		}
		return nil
	}
	report, err := w.run()
	w.isShort(report, err, sweep.Incomplete{Listed: 3, Estimate: 500})
	if report.Throttled != 2 || w.pool.estimates != 3 {
		t.Errorf("asked %d times, %s", w.pool.estimates, text(report))
	}
	down := errors.New("down")
	w.pool.failEstimate = func(int) error { return down }
	if report, err := w.run(); !errors.Is(err, down) || report.Complete || report.Estimate != 500 {
		t.Errorf("%v, %s", err, text(report))
	}
}

func TestR47_TheProgressHasTheEstimateAndWhatIsListed(t *testing.T) {
	w := peopled(t, 3, 5)
	w.pool.page = 1
	var estimates, listed []int
	w.o.Advanced = func(p sweep.Progress) {
		estimates, listed = append(estimates, p.Estimate), append(listed, p.Counts.Listed)
	}
	w.sweep()
	if len(estimates) == 0 || slices.ContainsFunc(estimates, func(n int) bool { return n != 5 }) {
		t.Errorf("%v", estimates)
	}
	if got := slices.Compact(listed); !slices.Equal(got, []int{0, 1, 2, 3}) {
		t.Errorf("of a leaf at work, %v are listed", got)
	}
}

// blind is a pool that neither lists nor finds some users.
type blind struct {
	*pool
	from string // the first of them
}

func (b blind) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	page, err := b.pool.List(ctx, prefix, token)
	page.Users = slices.DeleteFunc(page.Users, func(u sweep.User) bool { return u.Username >= b.from })
	return page, err
}

func (b blind) Get(ctx context.Context, name string) (sweep.Answer, error) {
	answer, err := b.pool.Get(ctx, name)
	if name >= b.from {
		answer = sweep.Answer{At: answer.At}
	}
	return answer, err
}

// Whatever the pool says of one user, whatever it estimates, and wherever the pass was
// stopped: an incomplete list buries nothing, and every other one buries all who are gone.
func TestR47_NoRowIsBuriedInAnIncompletePass(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		present := rapid.IntRange(0, 60).Draw(r, "present")
		listed := rapid.IntRange(0, present).Draw(r, "listed")
		estimate := rapid.IntRange(0, 80).Draw(r, "estimate")
		stop := rapid.IntRange(1, 20).Draw(r, "stop")
		w := peopled(t, present, estimate)
		w.pool.page = rapid.IntRange(1, 60).Draw(r, "page")
		w.o.Workers = rapid.IntRange(1, 4).Draw(r, "workers")
		for _, u := range w.pool.users {
			w.mirrored(u)
		}
		pool := blind{w.pool, fmt.Sprintf("u%03d", listed)}
		w.o = w.o.WithLeaf(rapid.IntRange(5, 60).Draw(r, "leaf"))
		err := w.killed(pool, stop)
		if errors.Is(err, errKilled) {
			_, err = sweep.Run(t.Context(), pool, w.table, w.book, w.o)
		}
		buried := 0
		for _, u := range w.pool.users {
			if !w.row(u.Sub).DeletedAt.IsZero() {
				buried++
			}
		}
		want := present - listed
		if _, short := errors.AsType[sweep.Incomplete](err); short {
			want = 0
		} else if err != nil || estimate-listed >= 10 && 10*listed < 9*estimate {
			r.Fatalf("the pass ended with %v", err)
		}
		if gone := !w.row("sub-gone").DeletedAt.IsZero(); buried != want || gone == (want == 0 && err != nil) {
			r.Fatalf("%d rows were buried, want %d; the row of the user who is gone: %v; error %v", buried, want, gone, err)
		}
	})
}
