package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// shy is a pool whose list lacks some users, and that finds others only when asked
// again.
type shy struct {
	*pool
	hidden []string
	late   map[string]bool
}

func (s shy) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	page, err := s.pool.List(ctx, prefix, token)
	page.Users = slices.DeleteFunc(page.Users, func(u sweep.User) bool { return slices.Contains(s.hidden, u.Username) })
	return page, err
}

func (s shy) Get(ctx context.Context, name string) (sweep.Answer, error) {
	answer, err := s.pool.Get(ctx, name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.late[name] {
		delete(s.late, name)
		answer = sweep.Answer{At: answer.At}
	}
	return answer, err
}

// everyPath returns a world in which a pass makes each of its calls. It has the five kinds
// of drift, a user who changed lately, one who changed in this second, and three who are
// not listed; one of the three seems gone at first.
func everyPath(t *testing.T) (*world, shy) {
	w := drifted(t, 1)
	w.pool.page = 3
	for name, seen := range map[string]time.Duration{
		"lately": -time.Minute, "now": 1500 * time.Millisecond, "unlisted": -time.Hour, "unlisted-late": -time.Hour, "unlisted-right": -time.Hour,
	} {
		u := user(name, "sub-"+name)
		w.seen(u, noon.Add(seen))
		u.Disabled = name != "unlisted-right"
		w.pool.put(u)
	}
	return w, shy{w.pool, []string{"unlisted", "unlisted-late", "unlisted-right"}, map[string]bool{"unlisted-late": true}}
}

// failing has the ports of a pass; one call fails, once.
type failing struct {
	t *testing.T
	shy
	*table
	*sweeptest.Book
	call int // which one fails
	err  error
	mu   sync.Mutex
	made []string
}

func (f *failing) fails(what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.made = append(f.made, what); len(f.made) == f.call {
		return f.err
	}
	return nil
}

func (f *failing) List(ctx context.Context, prefix, token string) (page sweep.Page, err error) {
	if err := f.fails("listing the pool: "); err != nil {
		return page, err
	}
	return f.shy.List(ctx, prefix, token)
}

func (f *failing) Estimate(ctx context.Context) (int, error) {
	if err := f.fails("asking for the pool's estimate: "); err != nil {
		return 0, err
	}
	return f.shy.Estimate(ctx)
}

func (f *failing) Get(ctx context.Context, name string) (answer sweep.Answer, err error) {
	if err := f.fails("asking the pool for a user: "); err != nil {
		return answer, err
	}
	return f.shy.Get(ctx, name)
}

func (f *failing) Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error) {
	if err := f.fails("reading the rows of a page: "); err != nil {
		return nil, err
	}
	return f.table.Profiles(ctx, pool, subs)
}

func (f *failing) Shard(ctx context.Context, pool, prefix, from string) (subs []string, next string, err error) {
	if err := f.fails("reading the rows of a leaf: "); err != nil {
		return nil, "", err
	}
	return f.table.Shard(ctx, pool, prefix, from)
}

func (f *failing) Strangers(ctx context.Context, pool, from string) (subs []string, next string, err error) {
	if err := f.fails("reading the rows of unusual subs: "); err != nil {
		return nil, "", err
	}
	return f.table.Strangers(ctx, pool, from)
}

func (f *failing) Complete(ctx context.Context, pool, from string) (added int, next string, err error) {
	if err := f.fails("completing the rows of an older release: "); err != nil {
		return 0, "", err
	}
	return f.table.Complete(ctx, pool, from)
}

func (f *failing) Take(ctx context.Context, holder string, now, until time.Time) (lease sweep.Lease, pass sweep.Pass, err error) {
	if err := f.fails("beginning the sweep: "); err != nil {
		return lease, pass, err
	}
	return f.Book.Take(ctx, holder, now, until)
}

