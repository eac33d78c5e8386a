package main

import (
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// Verdict is one threshold and whether it holds.
type Verdict struct {
	Name    string  `json:"name"`
	Got     float64 `json:"got"`
	Limit   float64 `json:"limit"`
	Unit    string  `json:"unit"`
	AtLeast bool    `json:"atLeast"` // the limit is a minimum
	OK      bool    `json:"ok"`
}

type verdicts []Verdict

func (v *verdicts) atMost(limit, got float64, unit, name string, args ...any) {
	*v = append(*v, Verdict{fmt.Sprintf(name, args...), got, limit, unit, false, got <= limit})
}

func (v *verdicts) atLeast(limit, got float64, unit, name string, args ...any) {
	*v = append(*v, Verdict{fmt.Sprintf(name, args...), got, limit, unit, true, got >= limit})
}

// judge compares a report with the project's thresholds. Ratios are of medians in one run
// on one machine; the few absolute limits are what a user waits for and what Lambda
// loads.
func judge(r *Report) []Verdict {
	var v verdicts
	echo := r.find(floor, "")
	for _, f := range triggers.Usual() { // what a function on request costs is its stage's choice
		p, other := r.find(ours, f.Room), r.find(tutorial, f.Room)
		if f.UsesTable() {
			v.withStore(r.Shares, p, other, echo)
		} else {
			v.withoutStore(p, echo)
		}
		v.atMost(16, p.Peak, "MB", "%s: peak RSS", p.Function)
	}
	return v
}

func (v *verdicts) withStore(shares []int, p, other, echo *Program) {
	for _, size := range shares {
		least, judged := map[int]float64{128: 30, 256: 30, full: 12}[size]
		if judged {
			v.atLeast(least, other.First[size]/p.First[size], "× the tutorial form", "%s: first invocation, %s", p.Function, sizeName(size))
		}
	}
	v.atMost(3, p.Init/echo.Init, "× echo", "%s: init", p.Function)
	v.atMost(10, p.Init, "ms", "%s: init", p.Function)
	v.atMost(0.9, p.CPU/other.CPU, "× the tutorial form", "%s: warm CPU per event", p.Function)
	v.atMost(9, p.File, "MB", "%s: file", p.Function)
}

func (v *verdicts) withoutStore(p, echo *Program) {
	v.atMost(2.5, (p.Init+p.First[full])/(echo.Init+echo.First[full]), "× echo", "%s: init and first invocation", p.Function)
	v.atMost(1.3, p.CPU/echo.CPU, "× echo", "%s: warm CPU per event", p.Function)
	v.atMost(7, p.File, "MB", "%s: file", p.Function)
}
