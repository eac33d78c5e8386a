package sweep

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// lastWrite is how long a pass that was stopped may take to write its book.
const lastWrite = 20 * time.Second

// Run takes the lease and makes a pass: it continues the one that is open in the book, or
// begins a new one. It returns the report of the leaves that are done, even if the pass
// did not reach its end. The error is the context's, a port's, Held, ErrLost, Incomplete
// or TooMany; after each of them another Run continues. Run ends the lease.
func Run(ctx context.Context, pool Pool, table Table, book Book, o Options) (Report, error) {
	p, err := begin(ctx, pool, table, book, o.withDefaults())
	if err != nil {
		return Report{}, err
	}
	err = p.phases(ctx)
	return p.end(ctx, err)
}

// pass is one pass in progress.
type pass struct {
	Options
	pool        Pool
	table       Table
	book        Book
	lists, gets *pacer
	slots       chan struct{} // one for each row that is written
	lease       Lease

	writing sync.Mutex // the book
	renewed time.Time  // the lease, by the operator's clock; under writing
	saved   time.Time  // the pass, in the same way

	telling sync.Mutex // the caller

	mu      sync.Mutex // of all that follows
	at      Pass
	tree    *tree
	todo    []*node            // leaves and splits to work at, in their order
	flights map[*node]*outcome // what work in progress has found
	asks    int                // suspects in all
	landed  bool               // this run has done some work
	unsaved bool
}

func begin(ctx context.Context, pool Pool, table Table, book Book, o Options) (*pass, error) {
	now := o.Clock.Now()
	lease, at, err := book.Take(ctx, o.Holder, now, now.Add(LeaseLife))
	if err != nil {
		return nil, fmt.Errorf("beginning the sweep: %w", err)
	}
	p := &pass{
		Options: o, pool: pool, table: table, book: book, lease: lease, renewed: now, saved: now,
		lists: newPacer(o.Clock, o.ListRate), gets: newPacer(o.Clock, o.GetRate),
		slots: make(chan struct{}, o.Workers), flights: map[*node]*outcome{}, tree: newTree(0, o.leaf()),
	}
	if at.Version != PassVersion || p.tree.parse(at.Tree) != nil {
		at, p.tree.root = Pass{Number: at.Number}, &node{size: unknown}
	}
	if at.Version != 0 && (at.Report.Pool != o.Pool || at.Report.DryRun != o.DryRun) {
		return nil, fmt.Errorf("beginning the sweep: the book is of the pool %s, dry run %v", at.Report.Pool, at.Report.DryRun)
	}
	if o.Fresh || !at.Open() {
		p.tree.root.again(at.Number+1, p.tree.limit)
		at = Pass{
			Version: PassVersion, Number: at.Number + 1, Phase: Scanning, Next: at.Next, All: at.All, WholeAt: at.WholeAt, Since: at.Since,
			Report: Report{Pool: o.Pool, DryRun: o.DryRun},
		}
	}
	if at.Since.IsZero() {
		at.Since, p.unsaved = now, true
	}
	p.at = at
	p.tree.all(func(n *node) { p.asks += n.suspects })
	return p, nil
}

// phases makes what is left of the pass.
func (p *pass) phases(ctx context.Context) error {
	if err := p.estimate(ctx); err != nil {
		return err
	}
	for _, phase := range []struct {
		Phase
		run func(context.Context) error
	}{{Scanning, p.complete}, {Listing, p.list}, {Asking, p.ask}} {
		if p.at.Phase == phase.Phase {
			if err := phase.run(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// estimate asks for the pool's estimate. A pass that continues asks again.
func (p *pass) estimate(ctx context.Context) error {
	report := &p.at.Report
	report.Incomplete = false
	err := p.patiently(ctx, &report.Counts, func() error {
		estimate, err := p.pool.Estimate(ctx)
		if err == nil {
			report.Estimate = estimate
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("asking for the pool's estimate: %w", err)
	}
	p.tree.estimate = report.Estimate
	return nil
}

// complete adds the index's column to the rows of an older release, once.
func (p *pass) complete(ctx context.Context) error {
	for !p.at.All && !p.DryRun {
		var (
			seen  outcome
			added int
			next  string
		)
		err := p.patiently(ctx, &seen.counts, func() (err error) {
			added, next, err = p.table.Complete(ctx, p.Options.Pool, p.at.Next)
			return err
		})
		if err != nil {
			return fmt.Errorf("completing the rows of an older release: %w", err)
		}
		seen.counts.Completed = added
		p.note(p.begins(p.tree.root), seen)
		if err := p.lands(ctx, p.tree.root, func() { p.at.Next, p.at.All = next, next == "" }); err != nil {
			return err
		}
	}
	p.enter(Listing)
	return nil
}

// judge ends a pass whose list was too short, or that would bury too many.
func (p *pass) judge() error {
	report := &p.at.Report
	if p.incomplete(report.Listed, report.Estimate) {
		report.Incomplete, p.unsaved = true, true
		return Incomplete{report.Listed, report.Estimate}
	}
	if limit := p.limit(report.Listed); p.asks > limit && !p.DryRun {
		return TooMany{Found: p.asks, Limit: limit}
	}
	return nil
}

// enter starts a phase.
func (p *pass) enter(phase Phase) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at.Phase, p.unsaved = phase, true
	if report := &p.at.Report; phase == Finished {
		report.Complete, p.at.WholeAt = true, report.CheckedAt
	}
}

// end writes the rest of the book and ends the lease. It still does so when the
// caller's time is over.
func (p *pass) end(ctx context.Context, err error) (Report, error) {
	report := p.at.Report.clone()
	if errors.Is(err, ErrLost) {
		return report, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWrite)
	defer cancel()
	at, unsaved := p.snapshot()
	var rest *Pass
	if unsaved {
		rest = &at
	}
	writing := p.book.Keep(ctx, p.lease, time.Time{}, rest)
	switch {
	case writing == nil || rest == nil: // a lease that is not given back ends by itself
		return report, err
	case err == nil:
		report.Complete = false
		return report, fmt.Errorf("writing the pass: %w", writing)
	}
	return report, fmt.Errorf("%w (and the pass was not written: %v)", err, writing)
}

func (p *pass) key(sub string) users.Key { return users.Key{PoolID: p.Options.Pool, Sub: sub} }
