package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// row writes one user whose row differs.
func (s *sweeping) row(d sweep.Drift, t terminal) {
	if !s.addresses {
		d.Address = ""
	}
	if s.json {
		line, _ := json.Marshal(struct {
			Kind    sweep.Kind  `json:"kind"`
			Sub     string      `json:"sub"`
			Fields  []string    `json:"fields,omitempty"`
			Write   users.Write `json:"write,omitempty"`
			Address string      `json:"email,omitempty"`
		}{d.Kind, d.Sub, d.Fields, d.Write, d.Address})
		fmt.Fprintf(t.out, "%s\n", line)
		return
	}
	line := fmt.Sprintf("%-10s %s", d.Kind, d.Sub)
	if d.Address != "" {
		line += "  " + d.Address
	}
	if len(d.Fields) > 0 {
		line += "  " + strings.Join(d.Fields, ", ")
	}
	if d.Write == users.Unchanged {
		line += "  (an event was faster)"
	}
	fmt.Fprintln(t.out, line)
}

// explained says in words what each kind is, and what a sweep does about it.
var explained = map[sweep.Kind][2]string{
	sweep.Missing:   {"users without a row", "created"},
	sweep.Stale:     {"rows whose attributes differ from the user's", "copied again"},
	sweep.Disabled:  {"rows with the wrong disabled mark", "corrected"},
	sweep.Deleted:   {"rows of users who are gone", "buried"},
	sweep.Recreated: {"rows of users who are gone and whose name another user has", "buried"},
	sweep.Unlisted:  {"rows of users who are not listed", ""},
}

// report writes what the sweep found.
func (s *sweeping) report(r sweep.Report, t terminal) error {
	if s.json {
		return s.reportJSON(r, t)
	}
	line := func(name, format string, args ...any) {
		fmt.Fprintf(t.out, "  %-10s "+format+"\n", append([]any{name}, args...)...)
	}
	if s.rows && r.Total() > 0 {
		fmt.Fprintln(t.out)
	}
	fmt.Fprintf(t.out, "pool %s compared with table %s\n", s.pool, s.table)
	line("users", "%s", thousands(r.Listed)+unconfirmedIn(r))
	s.estimate(r, line)
	if !r.Incomplete {
		line("rows", "%s", thousands(r.Rows))
	}
	for _, kind := range sweep.Kinds() {
		if what, n := explained[kind], r.Drift[kind]; n > 0 && kind != sweep.Erased {
			text := thousands(n) + " " + what[0]
			if !s.dryRun && what[1] != "" {
				text += ": " + what[1]
			}
			line(string(kind), "%s", text)
		}
	}
	s.rest(r, line)
	fmt.Fprintln(t.out, s.verdict(r))
	return nil
}

// estimate writes what the list was compared with.
func (s *sweeping) estimate(r sweep.Report, line func(name, format string, args ...any)) {
	switch {
	case r.Estimate == 0:
		line("estimate", "none, or not for these credentials (DescribeUserPool): nothing shows whether all were listed")
	case s.accept:
		line("estimate", "%s, not compared with the list", thousands(r.Estimate))
	default:
		line("estimate", "%s", thousands(r.Estimate))
	}
}

func unconfirmedIn(r sweep.Report) string {
	if r.Unconfirmed == 0 {
		return ""
	}
	return "; " + thousands(r.Unconfirmed) + " of them have confirmed nothing and have no row"
}

// rest writes what is not drift but worth knowing.
func (s *sweeping) rest(r sweep.Report, line func(name, format string, args ...any)) {
	if n := r.Drift[sweep.Erased]; n > 0 {
		line("erased", "%s listed users whose rows were erased and stay erased. Delete the users if they must go", thousands(n))
	}
	if r.Overtaken > 0 {
		line("overtaken", "%s rows that a trigger wrote meanwhile, or that are from the future: sweep again", thousands(r.Overtaken))
	}
	if r.Unaskable > 0 {
		line("unaskable", "%s rows of users who are not listed and have no user name to ask for: they stay", thousands(r.Unaskable))
	}
	switch {
	case s.dryRun && r.WouldAsk > 0:
		line("would ask", "%s AdminGetUser: a user found counts as active this month, one not found is asked for twice", thousands(r.WouldAsk))
	case r.Asked > 0:
		line("asked", "%s AdminGetUser: each user found counts as active this month", thousands(r.Asked))
	}
	if r.Throttled > 0 {
		line("throttled", "%s times", thousands(r.Throttled))
	}
}

// verdict is the last line.
func (s *sweeping) verdict(r sweep.Report) string {
	at := "checked at " + r.CheckedAt.UTC().Format("2006-01-02 15:04:05 MST")
	if r.Incomplete {
		at = "THE LIST IS INCOMPLETE, so no row is buried, " + at
	}
	switch total := r.Total(); {
	case total == 0:
		return "0 drift, " + at
	case s.dryRun:
		return thousands(total) + " drift, nothing was changed, " + at
	default:
		return thousands(total) + " drift, " + thousands(r.Written) + " healed, " + at
	}
}

func (s *sweeping) reportJSON(r sweep.Report, t terminal) error {
	report := struct {
		sweep.Report
		Table   string `json:"table"`
		Total   int    `json:"totalDrift"`
		Verdict string `json:"verdict"`
	}{r, s.table, r.Total(), s.verdict(r)}
	if report.Drift == nil {
		report.Drift = map[sweep.Kind]int{}
	}
	for _, kind := range sweep.Kinds() {
		report.Drift[kind] += 0 // every kind is listed, also with 0
	}
	if s.rows {
		line, err := json.Marshal(report)
		if err == nil {
			fmt.Fprintf(t.out, "%s\n", line)
		}
		return err
	}
	return writeJSON(t.out, report)
}
