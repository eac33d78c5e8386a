package main

import (
	"fmt"
	"regexp/syntax"
	"slices"
)

// automaton reads digits by a number plan's pattern, one at a time: the expression's
// program (regexp/syntax), made deterministic as far as it is walked. State 0 is dead.
type automaton struct {
	prog   *syntax.Prog
	states map[string]int
	sets   [][]uint32
	next   []map[byte]int
	start  int
}

func newAutomaton(pattern string) (*automaton, error) {
	parsed, err := syntax.Parse("(?:"+pattern+")", syntax.Perl)
	if err != nil {
		return nil, err
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return nil, err
	}
	a := &automaton{prog: prog, states: map[string]int{}}
	a.state(nil)
	a.start = a.state(a.closure([]uint32{uint32(prog.Start)}))
	return a, nil
}

// state returns the number of a set of places in the program.
func (a *automaton) state(set []uint32) int {
	key := fmt.Sprint(set)
	if n, ok := a.states[key]; ok {
		return n
	}
	a.states[key] = len(a.sets)
	a.sets, a.next = append(a.sets, set), append(a.next, map[byte]int{})
	return len(a.sets) - 1
}

// step returns the state after a digit.
func (a *automaton) step(state int, digit byte) int {
	if n, ok := a.next[state][digit]; ok {
		return n
	}
	var reached []uint32
	for _, pc := range a.sets[state] {
		if in := &a.prog.Inst[pc]; in.Op != syntax.InstMatch && in.MatchRune(rune(digit)) {
			reached = append(reached, in.Out)
		}
	}
	n := a.state(a.closure(reached))
	a.next[state][digit] = n
	return n
}

// accepts reports whether the digits that lead to a state match as a whole.
func (a *automaton) accepts(state int) bool {
	return slices.ContainsFunc(a.sets[state], func(pc uint32) bool { return a.prog.Inst[pc].Op == syntax.InstMatch })
}

// closure follows the instructions that need no digit, and returns those that read one or
// match.
func (a *automaton) closure(from []uint32) []uint32 {
	var kept []uint32
	seen := map[uint32]bool{}
	var follow func(uint32)
	follow = func(pc uint32) {
		if seen[pc] {
			return
		}
		seen[pc] = true
		switch in := &a.prog.Inst[pc]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			follow(in.Out)
			follow(in.Arg)
		case syntax.InstCapture, syntax.InstNop:
			follow(in.Out)
		case syntax.InstFail:
		case syntax.InstEmptyWidth:
			panic("a number plan looks at the edges of a number")
		default:
			kept = append(kept, pc)
		}
	}
	for _, pc := range from {
		follow(pc)
	}
	slices.Sort(kept)
	return kept
}
