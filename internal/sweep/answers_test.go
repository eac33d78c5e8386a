package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
)

// The pass is killed in its last phase, which settles all users of some leaves at a time.
func TestWhoIsSettledIsNotAskedForAgain(t *testing.T) {
	w := newWorld(t)
	const each = 1300 // of two leaves, more than a minute's
	w.pool.put(user("here", "2"))
	for i := range each {
		w.mirrored(user(fmt.Sprintf("u%03d", i), fmt.Sprintf("0%03d", i)))
		w.mirrored(user(fmt.Sprintf("v%03d", i), fmt.Sprintf("1%03d", i)))
		w.mirrored(user(fmt.Sprintf("w%03d", i), fmt.Sprintf("3%03d", i)))
	}
	there := user("u005", "0005")
	w.pool.put(there)
	w.o = w.o.WithLeaf(1)
	w.o.Limit, w.pool.page = 3*each, 1
	buried := 0
	w.table.fail = func() error {
		if buried++; buried == 3*each-100 {
			return errors.New("no network")
		}
		return nil
	}
	if _, err := sweep.Run(t.Context(), hiding{w.pool, "u005"}, w.table, w.book, w.o); err == nil {
		t.Fatal("no error")
	}
	first := len(w.pool.gets)
	if at := w.book.Pass(); at.Phase != sweep.Asking || at.Report.Asked != 2*2*each-1 || first <= at.Report.Asked {
		t.Errorf("asked %d times, the pass is %s", first, text(at))
	}
	report, err := sweep.Run(t.Context(), hiding{w.pool, "u005"}, w.table, w.book, w.o)
	if again := len(w.pool.gets) - first; err != nil || again != 2*101 || report.Asked != 2*2*each-1+again {
		t.Errorf("%v, asked %d times again, %s", err, again, text(report))
	}
	w.converged()
}

func TestARowThatWasBuriedMeanwhileIsNotAskedFor(t *testing.T) {
	w := newWorld(t)
	w.mirrored(user("ada", "sub-a"))
	if err := w.table.Memory.Erase(t.Context(), w.key("sub-a"), noon); err != nil {
		t.Fatal(err)
	}
	stale := hooked{table: w.table, shard: func([]string) []string { return []string{"sub-a", "sub-nobody"} }}
	report, err := sweep.Run(t.Context(), w.pool, stale, w.book, w.o)
	if err != nil || len(w.pool.gets) != 0 || w.table.writes != 0 || report.Rows != 2 || report.Unaskable != 0 {
		t.Errorf("%v, asked %d times, %d writes, %s", err, len(w.pool.gets), w.table.writes, text(report))
	}
}

// The first answer heals the user.
func TestAnUnlistedUserWhoIsThereIsHealed(t *testing.T) {
	w := newWorld(t)
	u := user("ada", "sub-a")
	w.mirrored(u)
	u.Disabled = true
	w.pool.put(u)
	down := errors.New("down")
	w.table.fail = func() error { return down }
	if _, err := sweep.Run(t.Context(), hiding{w.pool, "ada"}, w.table, w.book, w.o); !errors.Is(err, down) || !strings.Contains(err.Error(), "sub-a") {
		t.Errorf("error %v", err)
	}
	w.table.fail = nil
	report, err := sweep.Run(t.Context(), hiding{w.pool, "ada"}, w.table, w.book, w.o)
	if err != nil || report.Drift[sweep.Disabled] != 1 || report.Written != 1 || report.Asked != 1 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.converged()
	w.seen(user("ada", "sub-a"), noon.AddDate(0, 0, 1)) // from the future
	if report, err = sweep.Run(t.Context(), hiding{w.pool, "ada"}, w.table, w.book, w.o); err != nil || report.Overtaken != 1 || report.Written != 0 {
		t.Errorf("%v, %s", err, text(report))
	}
}

// The list lags behind a re-creation.
func TestARecentNameThatAnotherOneHasCreatesNobody(t *testing.T) {
	w := newWorld(t)
	old, again := user("ada", "sub-old"), user("ada", "sub-new")
	old.ModifiedAt = noon.Add(-time.Minute)
	w.pool.put(again)
	w.pool.stale = []sweep.User{old}
	if report := w.sweep(); report.Total() != 0 || w.table.writes != 0 || report.Asked != 1 {
		t.Errorf("%s", text(report))
	}
}

