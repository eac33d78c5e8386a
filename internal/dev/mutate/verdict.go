package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/mutate/schemata"
)

// verdict is what became of a package's mutants.
type verdict struct {
	path    string
	mutants []schemata.Mutant
	fates   []fate
	reasons []string // by mutant; "" without an entry in the allow file
	stale   []string // entries that fit no living mutant, with their file
	failing []test   // tests that fail without a mutant
	took    time.Duration
}

// compare looks up the living in the allow file and finds its stale entries.
func (v *verdict) compare(a allowed, partial bool) {
	v.reasons = make([]string, len(v.mutants))
	used := make(map[string]bool, len(a.order))
	for i, m := range v.mutants {
		if v.lives(i) {
			v.reasons[i] = a.reasons[m.Key()]
			used[m.Key()] = true
		}
	}
	for _, key := range a.order {
		if !used[key] && !partial {
			v.stale = append(v.stale, fmt.Sprintf("%s: %s", a.name, key))
		}
	}
}

func (v *verdict) lives(i int) bool { return v.fates[i] == alive || v.fates[i] == uncovered }

func (v *verdict) unexplained(i int) bool { return v.lives(i) && v.reasons[i] == "" }

// fails reports whether the package needs attention.
func (v *verdict) fails() bool {
	for i := range v.mutants {
		if v.unexplained(i) {
			return true
		}
	}
	return len(v.stale) > 0 || len(v.failing) > 0
}

// print writes a row per mutant that lives without a reason, and the summary. The
// uncovered are among the living; either may be listed.
func (v *verdict) print(out io.Writer, o options) {
	var made, dead, slow, living, bare, listed int
	fmt.Fprintf(out, "%s (%v)\n", v.path, v.took.Round(100*time.Millisecond))
	for i, fate := range v.fates {
		switch fate {
		case notMade:
			continue
		case timedOut:
			slow++
			dead++
		case killed:
			dead++
		case alive:
			living++
		case uncovered:
			living++
			bare++
		}
		made++
		if v.lives(i) && v.reasons[i] != "" {
			listed++
		}
		v.row(out, i, o.verbose)
	}
	for _, test := range v.failing {
		fmt.Fprintf(out, "  fails without a mutant  %s\n    %s\n", test.name, strings.ReplaceAll(strings.TrimSpace(test.failure), "\n", "\n    "))
	}
	for _, entry := range v.stale {
		fmt.Fprintf(out, "  stale      %s\n", entry)
	}
	if o.verbose {
		fmt.Fprintf(out, "  %d of the killed did not end in time\n", slow)
	}
	fmt.Fprintf(out, "%d mutants: %d killed, %d alive (%d listed with a reason), %d uncovered\n", made, dead, living, listed, bare)
}

func (v *verdict) row(out io.Writer, i int, verbose bool) {
	m := v.mutants[i]
	names := map[fate]string{alive: "alive", uncovered: "uncovered", timedOut: "timed out"}
	switch {
	case v.unexplained(i), v.fates[i] == timedOut && verbose:
		fmt.Fprintf(out, "  %-10s line %-4d %s\n", names[v.fates[i]], m.Line, m.Key())
	case v.lives(i) && verbose:
		fmt.Fprintf(out, "  %-10s line %-4d %s\n             %s\n", "listed", m.Line, m.Key(), v.reasons[i])
	}
}
