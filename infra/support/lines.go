package support

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/infra/support/token"
)

// Line is a claim of a token for readers.
type Line struct {
	// Mark is + (added), ~ (in the place of Cognito's own), - (taken out) or "" (Cognito's own).
	Mark string
	// Value is JSON; of the scopes, those that differ from Cognito's own are marked.
	Name, Value, Origin string
	Bytes               int
}

// Lines returns the claims of a token and those that were taken out of it, by name.
func (m MadeToken) Lines() (lines []Line) {
	names := slices.AppendSeq(slices.Clone(m.Suppressed), maps.Keys(m.Claims))
	if len(m.ScopesSuppressed) > 0 {
		names = append(names, "scope") // a token without scopes has no such claim
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		l := Line{Name: name, Value: Compact(m.Claims[name]), Origin: "Cognito"}
		at := slices.IndexFunc(m.Added, func(c SaidClaim) bool { return c.Name == name })
		switch _, there := m.Claims[name]; {
		case at >= 0:
			l.Mark, l.Origin, l.Bytes = "+", m.Added[at].Origin, m.Added[at].Bytes
			if m.Added[at].Replaces {
				l.Mark = "~"
			}
		case !there && name != "scope":
			l.Mark, l.Value, l.Origin = "-", "", "the profile's suppress"
		case name == "scope":
			scope, _ := m.Claims[name].(string)
			if !there {
				l.Mark = "-"
			}
			l.Value = token.Scopes(scope, m.ScopesAdded, m.ScopesSuppressed)
			if len(m.ScopesAdded)+len(m.ScopesSuppressed) > 0 {
				l.Origin = "Cognito, changed by the suite"
			}
		}
		lines = append(lines, l)
	}
	return lines
}

// The limits that a token must fit into: a cookie of 4 KB (RFC 6265 §6.1, with name and
// attributes) and a header of 8 KB, CloudFront's limit.
const (
	cookieBytes = 4096
	headerBytes = 8192
)

// Sizes compare a token with what it has to fit into.
func (m MadeToken) Sizes() []string {
	share := func(of int) int { return (m.EncodedBytes*100 + of - 1) / of } // rounded up: a full one never looks less
	added := "nothing may be added"
	switch {
	case m.Budget > 0:
		added = fmt.Sprintf("added %d of %d bytes", m.AddedBytes, m.Budget)
	case m.Budget < 0:
		added = fmt.Sprintf("added %d bytes", m.AddedBytes)
	}
	all := []string{fmt.Sprintf("%d bytes: %d %% of a 4 KB cookie, %d %% of an 8 KB header", m.EncodedBytes, share(cookieBytes), share(headerBytes)), added}
	for text, holds := range map[string]bool{
		"TRUNCATED": m.Truncated, "IT FITS NO COOKIE": m.EncodedBytes > cookieBytes, "IT FITS NO HEADER": m.EncodedBytes > headerBytes,
	} {
		if holds {
			all = append(all, text)
		}
	}
	slices.Sort(all[2:])
	return all
}
