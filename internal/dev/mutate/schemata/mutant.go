package schemata

import (
	"fmt"
	"strings"
)

// Variable is the environment variable that holds the number of the mutant to switch on;
// without it the program behaves as written.
const Variable = "MUTANT"

// TraceVariable is the environment variable that names a file. Each mutant's number is
// appended to it, one a line, when its place is first executed.
const TraceVariable = "MUTANT_TRACE"

// The operators, as reports and allow files name them.
const (
	Comparison = "comparison" // == != < <= > >=
	Logic      = "logic"      // && for ||
	Arithmetic = "arithmetic" // + - * / and their assignments, ++ --
	Integer    = "integer"    // an integer literal one higher and one lower
	Boolean    = "boolean"    // true for false
	Condition  = "condition"  // the condition of an if, a for or a case negated
	Deletion   = "deletion"   // a call or an assignment left out
	Body       = "body"       // the body of an if, an else or a case left out
	Zero       = "zero"       // a returned value replaced by its type's zero value
	Empty      = "empty"      // a string literal emptied
	Branch     = "branch"     // continue for break
	Bound      = "bound"      // a bound of a slice one higher and one lower
)

// Mutant is one change to the source.
type Mutant struct {
	// ID is the number that switches it on, from 1.
	ID int
	// File is the base name and Line the line of the place.
	File string
	Line int
	// Func is the function, with its receiver's type, or the variable that is initialised
	// here.
	Func string
	// Operator is one of the operators above.
	Operator string
	// Before and After are the source around the place, on one line.
	Before, After string
	// nth tells equal changes of one function apart; the first is 1.
	nth int
}

// Key names the mutant without its line, which every edit above it moves. The keys of one
// package are distinct.
func (m Mutant) Key() string {
	key := fmt.Sprintf("%s %s %s: %s → %s", m.File, m.Func, m.Operator, m.Before, m.After)
	if m.nth > 1 {
		key += fmt.Sprintf(" (%d)", m.nth)
	}
	return key
}

// number tells equal keys apart by their order in the source.
func number(mutants []Mutant) {
	seen := make(map[string]int, len(mutants))
	for i := range mutants {
		key := mutants[i].Key()
		seen[key]++
		mutants[i].nth = seen[key]
	}
}

// oneLine folds white space and cuts text that is too long for a table.
func oneLine(text string) string {
	const most = 100
	folded := strings.Join(strings.Fields(text), " ")
	if runes := []rune(folded); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return folded
}
