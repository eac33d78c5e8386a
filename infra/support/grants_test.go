package support_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// everySource is a profile with a claim from each source.
func everySource(groups policy.Groups) settings.TokenSettings {
	token := func(more ...policy.Claim) policy.Token {
		return policy.Token{ExtraClaims: true, Claims: append([]policy.Claim{
			{Name: "roles", From: "authz.tenantRoles"},
			{Name: "global", From: "authz.roles"},
			{Name: "tenant", From: "authz.tenant"},
			{Name: "all", From: "authz.tenants"},
			{Name: "status", From: "authz.status"},
			{Name: "rev", From: "authz.version"},
			{Name: "plan", From: "authz.extra.plan"},
			{Name: "teams", From: "event.groups"},
			{Name: "kind", Value: "user"},
		}, more...)}
	}
	access := token(policy.Claim{Name: "staff", From: "attribute:custom:staff"})
	access.Scopes.Add, access.Budget = []string{"app/read"}, 200
	return settings.TokenSettings{Version: "3", Profiles: map[string]string{"web": "everything"}, Policy: policy.Tokens{
		Profiles:  map[string]policy.Profile{"everything": {ID: token(), Access: access, Groups: groups}, "bare": {}},
		Unwritten: []string{"custom:staff"},
	}}
}

