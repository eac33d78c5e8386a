package claims

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"pgregory.net/rapid"
)

// rolesOfTenant says the roles in the tenant in both tokens and as groups.
var rolesOfTenant = policy.Profile{
	ID:     policy.Token{Claims: []policy.Claim{{Name: "roles", From: "authz.tenantRoles"}, {Name: "tenant", From: "authz.tenant"}}},
	Access: policy.Token{Claims: []policy.Claim{{Name: "tenant", From: "authz.tenant"}, {Name: "roles", From: "authz.tenantRoles"}}},
	Groups: policy.TenantRolesAsGroups,
}

func TestR45_ATokenSaysTheRolesInItsTenant(t *testing.T) {
	p := compiled(t, one(rolesOfTenant))
	row := table.Authz{
		Roles: []string{"staff", "staff"}, Tenant: "acme", Tenants: []string{"acme", "globex"},
		TenantRoles: map[string][]string{"acme": {"owner", "staff", "owner"}, "initech": {"spy"}, "": {"nobody"}},
	}
	unlisted, none, alone := row, row, row
	unlisted.Tenants, none.Tenant, alone.Roles = nil, "", nil
	for name, c := range map[string]struct {
		row   table.Authz
		asked string
		roles string // of both tokens and of the groups
	}{
		"the default":                      {row, "", "staff owner"},
		"the one asked for, without":       {row, "globex", "staff"},
		"one that is not the user's":       {row, "initech", "staff owner"},
		"the default that is not listed":   {unlisted, "", "staff owner"},
		"no tenant":                        {none, "", "staff"},
		"no tenant, and a wrong one":       {none, "initech", "staff"},
		"no default, one asked for":        {none, "acme", "staff owner"},
		"no global ones":                   {alone, "", "owner staff"},
		"no global ones, in the other":     {alone, "globex", ""},
		"none at all":                      {table.Authz{Tenant: "acme"}, "", ""},
		"only those of a tenant that left": {table.Authz{TenantRoles: row.TenantRoles}, "acme", ""},
	} {
		request := through("p", "2", &c.row)
		request.tenant = c.asked
		grant := p.grant(request)
		want := strings.Fields(c.roles)
		for kind, changes := range map[Token]Changes{ID: grant.ID, Access: grant.Access} {
			if got := saidIn(changes, "roles"); !slices.Equal(got, want) {
				t.Errorf("%s: the %s token says %v, want %v", name, kind, got, want)
			}
		}
		if !slices.Equal(grant.Groups.Names, want) || len(grant.Dropped) > 0 {
			t.Errorf("%s: the groups are %v, dropped %v", name, grant.Groups.Names, grant.Dropped)
		}
	}
}

// saidIn returns the list that a token says under a name.
func saidIn(c Changes, name string) []string {
	for _, claim := range c.Claims {
		if claim.Name == name {
			return claim.Value.([]string)
		}
	}
	return nil
}

