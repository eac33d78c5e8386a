package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// printWhy writes the answer for readers, the verdict first.
func printWhy(out io.Writer, w support.Why) {
	printVerdict(out, w)
	fmt.Fprintln(out)
	fmt.Fprintf(out, "USER %s in %s; in the log lines: %s\n", shown(w.Sub), w.Pool, w.LogUser)
	line := func(name, text string) { fmt.Fprintf(out, "  %-8s %s\n", name, text) }
	line("pool", inPool(w))
	for _, row := range rowsOf(w) {
		line(row[0], row[1])
	}
	line("client", clientOf(w.Client))
	if w.Client.Note != "" {
		line("", "NOTE: "+w.Client.Note)
	}
	fmt.Fprintln(out)
	printTenant(out, w.Tokens)
	printGrants(out, w.Tokens.Grants)
	if w.Issued != nil {
		printIssued(out, *w.Issued)
	}
}

// printVerdict writes whether there are tokens, and which grants they lack.
func printVerdict(out io.Writer, w support.Why) {
	if w.NoSignIn != "" {
		mark(out, bad, "NO SIGN-IN")
		fmt.Fprintf(out, ": %s\n", w.NoSignIn)
	}
	printDecision(out, w.Tokens)
	var lacking []string
	for _, g := range w.Tokens.Missing() {
		if name := shown(g.Name); !slices.Contains(lacking, name) {
			lacking = append(lacking, name)
		}
	}
	switch {
	case w.Tokens.Refused != "":
	case len(lacking) > 0:
		mark(out, bad, "ABSENT")
		fmt.Fprintf(out, ": %s\n", strings.Join(lacking, ", "))
	default:
		mark(out, good, "ALL GRANTED")
		fmt.Fprintln(out)
	}
}

func inPool(w support.Why) string {
	m := w.Member
	if m == nil {
		return cmp.Or(w.PoolNote, "no such user")
	}
	enabled := "enabled"
	if !m.Enabled {
		enabled = "DISABLED"
	}
	return fmt.Sprintf("%s, %s, %s, groups: %s", shown(m.Username), m.Status, enabled, listed(m.Groups))
}

// rowsOf returns a line for each row of the user.
func rowsOf(w support.Why) [][2]string {
	if w.Deleted {
		return [][2]string{{"rows", "DELETED: tombstones; a new account has a new sub"}}
	}
	rows := [][2]string{
		{table.ProfileRow, "absent: no event of the user has been seen"},
		{table.SignInRow, "absent: the user has never signed in"},
		{table.AuthzRow, "absent: nothing has been granted"},
	}
	if p := w.Profile; p != nil {
		verified := "not verified"
		if p.EmailVerified {
			verified = "verified"
		}
		rows[0][1] = fmt.Sprintf("%s (%s), seen %s, rev %d", shown(cmp.Or(p.Email, "no address")), verified, stamp(p.SeenAt), p.Rev)
	}
	if s := w.SignIn; s != nil {
		rows[1][1] = fmt.Sprintf("%s, the last %s by the app client %s", count(int(s.Count), "sign-in"), stamp(s.Last), shown(s.LastClient))
	}
	if a := w.Authz; a != nil {
		rows[2][1] = fmt.Sprintf("%s; rev %d, changed last by %s at %s", statusOf(*a), a.Rev, shown(cmp.Or(a.By, "nobody who is named")), stamp(a.At))
	}
	return rows
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format("2006-01-02 15:04:05 MST")
}

func clientOf(c support.Client) string {
	text := strings.TrimSpace(c.Name + " " + c.ID)
	if c.Profile == policy.Unknown {
		return text + ", profile unknown: it adds nothing"
	}
	return fmt.Sprintf("%s, profile %s (%s)", text, c.Profile, c.From)
}

// printTenant writes for which tenant there are tokens.
func printTenant(out io.Writer, p support.TokenPreview) {
	switch {
	case p.Refused != "":
	case p.Tenant != "":
		fmt.Fprintf(out, "TOKENS for the tenant %s\n", shown(p.Tenant))
	default:
		fmt.Fprintln(out, "TOKENS for no tenant")
	}
}

// printGrants writes what became of each grant.
func printGrants(out io.Writer, grants []support.Grant) {
	colours := map[support.State]colour{support.Granted: good, support.Absent: bad, support.Elsewhere: aside}
	for _, g := range grants {
		fmt.Fprint(out, "  ")
		mark(out, colours[g.Is], fmt.Sprintf("%-9s", g.Is))
		fmt.Fprintf(out, " %-6s %-5s %-22s <- %s", g.Token, g.Kind, shown(g.Name), shown(g.From))
		if g.Value != nil {
			fmt.Fprintf(out, ": %s", support.Compact(g.Value))
		}
		if g.Because != "" {
			fmt.Fprintf(out, ": %s", shown(g.Because))
		}
		fmt.Fprintln(out)
	}
}

// printIssued writes the differences between a token and one of now.
func printIssued(out io.Writer, i support.Issued) {
	fmt.Fprintf(out, "\n%s TOKEN issued %s, ", strings.ToUpper(string(i.Token)), stamp(i.IssuedAt))
	if i.Expired {
		mark(out, bad, "EXPIRED")
		fmt.Fprintf(out, " %s", stamp(i.ExpiresAt))
	} else {
		fmt.Fprintf(out, "expires %s", stamp(i.ExpiresAt))
	}
	fmt.Fprintln(out, "; its signature is not checked")
	for _, note := range i.Notes {
		fmt.Fprintf(out, "  NOTE: %s\n", note)
	}
	for _, c := range i.Claims {
		fmt.Fprintf(out, "  ~ %-22s %s, now %s\n", shown(c.Name), said(c.Token), said(c.Now))
	}
	if len(i.Claims) == 0 {
		fmt.Fprintln(out, "  a token of now says the same")
	}
}

func said(value any) string {
	if value == nil {
		return "not said"
	}
	return support.Compact(value)
}
