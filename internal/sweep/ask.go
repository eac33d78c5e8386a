package sweep

import (
	"context"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const (
	// batch is how many rows are read at once, as many as a page has.
	batch = 60
	// together is how many users are asked for before the first is asked for again: those
	// of a minute, so that hardly anybody is waited for.
	together = MaxGetRate * int(Patience/time.Second)
)

// suspect is a user whose row no leaf listed.
type suspect struct {
	look
	sub   string
	asked time.Time // by the operator's clock, when the user was gone; zero if not
}

// ask judges the list, and asks for the users whom no leaf listed, leaf by leaf. A dry run
// only reports them.
func (p *pass) ask(ctx context.Context) error {
	if err := p.judge(); err != nil {
		return err
	}
	var some []*node
	number := 0
	for _, n := range p.suspected() {
		some = append(some, n)
		if number += n.suspects; number < together {
			continue
		}
		if err := p.askSome(ctx, some, number); err != nil {
			return err
		}
		some, number = nil, 0
	}
	if number > 0 {
		if err := p.askSome(ctx, some, number); err != nil {
			return err
		}
	}
	p.enter(Finished)
	p.tell(outcome{})
	return nil
}

func (p *pass) suspected() (all []*node) {
	p.tree.all(func(n *node) {
		if n.suspects > 0 {
			all = append(all, n)
		}
	})
	return all
}

// askSome asks for the suspects of some leaves, and again at least Patience later for
// those who are gone. Then it buries their rows. Whom it probably could not settle before
// the caller's time is over it leaves to the next run.
func (p *pass) askSome(ctx context.Context, leaves []*node, number int) error {
	if p.late(ctx, Patience+perSecond(2*number, p.gets.now())) {
		return context.DeadlineExceeded
	}
	done := p.begins(leaves[0])
	if err := p.settle(ctx, leaves, done); err != nil {
		return err
	}
	return p.lands(ctx, leaves[0], func() {
		for _, n := range leaves {
			p.asks, n.suspects = p.asks-n.suspects, 0
		}
	})
}

func (p *pass) settle(ctx context.Context, leaves []*node, done *outcome) error {
	var all []suspect
	for _, n := range leaves {
		var seen outcome
		err := p.patiently(ctx, &seen.counts, func() error {
			subs, err := p.book.Suspects(ctx, n.prefix)
			for _, sub := range subs {
				all = append(all, suspect{sub: sub})
			}
			return err
		})
		if err != nil {
			return fmt.Errorf("reading the unlisted users of a leaf: %w", err)
		}
		p.note(done, seen)
	}
	if p.DryRun {
		p.unlisted(all, done)
		return nil
	}
	for from := 0; from < len(all); from += batch {
		if err := p.first(ctx, all[from:min(from+batch, len(all))], done); err != nil {
			return err
		}
	}
	return p.parallel(len(all), func(i int) error { return p.second(ctx, &all[i], done) })
}

func (p *pass) unlisted(all []suspect, done *outcome) {
	var seen outcome
	for _, s := range all {
		seen.found(Drift{Kind: Unlisted, Sub: s.sub})
		seen.counts.WouldAsk++
	}
	p.note(done, seen)
}

// first asks once for some users.
func (p *pass) first(ctx context.Context, some []suspect, done *outcome) error {
	var seen outcome
	subs := make([]string, len(some))
	for i, s := range some {
		subs[i] = s.sub
	}
	rows, err := p.profiles(ctx, subs, &seen.counts)
	if err != nil {
		return err
	}
	p.note(done, seen)
	return p.parallel(len(some), func(i int) error {
		s := &some[i]
		s.row = rows[s.sub]
		if err := p.question(ctx, s); err != nil {
			return err
		}
		p.note(done, s.done)
		s.done = outcome{}
		return nil
	})
}

// question asks whether the user of a row is gone, and heals the row if not.
func (p *pass) question(ctx context.Context, s *suspect) error {
	if s.row.AttrsAt.IsZero() || !s.row.DeletedAt.IsZero() {
		return nil // it was buried meanwhile, perhaps by this pass before it was killed
	}
	if s.row.Username == "" {
		s.done.counts.Unaskable++
		return nil
	}
	answer, err := p.get(ctx, s.row.Username, &s.done)
	if err != nil {
		return err
	}
	if answer.is(s.sub) {
		return p.healAsAnswered(ctx, &s.look, answer)
	}
	s.asked = p.Clock.Now()
	return nil
}

// second asks for a user again who was gone, and buries the rows if that is still so.
func (p *pass) second(ctx context.Context, s *suspect, done *outcome) error {
	if s.asked.IsZero() {
		return nil
	}
	if err := p.wait(ctx, s.asked.Add(Patience).Sub(p.Clock.Now())); err != nil {
		return err
	}
	answer, err := p.get(ctx, s.row.Username, &s.done)
	switch {
	case err != nil:
		return err
	case answer.is(s.sub):
		err = p.healAsAnswered(ctx, &s.look, answer)
	default:
		err = p.bury(ctx, s, answer)
	}
	if err == nil {
		p.note(done, s.done)
	}
	return err
}

func (p *pass) bury(ctx context.Context, s *suspect, answer Answer) error {
	err := p.patiently(ctx, &s.done.counts, func() error { return p.table.Erase(ctx, p.key(s.sub), answer.At) })
	if err != nil {
		return fmt.Errorf("burying the rows of %s: %w", s.sub, err)
	}
	s.done.counts.Written++
	kind := Deleted
	if answer.Found {
		kind = Recreated
	}
	s.done.found(Drift{Kind: kind, Sub: s.sub, Address: s.row.Email, Write: users.Applied})
	return nil
}