// What costs a token its tenant costs it the roles in that tenant.
func TestR45_ATokenThatLosesItsTenantLosesTheRolesInIt(t *testing.T) {
	long := strings.Repeat("t", 60)
	for name, c := range map[string]struct {
		profile func(*policy.Profile)
		tenant  string
		claims  string // of the ID token
		groups  string
	}{
		"nothing":             {func(*policy.Profile) {}, "acme", "roles tenant", "owner"},
		"no text":             {func(*policy.Profile) {}, "\xff", "", ""},
		"a wildcard":          {func(p *policy.Profile) { p.PrincipalTags = []string{"tenant"} }, "ac*", "", ""},
		"its place":           {func(p *policy.Profile) { p.Groups, p.ID.Budget = policy.KeepGroups, 64 }, long, "", ""},
		"its place in a list": {func(p *policy.Profile) { p.Groups, p.ID.Budget, p.ID.Drop = "", 64, []string{"tenant"} }, long, "", ""},
		// Groups hold on to the tenant: the roles go first.
		"room for groups and tenant": {func(p *policy.Profile) { p.ID.Budget = 69 }, "acme", "tenant", "owner"},
		"room for groups only":       {func(p *policy.Profile) { p.ID.Budget = 68 }, "acme", "roles tenant", ""},
		"room in one token only":     {func(p *policy.Profile) { p.Access.Budget = 68 }, "acme", "roles tenant", ""},
		"a second one that stays": {func(p *policy.Profile) {
			p.Groups, p.ID.Budget, p.ID.Drop = "", 72, []string{"tenant"}
			p.ID.Claims = append(p.ID.Claims, policy.Claim{Name: "org", From: "authz.tenant"})
		}, "acme", "roles org", ""},
	} {
		profile := rolesOfTenant
		profile.ID.Claims = slices.Clone(profile.ID.Claims)
		c.profile(&profile)
		row := &table.Authz{Tenant: c.tenant, TenantRoles: map[string][]string{c.tenant: {"owner"}}}
		grant := compiled(t, one(profile)).grant(through("p", "3", row))
		groups := ""
		if grant.Groups != nil {
			groups = strings.Join(grant.Groups.Names, " ")
		}
		if names(grant.ID) != c.claims || groups != c.groups {
			t.Errorf("without %s: claims %q, groups %q, dropped %v", name, names(grant.ID), groups, grant.Dropped)
		}
		if lost := !strings.Contains(c.claims, "tenant") && !strings.Contains(c.claims, "org"); lost != dropped(grant, ID, "roles", NoTenant) {
			t.Errorf("without %s: dropped %v", name, grant.Dropped)
		}
	}
}

// Global roles need no tenant, and are said where the tenant cannot be.
func TestR45_GlobalRolesNeedNoTenant(t *testing.T) {
	p := compiled(t, one(rolesOfTenant))
	grant := p.grant(through("p", "2", &table.Authz{Tenant: "\xff", Roles: []string{"staff"}, TenantRoles: map[string][]string{"\xff": {"staff"}}}))
	if names(grant.ID) != "roles" || names(grant.Access) != "roles" || fmt.Sprint(grant.Groups.Names) != "[staff]" {
		t.Errorf("%s, %s, %v, dropped %v", names(grant.ID), names(grant.Access), grant.Groups.Names, grant.Dropped)
	}
}

// A claim that went with its tenant is not dropped again, and costs nothing.
func TestR45_WhatGoesWithTheTenantIsCountedOnce(t *testing.T) {
	profile := rolesOfTenant
	profile.Groups = policy.KeepGroups
	profile.ID = policy.Token{Claims: append(slices.Clone(profile.ID.Claims), policy.Claim{Name: "teams", From: "event.groups"}), Budget: 64, Drop: []string{"tenant", "roles"}}
	request := through("p", "2", &table.Authz{Tenant: "acme", TenantRoles: map[string][]string{"acme": {"owner"}}})
	request.groups.Names = []string{strings.Repeat("g", 60)}
	grant := compiled(t, one(profile)).grant(request)
	if want := []Drop{{ID, "tenant", OverBudget}, {ID, "roles", NoTenant}, {ID, "teams", OverBudget}}; !slices.Equal(grant.Dropped, want) || grant.ID.Added != truncatedBytes {
		t.Errorf("dropped %v, added %d", grant.Dropped, grant.ID.Added)
	}
}

// The groups need no claim of roles.
func TestR45_GroupsAloneCanBeTheRolesInATenant(t *testing.T) {
	profile := policy.Profile{ID: tenantSaid, Access: tenantSaid, Groups: policy.TenantRolesAsGroups}
	grant := compiled(t, one(profile)).grant(through("p", "2", &table.Authz{Tenant: "acme", TenantRoles: map[string][]string{"acme": {"owner"}}}))
	if fmt.Sprint(grant.Groups.Names) != "[owner]" || names(grant.ID) != "tenant" {
		t.Errorf("groups %v, claims %s", grant.Groups.Names, names(grant.ID))
	}
}

