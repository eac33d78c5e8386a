package sweep

import (
	"math"
	"testing"
	"testing/synctest"
	"time"
)

// rateOf returns how many calls the pacer lets pass in a second.
func rateOf(t *testing.T, p *pacer) float64 {
	t.Helper()
	began := time.Time{}
	for range 2 {
		if err := p.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if began.IsZero() {
			began = time.Now()
		}
	}
	_ = p.wait(t.Context())
	return math.Round(2 / time.Since(began).Seconds())
}

// The rate halves at most once a second and to an eighth, and rises by an eighth every half
// minute.
func TestR86_TheSharedRateHalvesWhenThrottledAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(wall{}, 40)
		for i, want := range []float64{40, 20, 10, 5, 5} {
			if got := rateOf(t, p); got != want {
				t.Errorf("after %d throttled replies %v calls a second, want %v", i, got, want)
			}
			time.Sleep(time.Second)
			p.slow()
			p.slow() // a reply of the same moment
		}
		for _, want := range []float64{10, 15, 20, 25, 30, 35, 40, 40} {
			time.Sleep(calm)
			if got := rateOf(t, p); got != want {
				t.Errorf("%v calls a second, want %v", got, want)
			}
		}
	})
}

func TestR86_NothingIsPacedWithoutARate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, began := newPacer(wall{}, Unlimited), time.Now()
		for range 1000 {
			p.slow()
			_ = p.wait(t.Context())
		}
		if time.Since(began) != 0 {
			t.Errorf("%v were waited", time.Since(began))
		}
	})
}

// At a low rate fewer leaves are at work, so that each is done within minutes.
func TestR86_HowManyLeavesAreAtWork(t *testing.T) {
	for _, c := range []struct {
		rate    float64
		workers int
		want    int
	}{{1, 16, 1}, {2.4, 16, 1}, {2.5, 16, 2}, {9.9, 16, 7}, {10, 16, 8}, {30, 16, 8}, {30, 3, 3}, {Unlimited, 16, 8}, {0.1, 1, 1}} {
		p := &pass{Options: Options{Workers: c.workers}, lists: newPacer(wall{}, c.rate)}
		if got := p.atOnce(); got != c.want {
			t.Errorf("at the rate %v with %d workers %d leaves", c.rate, c.workers, got)
		}
	}
}
