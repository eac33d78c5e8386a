package sweep

import (
	"context"
	"errors"
	"fmt"
)

// maxAhead is how many pages are processed while the next one is listed. A page's token
// is in the previous page, so the list itself cannot be read in parallel.
const maxAhead = 4

// flight is a page in processing.
type flight struct {
	page  Page
	shown []string
	done  outcome
	err   error
	ready chan struct{}
}

// list reads the pool. It completes pages in their order, so that a checkpoint is never
// beyond a page that is not done.
func (p *pass) list(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	var ahead []*flight
	defer func() { // no goroutine outlives the call
		cancel()
		for _, f := range ahead {
			<-f.ready
		}
	}()
	if p.at.Shown.seed == 0 {
		p.at.Shown.seed = p.Clock.Now().UnixNano()
	}
	for token, more := p.at.Next, true; more || len(ahead) > 0; {
		if more && len(ahead) < min(maxAhead, p.Workers) {
			page, err := p.next(ctx, token)
			if err != nil {
				return errors.Join(err, p.landAll(ahead))
			}
			ahead = append(ahead, p.start(ctx, page))
			token, more = page.Next, page.Next != ""
			continue
		}
		f := ahead[0]
		<-f.ready
		ahead = ahead[1:]
		if err := p.land(f); err != nil {
			return err
		}
	}
	return nil
}

// next lists a page, or the first one if the pool no longer knows the token.
func (p *pass) next(ctx context.Context, token string) (page Page, err error) {
	list := func() error {
		return patiently(ctx, p.Clock, &p.at.Report.Counts, func() error {
			if err := p.lists.wait(ctx); err != nil {
				return err
			}
			page, err = p.pool.List(ctx, "", token)
			return err
		})
	}
	err = list()
	if errors.Is(err, ErrToken) && token != "" && token == p.at.Next {
		token = ""
		p.relist()
		err = list()
	}
	if err != nil {
		return Page{}, fmt.Errorf("listing the pool: %w", err)
	}
	if page.At.IsZero() {
		return Page{}, fmt.Errorf("listing the pool: %w", noDate)
	}
	return page, nil
}

// relist lets the list begin again. What was healed is not found again and stays counted.
// What was only found is found again, so its count is removed.
func (p *pass) relist() {
	p.at.Shown, p.at.Next = Shown{seed: p.Clock.Now().UnixNano()}, ""
	report := &p.at.Report
	report.Listed, report.Unconfirmed, report.WouldAsk = 0, 0, 0
	if p.DryRun {
		clear(report.Drift)
	}
	delete(report.Drift, Erased)
}

func (p *pass) start(ctx context.Context, page Page) *flight {
	f := &flight{page: page, ready: make(chan struct{})}
	go func() {
		defer close(f.ready)
		f.shown, f.done, f.err = p.page(ctx, page)
	}()
	return f
}

// landAll completes the leading pages that are done, before a pass stops.
func (p *pass) landAll(ahead []*flight) error {
	for _, f := range ahead {
		if <-f.ready; f.err != nil {
			return nil // the pass already has its reason to stop
		}
		if err := p.land(f); err != nil {
			return err
		}
	}
	return nil
}

// land completes a page that is done.
func (p *pass) land(f *flight) error {
	if f.err != nil {
		return f.err
	}
	for _, sub := range f.shown {
		p.at.Shown.add(sub)
	}
	p.at.Next = f.page.Next
	if f.page.Next == "" {
		p.enter(Scanning)
	}
	return p.advance(f.done)
}
