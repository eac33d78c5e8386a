package sweep

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"sync"
	"time"
)

// pacer spaces calls evenly. Without bursts no second has more calls than the rate,
// whatever a service counts as a second. All leaves share one: ListUsers has one quota for
// an account and Region.
type pacer struct {
	clock   Clock
	full    float64 // calls a second
	mu      sync.Mutex
	rate    float64
	changed time.Time // when the rate was
	next    time.Time
}

const (
	// slowest is the part of the full rate below which no throttling gets it.
	slowest = 1.0 / 8
	// calm is after how long without throttling the rate rises by slowest.
	calm = 30 * time.Second
)

// newPacer returns a pacer with a rate; Unlimited lets all calls pass.
func newPacer(clock Clock, perSecond float64) *pacer {
	return &pacer{clock: clock, full: perSecond, rate: perSecond}
}

func (p *pacer) wait(ctx context.Context) error {
	p.mu.Lock()
	now := p.clock.Now()
	if p.rate < p.full && now.Sub(p.changed) >= calm {
		p.rate, p.changed = min(p.full, p.rate+p.full*slowest), now
	}
	at := now
	if p.next.After(now) {
		at = p.next
	}
	p.next = at.Add(time.Duration(math.Ceil(float64(time.Second) / p.rate)))
	p.mu.Unlock()
	return p.clock.Sleep(ctx, at.Sub(now))
}

// now returns the present rate.
func (p *pacer) now() float64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rate
}

// slow halves the rate; for replies within a second, which were sent at one rate, once.
func (p *pacer) slow() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.clock.Now(); p.rate == p.full || now.Sub(p.changed) >= time.Second {
		p.rate, p.changed = max(p.rate/2, p.full*slowest), now
	}
}

const (
	firstPause   = time.Second
	longestPause = 30 * time.Second
)

// patiently repeats a call while the service asks for fewer requests: after half a second
// or more, up to half a minute.
func patiently(ctx context.Context, clock Clock, counts *Counts, call func() error) error {
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := call()
		if !errors.Is(err, ErrThrottled) {
			return err
		}
		counts.Throttled++
		if err := clock.Sleep(ctx, pause/2+rand.N(pause/2)); err != nil {
			return err
		}
	}
}

// paced is patiently for calls with a rate, which halves.
func (p *pass) paced(ctx context.Context, rate *pacer, counts *Counts, call func() error) error {
	return p.patiently(ctx, counts, func() error {
		if err := rate.wait(ctx); err != nil {
			return err
		}
		err := call()
		if errors.Is(err, ErrThrottled) {
			rate.slow()
		}
		return err
	})
}

// patiently also keeps the lease.
func (p *pass) patiently(ctx context.Context, counts *Counts, call func() error) error {
	return patiently(ctx, p.Clock, counts, func() error {
		if err := p.hold(ctx); err != nil {
			return err
		}
		return call()
	})
}

// wall is the machine's clock.
type wall struct{}

// Now returns the time.
func (wall) Now() time.Time { return time.Now() }

// Sleep waits.
func (wall) Sleep(ctx context.Context, d time.Duration) error { return Sleep(ctx, d) }

// Sleep waits, or returns ctx's error, also if there is nothing to wait for.
func Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
	return ctx.Err()
}
