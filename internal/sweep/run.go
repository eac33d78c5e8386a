package sweep

import (
	"context"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Run makes a pass, from its beginning or from a checkpoint, and returns its report,
// even if the pass did not reach its end. The error is the context's, a port's, Save's,
// Incomplete or TooMany; after each of them a checkpoint lets the pass continue. All
// callbacks run in the caller's goroutine.
func Run(ctx context.Context, pool Pool, table Table, o Options, from Checkpoint) (Report, error) {
	p, err := newPass(pool, table, o, from)
	if err != nil {
		return Report{}, err
	}
	err = p.phases(ctx)
	if err == nil || !p.unsaved {
		return p.at.Report.clone(), err
	}
	if saving := p.save(true); saving != nil {
		err = fmt.Errorf("%w (and the checkpoint was not written: %v)", err, saving)
	}
	return p.at.Report.clone(), err
}

// pass is one pass in progress.
type pass struct {
	Options
	pool        Pool
	table       Table
	lists, gets *pacer
	slots       chan struct{} // one for each row that is written
	at          Checkpoint
	unsaved     bool
	saved       time.Time // by the operator's clock
}

func newPass(pool Pool, table Table, o Options, from Checkpoint) (*pass, error) {
	o = o.withDefaults()
	if from.Version == 0 {
		from = Checkpoint{Version: CheckpointVersion, Pool: o.Pool, DryRun: o.DryRun, Phase: Listing}
		from.Report = Report{Pool: o.Pool, DryRun: o.DryRun}
	}
	if err := from.Fits(o.Pool, o.DryRun); err != nil {
		return nil, err
	}
	from.Report = from.Report.clone()
	return &pass{
		Options: o, pool: pool, table: table, at: from,
		lists: newPacer(o.Clock, o.ListRate), gets: newPacer(o.Clock, o.GetRate),
		slots: make(chan struct{}, o.Workers), saved: o.Clock.Now(),
	}, nil
}

func (p *pass) phases(ctx context.Context) error {
	if err := p.estimate(ctx); err != nil {
		return err
	}
	for p.at.Phase != Finished {
		var err error
		switch report := &p.at.Report; {
		case p.at.Phase == Listing:
			err = p.list(ctx)
		case p.incomplete(report.Listed, report.Estimate):
			report.Incomplete, p.unsaved = true, true
			err = Incomplete{report.Listed, report.Estimate}
		case p.at.Phase == Scanning:
			err = p.scan(ctx)
		default:
			err = p.ask(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// estimate asks for the pool's estimate. A pass that continues asks again, so a checkpoint
// of a version that did not judge the list is judged, too.
func (p *pass) estimate(ctx context.Context) error {
	report := &p.at.Report
	report.Incomplete = false
	err := patiently(ctx, p.Clock, &report.Counts, func() (err error) {
		report.Estimate, err = p.pool.Estimate(ctx)
		return err
	})
	if err != nil {
		return fmt.Errorf("asking for the pool's estimate: %w", err)
	}
	return nil
}

// enter starts a phase.
func (p *pass) enter(phase Phase) {
	p.at.Phase, p.at.Next = phase, ""
	p.at.Report.Complete = phase == Finished
}

// advance adds the outcome of a piece of work and saves the state of the pass.
func (p *pass) advance(done outcome) error {
	report := &p.at.Report
	report.Counts.add(done.counts)
	if report.StartedAt.IsZero() {
		report.StartedAt = done.at
	}
	if done.at.After(report.CheckedAt) {
		report.CheckedAt = done.at
	}
	for _, drift := range done.drifts {
		p.Found(drift)
	}
	p.Advanced(Progress{Phase: p.at.Phase, Counts: report.Counts, Estimate: report.Estimate, Left: len(p.at.Ask)})
	p.unsaved = true
	return p.save(p.at.Phase == Finished)
}

func (p *pass) save(now bool) error {
	if !now && p.Clock.Now().Sub(p.saved) < p.SaveEvery {
		return nil
	}
	p.unsaved, p.saved = false, p.Clock.Now()
	if err := p.Save(p.at); err != nil {
		return fmt.Errorf("writing the checkpoint: %w", err)
	}
	return nil
}

// outcome is the result of a piece of work. Pieces run in parallel; their outcomes are
// added one after the other.
type outcome struct {
	counts Counts
	drifts []Drift
	at     time.Time
}

func (o *outcome) found(drift Drift) {
	o.counts.found(drift.Kind)
	o.drifts = append(o.drifts, drift)
}

func (o *outcome) add(more outcome) {
	o.counts.add(more.counts)
	o.drifts = append(o.drifts, more.drifts...)
	if more.at.After(o.at) {
		o.at = more.at
	}
}

func (p *pass) key(sub string) users.Key { return users.Key{PoolID: p.Options.Pool, Sub: sub} }