// A V1_0 event does not reach the access token, which has the groups nevertheless.
func TestR45_NoGroupsOfATenantInAVersionThatCannotSayIt(t *testing.T) {
	p := compiled(t, one(rolesOfTenant))
	row := &table.Authz{Tenant: "acme", TenantRoles: map[string][]string{"acme": {"owner"}}}
	grant := p.grant(through("p", "1", row))
	if len(grant.Groups.Names) > 0 || !dropped(grant, Access, groupsClaim, NoTenant) || names(grant.ID) != "roles tenant" {
		t.Errorf("groups %v, claims %s, dropped %v", grant.Groups.Names, names(grant.ID), grant.Dropped)
	}
}

func TestR45_SynthKnowsWhereGlobalRolesStandBesideATenant(t *testing.T) {
	global := policy.Claim{Name: "r", From: "authz.roles"}
	both := policy.Token{Claims: []policy.Claim{{Name: "tenant", From: "authz.tenant"}, global}}
	faults := GlobalRoles(policy.Tokens{Profiles: map[string]policy.Profile{
		"a":     {ID: both, Access: policy.Token{Claims: []policy.Claim{global}}},
		"b":     {Access: tenantSaid, Groups: policy.RolesAsGroups},
		"0":     {ID: policy.Token{Claims: []policy.Claim{global}}, Groups: policy.RolesAsGroups},
		"sound": rolesOfTenant,
	}})
	var at []string
	for _, fault := range faults {
		at = append(at, fault.Path)
		if !strings.Contains(fault.Problem, "the same in every tenant") || !strings.Contains(fault.Fix, "tenantRoles") {
			t.Error(fault)
		}
	}
	if want := []string{"profiles.a.id.claims[1].from", "profiles.a.access.claims[0].from", "profiles.b.groups"}; !slices.Equal(at, want) {
		t.Errorf("warned of %v, want %v", at, want)
	}
}

// anyTenantProfile draws a profile that takes the tenant's roles where it may.
func anyTenantProfile(t *rapid.T) policy.Profile {
	token := func(label string) policy.Token {
		claims := rapid.Permutation([]policy.Claim{
			{Name: "tenant", From: "authz.tenant"},
			{Name: "roles", From: "authz.tenantRoles"},
			{Name: "more", From: "authz.tenantRoles"},
			{Name: "teams", From: "event.groups"},
			{Name: "tenants", From: "authz.tenants"},
			{Name: "kind", Value: "x"},
		}).Draw(t, label+" claims")
		section := policy.Token{Claims: claims, ExtraClaims: true, Budget: rapid.SampledFrom([]int{64, 90, 120, 160, 0}).Draw(t, label+" budget")}
		drop := rapid.Permutation([]string{"tenant", "roles", "more", "tenants", "plan"}).Draw(t, label+" drop")
		section.Drop = drop[:rapid.IntRange(0, len(drop)).Draw(t, label+" drops")]
		return section
	}
	profile := policy.Profile{ID: token("id"), Access: token("access")}
	profile.Groups = rapid.SampledFrom([]policy.Groups{"", policy.RolesAsGroups, policy.TenantRolesAsGroups, policy.TenantRolesAsGroups}).Draw(t, "groups")
	if rapid.Bool().Draw(t, "tagged") {
		profile.PrincipalTags = []string{"tenant"}
	}
	return profile
}

