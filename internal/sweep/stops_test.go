package sweep_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// stop is a pass that is stopped before its end.
type stop struct {
	world *world
	pool  sweep.Pool
}

func stopping(t *testing.T) *stop {
	w, pool := everyPath(t)
	return &stop{world: w, pool: pool}
}

// run makes a pass that arrange cancels and that must fail with these words.
func (s *stop) run(want string, arrange func(cancel func())) sweep.Report {
	t := s.world
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	arrange(cancel)
	report, err := sweep.Run(ctx, s.pool, t.table, t.book, t.o)
	if !errors.Is(err, context.Canceled) || err.Error() != want || report.Complete {
		t.Errorf("error %v, want %s; report %s", err, want, text(report))
	}
	t.clock.asleep, t.pool.failGet, t.table.fail = nil, nil, nil
	return report
}

// goesOn completes the pass. The lease is free, since the pass was not killed.
func (s *stop) goesOn() {
	t := s.world
	t.Helper()
	if report, err := sweep.Run(t.Context(), s.pool, t.table, t.book, t.o); err != nil || !report.Complete {
		t.Errorf("and then %v, %s", err, text(report))
	}
	t.converged()
}

// Users who were gone once are open, and the pass that continues asks for them twice.
func TestAStopBetweenTheTwoQuestionsBuriesNobody(t *testing.T) {
	s := stopping(t)
	s.run("waiting to ask for a user again: context canceled", func(cancel func()) {
		s.world.clock.asleep = func(d time.Duration) {
			if d > sweep.Patience/2 {
				cancel()
			}
		}
	})
	for _, sub := range []string{"sub-deleted-000", "sub-recreated-000", "sub-unlisted-late"} {
		if row := s.world.row(sub); row.AttrsAt.IsZero() || !row.DeletedAt.IsZero() {
			t.Errorf("%s is buried", sub)
		}
	}
	if at := s.world.book.Pass(); at.Phase != sweep.Asking || at.Report.Asked != 3 || len(s.world.pool.gets) != 8 {
		t.Errorf("asked %d times, the pass is %s", len(s.world.pool.gets), text(at))
	}
	s.goesOn()
	if asked := len(s.world.pool.gets); asked != 8+5+2 { // one of the three is there by now
		t.Errorf("asked %d times", asked)
	}
}

// The user needs two answers; the one that came must not be written.
func TestAStopBeforeAnEventsSecondIsOverLeavesTheLeafOpen(t *testing.T) {
	s := stopping(t)
	s.run("waiting to ask for a user again: context canceled", func(cancel func()) {
		s.world.clock.asleep = func(d time.Duration) {
			if d >= time.Second && d < sweep.Patience/2 {
				cancel()
			}
		}
	})
	if at := s.world.book.Pass(); at.Phase != sweep.Listing || at.Report.Listed != 0 || s.world.row("sub-now").Disabled {
		t.Errorf("the pass is %s, row %s", text(at), text(s.world.row("sub-now")))
	}
	s.goesOn()
}

// The stop comes at the first call of the last phase.
func TestAStoppedPassAsksForNobodyMore(t *testing.T) {
	s := stopping(t)
	s.run("asking the pool for a user: context canceled", func(cancel func()) {
		s.world.pool.failGet = func(call int) error {
			if call == 4 {
				cancel()
			}
			return nil
		}
	})
	if at := s.world.book.Pass(); len(s.world.pool.gets) != 4 || at.Phase != sweep.Asking || at.Report.Listed != 8 {
		t.Errorf("asked %d times, the pass is %s", len(s.world.pool.gets), text(at))
	}
	s.goesOn()
}

// A call that is stopped in its pause is not repeated.
func TestAStopWhileThrottledTriesNoMore(t *testing.T) {
	w := newWorld(t)
	w.pool.put(user("ada", "sub-a"))
	s := &stop{world: w, pool: w.pool}
	s.run("writing the row of sub-a: context canceled", func(cancel func()) {
		w.table.fail = func() error { cancel(); return sweep.ErrThrottled }
	})
	if w.table.writes != 1 || !w.row("sub-a").AttrsAt.IsZero() {
		t.Errorf("%d writes, row %s", w.table.writes, text(w.row("sub-a")))
	}
	s.goesOn()
}

// There is nothing to wait for.
func TestAStopOnTheMachinesClockListsNothing(t *testing.T) {
	w := newWorld(t)
	w.o.Clock, w.o.ListRate = nil, sweep.Unlimited
	s := &stop{world: w, pool: w.pool}
	s.run("beginning the sweep: context canceled", func(cancel func()) { cancel() })
	if len(w.pool.lists) != 0 {
		t.Errorf("listed %d times", len(w.pool.lists))
	}
}

// A pass that was stopped writes what is done though its time is over, and names both
// errors if it cannot.
func TestALeafThatFailsLosesNoLeafThatIsDone(t *testing.T) {
	w := newWorld(t)
	for _, sub := range []string{"00", "01", "1", "2"} {
		w.pool.put(user("u"+sub, sub))
	}
	w.o = w.o.WithLeaf(2)
	w.o.SaveEvery, w.pool.page = time.Hour, 2
	w.pool.failList = func(call int) error {
		if call == 84 { // the root, its 79 other characters, 0, 1 and 2
			return errors.New("no network")
		}
		return nil
	}
	book := &mortal{Book: w.book}
	report, err := sweep.Run(t.Context(), w.pool, w.table, book, w.o)
	if err == nil || err.Error() != "listing the pool: no network (and the pass was not written: killed)" || report.Listed != 4 || report.Leaves != 3 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.pool.lists = nil
	if report, err = w.run(); err == nil || err.Error() != "listing the pool: no network" || report.Listed != 4 || report.Splits != 1 || w.book.Writes != 1 {
		t.Errorf("%v, %d writes, %s", err, w.book.Writes, text(report))
	}
	w.pool.failList = nil
	if report, err = w.run(); err != nil || report.Listed != 4 || report.Lists != 1+79+16 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.converged()
}
