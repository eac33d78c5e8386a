package claims

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

var unsayable = policy.Tokens{
	Profiles: map[string]policy.Profile{
		"scopes":   {Access: policy.Token{Scopes: policy.Scopes{Add: []string{"a/b"}}}},
		"suppress": {Access: policy.Token{Suppress: []string{"a"}}},
		"taken":    {Access: policy.Token{Scopes: policy.Scopes{Suppress: []string{"a"}}}},
		"extra":    {Access: policy.Token{ExtraClaims: true}},
		"claims":   {Access: policy.Token{Claims: []policy.Claim{role}}},
		"number":   {ID: policy.Token{Claims: []policy.Claim{role, {Name: "n", Value: 1}}}},
		"version":  {ID: policy.Token{Claims: []policy.Claim{{Name: "v", From: "authz.version"}}}},
		"two":      {ID: policy.Token{Claims: []policy.Claim{{Name: "v", Value: []any{"a b", "c"}}}}},
		"audience": {Access: policy.Token{Audience: policy.ClientAudience}},
		"for":      {Machine: true, Access: policy.Token{Audience: policy.ClientAudience}},
		"groups":   {ID: tenantSaid, Groups: policy.TenantRolesAsGroups},
		"machine":  {Machine: true, Access: policy.Token{Claims: []policy.Claim{{Name: "kind", Value: "x"}}}},
		"idle":     {Machine: true},
		"sound": {
			ID: policy.Token{ExtraClaims: true, Suppress: []string{"picture"}, Claims: []policy.Claim{
				role, {Name: "t", From: "authz.tenants"}, {Name: "x", From: "authz.extra.plan"}, {Name: "c", Value: "text"}, {Name: "l", Value: []any{"a", "b"}},
			}},
			Groups: policy.RolesAsGroups,
		},
	},
}

func TestUnsayableFindsWhatAVersionCannotSay(t *testing.T) {
	for version, want := range map[string][]string{
		"1": {
			"profiles.audience.access: ", "profiles.claims.access: ", "profiles.extra.access: ", "profiles.for.access: ", "profiles.groups.groups: tokenVersion V1_0 cannot say in access tokens which tenant", "profiles.machine.access: tokenVersion V1_0 does not reach machine tokens; use V3_0",
			"profiles.number.id.claims[1].value: tokenVersion V1_0 says strings only", "profiles.scopes.access: tokenVersion V1_0 does not reach access tokens",
			"profiles.suppress.access: ", "profiles.taken.access: ", "profiles.two.id.claims[0].value: ", "profiles.version.id.claims[0].from: ",
		},
		"2": {"profiles.for.access: ", "profiles.machine.access: tokenVersion V2_0 does not reach machine tokens"},
		"3": nil,
	} {
		faults := Unsayable(unsayable, version)
		if len(faults) != len(want) {
			t.Errorf("version %s: %d faults:\n%v", version, len(faults), faults)
			continue
		}
		for i, fault := range faults {
			if !strings.HasPrefix(fault.String(), want[i]) || fault.Fix == "" {
				t.Errorf("version %s: %v, want %s", version, fault, want[i])
			}
		}
	}
}

// V1_0 says everything that is not a fault for V1_0: no constant is dropped for its
// version.
func TestWhatIsSayableIsSaid(t *testing.T) {
	section := one(policy.Profile{ID: policy.Token{Claims: []policy.Claim{{Name: "a", Value: "x"}, {Name: "b", Value: []any{"y", "z"}}}}})
	if faults := Unsayable(section, "1"); faults != nil {
		t.Fatal(faults)
	}
	if grant := compiled(t, section).grant(through("p", "1", nil)); len(grant.Dropped) > 0 || names(grant.ID) != "a b" {
		t.Errorf("%+v", grant)
	}
}
