package sweep

import (
	"context"
	"fmt"
	"time"
)

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

// begins notes that work begins at a node; until it lands, what it finds is progress and not
// yet in the report. Work that fails ends the run.
func (p *pass) begins(n *node) *outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.flights[n] = &outcome{}
	return p.flights[n]
}

// note adds what was found to work in progress, and tells the caller.
func (p *pass) note(done *outcome, seen outcome) {
	p.mu.Lock()
	done.counts.add(seen.counts)
	p.mu.Unlock()
	p.tell(seen)
}

// lands adds work that is done to the report, in one step with what change notes in the
// tree: a book never has the one without the other. Then it writes the book.
func (p *pass) lands(ctx context.Context, n *node, change func()) error {
	p.mu.Lock()
	change()
	p.at.Report.Counts.add(p.flights[n].counts)
	delete(p.flights, n)
	p.unsaved, p.landed = true, true
	p.mu.Unlock()
	return p.save(ctx)
}

// tell notes when the pool answered, and tells the caller what was found and how far the
// pass is.
func (p *pass) tell(seen outcome) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	report := &p.at.Report
	if report.StartedAt.IsZero() {
		report.StartedAt = seen.at
	}
	if seen.at.After(report.CheckedAt) {
		report.CheckedAt = seen.at
	}
	p.mu.Unlock()
	if p.Found != nil {
		for _, drift := range seen.drifts {
			p.Found(drift)
		}
	}
	if p.Advanced != nil {
		p.Advanced(p.progress())
	}
}

func (p *pass) progress() Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	counts := p.at.Report.clone().Counts
	for _, at := range p.flights {
		counts.add(at.counts)
	}
	return Progress{Phase: p.at.Phase, Counts: counts, Estimate: p.at.Report.Estimate, Left: p.asks}
}

// snapshot returns the pass as the book keeps it, and whether the book lacks something
// of it.
func (p *pass) snapshot() (Pass, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.at
	at.Tree, at.Report = string(p.tree.root.append(nil)), at.Report.clone()
	return at, p.unsaved
}

// save writes the pass if that is due.
func (p *pass) save(ctx context.Context) error {
	p.writing.Lock()
	defer p.writing.Unlock()
	if p.Clock.Now().Sub(p.saved) < p.SaveEvery {
		return nil
	}
	p.mu.Lock()
	p.unsaved = false
	p.mu.Unlock()
	at, _ := p.snapshot()
	if err := p.keep(ctx, &at); err != nil {
		p.mu.Lock()
		p.unsaved = true
		p.mu.Unlock()
		return fmt.Errorf("writing the pass: %w", err)
	}
	p.saved = p.renewed
	return nil
}

// hold renews the lease in time. If another one writes the book, that renews it.
func (p *pass) hold(ctx context.Context) error {
	if !p.writing.TryLock() {
		return nil
	}
	defer p.writing.Unlock()
	if p.Clock.Now().Sub(p.renewed) < LeaseLife/3 {
		return nil
	}
	if err := p.keep(ctx, nil); err != nil {
		return fmt.Errorf("renewing the lease: %w", err)
	}
	return nil
}

func (p *pass) keep(ctx context.Context, at *Pass) error {
	var counts Counts
	now := time.Time{}
	err := patiently(ctx, p.Clock, &counts, func() error {
		now = p.Clock.Now()
		return p.book.Keep(ctx, p.lease, now.Add(LeaseLife), at)
	})
	if err == nil {
		p.renewed = now
	}
	p.mu.Lock()
	p.at.Report.Counts.add(counts)
	p.mu.Unlock()
	return err
}
