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
	at    sweep.Checkpoint // the last one that was saved
	saves int
}

func stopping(t *testing.T) *stop {
	w, pool := everyPath(t)
	s := &stop{world: w, pool: pool}
	w.o.Save = func(c sweep.Checkpoint) error { s.at = copied(t, c); s.saves++; return nil }
	return s
}

// run makes a pass that arrange cancels and that must fail with these words.
func (s *stop) run(want string, arrange func(cancel func())) sweep.Report {
	t := s.world
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	arrange(cancel)
	report, err := sweep.Run(ctx, s.pool, t.table, t.o, sweep.Checkpoint{})
	if !errors.Is(err, context.Canceled) || err.Error() != want || report.Complete {
		t.Errorf("error %v, want %s; report %s", err, want, text(report))
	}
	t.clock.asleep, t.pool.failGet, t.table.fail = nil, nil, nil
	return report
}

// goesOn completes the pass from its checkpoint.
func (s *stop) goesOn() {
	t := s.world
	t.Helper()
	if report, err := sweep.Run(t.Context(), s.pool, t.table, t.o, s.at); err != nil || !report.Complete {
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
	for _, sub := range s.at.Ask {
		if row := s.world.row(sub); !row.DeletedAt.IsZero() {
			t.Errorf("%s is buried", sub)
		}
	}
	if s.at.Phase != sweep.Asking || len(s.at.Ask) != 3 || s.at.Report.Asked != 8 || len(s.world.pool.gets) != 8 {
		t.Errorf("asked %d times, checkpoint %s", len(s.world.pool.gets), text(s.at))
	}
	s.goesOn()
	if asked := len(s.world.pool.gets); asked != 8+3+2 { // one of the three is there by now
		t.Errorf("asked %d times", asked)
	}
}

// The user needs two answers; the one that came must not be written.
func TestAStopBeforeAnEventsSecondIsOverLeavesThePageOpen(t *testing.T) {
	s := stopping(t)
	s.run("waiting to ask for a user again: context canceled", func(cancel func()) {
		s.world.clock.asleep = func(d time.Duration) {
			if d >= time.Second && d < sweep.Patience/2 {
				cancel()
			}
		}
	})
	if s.at.Phase != sweep.Listing || s.at.Report.Listed != 3 || s.world.row("sub-now").Disabled {
		t.Errorf("checkpoint %s, row %s", text(s.at), text(s.world.row("sub-now")))
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
	if len(s.world.pool.gets) != 4 || s.at.Phase != sweep.Asking || len(s.at.Ask) != 5 {
		t.Errorf("asked %d times, checkpoint %s", len(s.world.pool.gets), text(s.at))
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
	s.run("listing the pool: context canceled", func(cancel func()) { cancel() })
	if len(w.pool.lists) != 0 {
		t.Errorf("listed %d times", len(w.pool.lists))
	}
}

// listed returns a pass whose list fails after three pages, which are still in
// processing.
func listed(t *testing.T) *stop {
	w := newWorld(t)
	for _, name := range []string{"a", "b", "c", "d"} {
		w.pool.put(user(name, "sub-"+name))
	}
	w.pool.page, w.o.Workers = 1, 16
	w.pool.failList = fails(4, errors.New("no network"))
	return &stop{world: w, pool: w.pool}
}

// failed makes a pass that must end with these words.
func (s *stop) failed(table sweep.Table, want string) sweep.Report {
	s.world.Helper()
	report, err := sweep.Run(s.world.Context(), s.pool, table, s.world.o, sweep.Checkpoint{})
	if err == nil || err.Error() != want {
		s.world.Errorf("error %v, want %s", err, want)
	}
	return report
}

// All pages are in the report and in the last checkpoint, and none is saved twice.
func TestAListThatFailsLosesNoPageThatIsDone(t *testing.T) {
	s := listed(t)
	w := s.world
	w.o.Save = func(c sweep.Checkpoint) error { s.at = copied(t, c); s.saves++; return nil }
	report := s.failed(w.table, "listing the pool: no network")
	if report.Written != 3 || s.at.Report.Listed != 3 || s.at.Next != "c" || s.at.Shown.Len() != 3 || s.saves != 3 {
		t.Errorf("report %s, %d checkpoints, the last one %s", text(report), s.saves, text(s.at))
	}
	s.goesOn()
}

// The error is the list's, not that of a page that fails at the same time. The pages
// before that one are completed, those after it are not.
func TestAListThatFailsIsTheReason(t *testing.T) {
	s := listed(t)
	w := s.world
	w.o.Save = func(c sweep.Checkpoint) error { s.at = copied(t, c); s.saves++; return nil }
	h := hooked{table: w.table, profiles: func(_ context.Context, subs []string) error {
		if subs[0] == "sub-b" {
			return errors.New("no table")
		}
		return nil
	}}
	if report := s.failed(h, "listing the pool: no network"); report.Listed != 1 || s.saves != 1 || s.at.Next != "a" {
		t.Errorf("report %s, %d checkpoints, the last one %s", text(report), s.saves, text(s.at))
	}
	s.goesOn()
}

// The checkpoint is tried once.
func TestACheckpointThatCannotBeWrittenIsSaidBesideTheListThatFails(t *testing.T) {
	s := listed(t)
	s.world.o.Save = func(sweep.Checkpoint) error { s.saves++; return errors.New("no disk") }
	report := s.failed(s.world.table, "listing the pool: no network\nwriting the checkpoint: no disk")
	if report.Listed != 1 || s.saves != 1 {
		t.Errorf("report %s, %d checkpoints", text(report), s.saves)
	}
}

// The error of the last try follows the reason.
func TestACheckpointThatIsNotDueIsTriedAtTheEnd(t *testing.T) {
	s := listed(t)
	s.world.o.SaveEvery = time.Hour
	s.world.o.Save = func(sweep.Checkpoint) error { s.saves++; return errors.New("no disk") }
	report := s.failed(s.world.table, "listing the pool: no network (and the checkpoint was not written: writing the checkpoint: no disk)")
	if report.Listed != 3 || s.saves != 1 {
		t.Errorf("report %s, %d checkpoints", text(report), s.saves)
	}
}