func ask(t interface {
	Helper()
	Fatal(...any)
}, q support.TokenQuestion,
) support.TokenPreview {
	t.Helper()
	p, err := q.Answer()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// of returns what became of a grant, as "is: because".
func of(p support.TokenPreview, token claims.Token, name, from string) string {
	for _, g := range p.Grants {
		if g.Token == token && g.Name == name && g.From == from {
			return strings.TrimSuffix(string(g.Is)+": "+g.Because, ": ")
		}
	}
	return "nothing"
}

func TestR65_WhatIsAbsentSaysWhy(t *testing.T) {
	row := func(r table.Authz) support.Subject { return support.Subject{Authz: directory.Authz{Authz: r}} }
	rich := table.Authz{Roles: []string{"editor"}, Tenants: []string{"acme", "globex"}, Tenant: "acme", Rev: 1, TenantRoles: map[string][]string{"globex": {"owner"}, "gone": {"admin"}}}
	spammer := row(rich)
	spammer.Attributes = map[string]string{"email": "x@mailinator.com"}
	held := everySource("")
	held.Held.Disposable = &policy.Disposable{Held: policy.Held{Holds: policy.HoldsAtToken}}
	for name, c := range map[string]struct {
		question   support.TokenQuestion
		token      claims.Token
		what, from string
		want       string
	}{
		"no row":              {support.TokenQuestion{}, claims.ID, "status", "authz.status", "absent: AUTHZ has no status: nothing has been granted or taken"},
		"no tenant":           {support.TokenQuestion{}, claims.ID, "tenant", "authz.tenant", "absent: AUTHZ has no tenant"},
		"no default":          {support.TokenQuestion{User: row(table.Authz{Tenants: []string{"acme"}})}, claims.ID, "tenant", "authz.tenant", "absent: AUTHZ has no default tenant, and none was asked for"},
		"no group":            {support.TokenQuestion{}, claims.ID, "teams", "event.groups", "absent: the user is in no group of the pool"},
		"no attribute":        {support.TokenQuestion{}, claims.Access, "staff", "attribute:custom:staff", `absent: the user has no attribute "custom:staff"`},
		"no extra claim":      {support.TokenQuestion{}, claims.ID, "plan", "authz.extra.plan", `absent: AUTHZ has no extra claim "plan"`},
		"no role in it":       {support.TokenQuestion{User: row(table.Authz{Tenant: "acme"})}, claims.ID, "roles", "authz.tenantRoles", `absent: AUTHZ has no role in the tenant "acme"`},
		"a constant":          {support.TokenQuestion{}, claims.ID, "kind", "constant", "granted"},
		"a scope":             {support.TokenQuestion{}, claims.Access, "app/read", "constant", "granted"},
		"over budget":         {support.TokenQuestion{User: row(table.Authz{Extra: map[string]any{"plan": strings.Repeat("x", 300)}})}, claims.Access, "plan", "authz.extra.plan", "absent: the token's budget of bytes is full"},
		"a declared name":     {support.TokenQuestion{User: row(table.Authz{Extra: map[string]any{"teams": "x"}})}, claims.ID, "teams", "authz.extra", "absent: the profile takes this name from elsewhere, or suppresses it"},
		"its declared claim":  {support.TokenQuestion{User: row(table.Authz{Extra: map[string]any{"teams": "x"}})}, claims.ID, "teams", "event.groups", "absent: the user is in no group of the pool"},
		"a role":              {support.TokenQuestion{User: row(rich)}, "", "editor", "authz.roles", "granted: id.roles, id.global, access.roles, access.global"},
		"of another tenant":   {support.TokenQuestion{User: row(rich)}, "", "owner", "authz.tenantRoles.globex", `elsewhere: it counts in tokens for the tenant "globex"`},
		"of that tenant":      {support.TokenQuestion{User: row(rich), Tenant: "globex"}, "", "owner", "authz.tenantRoles.globex", "granted: id.roles, access.roles"},
		"of nobody's tenant":  {support.TokenQuestion{User: row(rich)}, "", "admin", "authz.tenantRoles.gone", `absent: the tenant "gone" is none of the user's`},
		"no claim for it":     {support.TokenQuestion{User: row(rich), Profile: "bare"}, "", "editor", "authz.roles", `absent: the profile "bare" says no roles from authz.roles`},
		"an unknown client":   {support.TokenQuestion{User: row(rich), Profile: policy.Unknown}, "", "editor", "authz.roles", `absent: the profile "unknown" says no roles from authz.roles`},
		"demoted":             {support.TokenQuestion{User: spammer, TokenSettings: held}, claims.Access, "app/read", "constant", "absent: demoted: the rule disposable takes out what was granted (email-disposable)"},
		"a demoted role":      {support.TokenQuestion{User: spammer, TokenSettings: held}, "", "editor", "authz.roles", "absent: demoted: the rule disposable takes out what was granted (email-disposable)"},
		"a store that is out": {support.TokenQuestion{User: row(rich), StoreDead: true}, "", "editor", "authz.roles", "absent: the table does not answer"},
		"suspended":           {support.TokenQuestion{User: row(table.Authz{Roles: []string{"editor"}, Status: table.Suspended})}, "", "editor", "authz.roles", "absent: there is no token"},
	} {
		q := c.question
		if q.Version == "" {
			q.TokenSettings = everySource("")
		}
		q.Client = "web"
		if got := of(ask(t, q), c.token, c.what, c.from); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestR65_ATenantThatIsNotTheUsersIsSaid(t *testing.T) {
	user := support.Subject{Authz: directory.Authz{Authz: table.Authz{Tenants: []string{"acme"}, Tenant: "acme"}}}
	for asked, want := range map[string]string{"": "", "acme": "", "globex": "globex"} {
		p := ask(t, support.TokenQuestion{TokenSettings: everySource(""), Client: "web", User: user, Tenant: asked})
		if p.NoTenant != want || p.Tenant != "acme" {
			t.Errorf("%q: %+v", asked, p)
		}
	}
}

// TestR65_GrantsAgreeWithTheTokens compares the list with the tokens of drawn rows.
func TestR65_GrantsAgreeWithTheTokens(t *testing.T) {
	seen := map[support.State]int{}
	form.Check(t, 100, 500, 20_000, func(t *rapid.T) {
		some := func(name string, from ...string) []string {
			return slices.DeleteFunc(from, func(string) bool { return rapid.Bool().Draw(t, name) })
		}
		row := table.Authz{
			Roles: some("roles", "editor", "reviewer"), Tenants: some("tenants", "acme", "globex"), TenantRoles: map[string][]string{"acme": some("in acme", "owner", "editor"), "globex": some("in globex", "boss")},
			Status: rapid.SampledFrom([]table.Status{"", table.Active}).Draw(t, "status"), Extra: map[string]any{"plan": strings.Repeat("p", rapid.IntRange(1, 200).Draw(t, "plan")), "other": "x", "roles": "x"},
		}
		if len(row.Tenants) > 0 {
			row.Tenant = row.Tenants[0]
		}
		p := ask(t, support.TokenQuestion{
			TokenSettings: everySource(rapid.SampledFrom([]policy.Groups{"", policy.RolesAsGroups, policy.TenantRolesAsGroups, policy.NoGroups}).Draw(t, "groups")),
			Client:        "web", User: support.Subject{Authz: directory.Authz{Authz: row}, Groups: some("groups", "members")},
			Tenant: rapid.SampledFrom([]string{"", "acme", "globex"}).Draw(t, "asked"),
		})
		says := map[claims.Token]map[string]any{}
		for _, token := range p.Tokens {
			says[token.Token] = token.Claims
		}
		for _, g := range p.Grants {
			seen[g.Is]++
			value, said := says[g.Token][g.Name]
			switch {
			case g.Is == support.Absent && g.Because == "":
				t.Fatalf("%+v says no reason", g)
			case g.Kind == support.KindClaim && g.From != "authz.extra" && said != (g.Is == support.Granted):
				t.Fatalf("%+v, and the token says %v", g, value)
			case g.Kind == support.KindClaim && g.Is == support.Granted && support.Compact(value) != support.Compact(g.Value):
				t.Fatalf("%+v, and the token says %v", g, value)
			case g.Kind == support.KindRole && strings.Contains(support.Compact(slices.Collect(maps.Values(says))), `"`+g.Name+`"`) != (g.Is == support.Granted) && g.Name != "editor":
				t.Fatalf("%+v, and the tokens say %s", g, support.Compact(says))
			}
		}
	})
	if seen[support.Granted] == 0 || seen[support.Absent] == 0 || seen[support.Elsewhere] == 0 {
		t.Errorf("seen: %v", seen)
	}
}
