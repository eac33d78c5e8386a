package sweep

import (
	"context"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// batch is how many rows are read at once, as many as a page has.
const batch = 60

// suspect is a user who was gone when asked for the first time.
type suspect struct {
	row   users.ProfileRow
	sub   string
	asked time.Time // by the operator's clock
}

// ask asks for the users who were not listed, and again at least Patience later for
// those who are gone. Then it buries their rows.
func (p *pass) ask(ctx context.Context) error {
	suspects, err := p.first(ctx)
	if err != nil {
		return err
	}
	for i, s := range suspects {
		done, err := p.second(ctx, s)
		if err != nil {
			return err
		}
		p.at.Ask = subsOf(suspects[i+1:])
		if err := p.advance(done); err != nil {
			return err
		}
	}
	p.enter(Finished)
	return p.advance(outcome{})
}

// first asks once for every user who was not listed.
func (p *pass) first(ctx context.Context) (suspects []suspect, err error) {
	for rest := p.at.Ask; len(rest) > 0; {
		some := rest[:min(batch, len(rest))]
		rest = rest[len(some):]
		var done outcome
		rows, err := p.profiles(ctx, some, &done.counts)
		if err != nil {
			return nil, err
		}
		for _, sub := range some {
			gone, err := p.question(ctx, sub, rows[sub], &done)
			if err != nil {
				return nil, err
			}
			if gone {
				suspects = append(suspects, suspect{rows[sub], sub, p.Clock.Now()})
			}
		}
		p.at.Ask = append(subsOf(suspects), rest...)
		if err := p.advance(done); err != nil {
			return nil, err
		}
	}
	return suspects, nil
}

// question asks whether the user of a row is gone, and heals the row if not.
func (p *pass) question(ctx context.Context, sub string, row users.ProfileRow, done *outcome) (gone bool, err error) {
	if row.AttrsAt.IsZero() || !row.DeletedAt.IsZero() {
		return false, nil // it was buried meanwhile, perhaps by this pass before it was killed
	}
	if row.Username == "" {
		done.counts.Unaskable++
		return false, nil
	}
	answer, err := p.get(ctx, row.Username, done)
	if gone = !answer.is(sub); gone || err != nil {
		return gone, err
	}
	l := look{row: row}
	err = p.healAsAnswered(ctx, &l, answer)
	done.add(l.done)
	return false, err
}

// second asks for a user again and buries the rows if the user is still gone.
func (p *pass) second(ctx context.Context, s suspect) (done outcome, err error) {
	if err := p.wait(ctx, s.asked.Add(Patience).Sub(p.Clock.Now())); err != nil {
		return outcome{}, err
	}
	answer, err := p.get(ctx, s.row.Username, &done)
	if err != nil {
		return outcome{}, err
	}
	if answer.is(s.sub) {
		l := look{row: s.row}
		err = p.healAsAnswered(ctx, &l, answer)
		done.add(l.done)
		return done, err
	}
	err = patiently(ctx, p.Clock, &done.counts, func() error { return p.table.Erase(ctx, p.key(s.sub), answer.At) })
	if err != nil {
		return outcome{}, fmt.Errorf("burying the rows of %s: %w", s.sub, err)
	}
	done.counts.Written++
	kind := Deleted
	if answer.Found {
		kind = Recreated
	}
	done.found(Drift{Kind: kind, Sub: s.sub, Address: s.row.Email, Write: users.Applied})
	return done, nil
}

func subsOf(suspects []suspect) []string {
	subs := make([]string, len(suspects))
	for i, s := range suspects {
		subs[i] = s.sub
	}
	return subs
}
