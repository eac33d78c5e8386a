package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// The schedule calls every five minutes and a pass needs several runs: it comes to its end once,
// an idle run asks the pool for nothing, and a day later the next one begins.
func TestR87_TheScheduleBringsAPassToItsEnd(t *testing.T) { synctest.Test(t, chained) }

func chained(t *testing.T) {
	table, book, pool := &userstest.Memory{}, &memory{}, &numbered{users: 6000, estimate: 40_000, slow: 8 * time.Second}
	f, lines := scheduled(pool, table, book)
	f.every, f.options.AcceptEstimate, f.options.Workers = 24*time.Hour, true, 1
	began, whole, idle := time.Now(), []time.Duration{}, 0
	for time.Since(began) < 25*time.Hour {
		before, at := pool.lists, time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
		err := f.run(ctx)
		cancel()
		l := logged(t, lines)
		switch {
		case err != nil:
			t.Fatal(err)
		case l.Complete == 1:
			whole = append(whole, time.Since(began))
		case strings.HasPrefix(l.Outcome, "idle"):
			if idle++; pool.lists != before || time.Since(at) > 0 || l.PassAgeHours == 0 || math.Abs(l.PassAgeHours-(time.Since(began)-whole[len(whole)-1]).Hours()) > 0.02 {
				t.Fatalf("an idle run listed %d pages and says %+v", pool.lists-before, l)
			}
		}
		time.Sleep(5*time.Minute - time.Since(at)%(5*time.Minute))
	}
	if len(whole) == 0 || whole[0] < 20*time.Minute || idle < 200 || table.Len() != 6000 || book.Book.Pass().Number != 2 {
		t.Errorf("passes ended after %v, %d runs were idle, %d rows, the pass is %+v", whole, idle, table.Len(), book.Book.Pass().Number)
	}
}

// Another holder of the lease is left alone, and a run that died is continued when its lease
// has ended.
func TestR87_ARunBesideAnotherEndsQuietly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		book, pool := &memory{}, &numbered{users: 150}
		f, lines := scheduled(pool, &userstest.Memory{}, book)
		f.every = 24 * time.Hour
		if _, _, err := book.Take(t.Context(), "an operator", time.Now(), time.Now().Add(sweep.LeaseLife)); err != nil { // and dies
			t.Fatal(err)
		}
		for _, want := range []string{"idle: another sweep of the pool is at work", "complete"} {
			if err := f.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if l := logged(t, lines); l.Outcome != want || l.Failed != 0 || l.Level != "INFO" || (want == "complete") != (pool.lists > 0) {
				t.Errorf("the line says %+v after %d pages", l, pool.lists)
			}
			time.Sleep(5 * time.Minute)
		}
	})
}

// A list that was too short is not made again and again, but at the next pass's time. Without
// a whole pass the age grows from the first run on.
func TestR87_AnIncompleteListWaitsForTheNextPass(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := &numbered{users: 60, estimate: 5000}
		f, lines := scheduled(pool, &userstest.Memory{}, &memory{})
		f.every = 24 * time.Hour
		began := time.Now()
		for time.Since(began) < 48*time.Hour+time.Minute {
			before := pool.lists
			if err := f.run(t.Context()); err != nil {
				t.Fatal(err)
			}
			due := time.Since(began)%(24*time.Hour) < time.Minute
			if l := logged(t, lines); due != (pool.lists > before) || due != strings.HasPrefix(l.Outcome, "incomplete") || l.PassAgeHours != hours(time.Since(began)) {
				t.Fatalf("after %v: %+v", time.Since(began), l)
			}
			time.Sleep(5 * time.Minute)
		}
	})
}

// A pass that would bury too many waits for an operator, and fails while it waits; at the next
// pass's time the pool is listed again, and who is listed by then is not missed any more.
func TestR87_APassThatWouldBuryTooManyListsAgainAtTheNextPassesTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool, table := &numbered{users: 1600, estimate: 1600}, &userstest.Memory{}
		f, lines := scheduled(pool, table, &memory{})
		f.every, f.options.AcceptEstimate = 24*time.Hour, true
		for h := range 24 * 3 {
			switch h {
			case 24:
				pool.users = 500
			case 60:
				pool.users = 1600
			}
			before := pool.lists
			err := f.run(t.Context())
			l, tooMany := logged(t, lines), h >= 24
			if (err != nil) != tooMany || strings.Contains(l.Cause, "raise the limit") != tooMany || (pool.lists > before) != (h%24 == 0) || table.Len() != 1600 {
				t.Fatalf("after %d hours: %v, %d pages, %+v", h, err, pool.lists-before, l)
			}
			time.Sleep(time.Hour)
		}
		if err := f.run(t.Context()); err != nil || logged(t, lines).Complete != 1 {
			t.Error(err)
		}
	})
}

