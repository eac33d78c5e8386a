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
	call  int // which one fails
	err   error
	mu    sync.Mutex
	made  []string
	saved sweep.Checkpoint
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

func (f *failing) Scan(ctx context.Context, pool, from string) (subs []string, next string, err error) {
	if err := f.fails("scanning the table: "); err != nil {
		return nil, "", err
	}
	return f.table.Scan(ctx, pool, from)
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

func (f *failing) Save(at sweep.Checkpoint) error {
	if err := f.fails("writing the checkpoint: "); err != nil {
		return err
	}
	f.saved = copied(f.t, at)
	return nil
}

// Each call of a pass fails once, alone. The pass must not end as if it were done, nor
// continue as if nothing had happened. Its error names the call, and another pass
// completes its checkpoint.
func TestWhicheverCallFailsThePassSaysSoAndCanGoOn(t *testing.T) {
	for _, workers := range []int{1, 16} {
		calls := 1
		for w, ports := failedAt(t, calls, workers); w != nil; w, ports = failedAt(t, calls, workers) {
			w.table.writes = 0
			if report, err := sweep.Run(t.Context(), ports.shy, w.table, w.o, ports.saved); err != nil || !report.Complete {
				t.Errorf("the pass whose call %d failed cannot go on: %v, %s", calls, err, text(report))
			}
			w.converged()
			calls++
		}
		if calls != 40+1 { // 1 × Estimate, 4 × List, 11 × Get, 7 rows written and 2 buried, 4 reads, 1 scan, 10 × Save
			t.Errorf("a whole pass made %d calls", calls-1)
		}
	}
}

// failedAt makes a pass in which a call fails. It returns nil if the pass has fewer
// calls.
func failedAt(t *testing.T, call, workers int) (*world, *failing) {
	t.Helper()
	w, pool := everyPath(t)
	ports := &failing{t: t, shy: pool, table: w.table, call: call, err: errors.New("down")}
	w.o.Workers, w.o.Save = workers, ports.Save
	report, err := sweep.Run(t.Context(), ports, ports, w.o, sweep.Checkpoint{})
	if len(ports.made) < call {
		w.converged()
		return nil, nil
	}
	what := ports.made[call-1]
	if want := what + "down"; err == nil || err.Error() != want || !errors.Is(err, ports.err) {
		t.Errorf("call %d: error %v, want %s", call, err, want)
	}
	if saving := strings.HasPrefix(what, "writing the checkpoint"); report.Complete && !saving || saving && workers == 1 && len(ports.made) != call {
		t.Errorf("call %d, %s and then %q, report %s", call, what, ports.made[call:], text(report))
	}
	w.o.Save = func(sweep.Checkpoint) error { return nil }
	return w, ports
}

func TestEveryErrorOfAPortEndsThePassWithACheckpoint(t *testing.T) {
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
		"scan": func(w *world) {
			w.pool.failList = nil
			w.o.Advanced = func(p sweep.Progress) { w.table.Down(during(p, sweep.Scanning, down)) }
		},
	} {
		for _, workers := range []int{1, 16} {
			w := drifted(t, 20)
			w.pool.page, w.o.Workers = 30, workers
			breaks(w)
			var at sweep.Checkpoint
			w.o.Save = func(c sweep.Checkpoint) error { at = copied(t, c); return nil }
			if report, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at); !errors.Is(err, down) || report.Complete {
				t.Fatalf("%s: %v", name, err)
			}
			w.pool.failList, w.pool.failGet, w.table.fail, w.pool.afterList, w.o.Advanced = nil, nil, nil, nil, nil
			w.table.Down(nil)
			if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, at); err != nil {
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
	if _, err := sweep.Run(t.Context(), w.pool, w.table, w.o, sweep.Checkpoint{}); err == nil || !strings.Contains(err.Error(), "no Date") {
		t.Errorf("error %v", err)
	}
}

func TestNothingIsWrittenByAReplyWithoutADate(t *testing.T) {
	for want, p := range map[string]timeless{"listing the pool: the reply has no Date": {list: true}, "asking the pool for a user: the reply has no Date": {get: true}} {
		w := newWorld(t)
		w.mirrored(user("gone", "sub-gone"))
		p.pool = w.pool
		if _, err := sweep.Run(t.Context(), p, w.table, w.o, sweep.Checkpoint{}); err == nil || err.Error() != want || w.table.writes != 0 {
			t.Errorf("error %v, %d writes", err, w.table.writes)
		}
	}
}

// The first page fails while another is in processing; no page outlives the pass.
func TestAPageThatFailsEndsThoseBesideIt(t *testing.T) { synctest.Test(t, endsThoseBesideIt) }

func endsThoseBesideIt(t *testing.T) {
	w := drifted(t, 60)
	w.o.Workers = 16
	down := errors.New("down")
	var mu sync.Mutex
	inside, beside := 0, make(chan struct{}, 16)
	h := hooked{table: w.table, profiles: func(ctx context.Context, subs []string) error {
		mu.Lock()
		inside++
		mu.Unlock()
		defer func() { mu.Lock(); inside--; mu.Unlock() }()
		if slices.Contains(subs, "sub-disabled-000") { // the first page
			<-beside
			return fmt.Errorf("reading: %w", down)
		}
		beside <- struct{}{}
		<-ctx.Done()
		return ctx.Err()
	}}
	_, err := sweep.Run(t.Context(), w.pool, h, w.o, sweep.Checkpoint{})
	if !errors.Is(err, down) || !strings.Contains(err.Error(), "reading the rows of a page") || inside != 0 || w.table.writes != 0 {
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
	if report, err := sweep.Run(t.Context(), w.pool, h, w.o, sweep.Checkpoint{}); err != nil || report.Throttled != 1 {
		t.Errorf("%v, %s", err, text(report))
	}
	w.converged()
}
