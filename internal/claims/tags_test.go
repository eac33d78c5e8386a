package claims

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

func TestPrincipalTagsHaveNoWildcards(t *testing.T) {
	p := compiled(t, one(policy.Profile{
		ID: policy.Token{ExtraClaims: true, Claims: []policy.Claim{
			{Name: "tenant", From: "authz.tenant"}, {Name: "Roles", From: "authz.roles"}, {Name: "free", From: "authz.tenant"},
		}},
		Access:        policy.Token{Claims: []policy.Claim{{Name: "tenant", From: "authz.tenant"}}},
		PrincipalTags: []string{"tenant", "Roles", "Team"},
	}))
	for name, c := range map[string]struct {
		row  table.Authz
		want string // the claims of the ID token
		gone []string
	}{
		"sound":              {table.Authz{Tenant: "acme", Roles: []string{"a"}, Extra: map[string]any{"team": "red", "any": "*"}}, "tenant Roles free any team", nil},
		"asterisk":           {table.Authz{Tenant: "ac*"}, "free", []string{"tenant"}},
		"question mark":      {table.Authz{Tenant: "?"}, "free", []string{"tenant"}},
		"in a list":          {table.Authz{Roles: []string{"a", "b*"}}, "", []string{"Roles"}},
		"in an extra claim":  {table.Authz{Extra: map[string]any{"TEAM": "red*"}}, "", []string{"TEAM"}},
		"in a list of any":   {table.Authz{Extra: map[string]any{"team": []any{1, "x?"}}}, "", []string{"team"}},
		"deep in an object":  {table.Authz{Extra: map[string]any{"team": map[string]any{"a": map[string]any{"b": []any{"*"}}}}}, "", []string{"team"}},
		"as an object's key": {table.Authz{Extra: map[string]any{"team": map[string]any{"*": 1}}}, "", []string{"team"}},
		"number and boolean": {table.Authz{Extra: map[string]any{"team": map[string]any{"a": []any{1, true}}}}, "team", nil},
	} {
		grant := p.grant(through("p", "3", &c.row))
		if got := names(grant.ID); got != c.want {
			t.Errorf("%s: %s are said, want %s", name, got, c.want)
		}
		for _, gone := range c.gone {
			if !dropped(grant, ID, gone, Wildcard) || gone == "tenant" && !dropped(grant, Access, gone, Wildcard) {
				t.Errorf("%s: %s is not noted in %v", name, gone, grant.Dropped)
			}
		}
	}
}
