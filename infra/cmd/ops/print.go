package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// printTokens writes a preview for readers: + is added, ~ replaces Cognito's own value, - is
// removed.
func printTokens(out io.Writer, p support.TokenPreview) {
	fmt.Fprintf(out, "stage %s, client %s, profile %s, %s (%s)\n", p.Stage, p.Client, p.Profile, p.Source, p.Version)
	if p.Refused != "" {
		fmt.Fprintln(out)
	}
	printDecision(out, p)
	if p.Refused != "" {
		return
	}
	if p.Tenant != "" {
		fmt.Fprintf(out, "acting for the tenant %s\n", shown(p.Tenant))
	}
	if p.Groups != string(policy.KeepGroups) {
		fmt.Fprintf(out, "groups: %s\n", map[string]string{
			string(policy.NoGroups): "none, whatever the pool says", string(policy.RolesAsGroups): "the roles of AUTHZ in place of the pool's",
			string(policy.TenantRolesAsGroups): "the roles of AUTHZ in the tenant in place of the pool's",
		}[p.Groups])
	}
	for _, token := range p.Tokens {
		printToken(out, token)
	}
	if lacking := p.Missing(); len(p.Dropped)+len(lacking) > 0 {
		fmt.Fprintln(out, "\nNOT SAID")
		for _, d := range p.Dropped {
			fmt.Fprintf(out, "    %-7s %-22s %s: %s\n", d.Token, shown(d.Name), d.Reason, d.Why)
		}
		for _, g := range lacking {
			if !slices.ContainsFunc(p.Dropped, func(d support.Missed) bool { return d.Token == g.Token && d.Name == g.Name }) {
				fmt.Fprintf(out, "    %-7s %-22s %s\n", cmp.Or(string(g.Token), string(g.Kind)), shown(g.Name), shown(g.Because))
			}
		}
	}
}

// printDecision writes what is wrong with tokens as a whole.
func printDecision(out io.Writer, p support.TokenPreview) {
	if p.Refused != "" {
		mark(out, bad, "NO TOKEN")
		fmt.Fprintf(out, ": %s (%s)\n", p.Refused, p.Code)
		return
	}
	if p.Demoted != "" {
		mark(out, aside, "DEMOTED")
		fmt.Fprintf(out, ": a rule takes out what was granted (ops explain %s)\n", p.Demoted)
	}
	if p.NoTenant != "" {
		mark(out, bad, "NO TENANT")
		fmt.Fprintf(out, ": %s is none of the user's; the tokens are as if none had been asked for\n", policy.Shown(p.NoTenant))
	}
}

func printToken(out io.Writer, m support.MadeToken) {
	fmt.Fprintf(out, "\n%s TOKEN  %s\n", strings.ToUpper(string(m.Token)), strings.Join(m.Sizes(), "; "))
	for _, l := range m.Lines() {
		switch l.Mark {
		case "":
			fmt.Fprintf(out, "    %-22s %s\n", shown(l.Name), l.Value)
		case "-":
			fmt.Fprintf(out, "  - %-22s suppressed\n", shown(l.Name))
		default:
			fmt.Fprintf(out, "  %s %-22s %s  <- %s, %d bytes\n", l.Mark, shown(l.Name), l.Value, l.Origin, l.Bytes)
		}
	}
}