func (f *failing) Keep(ctx context.Context, lease sweep.Lease, until time.Time, pass *sweep.Pass) error {
	what := "renewing the lease: "
	if pass != nil {
		what = "writing the pass: "
	}
	if err := f.fails(what); err != nil {
		return err
	}
	return f.Book.Keep(ctx, lease, until, pass)
}

func (f *failing) PutSuspects(ctx context.Context, lease sweep.Lease, leaf string, subs []string) error {
	if err := f.fails("keeping the unlisted users of a leaf: "); err != nil {
		return err
	}
	return f.Book.PutSuspects(ctx, lease, leaf, subs)
}

func (f *failing) Suspects(ctx context.Context, leaf string) ([]string, error) {
	if err := f.fails("reading the unlisted users of a leaf: "); err != nil {
		return nil, err
	}
	return f.Book.Suspects(ctx, leaf)
}

func (f *failing) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	if err := f.fails("writing the row of " + seen.Key.Sub + ": "); err != nil {
		return users.Failed, err
	}
	return f.table.Upsert(ctx, seen)
}

func (f *failing) Erase(ctx context.Context, key users.Key, at time.Time) error {
	if err := f.fails("burying the rows of " + key.Sub + ": "); err != nil {
		return err
	}
	return f.table.Erase(ctx, key, at)
}

// Each call of a pass fails once, alone. The pass must not end as if it were done, nor
// continue as if nothing had happened. Its error names the call, and another pass
// completes it.
func TestWhicheverCallFailsThePassSaysSoAndCanGoOn(t *testing.T) {
	for leaf, all := range map[int][]int{0: {1, 16}, 4: {1, 16}} {
		for _, workers := range all {
			calls := 1
			for w, ports := failedAt(t, calls, workers, leaf); w != nil; w, ports = failedAt(t, calls, workers, leaf) {
				w.table.writes = 0
				w.clock.now = w.clock.now.Add(sweep.LeaseLife + time.Second)
				if report, err := sweep.Run(t.Context(), ports.shy, w.table, w.book, w.o); err != nil || !report.Complete {
					t.Errorf("the pass whose call %d failed cannot go on: %v, %s", calls, err, text(report))
				}
				w.converged()
				calls += 1 + leaf // of many leaves not every call
			}
			if leaf == 0 && calls != 39+1 { // 1 × Take, Complete, Estimate, Shard and twice suspects; 5 × Keep, 4 × List, 11 × Get, 5 reads of rows, 6 rows written and 2 buried
				t.Errorf("a whole pass made %d calls", calls-1)
			}
		}
	}
}

// failedAt makes a pass in which a call fails. It returns nil if the pass has fewer
// calls.
func failedAt(t *testing.T, call, workers, leaf int) (*world, *failing) {
	t.Helper()
	w, pool := everyPath(t)
	w.o = w.o.WithLeaf(leaf)
	ports := &failing{t: t, shy: pool, table: w.table, Book: w.book, call: call, err: errors.New("down")}
	w.o.Workers = workers
	report, err := sweep.Run(t.Context(), ports, ports, ports, w.o)
	if len(ports.made) < call {
		if err != nil || !report.Complete {
			t.Fatalf("%v, %s", err, text(report))
		}
		w.converged()
		return nil, nil
	}
	what := ports.made[call-1]
	if want := what + "down"; err == nil || !strings.HasSuffix(err.Error(), want) || !strings.HasPrefix(what, "renewing") && err.Error() != want || !errors.Is(err, ports.err) {
		t.Errorf("call %d: error %v, want %s", call, err, want)
	}
	if report.Complete {
		t.Errorf("call %d, %s and then %q, report %s", call, what, ports.made[call:], text(report))
	}
	return w, ports
}

