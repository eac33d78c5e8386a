package history

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// story is a whole history: what happens, and how long the pool then rests.
type story struct {
	steps []step
	skew  time.Duration // of the functions' clocks; less than a second
	quiet time.Duration
	last  plan
}

// GoString is how rapid prints a failing history.
func (s story) GoString() string { return s.String() }

// String has a line for each step.
func (s story) String() string {
	var lines []string
	if s.skew != 0 {
		lines = append(lines, fmt.Sprintf("the functions' clocks are ahead by %v", s.skew))
	}
	for _, step := range s.steps {
		lines = append(lines, step.String())
	}
	return strings.Join(append(lines, fmt.Sprintf("%v of quiet, and then %v", s.quiet, &s.last)), "\n")
}

// prove lives through as many histories as the form says.
func prove(t *testing.T, kinds []kind) (lived int, met map[string]int) {
	met = map[string]int{}
	form.Check(t, 300, 1500, 100_000, func(rt *rapid.T) {
		s := stories(8, kinds).Draw(rt, "history")
		broken, w := live(s, faults{}, false)
		if broken != "" {
			_, w := live(s, faults{}, true)
			rt.Fatalf("%s\n\n%s", broken, w.story())
		}
		lived++
		for _, what := range add(met, w.noted) {
			rt.Fatalf("%q is not among the situations", what)
		}
	})
	t.Logf("%d histories: %v", lived, met)
	return lived, met
}

// This test is the proof. The invariants of R15, R32 and R33 are checked after every
// write of every history.
func TestR34_AfterOneSweepOfAQuietPoolTheTableEqualsThePool(t *testing.T) {
	t.Parallel()
	lived, met := prove(t, everything)
	if never := missing(met); lived >= 1000 && len(never) > 0 {
		t.Errorf("%d histories, and in none of them %s", lived, strings.Join(never, "; "))
	}
}

// Names are used again, addresses are swapped, users come through another provider.
func TestR15_NothingCrossesFromOnePersonToAnother(t *testing.T) {
	t.Parallel()
	lived, met := prove(t, trading)
	// About a fifth meets the second; what is drawn varies, 21 of 300 were seen once.
	if met["a row was buried whose name another has"] < lived/50 || met["a token said roles"] < lived/50 {
		t.Errorf("%d histories met too little: %v", lived, met)
	}
}

// One history is as large as a pool: it shows what depends on pages, batches and
// concurrency.
func TestThousandsOfPeopleOverSomeMonths(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 1))
	s := story{quiet: time.Hour, last: plan{page: 60, workers: 16}}
	one := steps(everything, false)
	for i := range 12_000 {
		next := one.Example(i)
		next.who = random.IntN(2000)
		s.steps = append(s.steps, next)
		if i%1000 == 999 {
			s.steps = append(s.steps, step{what: sweeps, plan: &plan{page: 60, workers: 16, behind: lags, ends: []end{{call: 20 + random.IntN(40), killed: true, pause: time.Minute}}}})
		}
	}
	broken, w := live(s, faults{}, false)
	if broken != "" {
		t.Fatal(broken)
	}
	t.Logf("%d users, %d of them gone: %v", len(w.pool.users), len(w.pool.users)-alive(w), w.noted)
}

func alive(w *world) (n int) {
	for _, q := range w.pool.users {
		if q.alive() {
			n++
		}
	}
	return n
}
