package timeline

import (
	"slices"
	"time"
)

// Since returns the invocations of a function that began at a time or later, oldest first;
// "" is every function. They come with their log lines.
func (t *Timeline) Since(function string, from time.Time) []Invocation {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []Invocation
	for _, l := range t.order {
		for _, in := range l.invocations {
			if (function == "" || in.Function == function) && !in.Start.Before(from) {
				all = append(all, in)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Invocation) int { return a.Start.Compare(b.Start) })
	return all
}