// Lambda runs a call of the schedule beside one that is still at work, and kills one in five
// at some moment. Of all runs at a time one lists, and the pass is made once. A small pool
// is listed more slowly, so that it takes more than one run.
func TestR87_TheScheduleSweepsFortyMillionHoweverOftenItIsKilled(t *testing.T) {
	size, pace := form.Often(t, 0, 60_000, 40_000_000), 1.0
	if size < 1_000_000 {
		pace = 0.05
	}
	for _, rate := range []float64{10, 30} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &cloud{T: t, Crowd: sweeptest.NewCrowd(nil, size, true), rate: pace * rate}
				c.ListTakes = 200 * time.Millisecond
				c.schedule()
			})
		})
	}
}

// cloud runs the function as AWS does.
type cloud struct {
	*testing.T
	*sweeptest.Crowd
	memory
	rate float64

	mu             sync.Mutex
	by             *run // who lists
	listing        int
	kills, working int
	whole          *line
}

// run is a process of the function, with a book that it cannot reach when it is dead.
type run struct {
	*cloud
	dead   atomic.Bool
	listed atomic.Bool
}

var errDead = errors.New("killed")

// schedule calls every five minutes until a pass is whole.
func (c *cloud) schedule() {
	began, calls := time.Now(), 0
	var wait sync.WaitGroup
	for ; c.ended() == nil; calls++ {
		number := calls
		wait.Go(func() { c.call(number) })
		time.Sleep(5 * time.Minute)
	}
	wait.Wait()
	c.Logf("%d users at %v a second: %d calls of the schedule, %d runs listed, %d were killed, %d ListUsers in %v",
		c.Total(), c.rate, calls, c.working, c.kills, c.Lists(), time.Since(began).Round(time.Minute))
	if r := c.whole.Report; r.Listed != c.Total() || c.Book.Pass().Number != 1 || c.kills == 0 || c.working < 2 || r.Drift[sweep.Missing] > c.Drifted()[sweep.Missing] {
		c.Errorf("%d of %d listed in pass %d; %d runs, %d killed", r.Listed, c.Total(), c.Book.Pass().Number, c.working, c.kills)
	}
}

func (c *cloud) ended() *line {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.whole
}

// call runs the function once; the calls that are killed are so at different moments.
func (c *cloud) call(number int) {
	ctx, cancel := context.WithTimeout(c.Context(), 15*time.Minute)
	defer cancel()
	r := &run{cloud: c}
	if number%5 == 0 {
		kill := time.AfterFunc(time.Duration(1+number*7%13)*time.Minute, func() { r.dead.Store(true); cancel() })
		defer kill.Stop()
	}
	var lines bytes.Buffer
	f := &function{
		every: 24 * time.Hour, name: "suite-Reconcile", pool: r, table: c.Crowd, book: r, log: slog.New(slog.NewJSONHandler(&lines, nil)),
		options: sweep.Options{Pool: poolID, ListRate: c.rate, Limit: 10_000, Holder: fmt.Sprint("call ", number)},
	}
	err := f.run(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.listed.Load() {
		c.working++
	}
	if r.dead.Load() {
		c.kills += count(r.listed.Load())
		return
	}
	var l line
	if decoding := json.Unmarshal(lines.Bytes(), &l); err != nil || decoding != nil || l.PassAgeHours < 0 || l.Failed != 0 {
		c.Errorf("call %d: %v, %v, %s", number, err, decoding, &lines)
	}
	if l.Complete == 1 {
		c.whole = &l
	}
}

func (r *run) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	r.listed.Store(true)
	r.mu.Lock()
	if r.listing > 0 && r.by != r {
		r.Error("two runs list at once")
	}
	r.listing, r.by = r.listing+1, r
	r.mu.Unlock()
	defer func() { r.mu.Lock(); r.listing--; r.mu.Unlock() }()
	return r.Crowd.List(ctx, prefix, token)
}

func (r *run) Take(ctx context.Context, holder string, now, until time.Time) (sweep.Lease, sweep.Pass, error) {
	if r.dead.Load() {
		return sweep.Lease{}, sweep.Pass{}, errDead
	}
	return r.Book.Take(ctx, holder, now, until)
}

func (r *run) Keep(ctx context.Context, lease sweep.Lease, until time.Time, pass *sweep.Pass) error {
	if r.dead.Load() {
		return errDead
	}
	return r.Book.Keep(ctx, lease, until, pass)
}
