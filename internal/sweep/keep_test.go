package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
)

// A book that this version cannot read is begun again; the number of the pass goes on.
func TestR86_ABookOfAnotherVersionIsBegunAgain(t *testing.T) {
	for name, spoil := range map[string]func(*sweep.Pass){
		"version": func(p *sweep.Pass) { p.Version = sweep.PassVersion + 1 },
		"tree":    func(p *sweep.Pass) { p.Tree = "(+1" },
	} {
		w := drifted(t, 5)
		w.sweep()
		at := w.book.Pass()
		at.Phase, at.Number = sweep.Listing, 7
		spoil(&at)
		w.put(at)
		if report := w.sweep(); report.Listed != 30 || w.book.Pass().Number != 8 {
			t.Errorf("%s: %s", name, text(report))
		}
	}
}

// put writes a pass into the book.
func (w *world) put(at sweep.Pass) {
	w.Helper()
	lease, _, err := w.book.Take(w.Context(), "test", w.clock.Now(), w.clock.Now())
	if err == nil {
		err = w.book.Keep(w.Context(), lease, time.Time{}, &at)
	}
	if err != nil {
		w.Fatal(err)
	}
}

func TestR86_ABookOfAnotherPoolIsRefused(t *testing.T) {
	for want, change := range map[string]func(*sweep.Options){
		"the book is of the pool " + poolID + ", dry run false": func(o *sweep.Options) { o.DryRun = true },
		"the book is of the pool " + poolID:                     func(o *sweep.Options) { o.Pool = "other" },
	} {
		w := drifted(t, 1)
		w.sweep()
		before := text(w.book.Pass())
		change(&w.o)
		if _, err := w.run(); err == nil || !strings.Contains(err.Error(), want) || text(w.book.Pass()) != before {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// A search knows ASCII only, and a dry run writes no row that would show the user: one whose
// sub goes on with another character is counted because the list showed it before the split.
func TestR86_ADryRunCountsAUserThatNoSearchFinds(t *testing.T) {
	w := newWorld(t)
	for i, sub := range []string{"é", "01", "02", "03"} {
		w.pool.put(user(fmt.Sprint(i), sub))
	}
	w.o, w.pool.page = w.o.WithLeaf(2), 3
	w.o.DryRun = true
	w.kinds(w.sweep(), map[sweep.Kind]int{sweep.Missing: 4})
}

// The book is written no more often than asked, and what a write that failed should have
// kept is in the last one.
func TestR86_TheBookIsWrittenAsOftenAsAskedAndAgainIfThatFailed(t *testing.T) {
	w := peopled(t, 200, 200)
	w.o.SaveEvery = 2 * time.Second
	w.o, w.o.Workers = w.o.WithLeaf(10), 1
	// Ten pages a second, of which the root and the searches take some.
	if report := w.sweep(); report.Leaves < 100 || w.book.Writes > report.Lists/20 {
		t.Errorf("%d writes for %d leaves and %d pages", w.book.Writes, report.Leaves, report.Lists)
	}
	w = peopled(t, 200, 200)
	w.o, w.o.Workers = w.o.WithLeaf(10), 1
	report, err := sweep.Run(t.Context(), w.pool, w.table, &stumbling{Book: w.book, at: 5}, w.o)
	if err == nil || w.book.Pass().Report.Lists != report.Lists {
		t.Errorf("%v: %d of %d calls are kept", err, w.book.Pass().Report.Lists, report.Lists)
	}
}

// stumbling is a book that fails to write a pass once.
type stumbling struct {
	sweep.Book
	at int
}

func (s *stumbling) Keep(ctx context.Context, lease sweep.Lease, until time.Time, pass *sweep.Pass) error {
	if pass != nil {
		if s.at--; s.at == 0 {
			return errors.New("no network")
		}
	}
	return s.Book.Keep(ctx, lease, until, pass)
}

// completing is a table whose first parts have rows of an older release.
type completing struct {
	*table
	parts []int
	asked []string
}

func (c *completing) Complete(_ context.Context, _, from string) (added int, next string, err error) {
	c.asked = append(c.asked, from)
	i := len(from)
	if i < len(c.parts)-1 {
		next = strings.Repeat("x", i+1)
	}
	return c.parts[i], next, nil
}

// The table is read once, over a kill, before the first leaf; a dry run leaves it alone.
func TestR86_RowsOfAnOlderReleaseAreCompletedOnce(t *testing.T) {
	w := drifted(t, 5)
	old := &completing{table: w.table, parts: []int{3, 0, 4}}
	o := w.o
	o.DryRun = true
	if _, err := sweep.Run(t.Context(), w.pool, old, &sweeptest.Book{}, o); err != nil || len(old.asked) > 0 {
		t.Errorf("a dry run asked %q, error %v", old.asked, err)
	}
	if _, err := sweep.Run(t.Context(), w.pool, old, &mortal{Book: w.book, left: 2}, w.o); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if at := w.book.Pass(); at.Phase != sweep.Scanning || at.Next != "xx" || at.Report.Completed != 3 {
		t.Errorf("the pass is %s", text(at))
	}
	w.clock.now = w.clock.now.Add(sweep.LeaseLife + time.Second)
	for range 2 {
		report, err := sweep.Run(t.Context(), w.pool, old, w.book, w.o)
		if at := w.book.Pass(); err != nil || !at.All || report.Completed != map[int64]int{1: 7, 2: 0}[at.Number] {
			t.Errorf("%v, %s", err, text(at))
		}
	}
	if got := fmt.Sprint(old.asked); got != "[ x xx xx]" {
		t.Errorf("asked from %s", got)
	}
}

// The rows of unlisted users of one leaf do not fit into a row of the book.
func TestR86_ALeafWithTooManyUnlistedRowsIsSplit(t *testing.T) {
	w := newWorld(t)
	const gone = sweep.MaxSuspects + 200
	for i := range gone {
		w.mirrored(user(fmt.Sprint("u", i), uuid(fmt.Sprint(i))))
	}
	w.o.Limit, w.o.GetRate = gone, sweep.Unlimited
	report := w.sweep()
	if report.Splits != 1 || report.Leaves != 16 || report.Rows != gone || report.Drift[sweep.Deleted] != gone {
		t.Errorf("%s", text(report))
	}
	w.converged()
}

// A pass that finds more than a whole list would allow lists no further.
func TestR86_TooManyUnlistedRowsStopThePassAtOnce(t *testing.T) {
	for estimate, early := range map[int]bool{0: false, 60: true, 500_000: false} {
		w := newWorld(t)
		for i := range 60 {
			w.pool.put(user(fmt.Sprint("here", i), uuid(fmt.Sprint("here", i))))
		}
		for i := range 1100 {
			w.mirrored(user(fmt.Sprint("u", i), "0"+uuid(fmt.Sprint(i))[1:]))
		}
		w.o = w.o.WithLeaf(20)
		w.o.AcceptEstimate, w.pool.estimate, w.pool.page = true, &estimate, 10
		report, err := w.run()
		if many, is := errors.AsType[sweep.TooMany](err); !is || many.Found < 1001 || (report.Listed < 60) != early || w.table.writes > 60 {
			t.Errorf("with the estimate %d: %v, %s", estimate, err, text(report))
		}
		w.o.Limit = 2000
		if report, err = w.run(); err != nil || report.Drift[sweep.Deleted] != 1100 || report.Listed != 60 {
			t.Errorf("with the estimate %d, and then: %v, %s", estimate, err, text(report))
		}
		w.converged()
	}
}

// slow is a pool whose pages take a second each.
type slow struct{ *pool }

func (p slow) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	if err := sweep.Sleep(ctx, time.Second); err != nil {
		return sweep.Page{}, err
	}
	return p.pool.List(ctx, prefix, token)
}

// Near the end of its time a run begins no leaf that would not be done: it ends before.
func TestR86_NoLeafIsBegunThatWouldNotBeDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		for i := range 16 * 40 {
			u := user(fmt.Sprintf("u%03d", i), fmt.Sprintf("%x", i%16)+uuid(fmt.Sprint(i))[1:])
			w.pool.put(u)
			w.mirrored(u)
		}
		w.o = w.o.WithLeaf(100)
		w.o.Clock, w.o.Workers, w.pool.page, w.o.ListRate = nil, 1, 4, 1
		runs, report := 0, sweep.Report{}
		for ; !report.Complete; runs++ {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
			var err error
			report, err = sweep.Run(ctx, slow{w.pool}, w.table, w.book, w.o)
			if err != nil && (!errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil) {
				t.Fatalf("run %d ended with %v, and its time with %v", runs, err, ctx.Err())
			}
			cancel()
		}
		// Of 16 leaves of ten pages, a split and 79 other characters none is listed twice.
		if calls := len(w.pool.lists); runs < 2 || calls != 16*10+1+79 {
			t.Errorf("%d runs, %d calls, %s", runs, calls, text(report))
		}
	})
}
