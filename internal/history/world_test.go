package history

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const poolID = "eu-west-1_AbCdEf123"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is a pool, its mirror, and what is on its way between them. Time passes only by
// advance.
type world struct {
	mu      sync.Mutex
	now     time.Time
	skew    time.Duration // by which the functions' clocks are ahead of the pool's
	pool    pool
	ledger  *ledger
	mirror  *users.Mirror
	coming  []arrival // by time, then in the order of creation
	faults  faults
	broken  []string       // what went wrong, in order
	noted   map[string]int // how often something happened that a proof must meet
	told    []string
	telling bool
}

// arrival is something that happens at a moment.
type arrival struct {
	at   time.Time
	what func()
}

var mirror = func() *users.Mirror {
	m, err := users.CompileMirror(policy.Mirror{Attributes: []string{"name", "custom:team"}})
	if err != nil {
		panic(err)
	}
	return m
}()

func newWorld(f faults, telling bool) *world {
	w := &world{now: noon, mirror: mirror, faults: f, telling: telling, noted: map[string]int{}}
	w.ledger = &ledger{world: w, keeper: f.newTable()}
	return w
}

// later lets what happen after a time.
func (w *world) later(after time.Duration, what func()) {
	at := w.now.Add(after)
	i, _ := slices.BinarySearchFunc(w.coming, at, func(a arrival, at time.Time) int {
		if a.at.After(at) {
			return 1
		}
		return -1
	})
	w.coming = slices.Insert(w.coming, i, arrival{at, what})
}

// advance lets time pass and everything happen that is due.
func (w *world) advance(d time.Duration) {
	until := w.now.Add(d)
	for len(w.coming) > 0 && !w.coming[0].at.After(until) {
		next := w.coming[0]
		w.coming = w.coming[1:]
		if next.at.After(w.now) {
			w.now = next.at
		}
		next.what()
	}
	w.now = until
}

// drain lets everything happen that is on its way.
func (w *world) drain() {
	for len(w.coming) > 0 {
		w.advance(max(0, w.coming[0].at.Sub(w.now)))
	}
}

// violated notes that an invariant does not hold.
func (w *world) violated(format string, args ...any) {
	w.tell("✗ "+format, args...)
	w.broken = append(w.broken, fmt.Sprintf(format, args...))
}

// tell writes a line of the story if it is wanted, until something has gone wrong.
func (w *world) tell(format string, args ...any) {
	if w.telling && len(w.broken) == 0 {
		w.told = append(w.told, w.now.Format("02 15:04:05.000  ")+fmt.Sprintf(format, args...))
	}
}

func (w *world) story() string { return strings.Join(w.told, "\n") + "\n" }

func key(sub string) users.Key { return users.Key{PoolID: poolID, Sub: sub} }
