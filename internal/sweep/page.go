package sweep

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// compare compares a page of users with their rows and heals what differs. It adds the
// users who exist to those shown.
func (p *pass) compare(ctx context.Context, page Page, shown *shown, seen *outcome) error {
	seen.at = page.At
	seen.counts.Listed += len(page.Users)
	subs := make([]string, len(page.Users))
	for i, u := range page.Users {
		subs[i] = u.Sub
	}
	rows, err := p.profiles(ctx, subs, &seen.counts)
	if err != nil {
		return err
	}
	looks := make([]look, len(page.Users))
	for i, u := range page.Users {
		looks[i] = look{user: u, at: page.At, row: rows[u.Sub]}
	}
	if err := p.each(ctx, looks); err != nil {
		return err
	}
	for _, l := range looks {
		seen.add(l.done)
		if !l.gone {
			shown.add(l.user.Sub)
		}
	}
	return nil
}

// look is one user with the user's row.
type look struct {
	user User
	at   time.Time // when the user was read, by the service's clock
	row  users.ProfileRow
	done outcome
	gone bool // the list lagged: there is no such user
}

// each heals all users with drift, as many in parallel as there are slots.
func (p *pass) each(ctx context.Context, looks []look) error {
	var drifted []*look
	for i := range looks {
		l := &looks[i]
		if kind, _ := Compare(p.Mirror, l.user, l.row); kind != None {
			drifted = append(drifted, l)
		} else if l.row.AttrsAt.IsZero() {
			l.done.counts.Unconfirmed++
		}
	}
	return p.parallel(len(drifted), func(i int) error { return p.examine(ctx, drifted[i]) })
}

// parallel calls f for 0 to n-1, as many at once as there are slots. After an error it
// begins no more.
func (p *pass) parallel(n int, f func(i int) error) error {
	var (
		wait   sync.WaitGroup
		failed atomic.Bool
	)
	failures := make([]error, n)
	for i := range n {
		p.slots <- struct{}{}
		if failed.Load() {
			<-p.slots
			break
		}
		wait.Go(func() {
			defer func() { <-p.slots }()
			if failures[i] = f(i); failures[i] != nil {
				failed.Store(true)
			}
		})
	}
	wait.Wait()
	return errors.Join(failures...)
}

// examine heals a user who differs. If the list may lag, it asks for the user first.
func (p *pass) examine(ctx context.Context, l *look) error {
	if kind, _ := Compare(p.Mirror, l.user, l.row); kind == Erased || !l.recent() {
		return p.heal(ctx, l)
	}
	if p.DryRun {
		l.done.counts.WouldAsk++
		return p.heal(ctx, l)
	}
	answer, err := p.get(ctx, l.user.Username, &l.done)
	if err != nil {
		return err
	}
	if !answer.is(l.user.Sub) {
		l.gone = true
		return nil
	}
	return p.healAsAnswered(ctx, l, answer)
}

// recent reports whether the user or the row changed within the list's lag.
func (l *look) recent() bool {
	since := l.at.Add(-Lag)
	return l.user.ModifiedAt.After(since) || l.row.AttrsAt.After(since)
}

// healAsAnswered heals a user from an answer of Get. Dates have whole seconds: an answer
// in the same second as an event would lose against it, so the user is asked for again.
func (p *pass) healAsAnswered(ctx context.Context, l *look, answer Answer) error {
	l.user, l.at = answer.User, answer.At
	kind, _ := Compare(p.Mirror, l.user, l.row)
	if early := l.row.AttrsAt.Sub(l.at); kind != None && early >= 0 && early < 2*time.Second {
		if err := p.wait(ctx, early+time.Second); err != nil {
			return err
		}
		again, err := p.get(ctx, l.user.Username, &l.done)
		if err != nil {
			return err
		}
		if again.is(l.user.Sub) {
			l.user, l.at = again.User, again.At
		}
	}
	return p.heal(ctx, l)
}

// heal writes the row that the user should have.
func (p *pass) heal(ctx context.Context, l *look) error {
	kind, fields := Compare(p.Mirror, l.user, l.row)
	if kind == None {
		return nil
	}
	drift := Drift{Kind: kind, Sub: l.user.Sub, Fields: fields, Address: l.user.Attributes["email"]}
	if kind != Erased && !p.DryRun {
		write, err := p.upsert(ctx, l)
		if err != nil {
			return fmt.Errorf("writing the row of %s: %w", l.user.Sub, err)
		}
		drift.Write = write
	}
	l.done.found(drift)
	return nil
}

func (p *pass) upsert(ctx context.Context, l *look) (write users.Write, err error) {
	err = p.patiently(ctx, &l.done.counts, func() error {
		write, err = p.table.Upsert(ctx, users.Snapshot{
			Key: p.key(l.user.Sub), At: l.at, Source: Source, Profile: Profile(p.Mirror, l.user),
		})
		return err
	})
	switch write {
	case users.Applied:
		l.done.counts.Written++
	case users.Unchanged:
		l.done.counts.Overtaken++
	}
	return write, err
}

func (p *pass) get(ctx context.Context, username string, done *outcome) (answer Answer, err error) {
	err = p.paced(ctx, p.gets, &done.counts, func() error {
		done.counts.Asked++
		answer, err = p.pool.Get(ctx, username)
		return err
	})
	if err == nil && answer.At.IsZero() {
		err = noDate
	}
	if err != nil {
		return Answer{}, fmt.Errorf("asking the pool for a user: %w", err)
	}
	if answer.At.After(done.at) {
		done.at = answer.At
	}
	return answer, nil
}

// wait waits until a user is asked for again.
func (p *pass) wait(ctx context.Context, d time.Duration) error {
	if err := p.Clock.Sleep(ctx, d); err != nil {
		return fmt.Errorf("waiting to ask for a user again: %w", err)
	}
	return nil
}

func (p *pass) profiles(ctx context.Context, subs []string, counts *Counts) (rows map[string]users.ProfileRow, err error) {
	if len(subs) == 0 {
		return nil, nil
	}
	err = p.patiently(ctx, counts, func() error {
		rows, err = p.table.Profiles(ctx, p.Options.Pool, subs)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("reading the rows of a page: %w", err)
	}
	return rows, nil
}
