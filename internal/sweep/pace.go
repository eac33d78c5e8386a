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
// whatever a service counts as a second.
type pacer struct {
	clock Clock
	every time.Duration
	mu    sync.Mutex
	next  time.Time
}

// newPacer returns a pacer with a rate; Unlimited lets all calls pass.
func newPacer(clock Clock, perSecond float64) *pacer {
	return &pacer{clock: clock, every: time.Duration(math.Ceil(float64(time.Second) / perSecond))}
}

func (p *pacer) wait(ctx context.Context) error {
	p.mu.Lock()
	now := p.clock.Now()
	at := now
	if p.next.After(now) {
		at = p.next
	}
	p.next = at.Add(p.every)
	p.mu.Unlock()
	return p.clock.Sleep(ctx, at.Sub(now))
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
