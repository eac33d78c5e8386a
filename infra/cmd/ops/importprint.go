package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/cmd/ops/grants"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/cost"
)

// importProgress shows how far an import is: a bar on a screen, otherwise a line every ten
// seconds.
type importProgress struct {
	terminal
	quiet, shown bool
	begun, at    time.Time
}

func (p *importProgress) advanced(at grants.Progress) {
	now, every := p.now(), plainEvery
	if p.screen {
		every = 200 * time.Millisecond
	}
	if p.quiet || now.Sub(p.at) < every {
		return
	}
	p.at = now
	line := part{"importing ", "rows", at.Seen(), at.Passed, at.Rows, now.Sub(p.begun)}.line(p.screen) + fmt.Sprintf(", $%.2f", cost.Table(at.Reads, at.Writes))
	if p.screen {
		overwrite(p.err)
		fmt.Fprint(p.err, line)
		p.shown = true
		return
	}
	fmt.Fprintln(p.err, line)
}

// clear removes the bar before a line of another kind.
func (p *importProgress) clear() {
	if p.shown {
		overwrite(p.err)
		p.shown = false
	}
}

// reportRow names a row that is left, and in a dry run also what would change.
func (r *request) reportRow(t terminal, row grants.Row, o grants.Outcome, seen, next directory.Authz, why string) {
	switch {
	case o.Left():
		fmt.Fprintf(t.err, "%s:%d: %s: %s: %s\n", r.words[0], row.Line, row.User(), o, why)
	case o == grants.Written && r.dryRun && !r.json:
		fmt.Fprintf(t.out, "%s: %s\n", row.User(), differences(seen, next))
	}
}

// differences returns what a change does, column by column.
func differences(before, after directory.Authz) string {
	var parts []string
	was, is := columnsOf(before), columnsOf(after)
	for i, c := range is {
		if was[i][1] != c[1] {
			parts = append(parts, fmt.Sprintf("%s %s -> %s", c[0], was[i][1], c[1]))
		}
	}
	return strings.Join(parts, "; ")
}

func columnsOf(a directory.Authz) [][2]string {
	roles := tenantRoles(a)
	if roles == nil {
		roles = []string{"none"}
	}
	standard := a.Tenant
	if standard == "" {
		standard = "none"
	}
	claims := "none"
	if len(a.Extra) > 0 {
		claims = support.Compact(a.Extra)
	}
	return [][2]string{
		{"roles", listed(a.Roles)},
		{"tenants", listed(a.Tenants)},
		{"default", standard},
		{"tenant roles", strings.Join(roles, ", ")},
		{"status", string(a.Status)},
		{"claims", claims},
	}
}

// importCounts are what a call has done, or would.
type importCounts struct {
	Applied  bool                   `json:"applied"`
	Rows     int                    `json:"rows"`
	Passed   int                    `json:"passed"` // done by earlier calls
	Outcomes map[grants.Outcome]int `json:"outcomes"`
	Reads    int                    `json:"readUnits"`
	Writes   int                    `json:"writeUnits"`
	Dollars  float64                `json:"dollars"`
}

// reportImport writes the counts, and turns what is left into the status.
func (r *request) reportImport(at grants.Progress, journal *grants.Journal, took time.Duration, err error, t terminal) error {
	if r.dryRun {
		at.Writes = at.Outcomes[grants.Written]
	}
	m := importCounts{journal != nil, at.Rows, at.Passed, at.Outcomes, at.Reads, at.Writes, cost.Table(at.Reads, at.Writes)}
	if r.json && err == nil {
		if err := writeJSON(t.out, m); err != nil {
			return err
		}
	} else if !r.json {
		m.report(t, at.Seen()-at.Passed, took)
	}
	left := 0
	for o, n := range at.Outcomes {
		if o.Left() {
			left += n
		}
	}
	switch {
	case err != nil && r.dryRun:
		return r.advise(err, t)
	case err != nil:
		return fmt.Errorf("%w\n(what is done stays done and is in %s: repeat the call)", r.advise(err, t), r.journal)
	case left > 0:
		return fmt.Errorf("%s rows are left: see above; a further call asks for these alone", thousands(left))
	}
	return nil
}

func (m importCounts) report(t terminal, seen int, took time.Duration) {
	verb := "Imported"
	if !m.Applied {
		verb = "Would import"
	}
	fmt.Fprintf(t.out, "%s %s rows of %s", verb, thousands(seen), thousands(m.Rows))
	if m.Passed > 0 {
		fmt.Fprintf(t.out, "; %s are done by earlier calls", thousands(m.Passed))
	}
	separator := ": "
	for _, o := range grants.Outcomes() {
		if m.Outcomes[o] > 0 {
			fmt.Fprintf(t.out, "%s%s %s", separator, thousands(m.Outcomes[o]), o)
			separator = ", "
		}
	}
	rate := ""
	if s := took.Seconds(); s >= 1 {
		rate = fmt.Sprintf(", %s rows/s", thousands(int(float64(seen)/s)))
	}
	fmt.Fprintf(t.out, ".\n%s read units and %s write units, about $%.2f%s.\n", thousands(m.Reads), thousands(m.Writes), m.Dollars, rate)
	if !m.Applied {
		fmt.Fprintln(t.out, "Nothing is written: leave --dry-run out.")
	}
}
