package history

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep/sweeptest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

var errEnded = errors.New("the sweep was stopped")

// sweeping is a running sweep with all its ports: pool, table and clock.
type sweeping struct {
	*world
	plan    *plan
	calls   int // of its ports, since it began or continued
	total   int
	asked   int
	resumed bool
	ended   *end // the end that has come
	book    sweeptest.Book
}

// callTakes is how long a call of a port takes.
const callTakes = 70 * time.Millisecond

// sweep runs a pass as planned, to its end.
func (w *world) sweep(p *plan) sweep.Report {
	s := &sweeping{world: w, plan: p}
	ends := p.ends
	for {
		var next *end
		if len(ends) > 0 {
			next, ends = &ends[0], ends[1:]
		}
		report, err := s.run(next)
		if err == nil {
			w.tell("    the sweep is complete: %v, %d written, asked %d times", report.Drift, report.Written, report.Asked)
			return report
		}
		if !errors.Is(err, errEnded) {
			w.violated("the sweep ended with %v", err)
			return report
		}
		w.noted["a sweep was stopped in phase "+string(s.book.Pass().Phase)]++
		w.tell("    the sweep is stopped in phase %q and goes on later", s.book.Pass().Phase)
		w.advance(next.pause)
		s.resumed = true
	}
}

// run begins or continues, until next stops it.
func (s *sweeping) run(next *end) (sweep.Report, error) {
	s.calls, s.ended = 0, nil
	pool, table := s.faults.ports(port{s, next})
	return sweep.Run(context.Background(), pool, table, keeping{&s.book, s}, sweep.Options{
		Pool: poolID, Mirror: s.mirror, Workers: max(1, s.plan.workers), Clock: port{s, next},
		ListRate: sweep.Unlimited, GetRate: sweep.Unlimited,
	})
}

// keeping is the book, in which a dead process writes nothing. Whoever comes then waits
// until its lease has ended.
type keeping struct {
	*sweeptest.Book
	*sweeping
}

func (k keeping) Take(ctx context.Context, holder string, now, until time.Time) (sweep.Lease, sweep.Pass, error) {
	return k.Book.Take(ctx, holder, now.Add(sweep.LeaseLife), until)
}

func (k keeping) Keep(ctx context.Context, lease sweep.Lease, until time.Time, pass *sweep.Pass) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.ended != nil && k.ended.killed {
		return errEnded
	}
	return k.Book.Keep(ctx, lease, until, pass)
}

// port is the part of the sweep's ports that the engine calls. Others act meanwhile.
type port struct {
	*sweeping
	next *end
}

// call makes a call of a port: time passes, others act, and the sweep may end.
func (p port) call(make func()) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended != nil {
		return errEnded
	}
	p.calls++
	p.total++
	p.advance(callTakes)
	for _, m := range p.plan.meanwhile {
		if m.call == p.total {
			p.take(m.step)
		}
	}
	stops := p.next != nil && p.calls == p.next.call
	if stops {
		p.ended = p.next
	}
	if stops && !p.next.after {
		return errEnded
	}
	make()
	if stops {
		return errEnded
	}
	return nil
}

func (p port) date() time.Time { return p.world.now.Truncate(time.Second) }

// List returns a page in the order of creation, each user as the list knows it.
func (p port) List(_ context.Context, prefix, token string) (page sweep.Page, err error) {
	err = p.call(func() {
		if token != "" && p.resumed && p.plan.forgets {
			p.resumed = false
			err = sweep.ErrToken
			p.noted["a page token was refused"]++
			return
		}
		from, _ := strconv.Atoi(token)
		page.At = p.date()
		for i, q := range p.pool.users[min(from, len(p.pool.users)):] {
			if len(page.Users) == p.plan.page {
				page.Next = strconv.Itoa(from + i)
				break
			}
			s, shown := q.at(p.world.now.Add(-p.lag(from + i)))
			if q.now().from.After(s.from) {
				p.noted["the list was behind"]++
			}
			if shown {
				page.Users = append(page.Users, q.shown(s))
			}
		}
		p.tell("    lists %s", told(page.Users))
	})
	if err == nil && page.At.IsZero() {
		err = sweep.ErrToken
	}
	return page, err
}

func (s *sweeping) lag(i int) time.Duration {
	if len(s.plan.behind) == 0 {
		return 0
	}
	return s.plan.behind[(i+s.total)%len(s.plan.behind)]
}

func told(all []sweep.User) (said string) {
	for _, u := range all {
		said += u.Sub + " " + u.Username + " " + u.Attributes["email"] + "; "
	}
	return said
}

// Estimate is exact. It is not among the calls at which a sweep may end.
func (p port) Estimate(context.Context) (alive int, err error) {
	for _, u := range p.pool.users {
		if u.alive() {
			alive++
		}
	}
	return alive, nil
}

// Get answers without a lag.
func (p port) Get(_ context.Context, username string) (answer sweep.Answer, err error) {
	err = p.call(func() {
		answer.At = p.date()
		p.asked++
		if q := p.pool.called(username); q != nil && p.asked != p.plan.blind {
			answer.Found, answer.User = true, q.shown(q.now())
			p.noted["a user was asked for and was there"]++
		}
		p.tell("    asks for %s: %v %s", username, answer.Found, answer.User.Sub)
	})
	return answer, err
}

// Profiles calls the store, as Shard, Upsert and Erase do.
func (p port) Profiles(ctx context.Context, pool string, subs []string) (rows map[string]users.ProfileRow, err error) {
	if ended := p.call(func() { rows, err = p.ledger.Profiles(ctx, pool, subs) }); ended != nil {
		return nil, ended
	}
	return rows, err
}

// Shard returns a page of rows below a prefix.
func (p port) Shard(ctx context.Context, pool, prefix, from string) (subs []string, next string, err error) {
	ended := p.call(func() {
		subs, next, err = p.ledger.Shard(ctx, pool, prefix, from)
		if n := p.plan.page; len(subs) > n {
			subs, next = subs[:n], subs[n-1]
		}
		p.tell("    reads the rows %v", subs)
	})
	if ended != nil {
		return nil, "", ended
	}
	return subs, next, err
}

// Strangers and Complete call the store.
func (p port) Strangers(ctx context.Context, pool, from string) (subs []string, next string, err error) {
	return p.ledger.Strangers(ctx, pool, from)
}

func (p port) Complete(ctx context.Context, pool, from string) (added int, next string, err error) {
	return p.ledger.Complete(ctx, pool, from)
}

// Upsert writes for the sweep.
func (p port) Upsert(ctx context.Context, seen users.Snapshot) (write users.Write, err error) {
	ended := p.call(func() {
		write, err = p.ledger.Upsert(ctx, seen)
		p.tell("    the sweep writes PROFILE of %s: %q", seen.Key.Sub, write)
	})
	if ended != nil {
		return users.Failed, ended
	}
	return write, err
}

// Erase buries for the sweep.
func (p port) Erase(ctx context.Context, key users.Key, at time.Time) (err error) {
	ended := p.call(func() {
		err = p.ledger.Erase(ctx, key, at)
		p.tell("    the sweep buries %s", key.Sub)
	})
	if ended != nil {
		return ended
	}
	return err
}

// Now returns the world's time; Sleep advances it.
func (p port) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.world.now
}

func (p port) Sleep(_ context.Context, d time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.advance(max(0, d))
	return nil
}
