package claims

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"pgregory.net/rapid"
)

// tight is a profile whose ID token has room for 100 bytes and the mark.
var tight = policy.Profile{ID: policy.Token{
	Claims: []policy.Claim{
		{Name: "kind", Value: "x"},
		{Name: "roles", From: "authz.roles"},
		{Name: "tenant", From: "authz.tenant"},
		{Name: "teams", From: "event.groups"},
		{Name: "zone", From: "attribute:zoneinfo"},
	},
	ExtraClaims: true, Budget: 100 + truncatedBytes, Drop: []string{"plan", "tenant", "zone"},
}}

// names lists a token's claims.
func names(c Changes) string {
	var all []string
	for _, claim := range c.Claims {
		all = append(all, claim.Name)
	}
	return strings.Join(all, " ")
}

// The constant takes 11 bytes, tenant 16, teams 18, zone 15; an extra claim "a" with
// n letters takes n + 7.
func TestR12_ClaimsAreDroppedInTheDeclaredOrder(t *testing.T) {
	p := compiled(t, cleared(one(tight)))
	row := func(extra map[string]any, roles ...string) *table.Authz {
		return &table.Authz{Tenant: "acme", Roles: roles, Extra: extra}
	}
	text := func(n int) string { return strings.Repeat("x", n) }
	for name, c := range map[string]struct {
		row  *table.Authz
		want string // the claims that are left
	}{
		"all fit":                      {row(nil, "a"), "kind roles tenant teams zone"},
		"exactly":                      {row(map[string]any{"a": text(33)}), "kind tenant teams zone a"},
		"a byte too much":              {row(map[string]any{"a": text(34)}), "kind teams zone a"},
		"listed goes first":            {row(map[string]any{"a": text(10), "plan": text(20)}), "kind tenant teams zone a"},
		"then what is listed next":     {row(map[string]any{"a": text(45), "plan": text(20)}), "kind teams zone a"},
		"then extra, the last first":   {row(map[string]any{"a": text(10), "b": text(50)}, "r"), "kind roles teams zone a"},
		"then all extra":               {row(map[string]any{"a": text(40), "b": text(50)}, "r"), "kind roles teams zone"},
		"then the declared of the row": {row(map[string]any{"a": text(10)}, text(60)), "kind teams zone"},
		"in any case of the list":      {row(map[string]any{"PLAN": text(60)}), "kind tenant teams zone"},
	} {
		request := through("p", "3", c.row)
		request.attributes = map[string]string{"zoneinfo": "UTC+1"}
		request.groups.Names = []string{"sales"}
		grant := p.grant(request)
		if got := names(grant.ID); got != c.want {
			t.Errorf("%s: %s stay, want %s", name, got, c.want)
		}
		if truncated := c.want != "kind roles tenant teams zone" && name != "exactly"; grant.Truncated() != truncated || grant.ID.Truncated != truncated {
			t.Errorf("%s: truncated %v", name, grant.ID.Truncated)
		}
		if grant.Access.Truncated {
			t.Errorf("%s: the access token is cut as well", name)
		}
	}
}

// The order is the profile's, not that of the claims.
func TestR12_TheOrderOfDroppingIsTheListsOwn(t *testing.T) {
	section := tight
	section.ID.Drop = []string{"tenant", "plan", "teams"}
	p := compiled(t, cleared(one(section)))
	for name, c := range map[string]struct {
		row  *table.Authz
		want string
	}{
		"the first of the list": {&table.Authz{Tenant: "acme", Extra: map[string]any{"plan": strings.Repeat("x", 40)}}, "kind zone teams plan"},
		"then the second":       {&table.Authz{Tenant: "acme", Extra: map[string]any{"plan": strings.Repeat("x", 60)}}, "kind zone teams"},
		// An unlisted claim of the row goes before a listed one that is not of the
		// row.
		"the row before the pool": {&table.Authz{Roles: []string{strings.Repeat("r", 60)}}, "kind zone teams"},
	} {
		request := inSales(c.row)
		got := strings.Fields(names(p.grant(request).ID))
		want := strings.Fields(c.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v stay, want %v", name, got, want)
		}
	}
}

