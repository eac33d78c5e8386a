package claims

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Groups made of roles count in both tokens, before the row's claims and after the
// pool's.
func TestGroupsMadeOfRolesKeepWithinBothBudgets(t *testing.T) {
	section := policy.Profile{
		Groups: policy.RolesAsGroups,
		ID: policy.Token{
			Claims: []policy.Claim{{Name: "tenant", From: "authz.tenant"}, {Name: "teams", From: "event.groups"}},
			Budget: 100 + truncatedBytes,
		},
		Access: policy.Token{Scopes: policy.Scopes{Add: []string{"a/b"}}, Budget: 120 + truncatedBytes},
	}
	p := compiled(t, one(section))
	// `"cognito:groups":["…"],` takes 22 bytes and the name; teams 18, tenant 16.
	for name, c := range map[string]struct {
		role, groups, claims string
		cut                  bool
	}{
		"both fit":             {strings.Repeat("r", 44), "r", "tenant teams", false},
		"the claim goes":       {strings.Repeat("r", 45), "r", "teams", true},
		"the groups just fit":  {strings.Repeat("r", 60), "r", "teams", true},
		"the groups go":        {strings.Repeat("r", 61), "", "tenant teams", true},
		"no text of Unicode":   {"\xff", "", "tenant teams", false},
		"no roles, no groups":  {"", "", "tenant teams", false},
		"far beyond all bytes": {strings.Repeat("r", 5000), "", "tenant teams", true},
	} {
		row := &table.Authz{Tenant: "acme"}
		if c.role != "" {
			row.Roles = []string{c.role}
		}
		request := through("p", "2", row)
		request.groups.Names = []string{"sales"}
		grant := p.grant(request)
		if has := grant.Groups != nil && len(grant.Groups.Names) == 1; grant.Groups == nil || has != (c.groups != "") || names(grant.ID) != c.claims || grant.ID.Truncated != c.cut {
			t.Errorf("%s: groups %+v, claims %s, truncated %v", name, grant.Groups, names(grant.ID), grant.ID.Truncated)
		}
		reason := OverBudget
		if c.role == "\xff" {
			reason = UnusableValue
		}
		if noted := dropped(grant, ID, groupsClaim, reason) && dropped(grant, Access, groupsClaim, reason); noted != (c.role != "" && c.groups == "") {
			t.Errorf("%s: dropped %v", name, grant.Dropped)
		}
		if gone := c.groups == "" && c.cut; grant.Access.Truncated != gone {
			t.Errorf("%s: the access token is truncated: %v", name, grant.Access.Truncated)
		}
	}
	// The access token may have the tighter budget.
	section.Access.Budget = 64
	grant := compiled(t, one(section)).grant(through("p", "2", &table.Authz{Roles: []string{strings.Repeat("r", 20)}}))
	if len(grant.Groups.Names) != 0 || !grant.Access.Truncated {
		t.Errorf("%+v", grant)
	}
}
