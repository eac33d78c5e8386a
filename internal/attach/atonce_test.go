package attach_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

// turns lets several processes run call by call, in an order that is drawn. Each may die.
type turns struct {
	world *world
	asks  chan *process
}

type process struct {
	name  string
	go_   chan bool // false kills
	ended bool
	err   error
}

// start runs f as a process whose calls wait for their turns.
func (s *turns) start(name string, f func(*world) error) *process {
	p := &process{name: name, go_: make(chan bool)}
	core := *s.world.World // its own calls; the pool and the record are shared at each
	own := world{&core}
	go func() {
		own.Before = func(string) error {
			s.asks <- p
			if !<-p.go_ {
				panic(errKilled)
			}
			own.Pool, own.Record, own.Time = s.world.Pool, s.world.Record, s.world.Time
			return nil
		}
		own.After = func(string) error {
			s.world.Pool, s.world.Record, s.world.Time = own.Pool, own.Record, own.Time
			return nil
		}
		p.err = dying(func() error { return f(&own) })
		p.ended = true
		s.asks <- p
	}()
	return p
}

// run lets the processes take turns until all have ended.
func (s *turns) run(t *rapid.T, all ...*process) {
	waiting := map[string]*process{}
	next := func() {
		if p := <-s.asks; !p.ended {
			waiting[p.name] = p
		}
	}
	for range all {
		next()
	}
	for len(waiting) > 0 {
		var names []string
		for _, p := range all {
			if waiting[p.name] != nil {
				names = append(names, p.name)
			}
		}
		p := waiting[rapid.SampledFrom(names).Draw(t, "turn")]
		delete(waiting, p.name)
		p.go_ <- rapid.IntRange(0, 40).Draw(t, "kill") != 40
		next()
	}
}

// Two processes on one record, in any order of their calls, each of which may die: once the
// last word is said again, the pool is as it says, and an undo restores what was there first.
func TestR83_TwoAtOnceEndInTheLastWord(t *testing.T) {
	form.Check(t, 100, 500, 20_000, func(rt *rapid.T) {
		w := newWorld()
		s := &turns{w, make(chan *process)}
		var all []*process
		for i := range 2 {
			what := rapid.SampledFrom([]string{"attach", "undo", "change"}).Draw(rt, "process")
			all = append(all, s.start(fmt.Sprint(i, what), func(own *world) error { return own.run(t, what) }))
		}
		s.run(rt, all...)
		for _, p := range all {
			var refused attach.Refused
			if p.err != nil && !errors.Is(p.err, errKilled) && !errors.As(p.err, &refused) && !errors.As(p.err, &attach.Unverified{}) && !strings.Contains(p.err.Error(), "at the same time") && !strings.Contains(p.err.Error(), "meanwhile") {
				rt.Fatalf("%s: %v", p.name, p.err)
			}
		}
		if rapid.Bool().Draw(rt, "attach") {
			if err := w.run(t, "attach"); err != nil {
				rt.Fatalf("after both: %v", err)
			}
			w.holds(rt, "attached", attached(wanted()))
		}
		if err := w.run(t, "undo"); err != nil {
			rt.Fatal(err)
		}
		w.holds(rt, "undone", plain())
	})
}
