package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// listChecks writes the checks for readers; T are those of the tripwire.
func listChecks(out io.Writer, checks []doctor.Check) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	watched := doctor.Watched()
	for _, c := range checks {
		mark := ""
		if slices.ContainsFunc(watched, func(w doctor.Check) bool { return w.Number == c.Number }) {
			mark = "T"
		}
		fmt.Fprintf(table, "%d\t%s\t%s\t%s\n\t\t\t  asks %s\n\t\t\t  %s\n", c.Number, mark, c.Severity, c.Title, c.Asked, c.Source)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("writing the checks: %w", err)
	}
	return nil
}

// severities are the severities, the worst first, and how each is marked.
var severities = []struct {
	is   doctor.Severity
	mark colour
}{{doctor.Critical, bad}, {doctor.Warning, aside}, {doctor.Note, aside}}

// printResults writes an examination for readers.
func printResults(out io.Writer, s doctor.Subject, results []doctor.Result) {
	fmt.Fprintf(out, "user pool %s, table %s, stack %s\n", shown(s.Pool), shown(s.Table), shown(s.Stack))
	for _, severity := range severities {
		for _, r := range results {
			if r.Status == doctor.Failed && r.Severity == severity.is {
				fmt.Fprintln(out)
				mark(out, severity.mark, strings.ToUpper(string(r.Severity)))
				printResult(out, r)
			}
		}
	}
	printRest(out, results)
}

func printResult(out io.Writer, r doctor.Result) {
	fmt.Fprintf(out, " %d: not so: %s\n", r.Number, r.Title)
	for _, f := range r.Findings {
		fmt.Fprintf(out, "    %s\n", shown(f.Text))
	}
	fmt.Fprintf(out, "  means   %s\n  fix     %s\n  source  %s\n", r.Means, r.Fix, r.Source)
	for _, text := range r.Unasked {
		fmt.Fprintf(out, "  not asked: %s\n", shown(text))
	}
}

// printRest writes how many checks passed, and what could not be asked.
func printRest(out io.Writer, results []doctor.Result) {
	count := map[doctor.Status]int{}
	for _, r := range results {
		count[r.Status]++
	}
	fmt.Fprintf(out, "\n%d of %d checks passed, %d found something, %d could not be asked\n", count[doctor.Passed], len(results), count[doctor.Failed], count[doctor.NotAsked])
	for _, r := range results {
		if r.Status == doctor.NotAsked {
			fmt.Fprintf(out, "  %2d %s: %s\n", r.Number, r.Title, shown(strings.Join(r.Unasked, "; ")))
		}
	}
}