func TestAReportSaysWhenThePoolWasSeenFirstAndLast(t *testing.T) {
	w := drifted(t, 20)
	w.pool.page, w.o.ListRate = 10, 1
	report := w.sweep()
	last := w.pool.gets[len(w.pool.gets)-1].Truncate(time.Second)
	if !report.StartedAt.Equal(noon) || !report.CheckedAt.Equal(last) || last.Sub(noon) < 70*time.Second {
		t.Errorf("from %v to %v, the last reply was of %v", report.StartedAt, report.CheckedAt, last)
	}
	w.o.DryRun, w.book = true, &sweeptest.Book{}
	report = w.sweep()
	first, end := w.pool.lists[len(w.pool.lists)-12], w.pool.lists[len(w.pool.lists)-1]
	if !report.StartedAt.Equal(first.Truncate(time.Second)) || !report.CheckedAt.Equal(end.Truncate(time.Second)) || report.Pool != poolID || !report.DryRun {
		t.Errorf("from %v to %v, listed from %v to %v", report.StartedAt, report.CheckedAt, first, end)
	}
}

// The pass asks again if the event is from the same second as the answer or from the
// next one; an event further ahead is from the future.
func TestHowCloseAnEventMayBe(t *testing.T) {
	for ahead, want := range map[time.Duration]int{
		-time.Millisecond: 1, 0: 2, time.Millisecond: 2, 1999 * time.Millisecond: 2, 2 * time.Second: 1, 3 * time.Second: 1,
	} {
		w := newWorld(t)
		u := user("ada", "sub-a")
		w.seen(u, noon.Add(ahead)) // the Date is noon
		u.Disabled = true
		w.pool.put(u)
		report := w.sweep()
		answered := w.pool.gets[len(w.pool.gets)-1].Truncate(time.Second)
		if report.Asked != want || (report.Overtaken == 1) != (ahead >= 2*time.Second) || !report.CheckedAt.Equal(answered) {
			t.Errorf("%v ahead: %s", ahead, text(report))
		}
	}
}

// The second answer finds no user, or another user with the name, who has another row.
func TestWhoIsGoneBetweenTwoAnswersIsNotAnotherOne(t *testing.T) {
	for _, again := range []bool{false, true} {
		w := newWorld(t)
		u := user("ada", "sub-a")
		w.seen(u, noon)
		u.Disabled = true
		w.pool.put(u)
		w.pool.failGet = func(call int) error {
			switch {
			case call == 2 && again:
				w.pool.put(user("ada", "sub-new"))
			case call == 2:
				delete(w.pool.users, "ada")
			}
			return nil
		}
		if report := w.sweep(); report.Overtaken != 1 || w.row("sub-a").Username != "ada" || w.found[0].Sub != "sub-a" || !w.row("sub-new").AttrsAt.IsZero() {
			t.Errorf("%s, found %+v", text(report), w.found)
		}
	}
}

// The first or the second answer finds the user.
func TestAnUnlistedUserWhoIsRightIsLeftAlone(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"ada", "bob"} {
		w.pool.put(user(name, "sub-"+name))
		w.mirrored(user(name, "sub-"+name))
	}
	report, err := sweep.Run(t.Context(), shy{w.pool, []string{"ada", "bob"}, map[string]bool{"bob": true}}, w.table, w.book, w.o)
	if err != nil || report.Asked != 3 || report.Overtaken != 0 || report.Total() != 0 || w.table.writes != 0 || len(w.found) != 0 {
		t.Errorf("%v, %d writes, found %+v, %s", err, w.table.writes, w.found, text(report))
	}
}

func TestADriftHasTheAddressForThoseWhoAskForIt(t *testing.T) {
	w := newWorld(t)
	w.pool.put(user("ada", "sub-a"))
	w.mirrored(user("gone", "sub-gone"))
	w.sweep()
	if len(w.found) != 2 || w.found[0].Address != "ada@example.com" || w.found[1].Address != "gone@example.com" {
		t.Errorf("found %+v", w.found)
	}
}

func TestAnEmptyPoolBesideAnEmptyTableIsNoDrift(t *testing.T) {
	w := newWorld(t)
	h := hooked{table: w.table, profiles: func(context.Context, []string) error { return errors.New("nobody was asked for") }}
	if report, err := sweep.Run(t.Context(), w.pool, h, w.book, w.o); err != nil || report.Total() != 0 || !report.Complete {
		t.Errorf("%v, %s", err, text(report))
	}
}
