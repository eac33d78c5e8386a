// Package ratio compares how long two things take, on a machine that may be busy
// with others. It is for tests: a promise of speed is one beside other work that is
// done in the same moment, never one of seconds.
package ratio

import "time"

// rounds are so many that one of them is not interrupted.
const rounds = 200

// Of returns how many times as long as other f takes. Both run in turns, and the
// best run of each counts. It stops as soon as the ratio is at most enough.
func Of(f, other func(), enough float64) float64 {
	best, least := time.Duration(1<<62), time.Duration(1<<62)
	var found float64
	for range rounds {
		best, least = min(best, took(f)), min(least, took(other))
		found = float64(best) / float64(max(least, 1))
		if found <= enough {
			break
		}
	}
	return found
}

func took(f func()) time.Duration {
	began := time.Now()
	f()
	return time.Since(began)
}