// inSales returns a request of a user with one group and one time zone.
func inSales(row *table.Authz) request {
	request := through("p", "3", row)
	request.attributes = map[string]string{"zoneinfo": "UTC+1"}
	request.groups.Names = []string{"sales"}
	return request
}

func TestR12_WhatTheRowGrantsGoesBeforeWhatThePoolSaysListedOrNot(t *testing.T) {
	section := tight
	section.ID.Drop = []string{"teams"}
	p := compiled(t, cleared(one(section)))
	if got := names(p.grant(inSales(&table.Authz{Roles: []string{strings.Repeat("r", 60)}})).ID); got != "kind teams zone" {
		t.Errorf("%s stay", got)
	}
}

// Claims of the pool go last, in the profile's order; constants stay.
func TestR12_WhatThePoolSaysIsDroppedAfterAllOfTheRow(t *testing.T) {
	p := compiled(t, cleared(one(tight)))
	request := through("p", "3", full())
	request.attributes = map[string]string{"zoneinfo": strings.Repeat("z", 60)}
	request.groups.Names = []string{strings.Repeat("g", 60)}
	if got := names(p.grant(request).ID); got != "kind teams" {
		t.Errorf("%s stay", got)
	}
	request.groups.Names = []string{strings.Repeat("g", 90)}
	grant := p.grant(request)
	if got := names(grant.ID); got != "kind" {
		t.Errorf("%s stay", got)
	}
	want := []Drop{{ID, "sub", ReservedName}}
	for _, name := range []string{"tenant", "zone", "plan", "limits", "seats", "roles", "teams"} {
		if !dropped(grant, ID, name, OverBudget) {
			t.Errorf("%s is not noted", name)
		}
		want = append(want, Drop{})
	}
	if len(grant.Dropped) != len(want) {
		t.Errorf("dropped %v", grant.Dropped)
	}
}

// added returns what a reply adds to a token's JSON, measured on the reply.
func added(t interface{ Fatalf(string, ...any) }, reply []byte, kind string) int {
	var read struct {
		V1 struct {
			Claims map[string]json.RawMessage `json:"claimsToAddOrOverride"`
		} `json:"claimsOverrideDetails"`
		V2 map[string]struct {
			Claims map[string]json.RawMessage `json:"claimsToAddOrOverride"`
			Scopes []string                   `json:"scopesToAdd"`
			Groups json.RawMessage            `json:"groupsToOverride"`
		} `json:"claimsAndScopeOverrideDetails"`
	}
	if reply == nil {
		return 0
	}
	if err := json.Unmarshal(reply, &read); err != nil {
		t.Fatalf("%s: %v", reply, err)
	}
	bytes := 0
	claims := read.V2[kind].Claims
	if kind == "idTokenGeneration" && read.V1.Claims != nil {
		claims = read.V1.Claims
	}
	for name, value := range claims {
		bytes += len(name) + len(value) + 4
	}
	for _, scope := range read.V2[kind].Scopes {
		bytes += len(scope) + 1
	}
	if groups := read.V2["groupOverrideDetails"].Groups; len(groups) > 2 {
		bytes += len(`"cognito:groups":,`) + len(groups)
	}
	return bytes
}

