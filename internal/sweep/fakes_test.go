package sweep_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const poolID = "eu-west-1_AbCdEf123"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// clock is a clock that stands still unless a caller sleeps. It calls asleep in every
// sleep.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	asleep func(d time.Duration)
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.now = c.now.Add(d)
	}
	if c.asleep != nil {
		c.asleep(d)
	}
	return ctx.Err()
}

// pool is a pool in memory. Its Date is the clock's, in whole seconds. It lists the
// users in stale instead of the truth.
type pool struct {
	clock       *clock
	mu          sync.Mutex
	users       map[string]sweep.User // by user name
	stale       []sweep.User
	page        int
	lists, gets []time.Time
	failList    func(call int) error
	failGet     func(call int) error
	afterList   func(call int)
	// estimate, if not nil, replaces the true number of users; 0 is none.
	estimate     *int
	estimates    int
	failEstimate func(call int) error
}

func newPool(c *clock) *pool { return &pool{clock: c, users: map[string]sweep.User{}, page: 60} }

func (p *pool) date() time.Time { return p.clock.Now().Truncate(time.Second) }

func (p *pool) List(_ context.Context, prefix, token string) (sweep.Page, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lists = append(p.lists, p.clock.Now())
	if p.failList != nil {
		if err := p.failList(len(p.lists)); err != nil {
			return sweep.Page{}, err
		}
	}
	outside := func(u sweep.User) bool { return u.Username <= token || !sweep.Below(u.Sub, prefix) }
	all := slices.Clone(p.stale)
	for _, u := range p.users {
		if !outside(u) && !slices.ContainsFunc(p.stale, func(s sweep.User) bool { return s.Username == u.Username }) {
			all = append(all, u)
		}
	}
	all = slices.DeleteFunc(all, outside)
	slices.SortFunc(all, func(a, b sweep.User) int { return compare(a.Username, b.Username) })
	page := sweep.Page{Users: all, At: p.date()}
	if len(all) > p.page {
		page.Users, page.Next = all[:p.page], all[p.page-1].Username
	}
	if p.afterList != nil {
		p.afterList(len(p.lists))
	}
	return page, nil
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (p *pool) Get(_ context.Context, username string) (sweep.Answer, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.gets = append(p.gets, p.clock.Now())
	if p.failGet != nil {
		if err := p.failGet(len(p.gets)); err != nil {
			return sweep.Answer{}, err
		}
	}
	u, found := p.users[username]
	return sweep.Answer{User: u, Found: found, At: p.date()}, nil
}

func (p *pool) Estimate(context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.estimates++
	if p.failEstimate != nil {
		if err := p.failEstimate(p.estimates); err != nil {
			return 0, err
		}
	}
	if p.estimate != nil {
		return *p.estimate, nil
	}
	return len(p.users), nil
}

// put creates or changes a user.
func (p *pool) put(u sweep.User) { p.users[u.Username] = u }

// world is a pool with its table.
type world struct {
	*testing.T
	clock *clock
	pool  *pool
	table *table
	book  *sweeptest.Book
	o     sweep.Options
	found []sweep.Drift
}

// table counts the writes to the memory store.
type table struct {
	userstest.Memory
	mu     sync.Mutex
	writes int
	fail   func() error
}

func (t *table) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	if err := t.count(); err != nil {
		return users.Failed, err
	}
	return t.Memory.Upsert(ctx, seen)
}

func (t *table) Erase(ctx context.Context, key users.Key, at time.Time) error {
	if err := t.count(); err != nil {
		return err
	}
	return t.Memory.Erase(ctx, key, at)
}

func (t *table) count() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.writes++
	if t.fail != nil {
		return t.fail()
	}
	return nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	mirror, err := users.CompileMirror(policy.Mirror{Attributes: []string{"name", "custom:team"}})
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: noon.Add(300 * time.Millisecond)}
	w := &world{T: t, clock: c, pool: newPool(c), table: &table{}, book: &sweeptest.Book{}}
	w.o = sweep.Options{Pool: poolID, Mirror: mirror, Workers: 1, Clock: c, Found: func(d sweep.Drift) { w.found = append(w.found, d) }}
	return w
}

// user returns a user who has not changed for a long time.
func user(name, sub string) sweep.User {
	return sweep.User{
		Sub: sub, Username: name, Status: "CONFIRMED", ModifiedAt: noon.Add(-24 * time.Hour),
		Attributes: map[string]string{"sub": sub, "email": name + "@example.com", "email_verified": "true", "name": name},
	}
}

