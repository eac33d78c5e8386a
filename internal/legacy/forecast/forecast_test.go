package forecast_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/forecast"
)

const level = 0.95

func days(n float64) time.Duration { return time.Duration(n * float64(forecast.Day)) }

func tally(times ...float64) (t forecast.Tally) {
	for _, n := range times {
		t.Add(days(n))
	}
	return t
}

// A habit draws the days from one sign-in of a person to the next.
type habit func(*rand.Rand) float64

func often(mean float64) habit { return func(r *rand.Rand) float64 { return mean * r.ExpFloat64() } }

// bursts are many short pauses and few long ones.
func bursts(mean float64) habit {
	return func(r *rand.Rand) float64 {
		if r.IntN(4) > 0 {
			return mean * r.ExpFloat64() / 10
		}
		return mean * r.ExpFloat64() * 3.7
	}
}

func regular(every float64) habit {
	return func(r *rand.Rand) float64 { return every * (0.9 + r.Float64()/5) }
}

// population is what kinds of people there are, in equal parts.
type population struct {
	name   string
	habits []habit
	// lost is the share that never comes again, leaving the share of the others that leaves in a
	// year, for good.
	lost, leaving float64
}

func populations() []population {
	return []population{
		{"shop", []habit{often(20), often(60), bursts(40), often(300)}, 0.3, 0},
		{"work", []habit{regular(1), regular(7), often(3)}, 0.05, 0},
		{"once a month", []habit{regular(30), regular(31), often(30)}, 0, 0},
		{"a year", []habit{regular(365), often(180), often(400)}, 0.5, 0},
		{"bursts", []habit{bursts(5), bursts(90)}, 0.1, 0},
	}
}

// live draws how long before the cutover somebody signed in last, and how long after it next; a time
// below zero is never. The life begins long before, at a moment that is not of the person's choice.
func (p population) live(r *rand.Rand) (since, until float64) {
	next := p.habits[r.IntN(len(p.habits))]
	gone := math.Inf(1) // when the person leaves; the cutover is at 0
	switch {
	case r.Float64() < p.lost:
		gone = -200 - 1000*r.Float64()
	case p.leaving > 0:
		gone = -1000 - 365*math.Log(1-r.Float64())/p.leaving
	}
	at := 0.0
	for range 12 {
		at -= next(r)
	}
	at = at*(1+r.Float64()) - 1500*r.Float64()
	last := at
	for at <= 0 && at <= gone {
		last, at = at, at+next(r)
	}
	if until = at; at > gone {
		until = -1
	}
	return -last, until
}

// draw returns the forecast of some people, and what is then seen of them.
func (p population) draw(r *rand.Rand, people int) (seen, moved forecast.Tally) {
	for range people {
		since, until := p.live(r)
		if seen.Add(days(since)); until < 0 {
			moved.Never++
		} else {
			moved.Add(days(until))
		}
	}
	return seen, moved
}

func share(moved forecast.Tally, day int) float64 {
	return float64(moved.Within(day)) / float64(moved.People())
}

// What is seen is within the band at every day, as often as the level says; at 30 and at 90 days it is
// also within five points of the forecast.
func TestR107_WhatIsSeenIsWithinTheBandAsOftenAsTheLevelSays(t *testing.T) {
	worlds := form.Often(t, 4, 20, 400)
	for _, p := range populations() {
		r := rand.New(rand.NewPCG(1, 2))
		outside := 0
		for range worlds {
			f, moved := p.draw(r, 4000)
			for _, day := range []int{30, 90} {
				if off := math.Abs(f.At(day, level).Share - share(moved, day)); off > 0.05 {
					t.Errorf("%s: day %d is off by %.1f points", p.name, day, 100*off)
				}
			}
			if forecast.Judge(f, moved, 365, level).Left > 0 {
				outside++
			}
		}
		if float64(outside) > (1-level)*float64(worlds)+3*math.Sqrt((1-level)*level*float64(worlds)) {
			t.Errorf("%s: %d of %d worlds left the band", p.name, outside, worlds)
		}
	}
}

// People who leave for good after the cutover are in no last sign-in. One in ten a year moves the
// forecast by less than five points.
func TestR107_PeopleWhoLeaveMoveTheForecastByLessThanFivePoints(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range form.Often(t, 1, 3, 50) {
		for _, p := range populations() {
			p.leaving = 0.1
			f, moved := p.draw(r, 4000)
			for _, day := range []int{30, 90} {
				if off := f.At(day, level).Share - share(moved, day); math.Abs(off) > 0.05 {
					t.Errorf("%s: day %d is off by %.1f points", p.name, day, 100*off)
				}
			}
		}
	}
}

// A world that changes is seen: nobody comes any more, or everybody at once.
func TestR107_AWorldThatChangesLeavesTheBand(t *testing.T) {
	f, _ := populations()[0].draw(rand.New(rand.NewPCG(5, 6)), 4000)
	nobody := forecast.Tally{Never: f.People()}
	all := forecast.Tally{Days: []int{0, f.People()}}
	if v := forecast.Judge(f, nobody, 60, level); v.Left == 0 || !v.Fewer || v.Seen != 0 || v.Days != 60 || v.Forecast != f.At(60, level) {
		t.Errorf("nobody: %+v", v)
	}
	if v := forecast.Judge(f, all, 60, level); v.Left != 1 || v.Fewer || v.Seen != 1 {
		t.Errorf("all: %+v", v)
	}
	if v := forecast.Judge(f, nobody, 0, level); v.Left != 0 {
		t.Errorf("no day is over: %+v", v)
	}
	if v := forecast.Judge(forecast.Tally{}, forecast.Tally{}, 5, level); v.Left != 0 || v.Seen != 0 {
		t.Errorf("nobody is there: %+v", v)
	}
}