func anyTenantRow(t *rapid.T) table.Authz {
	roles := rapid.SliceOfN(rapid.SampledFrom([]string{"owner", "buyer", "viewer", "auditor", "a role of two and more words"}), 0, 3)
	tenants := rapid.SampledFrom([]string{"t1", "t1", "t2", "t2", "t*", "\xff", "", "a tenant whose name is longer than a small budget is in all"})
	return table.Authz{
		Roles: roles.Draw(t, "roles"), Tenant: tenants.Draw(t, "tenant"),
		Tenants:     rapid.SliceOfN(tenants, 0, 3).Draw(t, "tenants"),
		TenantRoles: rapid.MapOfN(tenants, roles, 0, 4).Draw(t, "tenant roles"),
		Extra:       rapid.MapOfN(rapid.SampledFrom([]string{"plan", "tenant", "roles", "x"}), rapid.SampledFrom([]any{"gold", "t2", strings.Repeat("x", 60)}), 0, 2).Draw(t, "extra"),
	}
}

// heard is what a reader of one token learns.
type heard struct {
	tenant string
	roles  []string // of all claims that say roles, and of the groups
}

// hear reads a reply as both tokens' readers do.
func hear(t *rapid.T, reply []byte) map[Token]heard {
	rights, all := rightsOf(t, reply), map[Token]heard{}
	for kind, places := range map[Token][]string{ID: {"v1 ", "id "}, Access: {"access "}} {
		h := heard{roles: slices.Clone(rights.groups)}
		for _, place := range places {
			_ = json.Unmarshal([]byte(rights.granted[place+"tenant"]), &h.tenant)
			for _, name := range []string{"roles", "more"} {
				var list []string
				var text string // V1_0: no role of two words is said
				said := []byte(rights.granted[place+name])
				if json.Unmarshal(said, &list) != nil && json.Unmarshal(said, &text) == nil {
					list = strings.Fields(text)
				}
				h.roles = append(h.roles, list...)
			}
		}
		all[kind] = h
	}
	return all
}

// A role that only one tenant has is in no token that is not for that tenant, whatever
// profile, row, version, budget and asked tenant; and without the row it is in none.
func TestR45_ATenantsRoleIsInNoTokenForAnother(t *testing.T) {
	t.Parallel()
	said, lost, groups := 0, 0, 0
	cases := form.Check(t, 1_000, 10_000, 100_000, func(t *rapid.T) {
		p, err := Compile(one(anyTenantProfile(t)))
		if err != nil {
			t.Fatal(err)
		}
		row := anyTenantRow(t)
		event := cognito.TokenGeneration{AskedTenant: rapid.SampledFrom([]string{"", "t1", "t2", "t*", "t3", "\xff"}).Draw(t, "asked for")}
		event.Version, event.Source = rapid.SampledFrom(versions).Draw(t, "version"), cognito.TokenRefresh
		event.Groups.Names = []string{"member"}
		reply := func(row table.Authz, down error) []byte {
			grant, err := p.For("p", event, table.Access{Authz: row}, down)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(grant.Dropped, func(d Drop) bool { return d.Reason == NoTenant }) {
				lost++
			}
			return grant.Response(event.Version)
		}
		full := reply(row, nil)
		for kind, h := range hear(t, full) {
			for _, role := range h.roles {
				switch {
				case slices.Contains(row.Roles, role):
				case h.tenant != "" && slices.Contains(row.AllTenants(), h.tenant) && slices.Contains(row.TenantRoles[h.tenant], role):
					said++
				default:
					t.Fatalf("the %s token for %q says the role %q: %s", kind, h.tenant, role, full)
				}
			}
		}
		if read := rightsOf(t, full); !read.all && len(read.groups) > 0 {
			groups++
		}
		for _, less := range [][]byte{reply(table.Authz{}, nil), reply(row, errors.New("no answer"))} {
			for kind, h := range hear(t, less) {
				if len(h.roles) > 0 || h.tenant != "" {
					t.Fatalf("without a row the %s token says %+v: %s", kind, h, less)
				}
			}
			if problem := rightsOf(t, less).within(rightsOf(t, full)); problem != "" {
				t.Fatalf("without a row %s: %s", problem, less)
			}
		}
	})
	if said < cases/10 || lost < cases/20 || groups < cases/20 {
		t.Errorf("of %d cases: %d roles of a tenant said, %d lost, %d made groups", cases, said, lost, groups)
	}
}
