package sweep

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// mostAtOnce is how many leaves are at work. A page's token is in the page before, so one
// leaf alone gets five pages a second where a call takes 200 ms, and AWS allows 30.
const mostAtOnce = 8

// leafRate is the least pages a second of each leaf at work: a leaf of leafPages takes seven
// minutes.
const leafRate = 1.25

// list works at all leaves of the tree, and then judges the list as a whole.
func (p *pass) list(ctx context.Context) error {
	p.tree.all(func(n *node) {
		if len(n.kids) == 0 && !n.done || n.search {
			p.todo = append(p.todo, n)
		}
	})
	for more := true; more; {
		err := p.work(ctx)
		if err == nil {
			more, err = p.strangers(ctx)
		}
		if err != nil {
			return err
		}
	}
	p.enter(Asking)
	return nil
}

// work starts work at one node after the other until there is none. The first error ends
// it, and no goroutine outlives the call.
func (p *pass) work(ctx context.Context) (failure error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended, running := make(chan error), 0
	for {
		var work func(context.Context) error
		if failure == nil && running < p.atOnce() {
			work, failure = p.claim(ctx)
		}
		if work != nil {
			running++
			go func() { ended <- work(ctx) }()
			continue
		}
		if running == 0 {
			return failure
		}
		if err := <-ended; err != nil && failure == nil {
			failure = err
			cancel()
		}
		running--
	}
}

// atOnce returns how many leaves may be at work: at a low rate fewer, so that each is done
// within minutes.
func (p *pass) atOnce() int {
	return max(1, int(min(mostAtOnce, float64(p.Workers), p.lists.now()/leafRate)))
}

// claim takes the work at the next node, if there is one. A leaf that would probably not be done before the caller's
// time is over is left to the next run: its pages would be listed twice.
func (p *pass) claim(ctx context.Context) (func(context.Context) error, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.todo) == 0 {
		return nil, nil
	}
	n := p.todo[0]
	if p.late(ctx, perSecond(mostAtOnce*p.tree.calls(n), p.lists.now())) {
		return nil, context.DeadlineExceeded
	}
	p.todo = p.todo[1:]
	if len(n.kids) > 0 {
		return func(ctx context.Context) error { return p.search(ctx, n) }, nil
	}
	return func(ctx context.Context) error { return p.leaf(ctx, n) }, nil
}

// late reports whether work that takes some time would not be done before the caller's time
// is over. The first work of a run is tried in any case.
func (p *pass) late(ctx context.Context, takes time.Duration) bool {
	end, ok := ctx.Deadline()
	return ok && p.landed && p.Clock.Now().Add(takes).After(end)
}

// perSecond returns how long calls take at a rate.
func perSecond(calls int, rate float64) time.Duration {
	return time.Duration(float64(calls) / rate * float64(time.Second))
}

// search looks for users of a split who belong to none of its children: with each other
// character of ASCII, or with none because the sub ends there. A child that has users is
// then a leaf. Other characters are found in the list and in the table only.
func (p *pass) search(ctx context.Context, n *node) error {
	done := p.begins(n)
	for _, c := range p.others(n) {
		var seen outcome
		page, err := p.page(ctx, n.prefix+c, "", &seen.counts)
		if err != nil {
			return err
		}
		seen.at = page.At
		p.note(done, seen)
		if len(page.Users) == 0 && page.Next != "" {
			p.cover(n.prefix + c)
		}
		for _, u := range page.Users {
			p.cover(u.Sub)
		}
	}
	return p.lands(ctx, n, func() { n.search = false })
}

// others returns the characters that no child of a split has.
func (p *pass) others(n *node) (all []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	has := map[string]bool{"": true}
	for _, kid := range n.kids {
		has[kid.prefix[len(n.prefix):]] = true
	}
	for c := ' '; c <= '~'; c++ {
		if !has[string(c)] {
			all = append(all, string(c))
		}
	}
	if n.prefix != "" && !has[End] { // no sub is empty
		all = append(all, End)
	}
	return all
}

// strangers makes sure that every row that is no UUID's belongs to a leaf, and reports
// whether that added leaves.
func (p *pass) strangers(ctx context.Context) (more bool, err error) {
	if len(p.tree.root.kids) == 0 {
		return false, nil
	}
	root := p.tree.root
	done := p.begins(root)
	for from, end := "", false; !end; end = from == "" {
		var (
			seen outcome
			subs []string
		)
		err := p.patiently(ctx, &seen.counts, func() (err error) {
			subs, from, err = p.table.Strangers(ctx, p.Options.Pool, from)
			return err
		})
		if err != nil {
			return false, fmt.Errorf("reading the rows of unusual subs: %w", err)
		}
		p.note(done, seen)
		for _, sub := range subs {
			more = p.cover(sub) || more
		}
	}
	return more, p.lands(ctx, root, func() {})
}

// cover makes sure that a sub belongs to a leaf, and reports whether that added one.
func (p *pass) cover(sub string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	kid := p.tree.cover(strings.TrimSuffix(sub, End))
	if kid != nil {
		p.todo, p.unsaved = append(p.todo, kid), true
	}
	return kid != nil
}

// page lists one page.
func (p *pass) page(ctx context.Context, prefix, token string, counts *Counts) (page Page, err error) {
	err = p.paced(ctx, p.lists, counts, func() error {
		counts.Lists++
		page, err = p.pool.List(ctx, prefix, token)
		return err
	})
	if err == nil && page.At.IsZero() {
		err = noDate
	}
	if err != nil {
		return Page{}, fmt.Errorf("listing the pool: %w", err)
	}
	return page, nil
}

// errOverfull says that a leaf is to be split.
var errOverfull = errors.New("too large for a leaf")