func TestAfterEveryErrorOfAPortAnotherPassGoesOn(t *testing.T) {
	down := errors.New("down")
	for name, breaks := range map[string]func(*world){
		"list":  func(w *world) { w.pool.failList = fails(2, down) },
		"get":   func(w *world) { w.pool.failGet = fails(7, down) },
		"write": func(w *world) { n := 0; w.table.fail = func() error { n++; return fails(9, down)(n) } },
		"erase": func(w *world) { n := 0; w.table.fail = func() error { n++; return fails(65, down)(n) } },
		"read": func(w *world) {
			w.pool.afterList = func(call int) {
				if call > 1 {
					w.table.Down(down)
				}
			}
		},
		"ask": func(w *world) {
			w.o.Advanced = func(p sweep.Progress) { w.table.Down(during(p, sweep.Asking, down)) }
		},
	} {
		for _, workers := range []int{1, 16} {
			w := drifted(t, 20)
			w.pool.page, w.o.Workers = 30, workers
			breaks(w)
			if report, err := w.run(); !errors.Is(err, down) || report.Complete {
				t.Fatalf("%s: %v", name, err)
			}
			w.pool.failList, w.pool.failGet, w.table.fail, w.pool.afterList, w.o.Advanced = nil, nil, nil, nil, nil
			w.table.Down(nil)
			if _, err := w.run(); err != nil {
				t.Fatalf("%s, and then: %v", name, err)
			}
			w.converged()
		}
	}
}

func fails(call int, err error) func(int) error {
	return func(n int) error {
		if n == call {
			return err
		}
		return nil
	}
}

func during(p sweep.Progress, phase sweep.Phase, err error) error {
	if p.Phase == phase {
		return err
	}
	return nil
}

func TestRepliesWithoutADateEndThePass(t *testing.T) {
	w := drifted(t, 1)
	w.clock.now = time.Time{}
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.book, w.o); err == nil || !strings.Contains(err.Error(), "no Date") {
		t.Errorf("error %v", err)
	}
}

func TestNothingIsWrittenByAReplyWithoutADate(t *testing.T) {
	for want, p := range map[string]timeless{"listing the pool: the reply has no Date": {list: true}, "asking the pool for a user: the reply has no Date": {get: true}} {
		w := newWorld(t)
		w.mirrored(user("gone", "sub-gone"))
		p.pool = w.pool
		if _, err := sweep.Run(t.Context(), p, w.table, w.book, w.o); err == nil || err.Error() != want || w.table.writes != 0 {
			t.Errorf("error %v, %d writes", err, w.table.writes)
		}
	}
}

// One leaf fails while another is at work; no leaf outlives the pass.
func TestALeafThatFailsEndsThoseBesideIt(t *testing.T) { synctest.Test(t, endsThoseBesideIt) }

func endsThoseBesideIt(t *testing.T) {
	w := newWorld(t)
	for _, sub := range []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} {
		w.pool.put(user("u"+sub, sub))
	}
	w.o = w.o.WithLeaf(2)
	w.o.Workers, w.pool.page = 16, 1
	down := errors.New("down")
	var mu sync.Mutex
	inside, beside := 0, make(chan struct{}, 16)
	h := hooked{table: w.table, profiles: func(ctx context.Context, subs []string) error {
		if w.pool.page == 1 { // the first leaf, which is split
			w.pool.page = 60
			return nil
		}
		mu.Lock()
		inside++
		mu.Unlock()
		defer func() { mu.Lock(); inside--; mu.Unlock() }()
		if slices.Contains(subs, "0") {
			<-beside
			return fmt.Errorf("reading: %w", down)
		}
		beside <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}}
	_, err := sweep.Run(t.Context(), w.pool, h, w.book, w.o)
	if !errors.Is(err, down) || !strings.Contains(err.Error(), "reading the rows of a page") || inside != 0 || w.table.writes > 1 {
		t.Errorf("%v, %d at work, %d writes", err, inside, w.table.writes)
	}
	throttled := 0
	h.profiles = func(context.Context, []string) error {
		if throttled++; throttled == 1 {
			return sweep.ErrThrottled
		}
		return nil
	}
	w.o.Workers = 1
	if report, err := sweep.Run(t.Context(), w.pool, h, w.book, w.o); err != nil || report.Throttled != 1 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.converged()
}
