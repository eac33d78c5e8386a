package claims

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// The developer guide documents two forms that take all groups away, and none that takes
// the groups and keeps the IAM roles (footnote 3 of its table of claims). V1_0 reaches
// the access token's groups by the second form only.
func TestR49_GroupsAreTakenAwayInTheDocumentedForms(t *testing.T) {
	const v1 = `{"claimsOverrideDetails":{"claimsToSuppress":["cognito:groups"],"groupOverrideDetails":{}}}`
	for rule, row := range map[policy.Groups]*table.Authz{policy.NoGroups: full(), policy.RolesAsGroups: nil} {
		p := compiled(t, one(policy.Profile{Groups: rule}))
		for version, want := range map[string]string{"1": v1, "2": withoutGroups, "3": withoutGroups} {
			for _, profile := range []string{"p", "", "gone"} { // an unknown client has what any has
				if got := string(p.grant(through(profile, version, row)).Response(version)); got != want {
					t.Errorf("groups: %s, version %s, profile %q:\ngot  %s\nwant %s", rule, version, profile, got, want)
				}
			}
		}
	}
	roles := compiled(t, one(policy.Profile{Groups: policy.RolesAsGroups})).grant(through("p", "3", full())).Response("3")
	if want := `{"claimsAndScopeOverrideDetails":{"groupOverrideDetails":{"groupsToOverride":["admin","editor"],"iamRolesToOverride":["arn:aws:iam::123456789012:role/r"],"preferredRole":""}}}`; string(roles) != want {
		t.Errorf("roles as groups:\ngot  %s\nwant %s", roles, want)
	}
}

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
