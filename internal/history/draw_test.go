package history

import (
	"time"

	"pgregory.net/rapid"
)

// chances are how often each kind of step is drawn.
var chances = []struct {
	what  kind
	times int
}{
	{signUp, 8},
	{confirm, 6},
	{adminConfirm, 2},
	{adminCreate, 4},
	{imports, 3},
	{federate, 6},
	{signIn, 12},
	{refresh, 5},
	{rename, 4},
	{readdress, 6},
	{swap, 4},
	{disable, 3},
	{enable, 3},
	{remove, 9},
	{resetPassword, 4},
	{grant, 6},
	{grantFormer, 2},
	{suspend, 2},
	{erase, 1},
	{wait, 6},
	{sweeps, 7},
}

// everything has each kind as often as its chance says.
var everything = func() (all []kind) {
	for _, c := range chances {
		for range c.times {
			all = append(all, c.what)
		}
	}
	return all
}()

// trading has the kinds that pass one user's name, address or rights to another.
var trading = []kind{signUp, signUp, confirm, federate, federate, readdress, swap, swap, remove, remove, signIn, signIn, refresh, grant, sweeps}

var waits = []time.Duration{time.Second, 4 * time.Second, 31 * time.Second, 5 * time.Minute, 11 * time.Minute, 3 * time.Hour, 25 * time.Hour}

// lags stay below sweep.Lag.
var lags = []time.Duration{0, 2 * time.Second, time.Minute, 9 * time.Minute}

// stories are histories of several chapters, each of which shrinks to nothing; a single
// slice would rarely have more than ten steps.
func stories(chapters int, kinds []kind) *rapid.Generator[story] {
	return rapid.Custom(func(t *rapid.T) story {
		s := story{
			skew:  rapid.SampledFrom([]time.Duration{0, 0, 900 * time.Millisecond, -900 * time.Millisecond}).Draw(t, "skew"),
			quiet: rapid.SampledFrom([]time.Duration{0, time.Minute, 11 * time.Minute}).Draw(t, "quiet"),
			last:  plan{page: rapid.IntRange(1, 4).Draw(t, "page"), ends: rapid.SliceOfN(ends(), 0, 2).Draw(t, "ends")},
		}
		for range chapters {
			s.steps = append(s.steps, rapid.SliceOfN(steps(kinds, true), 0, 20).Draw(t, "chapter")...)
		}
		s.last.forgets = len(s.last.ends) > 0 && rapid.Bool().Draw(t, "forgets")
		return s
	})
}

func steps(kinds []kind, withSweeps bool) *rapid.Generator[step] {
	return rapid.Custom(func(t *rapid.T) step {
		s := step{what: rapid.SampledFrom(kinds).Draw(t, "what")}
		if s.what == sweeps && !withSweeps {
			s.what = signIn
		}
		switch s.what {
		case wait:
			s.wait = rapid.SampledFrom(waits).Draw(t, "wait")
			return s
		case sweeps:
			s.plan = drawPlan(t, kinds)
			return s
		}
		s.who = rapid.IntRange(0, len(names)-1).Draw(t, "who")
		s.of = rapid.IntRange(0, 3).Draw(t, "of")
		s.fate = rapid.SampledFrom(fates).Draw(t, "fate")
		s.next = rapid.SampledFrom(fates).Draw(t, "next fate")
		return s
	})
}

func drawPlan(t *rapid.T, kinds []kind) *plan {
	p := &plan{
		page:   rapid.IntRange(1, 4).Draw(t, "page"),
		behind: rapid.SliceOfN(rapid.SampledFrom(lags), 0, 3).Draw(t, "behind"),
		ends:   rapid.SliceOfN(ends(), 0, 2).Draw(t, "ends"),
	}
	p.blind = rapid.IntRange(0, 3).Draw(t, "blind")
	p.forgets = len(p.ends) > 0 && rapid.Bool().Draw(t, "forgets")
	for range rapid.IntRange(0, 4).Draw(t, "meanwhile") {
		p.meanwhile = append(p.meanwhile, meanwhile{rapid.IntRange(1, 25).Draw(t, "call"), steps(kinds, false).Draw(t, "step")})
	}
	return p
}

func ends() *rapid.Generator[end] {
	return rapid.Custom(func(t *rapid.T) end {
		return end{
			call: rapid.IntRange(1, 15).Draw(t, "call"), after: rapid.Bool().Draw(t, "after"), killed: rapid.Bool().Draw(t, "killed"),
			pause: rapid.SampledFrom([]time.Duration{time.Second, 2 * time.Minute, 3 * time.Hour}).Draw(t, "pause"),
		}
	})
}