// The first day that is outside counts, and what is just at the bound is inside.
func TestTheFirstDayOutsideIsSaid(t *testing.T) {
	f := forecast.Tally{Days: make([]int, 11)}
	for d := range f.Days {
		f.Days[d] = 1000
	}
	low := func(day int) int { return int(math.Ceil(f.At(day, level).Low * 11000)) }
	moved := forecast.Tally{Days: []int{0, low(1), low(2) - low(1), low(3) - low(2) - 1, 0, 0, 5000}}
	if v := forecast.Judge(f, moved, 10, level); v.Left != 3 || !v.Fewer {
		t.Errorf("got %+v", v)
	}
	if v := forecast.Judge(f, moved, 2, level); v.Left != 0 || v.Days != 2 || v.Seen == 0 {
		t.Errorf("got %+v", v)
	}
	if v := forecast.Judge(forecast.Tally{Never: 10}, forecast.Tally{Never: 10}, 5, level); v.Left != 0 {
		t.Errorf("nobody was expected and nobody came: %+v", v)
	}
	if v := forecast.Judge(f, moved, 3, level); v.Left != 3 {
		t.Errorf("the last day counts: %+v", v)
	}
	if v := forecast.Judge(forecast.Tally{Days: []int{11_000}}, forecast.Tally{Never: 11_000}, 0, level); v.Left != 0 || v.Fewer {
		t.Errorf("before a day is over nothing is judged: %+v", v)
	}
	if v := forecast.Judge(forecast.Tally{}, moved, 9, level); v.Left != 0 || v.Seen != 0 || v.Days != 9 || v.Forecast.High != 1 {
		t.Errorf("of nobody: %+v", v)
	}
}

func TestAPartOfADayIsADay(t *testing.T) {
	f := tally(-3, 0, 0.001, 1, 1.001, 2, 40)
	for day, want := range map[int]int{-7: 0, -1: 0, 0: 2, 1: 4, 2: 6, 3: 6, 39: 6, 40: 7, 41: 7, 100000: 7} {
		if got := f.Within(day); got != want {
			t.Errorf("within %d days: %d, want %d", day, got, want)
		}
	}
	if f.People() != 7 || len(f.Days) != 41 {
		t.Errorf("%d people in %d days", f.People(), len(f.Days))
	}
	edge := forecast.Tally{}
	edge.Add(1)
	edge.Add(forecast.Day + 1)
	if fmt.Sprint(edge.Days) != "[0 1 1]" {
		t.Errorf("a nanosecond more: %v", edge.Days)
	}
	old := tally(20*365, 20*365+0.5)
	old.Add(math.MaxInt64)
	old.Never--
	if old.Never != 1 || old.People() != 2 || len(old.Days) != 20*365+1 {
		t.Errorf("%d never, %d days", old.Never, len(old.Days))
	}
}

func TestTheBandStaysWithinNobodyAndAll(t *testing.T) {
	if got := (forecast.Tally{}).At(30, level); got != (forecast.Band{High: 1}) {
		t.Errorf("of nobody: %+v", got)
	}
	form.Check(t, 100, 1000, 10000, func(r *rapid.T) {
		f := forecast.Tally{Never: rapid.IntRange(0, 50).Draw(r, "never"), Days: rapid.SliceOfN(rapid.IntRange(0, 20), 0, 40).Draw(r, "days")}
		day := rapid.IntRange(-1, 60).Draw(r, "day")
		band, next := f.At(day, level), f.At(day+1, level)
		if band.Low < 0 || band.Low > band.Share || band.Share > band.High || band.High > 1 || next.Share < band.Share {
			r.Fatalf("%+v, then %+v", band, next)
		}
		if n := f.People(); n > 0 {
			if wide := f.At(day, 0.99); wide.Low > band.Low || wide.High < band.High {
				r.Fatalf("a higher level is narrower: %+v, %+v", band, wide)
			}
		}
	})
}

// The margin is that of the inequality: with it, both samples stray from their law with the
// probability that the level leaves.
func TestTheMarginIsTheInequalitys(t *testing.T) {
	for _, n := range []int{1, 100, 1_000_000} {
		e := forecast.Margin(n, level) / 2
		if p := 2 * (2 * math.Exp(-2*float64(n)*e*e)); math.Abs(p-(1-level)) > 1e-9 {
			t.Errorf("%d people: %.4f", n, p)
		}
	}
	f := forecast.Tally{Days: []int{500_000}, Never: 500_000}
	if got := f.At(1, level); math.Abs(got.High-got.Share-forecast.Margin(1_000_000, level)) > 1e-9 || math.Abs(got.Share-got.Low-forecast.Margin(1_000_000, level)) > 1e-9 {
		t.Errorf("%+v", got)
	}
}