func TestR12_NoTokenGrowsBeyondItsBudget(t *testing.T) {
	t.Parallel()
	section := cleared(policy.Tokens{})
	section.Profiles = map[string]policy.Profile{"p": tight, "app": everything.Profiles["app"], "console": everything.Profiles["console"]}
	p := compiled(t, section)
	truncated := 0
	cases := form.Check(t, 200, 2_000, 20_000, func(t *rapid.T) {
		version := rapid.SampledFrom([]string{"2", "3"}).Draw(t, "version")
		request := through(rapid.SampledFrom([]string{"p", "app", "console"}).Draw(t, "profile"), version, anyAuthz().Draw(t, "row"))
		request.groups.Names = rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,120}`), 0, 6).Draw(t, "groups")
		request.attributes = map[string]string{"zoneinfo": rapid.StringN(0, 200, -1).Draw(t, "zone")}
		grant := p.grant(request)
		reply := grant.Response(version)
		for kind, c := range map[string]Changes{"idTokenGeneration": grant.ID, "accessTokenGeneration": grant.Access} {
			if c.Added > c.Budget {
				t.Fatalf("%d bytes of %d", c.Added, c.Budget)
			}
			// The mark is counted as V1_0 writes it, with two more quotes.
			real := added(t, reply, kind)
			if mark := map[bool]int{true: 2, false: 0}[c.Truncated]; real != c.Added-mark {
				t.Fatalf("%s: %d bytes are added, %d are counted, in %s", kind, real, c.Added, reply)
			}
		}
		if grant.Truncated() {
			truncated++
		}
	})
	if truncated < cases/20 {
		t.Errorf("only %d tokens of %d were cut", truncated, cases)
	}
}

func TestV1AddsWithinTheBudgetToo(t *testing.T) {
	p := compiled(t, cleared(one(tight)))
	request := through("p", "1", &table.Authz{Roles: []string{strings.Repeat("r", 60)}, Tenant: "acme", Extra: map[string]any{"a": strings.Repeat("x", 60)}})
	grant := p.grant(request)
	reply := grant.Response("1")
	if real := added(t, reply, "idTokenGeneration"); real != grant.ID.Added || real > grant.ID.Budget || !grant.ID.Truncated {
		t.Errorf("%d bytes are added, %d counted, in %s", real, grant.ID.Added, reply)
	}
	if strings.Count(string(reply), `"claims_truncated":"true"`) != 1 {
		t.Errorf("got %s", reply)
	}
}

func TestTheBudgetIsTwoKilobytesUnlessSaid(t *testing.T) {
	grant := compiled(t, everything).grant(user("3", full()))
	if grant.ID.Budget != 2048 || grant.Access.Budget != 2048 {
		t.Errorf("budgets %d and %d", grant.ID.Budget, grant.Access.Budget)
	}
	console := compiled(t, everything).grant(through("console", "3", full()))
	if console.ID.Budget != 512 || console.Access.Budget != 2048 {
		t.Errorf("budgets %d and %d", console.ID.Budget, console.Access.Budget)
	}
}

func TestEveryClaimHasItsOriginAndItsBytes(t *testing.T) {
	p := compiled(t, everything)
	app, console := p.grant(user("3", full())), p.grant(through("console", "3", full()))
	var got []string
	for _, claims := range [][]NamedClaim{app.ID.Claims, app.Access.Claims, console.ID.Claims, console.Access.Claims} {
		for _, claim := range claims {
			got = append(got, fmt.Sprintf("%s %s %d", claim.Name, claim.Origin, claim.Bytes))
		}
	}
	want := []string{
		"roles authz.tenantRoles 27", "tenant authz.tenant 16", "suite constant 27",
		"limits authz.extra 35", "plan authz.extra 23", "seats authz.extra 11",
		"https://example.com/roles authz.roles 47", "tier constant 27", "beta constant 12",
		"limits authz.extra 35", "plan authz.extra 23", "seats authz.extra 11",
		"tenants authz.tenants 28", "status authz.status 18", "plan authz.extra.plan 23", "teams event.groups 20", "zone attribute:zoneinfo 23",
		"authz_version authz.version 18", "tenant authz.tenant 16",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if app.Profile != "app" || console.Profile != "console" || app.Tenant != "acme" {
		t.Errorf("%s, %s, %s", app.Profile, console.Profile, app.Tenant)
	}
}
