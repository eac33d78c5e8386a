package sweep

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// noFilter is the error about a pool that lists users of another prefix.
const noFilter Unusable = "the pool lists users whose sub does not begin as the filter asks"

// flight is a leaf at work.
type flight struct {
	*node
	shown *shown
	next  map[string]bool // characters that were seen behind the prefix
	asks  []string        // the subs of rows that were not listed
}

// leaf lists a leaf, compares its users with their rows, and its rows with the users. It
// counts when it is done, as a whole; if it is too large, its children do.
func (p *pass) leaf(ctx context.Context, n *node) error {
	f, done := &flight{node: n, next: map[string]bool{}}, p.begins(n)
	err := p.listed(ctx, f, done)
	if err == nil {
		err = p.rows(ctx, f, done)
	}
	if err == nil && len(f.asks) > 0 {
		err = p.keepSuspects(ctx, f, done)
	}
	switch {
	case errors.Is(err, errOverfull):
		return p.lands(ctx, n, func() { p.splits(f, done) })
	case err != nil:
		return err
	}
	err = p.lands(ctx, n, func() {
		n.done, n.size, n.suspects = true, done.counts.Listed, len(f.asks)
		p.asks += n.suspects
		done.counts.Leaves++
	})
	if err != nil {
		return err
	}
	return p.early()
}

// listed lists the leaf's users. A token that is refused behind the first page is old: a
// smaller leaf needs it for a shorter time. Directly behind it, the leaf is tried again.
func (p *pass) listed(ctx context.Context, f *flight, done *outcome) error {
	for again := false; ; again = true {
		pages, err := p.pages(ctx, f, done)
		switch {
		case !errors.Is(err, ErrToken) || pages == 0 || pages == 1 && again:
			return err
		case pages > 1:
			return errOverfull
		}
		p.mu.Lock()
		done.counts = done.counts.relisted(p.DryRun)
		p.mu.Unlock()
	}
}

// pages lists the leaf once and returns how many pages that were.
func (p *pass) pages(ctx context.Context, f *flight, done *outcome) (pages int, err error) {
	f.shown = newShown()
	for token := ""; pages == 0 || token != ""; {
		var seen outcome
		page, err := p.page(ctx, f.prefix, token, &seen.counts)
		if err == nil {
			pages++
			err = p.own(f, &page)
		}
		if err == nil {
			err = p.compare(ctx, page, f.shown, &seen)
		}
		if err != nil {
			return pages, err
		}
		p.note(done, seen)
		if token = page.Next; token != "" && p.overfull(f, done, pages) {
			return pages, errOverfull
		}
	}
	return pages, nil
}

func (p *pass) overfull(f *flight, done *outcome, pages int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tree.overfull(f.node, done.counts.Listed, pages)
}

// own leaves a page the users of its own leaf. AWS does not say whether the filter ignores
// case: a user whose sub differs in that belongs to another leaf.
func (p *pass) own(f *flight, page *Page) error {
	own := page.Users[:0]
	for _, u := range page.Users {
		ended := u.Sub + End
		switch {
		case strings.HasPrefix(ended, f.prefix):
			own = append(own, u)
			f.next[next(ended, f.prefix)] = true
		case len(ended) >= len(f.prefix) && strings.EqualFold(ended[:len(f.prefix)], f.prefix):
			p.cover(u.Sub)
		default:
			return fmt.Errorf("listing the pool: %w", noFilter)
		}
	}
	page.Users = own
	return nil
}

// rows notes the rows of users that the list did not show: deleted ones, and those created
// behind the list's position.
func (p *pass) rows(ctx context.Context, f *flight, done *outcome) error {
	f.shown.sort()
	for from, end := "", false; !end; end = from == "" {
		var (
			seen outcome
			subs []string
		)
		err := p.patiently(ctx, &seen.counts, func() (err error) {
			subs, from, err = p.table.Shard(ctx, p.Options.Pool, f.prefix, from)
			return err
		})
		if err != nil {
			return fmt.Errorf("reading the rows of a leaf: %w", err)
		}
		seen.counts.Rows = len(subs)
		for _, sub := range subs {
			if !f.shown.has(sub) {
				f.asks = append(f.asks, sub)
				f.next[next(sub+End, f.prefix)] = true
			}
		}
		p.note(done, seen)
		if len(f.asks) > MaxSuspects {
			return errOverfull
		}
	}
	return nil
}

// splits makes children of a leaf. What it healed stays counted.
func (p *pass) splits(f *flight, done *outcome) {
	done.counts = done.counts.relisted(p.DryRun)
	done.counts.Splits++
	f.split(p.at.Number, f.next)
	if f.search {
		p.todo = append(p.todo, f.node)
	}
	p.todo = append(p.todo, f.kids...)
}

// early ends a pass that has found more suspects than a whole list could allow.
func (p *pass) early() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	report := p.at.Report
	limit := p.limit(max(report.Listed, report.Estimate))
	if p.asks > limit && !p.DryRun && (p.Limit > 0 || report.Estimate > 0) {
		return TooMany{Found: p.asks, Limit: limit}
	}
	return nil
}

func (p *pass) keepSuspects(ctx context.Context, f *flight, done *outcome) error {
	var seen outcome
	err := p.patiently(ctx, &seen.counts, func() error { return p.book.PutSuspects(ctx, p.lease, f.prefix, f.asks) })
	if err != nil {
		return fmt.Errorf("keeping the unlisted users of a leaf: %w", err)
	}
	p.note(done, seen)
	return nil
}
