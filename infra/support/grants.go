package support

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Grant is one thing that a token could say, and what became of it.
type Grant struct {
	// Token is the token of a claim or a scope; "" for a role, which several may say.
	Token claims.Token `json:"token,omitempty"`
	Kind  Kind         `json:"kind"`
	Name  string       `json:"name"`
	// From is where it comes from, in the policy's words: authz.roles, constant …
	From string `json:"from"`
	Is   State  `json:"is"`
	// Value is what the token says; nil if it is absent, and for scopes and roles.
	Value any `json:"value,omitempty"`
	// Because says why it is absent, or where a role is said.
	Because string `json:"because,omitempty"`
}

// Kind is the kind of a grant.
type Kind string

// The kinds.
const (
	KindClaim Kind = "claim"
	KindScope Kind = "scope"
	KindRole  Kind = "role"
)

// State is what became of a grant.
type State string

// The states.
const (
	Granted   State = "granted"
	Absent    State = "absent"
	Elsewhere State = "elsewhere" // a role in a tenant for which the token is not
)

// anyExtra is where the extra claims come from that a profile says without a name.
const anyExtra = "authz.extra"

// weigher says of each grant of a profile and of a row what became of it.
type weigher struct {
	name    string
	profile policy.Profile
	row     table.Authz
	grant   claims.Grant
	verdict signup.Verdict
	refused error
	dead    bool
}

// all returns the claims and scopes of the profile, the extra claims and the roles of the
// row, in this order.
func (w weigher) all() []Grant {
	grants := []Grant{}
	for _, token := range []claims.Token{claims.ID, claims.Access} {
		section, changes := w.profile.ID, w.grant.ID
		if token == claims.Access {
			section, changes = w.profile.Access, w.grant.Access
		}
		for _, c := range section.Claims {
			grants = append(grants, w.claim(token, c, changes.Claims))
		}
		for _, scope := range section.Scopes.Add {
			g := Grant{Token: token, Kind: KindScope, Name: scope, From: "constant", Is: Granted}
			if !slices.Contains(changes.ScopesToAdd, scope) {
				g.Is, g.Because = Absent, w.because(token, scope, "authz.", "")
			}
			grants = append(grants, g)
		}
		if section.ExtraClaims {
			grants = append(grants, w.extras(token, changes.Claims)...)
		}
	}
	if w.profile.Machine {
		return grants
	}
	return append(grants, w.roles(grants)...)
}

// claim says what became of a claim of the profile.
func (w weigher) claim(token claims.Token, c policy.Claim, said []claims.NamedClaim) Grant {
	g := Grant{Token: token, Kind: KindClaim, Name: c.Name, From: c.From, Is: Absent}
	if c.From == "" {
		g.From = "constant"
	}
	for _, s := range said {
		if s.Name == c.Name {
			g.Is, g.Value = Granted, s.Value
			return g
		}
	}
	g.Because = w.because(token, c.Name, c.From, w.silent(c.From))
	return g
}

// extras says what became of the row's extra claims in a token that says them all.
func (w weigher) extras(token claims.Token, said []claims.NamedClaim) []Grant {
	var grants []Grant
	for _, name := range slices.Sorted(maps.Keys(w.row.Extra)) {
		grants = append(grants, w.claim(token, policy.Claim{Name: name, From: anyExtra}, slices.DeleteFunc(slices.Clone(said), func(s claims.NamedClaim) bool { return s.Origin != anyExtra })))
	}
	return grants
}

// because returns why a token lacks something; silent is the reason if nothing took it out.
func (w weigher) because(token claims.Token, name, from, silent string) string {
	ofRow := strings.HasPrefix(from, "authz.")
	if reason, dropped := w.dropped(token, name, from); dropped {
		return why(reason)
	}
	switch {
	case w.refused != nil:
		return "there is no token"
	case ofRow && w.verdict.Demotes:
		return fmt.Sprintf("demoted: the rule %s takes out what was granted (%s)", w.verdict.Rule, w.verdict.Refusal.Code)
	case ofRow && w.dead:
		return "the table does not answer"
	}
	return silent
}

// dropped returns why a token left something out. A claim of the profile and an extra claim
// may have one name: some reasons are only those of an extra claim.
func (w weigher) dropped(token claims.Token, name, from string) (reason claims.Reason, dropped bool) {
	ofExtras := []claims.Reason{claims.ReservedName, claims.UnusableName, claims.AmbiguousName, claims.DeclaredName, claims.TooMany}
	for _, d := range w.grant.Dropped {
		ofExtra := slices.Contains(ofExtras, d.Reason)
		switch {
		case d.Token != token || d.Name != name || ofExtra && from != anyExtra:
		case ofExtra:
			return d.Reason, true
		case !dropped:
			reason, dropped = d.Reason, true
		}
	}
	return reason, dropped
}

// silent returns what it means that a source says nothing.
func (w weigher) silent(from string) string {
	switch from {
	case "authz.roles":
		return "AUTHZ has no role that counts in every tenant"
	case "authz.tenantRoles":
		if w.grant.Tenant == "" {
			return "AUTHZ has no role that counts without a tenant, and the token is for no tenant"
		}
		return "AUTHZ has no role in the tenant " + policy.Shown(w.grant.Tenant)
	case "authz.tenant":
		if len(w.row.AllTenants()) > 0 {
			return "AUTHZ has no default tenant, and none was asked for"
		}
		return "AUTHZ has no tenant"
	case "authz.tenants":
		return "AUTHZ has no tenant"
	case "authz.status":
		return "AUTHZ has no status: nothing has been granted or taken"
	case "authz.version":
		return "AUTHZ has never been changed (rev 0)"
	case "event.groups":
		return "the user is in no group of the pool"
	}
	if name, ok := strings.CutPrefix(from, "authz.extra."); ok {
		return "AUTHZ has no extra claim " + policy.Shown(name)
	}
	if name, ok := strings.CutPrefix(from, "attribute:"); ok {
		return "the user has no attribute " + policy.Shown(name)
	}
	return "nothing is said"
}
