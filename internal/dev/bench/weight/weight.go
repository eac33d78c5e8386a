// Package weight is the gate that keeps the functions light. It compares what each
// function links, the size of its file, what its packages do before main, and what an
// event allocates with weights.txt and links.txt.
//
// A cold start loads, maps and initialises all that is linked, used or not: one import
// can cost more than all the rest. So a change that makes a function heavier raises the
// number in the same commit, where a reviewer sees it:
//
//	go test ./internal/dev/bench/weight -update
//
// Sizes, lists, and counts and bytes of allocations are the same on every machine and
// have narrow margins. Time is not, so the time of package initialisation is counted in
// the time of an echo's in the same minute, with a wide margin.
package weight

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// Quantity is one thing that is weighed.
type Quantity struct {
	Name string
	// Margin is the share of the recorded value by which a value may differ.
	Margin float64
	// Lighter says that a value below the margin must be recorded too, so that it is not
	// lost again.
	Lighter bool
}

// Quantities are the columns of weights.txt.
func Quantities() []Quantity {
	return []Quantity{
		{"file-bytes", 0.01, true},       // of the deployed file: linux/arm64
		{"init-allocs", 0.02, true},      // of all packages, before main
		{"init-bytes", 0.02, true},       //
		{"init-time/echo", 0.75, false},  // in times of the echo's
		{"allocs-per-event", 0.02, true}, // of a warm event, the whole process
		{"bytes-per-event", 0.03, true},  //
	}
}

// Weights are the values by function, in the order of Quantities.
type Weights map[string][]float64

// Table is the content of weights.txt.
type Table struct {
	// Toolchain is the Go release of the values, such as go1.26.
	Toolchain string
	Weights   Weights
}

// String writes the table as Parse reads it.
func (t Table) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%-20s", t.Toolchain)
	for _, q := range Quantities() {
		fmt.Fprintf(&out, "%18s", q.Name)
	}
	for _, f := range triggers.Rooms() {
		fmt.Fprintf(&out, "\n%-20s", f)
		for _, v := range t.Weights[f] {
			fmt.Fprintf(&out, "%18s", number(v))
		}
	}
	return out.String() + "\n"
}

// number writes a small value with two decimals and a large one without.
func number(v float64) string {
	if v < 100 {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', 0, 64)
}

// Parse reads a table. The error names the line.
func Parse(text string) (Table, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	head := strings.Fields(lines[0])
	if len(head) != 1+len(Quantities()) {
		return Table{}, fmt.Errorf("the first line has %d columns, want %d", len(head), 1+len(Quantities()))
	}
	t := Table{Toolchain: head[0], Weights: Weights{}}
	for n, line := range lines[1:] {
		fields := strings.Fields(line)
		if len(fields) != len(head) {
			return Table{}, fmt.Errorf("line %d has %d columns, want %d", n+2, len(fields), len(head))
		}
		for _, field := range fields[1:] {
			v, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return Table{}, fmt.Errorf("line %d: %w", n+2, err)
			}
			t.Weights[fields[0]] = append(t.Weights[fields[0]], v)
		}
	}
	return t, nil
}

// Compare returns a sentence for every value that differs from the recorded one.
func Compare(recorded, found Weights) []string {
	var complaints []string
	for _, f := range triggers.Rooms() {
		for i, q := range Quantities() {
			if len(recorded[f]) <= i {
				complaints = append(complaints, fmt.Sprintf("%s: %s is not recorded; it is %s", f, q.Name, number(found[f][i])))
			} else if complaint := q.compare(f, recorded[f][i], found[f][i]); complaint != "" {
				complaints = append(complaints, complaint)
			}
		}
	}
	return complaints
}

func (q Quantity) compare(function string, was, is float64) string {
	word := "heavier"
	if is < was {
		word = "lighter"
	}
	if diff := is - was; diff <= was*q.Margin && (!q.Lighter || -diff <= was*q.Margin) {
		return ""
	}
	return fmt.Sprintf("%s is %s: %s was %s and is %s (%+.1f %%, allowed %.0f %%)",
		function, word, q.Name, number(was), number(is), 100*(is-was)/was, 100*q.Margin)
}

// Links writes links.txt: every package from outside the standard library, with the
// functions that link it.
func Links(linked map[string][]string) string {
	by := map[string][]string{}
	for _, f := range triggers.Rooms() {
		for _, path := range linked[f] {
			by[path] = append(by[path], f)
		}
	}
	var out strings.Builder
	for _, path := range slices.Sorted(maps.Keys(by)) {
		fmt.Fprintf(&out, "%s: %s\n", path, strings.Join(by[path], " "))
	}
	return out.String()
}
