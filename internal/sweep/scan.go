package sweep

import (
	"context"
	"fmt"
)

// scan reads the table and notes the rows of users that the list did not show: deleted
// ones, and those created behind the list's position.
func (p *pass) scan(ctx context.Context) error {
	limit := p.limit(p.at.Report.Listed)
	p.at.Shown.sort()
	for p.at.Phase == Scanning {
		var (
			done outcome
			subs []string
			next string
		)
		err := patiently(ctx, p.Clock, &done.counts, func() (err error) {
			subs, next, err = p.table.Scan(ctx, p.Options.Pool, p.at.Next)
			return err
		})
		if err != nil {
			return fmt.Errorf("scanning the table: %w", err)
		}
		p.sift(subs, &done)
		if found := len(p.at.Ask); found > limit {
			// The next run scans again: the rows beyond the limit are not kept.
			p.at.Next, p.at.Ask, p.at.Report.Rows, p.unsaved = "", nil, 0, true
			return TooMany{Found: found, Limit: limit}
		}
		p.at.Next = next
		if next == "" {
			p.enter(Asking)
		}
		if err := p.advance(done); err != nil {
			return err
		}
	}
	return nil
}

// sift records users who were not shown; a dry run only reports them.
func (p *pass) sift(subs []string, done *outcome) {
	done.counts.Rows += len(subs)
	for _, sub := range subs {
		switch {
		case p.at.Shown.has(sub):
		case p.DryRun:
			done.found(Drift{Kind: Unlisted, Sub: sub})
			done.counts.WouldAsk++
		default:
			p.at.Ask = append(p.at.Ask, sub)
		}
	}
}