// mirrored writes a user's correct row, as a trigger did a day ago.
func (w *world) mirrored(u sweep.User) {
	w.Helper()
	w.seen(u, noon.Add(-24*time.Hour))
}

func (w *world) seen(u sweep.User, at time.Time) {
	w.Helper()
	if _, err := w.table.Memory.Upsert(w.Context(), users.Snapshot{
		Key: users.Key{PoolID: poolID, Sub: u.Sub}, At: at, Source: "PostConfirmation_ConfirmSignUp", Profile: sweep.Profile(w.o.Mirror, u),
	}); err != nil {
		w.Fatal(err)
	}
}

// run makes a pass, or continues the one in the book. A lease that a killed pass left has
// ended.
func (w *world) run() (sweep.Report, error) {
	w.Helper()
	w.clock.now = w.clock.now.Add(sweep.LeaseLife + time.Second)
	return sweep.Run(w.Context(), w.pool, w.table, w.book, w.o)
}

// sweep makes a pass that must succeed.
func (w *world) sweep() sweep.Report {
	w.Helper()
	w.found = nil
	report, err := sweep.Run(w.Context(), w.pool, w.table, w.book, w.o)
	if err != nil || !report.Complete {
		w.Fatalf("the sweep ended with %v, report %s", err, text(report))
	}
	return report
}

func (w *world) row(sub string) users.ProfileRow {
	w.Helper()
	rows, err := w.table.Rows(w.Context(), users.Key{PoolID: poolID, Sub: sub})
	if err != nil {
		w.Fatal(err)
	}
	return rows.Profile
}

// converged fails unless the table has exactly the pool's users, as they are.
func (w *world) converged() {
	w.Helper()
	live := 0
	for _, u := range w.pool.users {
		if u.Status != "UNCONFIRMED" {
			live++
		}
		if kind, fields := sweep.Compare(w.o.Mirror, u, w.row(u.Sub)); kind != sweep.None {
			w.Errorf("%s is %s %v", u.Username, kind, fields)
		}
	}
	rows := 0
	for from, more := "", true; more; more = from != "" {
		subs, next, err := w.table.Shard(w.Context(), poolID, "", from)
		if err != nil {
			w.Fatal(err)
		}
		rows, from = rows+len(subs), next
	}
	if rows != live {
		w.Errorf("%d rows of %d users", rows, live)
	}
}

// kinds checks how much drift of each kind was found.
func (w *world) kinds(report sweep.Report, want map[sweep.Kind]int) {
	w.Helper()
	for _, kind := range sweep.Kinds() {
		if report.Drift[kind] != want[kind] {
			w.Errorf("%d × %s, want %d; all are %v", report.Drift[kind], kind, want[kind], report.Drift)
		}
	}
}

func text(v any) string {
	out, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(out)
}

func (w *world) key(sub string) users.Key { return users.Key{PoolID: poolID, Sub: sub} }

// hiding is a pool whose list lacks a user.
type hiding struct {
	*pool
	name string
}

func (h hiding) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	page, err := h.pool.List(ctx, prefix, token)
	page.Users = slices.DeleteFunc(page.Users, func(u sweep.User) bool { return u.Username == h.name })
	return page, err
}

// mortal is a book of a pass that is killed after some writes of it: nothing is written
// any more, and the lease is not given back.
type mortal struct {
	*sweeptest.Book
	mu   sync.Mutex
	left int
}

var errKilled = errors.New("killed")

func (m *mortal) lives() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left--; m.left < 0 {
		return errKilled
	}
	return nil
}

func (m *mortal) Keep(ctx context.Context, lease sweep.Lease, until time.Time, pass *sweep.Pass) error {
	if err := m.lives(); err != nil {
		return err
	}
	return m.Book.Keep(ctx, lease, until, pass)
}

func (m *mortal) PutSuspects(ctx context.Context, lease sweep.Lease, leaf string, subs []string) error {
	if err := m.lives(); err != nil {
		return err
	}
	return m.Book.PutSuspects(ctx, lease, leaf, subs)
}

// killed makes a pass that is killed after some writes of its book.
func (w *world) killed(pool sweep.Pool, writes int) error {
	_, err := sweep.Run(w.Context(), pool, w.table, &mortal{Book: w.book, left: writes}, w.o)
	w.clock.now = w.clock.now.Add(sweep.LeaseLife + time.Second)
	return err
}
