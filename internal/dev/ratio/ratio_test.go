package ratio

import "testing"

func TestMoreWorkTakesLonger(t *testing.T) {
	sum := 0
	work := func(n int) func() {
		return func() {
			for i := range n {
				sum += i & sum
			}
		}
	}
	if got := Of(work(1_000_000), work(1_000), 0); got < 50 {
		t.Errorf("a thousand times the work takes %.1f times as long", got)
	}
	if got := Of(work(1_000), work(1_000_000), 1); got > 1 {
		t.Errorf("a thousandth of the work takes %.1f times as long", got)
	}
}
