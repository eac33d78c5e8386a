package claims

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// one returns a section with one profile, p.
func one(profile policy.Profile) policy.Tokens {
	return policy.Tokens{Profiles: map[string]policy.Profile{"p": profile}}
}

func userID(claims ...policy.Claim) policy.Tokens {
	return one(policy.Profile{ID: policy.Token{Claims: claims}})
}

func userAccess(claims ...policy.Claim) policy.Tokens {
	return one(policy.Profile{Access: policy.Token{Claims: claims}})
}

func userScopes(scopes ...string) policy.Tokens {
	return one(policy.Profile{Access: policy.Token{Scopes: policy.Scopes{Add: scopes}}})
}

func machineAccess(token policy.Token) policy.Tokens {
	return one(policy.Profile{Machine: true, Access: token})
}

// cleared returns a section whose policy says that nobody writes zoneinfo.
func cleared(section policy.Tokens) policy.Tokens {
	section.Unwritten = []string{"zoneinfo"}
	return section
}

// role is a claim from the row.
var role = policy.Claim{Name: "role", From: "authz.roles"}

// nested returns a list in a list in a list …
func nested(depth int) any {
	var value any = "x"
	for range depth {
		value = []any{value}
	}
	return value
}

// tenantSaid says the tenant.
var tenantSaid = policy.Token{Claims: []policy.Claim{{Name: "tenant", From: "authz.tenant"}}}

// mistake is a section with one fault, and the beginning of the fault's line.
type mistake struct {
	section policy.Tokens
	want    string
}

var plain = policy.Token{Claims: []policy.Claim{{Name: "a", Value: "x"}}}

var mistakes = map[string]mistake{
	"neither":           {userID(policy.Claim{Name: "a"}), "profiles.p.id.claims[0]: the claim has neither"},
	"both":              {userID(policy.Claim{Name: "a", From: "authz.roles", Value: 1}), "profiles.p.id.claims[0]: the claim has both"},
	"unknown source":    {userID(policy.Claim{Name: "a", From: "authz.role"}), `profiles.p.id.claims[0].from: "authz.role" is no source`},
	"caller's source":   {userAccess(policy.Claim{Name: "a", From: "clientMetadata.role"}), "profiles.p.access.claims[0].from: "},
	"source's case":     {userAccess(policy.Claim{Name: "a", From: "Authz.Roles"}), "profiles.p.access.claims[0].from: "},
	"tenantless roles":  {userAccess(policy.Claim{Name: "a", From: "authz.tenantRoles"}), "profiles.p.access.claims[0].from: authz.tenantRoles are of one tenant"},
	"tenant elsewhere":  {one(policy.Profile{ID: tenantSaid, Access: policy.Token{Claims: []policy.Claim{{Name: "a", From: "authz.tenantRoles"}}}}), "profiles.p.access.claims[0].from: "},
	"tenant as a list":  {userID(policy.Claim{Name: "a", From: "authz.tenantRoles"}, policy.Claim{Name: "b", From: "authz.tenants"}), "profiles.p.id.claims[0].from: "},
	"groups, ID only":   {one(policy.Profile{Groups: policy.TenantRolesAsGroups, ID: tenantSaid}), "profiles.p.groups: tenantRoles are of one tenant, and the access token"},
	"groups, no ID":     {one(policy.Profile{Groups: policy.TenantRolesAsGroups, Access: tenantSaid}), "profiles.p.groups: tenantRoles are of one tenant, and the id token"},
	"machine's tenant":  {machineAccess(policy.Token{Claims: []policy.Claim{{Name: "a", From: "authz.tenantRoles"}}}), "profiles.p.access.claims[0].from: a machine is not a user"},
	"tenant, OIDC":      {userID(policy.Claim{Name: "address", From: "authz.tenantRoles"}, policy.Claim{Name: "t", From: "authz.tenant"}), "profiles.p.id.claims[0].from: "},
	"twice":             {userID(policy.Claim{Name: "a", Value: 1}, policy.Claim{Name: "a", Value: 2}), "profiles.p.id.claims[1].name: the claim a is declared twice"},
	"twice but case":    {userAccess(policy.Claim{Name: "role", Value: 1}, policy.Claim{Name: "ROLE", Value: 2}), "profiles.p.access.claims[1].name: the claim ROLE is declared twice"},
	"NaN":               {userID(policy.Claim{Name: "a", Value: math.NaN()}), "profiles.p.id.claims[0].value: "},
	"infinity":          {userID(policy.Claim{Name: "a", Value: []any{math.Inf(-1)}}), "profiles.p.id.claims[0].value: "},
	"no number":         {userID(policy.Claim{Name: "a", Value: json.Number("0x1")}), "profiles.p.id.claims[0].value: "},
	"too large":         {userID(policy.Claim{Name: "a", Value: json.Number("1e309")}), "profiles.p.id.claims[0].value: "},
	"rounded":           {userID(policy.Claim{Name: "a", Value: 9007199254740992.0}), "profiles.p.id.claims[0].value: "},
	"null in a list":    {userID(policy.Claim{Name: "a", Value: []any{"x", nil}}), "profiles.p.id.claims[0].value: "},
	"a function":        {userID(policy.Claim{Name: "a", Value: func() {}}), "profiles.p.id.claims[0].value: "},
	"bytes":             {userID(policy.Claim{Name: "a", Value: []byte("x")}), "profiles.p.id.claims[0].value: "},
	"not UTF-8":         {userID(policy.Claim{Name: "a", Value: "\xff"}), "profiles.p.id.claims[0].value: "},
	"key not UTF-8":     {userID(policy.Claim{Name: "a", Value: map[string]any{"\xff": 1}}), "profiles.p.id.claims[0].value: "},
	"too deep":          {userID(policy.Claim{Name: "a", Value: nested(6)}), "profiles.p.id.claims[0].value: "},
	"too deep, object":  {userID(policy.Claim{Name: "a", Value: map[string]any{"k": nested(5)}}), "profiles.p.id.claims[0].value: "},
	"object for OIDC":   {userID(policy.Claim{Name: "address", Value: map[string]any{"city": "x"}}), "profiles.p.id.claims[0].value: the value cannot be said exactly: an ID token takes address"},
	"list for OIDC":     {userID(policy.Claim{Name: "Updated_At", Value: []any{1}}), "profiles.p.id.claims[0].value: the value cannot be said exactly: an ID token takes Updated_At"},
	"roles for OIDC":    {userID(policy.Claim{Name: "email_verified", From: "authz.roles"}), "profiles.p.id.claims[0].from: an ID token takes email_verified"},
	"ID scopes":         {one(policy.Profile{ID: policy.Token{Scopes: policy.Scopes{Add: []string{"a"}}}}), "profiles.p.id.scopes: "},
	"no scope":          {userScopes("ok", ""), "profiles.p.access.scopes.add[1]: the scope is empty"},
	"scope with blank":  {userScopes("a b"), "profiles.p.access.scopes.add[0]: "},
	"scope with quote":  {userScopes(`a"b`), "profiles.p.access.scopes.add[0]: "},
	"scope, backslash":  {userScopes(`a\b`), "profiles.p.access.scopes.add[0]: "},
	"scope, control":    {userScopes("a\n"), "profiles.p.access.scopes.add[0]: "},
	"scope, DEL":        {userScopes("a\x7f"), "profiles.p.access.scopes.add[0]: "},
	"scope, non-ASCII":  {userScopes("é"), "profiles.p.access.scopes.add[0]: "},
	"scope too long":    {userScopes(strings.Repeat("s", maxScopeBytes+1)), "profiles.p.access.scopes.add[0]: "},
	"Cognito's scope":   {userScopes("aws.cognito.signin.user.admin"), "profiles.p.access.scopes.add[0]: "},
	"same, other case":  {userScopes("AWS.Cognito.x"), "profiles.p.access.scopes.add[0]: "},
	"scope twice":       {userScopes("a", "b", "a"), "profiles.p.access.scopes.add[2]: the scope a is listed twice"},
	"machine ID":        {one(policy.Profile{Machine: true, ID: plain}), "profiles.p.id: a machine gets no ID token"},
	"machine suppress":  {one(policy.Profile{Machine: true, ID: policy.Token{Suppress: []string{"a"}}}), "profiles.p.id: "},
	"machine ID extra":  {one(policy.Profile{Machine: true, ID: policy.Token{ExtraClaims: true}}), "profiles.p.id: "},
	"machine extra":     {machineAccess(policy.Token{ExtraClaims: true}), "profiles.p.access.extraClaims: "},
	"machine roles":     {machineAccess(policy.Token{Claims: []policy.Claim{{Name: "a", From: "authz.roles"}}}), "profiles.p.access.claims[0].from: "},
	"machine tenant":    {machineAccess(policy.Token{Claims: []policy.Claim{{Name: "a", From: "authz.tenant"}}}), "profiles.p.access.claims[0].from: "},
	"machine scope":     {machineAccess(policy.Token{Scopes: policy.Scopes{Add: []string{"a b"}}}), "profiles.p.access.scopes.add[0]: "},
	"list of lists":     {userID(policy.Claim{Name: "a", Value: []any{[]any{"x"}}}), "profiles.p.id.claims[0].value: the value cannot be said exactly: it is a list of lists"},
	"list of objects":   {userAccess(policy.Claim{Name: "a", Value: []any{map[string]any{"k": 1}}}), "profiles.p.access.claims[0].value: "},
	"no extra claim":    {userID(policy.Claim{Name: "a", From: "authz.extra."}), "profiles.p.id.claims[0].from: "},
	"reserved extra":    {userID(policy.Claim{Name: "a", From: "authz.extra.sub"}), "profiles.p.id.claims[0].from: "},
	"no attribute":      {policy.Tokens{Unwritten: []string{""}, Profiles: userID(policy.Claim{Name: "a", From: "attribute:"}).Profiles}, "profiles.p.id.claims[0].from: "},
	"roles, tenants":    {userID(policy.Claim{Name: "address", From: "authz.tenants"}), "profiles.p.id.claims[0].from: an ID token takes address"},
	"groups for OIDC":   {userID(policy.Claim{Name: "address", From: "event.groups"}), "profiles.p.id.claims[0].from: an ID token takes address"},
	"a bare prefix":     {userID(policy.Claim{Name: "Dev", Value: "x"}), "profiles.p.id.claims[0].name: with a claim Dev every request to Amazon Verified Permissions fails; choose"},
	"the suite's name":  {userID(policy.Claim{Name: "Claims_Truncated", Value: true}), "profiles.p.id.claims[0].name: the claim Claims_Truncated says that a token was cut"},
	"writable":          {policy.Tokens{Unwritten: []string{"sub"}, Profiles: userID(policy.Claim{Name: "a", From: "attribute:zoneinfo"}).Profiles}, "profiles.p.id.claims[0].from: a user can write their own zoneinfo"},
	"no reason":         {policy.Tokens{Trusted: map[string]string{"zoneinfo": " "}, Profiles: userID(policy.Claim{Name: "a", From: "attribute:zoneinfo"}).Profiles}, "trusted.zoneinfo: has no reason"},
	"tag in access":     {one(policy.Profile{Access: policy.Token{Claims: []policy.Claim{{Name: "email", From: "authz.tenant"}}}, PrincipalTags: []string{"email"}}), `profiles.p.principalTags[0]: the ID token has no claim "email"`},
	"tag's case":        {one(policy.Profile{ID: policy.Token{Claims: []policy.Claim{{Name: "custom:role", From: "authz.tenant"}}}, PrincipalTags: []string{"custom:Role"}}), `profiles.p.principalTags[0]: the ID token has no claim "custom:Role"`},
	"attribute's tag":   {one(policy.Profile{ID: policy.Token{ExtraClaims: true}, PrincipalTags: []string{"custom:role"}}), `profiles.p.principalTags[0]: the ID token has no claim "custom:role"`},
	"attribute's extra": {userID(policy.Claim{Name: "a", From: "authz.extra.custom:role"}), "profiles.p.id.claims[0].from: "},
	"profile unknown":   {policy.Tokens{Profiles: map[string]policy.Profile{"unknown": {}}}, "profiles.unknown: unknown is the built-in profile"},
	"profile's name":    {policy.Tokens{Profiles: map[string]policy.Profile{"a b": {}}}, `profiles["a b"]: "a b" is no profile name`},
	"machine groups":    {one(policy.Profile{Machine: true, Groups: policy.NoGroups}), "profiles.p.groups: a machine is in no groups"},
	"machine, event":    {machineAccess(policy.Token{Claims: []policy.Claim{{Name: "a", From: "event.groups"}}}), "profiles.p.access.claims[0].from: "},
	"machine, user":     {cleared(machineAccess(policy.Token{Claims: []policy.Claim{{Name: "a", From: "attribute:zoneinfo"}}})), "profiles.p.access.claims[0].from: "},
	"rule for groups":   {one(policy.Profile{Groups: "all"}), `profiles.p.groups: "all" is no rule; use keep, none, roles or tenantRoles`},
	"store rule":        {one(policy.Profile{WhenStoreIsDown: "deny"}), `profiles.p.whenStoreIsDown: "deny" is no rule; use grantLess or refuse`},
	"machine, store":    {one(policy.Profile{Machine: true, WhenStoreIsDown: policy.NoToken}), "profiles.p.whenStoreIsDown: a machine is not a user"},
	"ID allows scopes":  {one(policy.Profile{ID: policy.Token{Scopes: policy.Scopes{AllowCognito: true}}}), "profiles.p.id.scopes: "},
	"ID takes scopes":   {one(policy.Profile{ID: policy.Token{Scopes: policy.Scopes{Suppress: []string{"a"}}}}), "profiles.p.id.scopes: "},
	"no name":           {userID(policy.Claim{Name: "a b", Value: 1}), `profiles.p.id.claims[0].name: "a b" is no usable claim name`},
	"Cognito's name":    {userID(policy.Claim{Name: "Sub", Value: 1}), "profiles.p.id.claims[0].name: the claim Sub belongs to Cognito"},
	"suppress sub":      {one(policy.Profile{ID: policy.Token{Suppress: []string{"Sub"}}}), `profiles.p.id.suppress[0]: "Sub" is no claim that can be suppressed`},
	"suppress groups":   {one(policy.Profile{Access: policy.Token{Suppress: []string{"cognito:groups"}}}), `profiles.p.access.suppress[0]: "cognito:groups" cannot be suppressed by its name; groups: none`},
	"suppress nothing":  {one(policy.Profile{Access: policy.Token{Suppress: []string{""}}}), `profiles.p.access.suppress[0]: `},
	"suppress twice":    {one(policy.Profile{Access: policy.Token{Suppress: []string{"a", "A"}}}), "profiles.p.access.suppress[1]: the claim A is declared or listed already"},
	"suppress, say":     {one(policy.Profile{ID: policy.Token{Claims: []policy.Claim{role}, Suppress: []string{"role"}}}), "profiles.p.id.suppress[0]: the claim role is declared"},
	"scope add, take":   {one(policy.Profile{Access: policy.Token{Scopes: policy.Scopes{Add: []string{"a"}, Suppress: []string{"a"}}}}), "profiles.p.access.scopes.suppress[0]: the scope a is listed twice"},
	"suppress no scope": {one(policy.Profile{Access: policy.Token{Scopes: policy.Scopes{Suppress: []string{"a b"}}}}), "profiles.p.access.scopes.suppress[0]: "},
	"small budget":      {one(policy.Profile{ID: policy.Token{Budget: 63}}), "profiles.p.id.budget: 63 is out of range; use 64 to 6144"},
	"large budget":      {one(policy.Profile{Access: policy.Token{Budget: 6145}}), "profiles.p.access.budget: 6145 is out of range"},
	"large constants":   {userID(policy.Claim{Name: "a", Value: strings.Repeat("x", 2048-26-7+1)}), "profiles.p.id.budget: constants, scopes and audience alone are 2049 bytes, more than the 2048 allowed"},
	"large scopes":      {one(policy.Profile{Access: policy.Token{Budget: 64, Scopes: policy.Scopes{Add: []string{strings.Repeat("s", 38)}}}}), "profiles.p.access.budget: constants, scopes and audience alone are 65 bytes"},
	"no audience":       {one(policy.Profile{Access: policy.Token{Audience: "api"}}), `profiles.p.access.audience: "api" is no audience; use client`},
	"ID audience":       {one(policy.Profile{ID: policy.Token{Audience: "client"}}), "profiles.p.id.audience: an ID token is always for its app client"},
	"large audience":    {one(policy.Profile{Access: policy.Token{Audience: "client", Budget: 162}}), "profiles.p.access.budget: constants, scopes and audience alone are 163 bytes, more than the 162 allowed"},
	"drop nothing":      {one(policy.Profile{ID: policy.Token{Drop: []string{"a"}}}), `profiles.p.id.drop[0]: the token has no claim "a"`},
	"drop a constant":   {one(policy.Profile{ID: policy.Token{Claims: []policy.Claim{{Name: "a", Value: 1}}, Drop: []string{"A"}}}), "profiles.p.id.drop[0]: the claim A is a constant"},
	"drop twice":        {one(policy.Profile{ID: policy.Token{Claims: []policy.Claim{role}, Drop: []string{"role", "Role"}}}), "profiles.p.id.drop[1]: the claim Role is listed twice"},
	"drop pool first":   {one(policy.Profile{ID: policy.Token{Claims: []policy.Claim{role, {Name: "g", From: "event.groups"}}, Drop: []string{"g", "role"}}}), "profiles.p.id.drop[1]: the claim role is of the AUTHZ row and stands behind g"},
	"drop extra last":   {cleared(one(policy.Profile{ID: policy.Token{ExtraClaims: true, Claims: []policy.Claim{{Name: "g", From: "attribute:zoneinfo"}}, Drop: []string{"g", "any"}}})), "profiles.p.id.drop[1]: "},
	"tag of nothing":    {one(policy.Profile{PrincipalTags: []string{"role"}}), `profiles.p.principalTags[0]: the ID token has no claim "role"`},
	"wild tag":          {one(policy.Profile{ID: policy.Token{Claims: []policy.Claim{{Name: "Team", Value: []any{"a", "b*"}}}}, PrincipalTags: []string{"Team"}}), "profiles.p.principalTags[0]: the claim Team is a constant with * or ?"},
	"too many":          {userID(many(mostAdded + 1)...), "profiles.p: it adds 4751 claims and scopes"},
}

func TestEveryMistakeIsFoundWhereItStands(t *testing.T) {
	for name, row := range mistakes {
		t.Run(name, func(t *testing.T) {
			p, err := Compile(row.section)
			var faults policy.Faults
			if p != nil || !errors.As(err, &faults) || len(faults) != 1 {
				t.Fatalf("policy %v, error %v", p, err)
			}
			if line := faults[0].String(); !strings.HasPrefix(line, row.want) || faults[0].Fix == "" {
				t.Errorf("the fault is %q, want %q", line, row.want)
			}
		})
	}
}

func TestNamesOfProfilesAndClientsHaveAForm(t *testing.T) {
	text := func(n int) string { return strings.Repeat("a", n) }
	for name, sound := range map[string]bool{
		"": false, "a": true, "Z9": true, "a-b_c": true, "-a": false, "_a": false, "a b": false, "a.b": false, "é": false,
		text(64): true, text(65): false,
	} {
		_, err := Compile(policy.Tokens{Profiles: map[string]policy.Profile{name: {}}})
		if (err == nil) != sound {
			t.Errorf("the profile %q: %v", name, err)
		}
	}
	for id, sound := range map[string]bool{
		text(15): false, text(16): true, text(128): true, text(129): false, "": false, "web": false,
		text(20) + "_+Z9": true, text(20) + "-": false, "a" + text(20) + " ": false, "-" + text(20): false, text(10) + "é" + text(10): false,
	} {
		if IsClientID(id) != sound {
			t.Errorf("the client %q: %v", id, !sound)
		}
	}
}

// Operators read these sentences: a change shows here.
func TestTheFaultsAreWorded(t *testing.T) {
	var lines []string
	for _, name := range sortedNames(mistakes) {
		_, err := Compile(mistakes[name].section)
		lines = append(lines, name+": "+err.Error())
	}
	for _, version := range []string{"1", "2"} {
		for _, fault := range Unsayable(unsayable, version) {
			lines = append(lines, "V"+version+"_0: "+fault.String())
		}
	}
	golden(t, "faults.txt", strings.Join(lines, "\n")+"\n")
}

// many returns n claims.
func many(n int) []policy.Claim {
	claims := make([]policy.Claim, n)
	for i := range claims {
		claims[i] = policy.Claim{Name: fmt.Sprintf("c%d", i), From: "authz.roles"}
	}
	return claims
}

func TestAllFaultsAreReportedAtOnce(t *testing.T) {
	_, err := Compile(policy.Tokens{
		Profiles: map[string]policy.Profile{
			"p": {
				ID:     policy.Token{Claims: []policy.Claim{{Name: "sub", From: "nowhere"}, {Name: "a b"}}, Scopes: policy.Scopes{Add: []string{"x"}}},
				Access: policy.Token{Scopes: policy.Scopes{Add: []string{"a b", ""}}},
			},
			"q": {Machine: true, ID: policy.Token{ExtraClaims: true}, Access: policy.Token{ExtraClaims: true}},
		},
	})
	var faults policy.Faults
	if !errors.As(err, &faults) || len(faults) != 9 {
		t.Errorf("%d faults:\n%v", len(faults), err)
	}
}

func TestWhatIsRightCompiles(t *testing.T) {
	for name, section := range map[string]policy.Tokens{
		"nothing":               {},
		"everything":            everything,
		"depth 5":               userID(policy.Claim{Name: "a", Value: map[string]any{"k": nested(4)}}),
		"a list of scalars":     userID(policy.Claim{Name: "a", Value: []any{"x", 1, true}}),
		"empty string and list": userID(policy.Claim{Name: "a", Value: ""}, policy.Claim{Name: "b", Value: []any{}}),
		"same name, two tokens": one(policy.Profile{
			ID:     policy.Token{Claims: []policy.Claim{{Name: "a", Value: 1}}},
			Access: policy.Token{Claims: []policy.Claim{{Name: "A", Value: 1}}},
		}),
		"OIDC scalar in ID":  userID(policy.Claim{Name: "email_verified", Value: true}, policy.Claim{Name: "address", From: "authz.tenant"}),
		"OIDC list, access":  userAccess(policy.Claim{Name: "address", Value: []any{"x"}}),
		"scopes by case":     userScopes("a", "A", "openid", "https://api.example.com/orders.read", "my.aws.cognito.x", "!~"),
		"longest scope":      userScopes(strings.Repeat("s", maxScopeBytes)),
		"as many as allowed": userID(many(mostAdded)...),
		"an empty profile":   one(policy.Profile{}),
		"keep, said":         one(policy.Profile{Groups: policy.KeepGroups}),
		"every source":       cleared(userID(policy.Claim{Name: "a", From: "authz.tenants"}, policy.Claim{Name: "b", From: "authz.status"}, policy.Claim{Name: "c", From: "authz.version"}, policy.Claim{Name: "d", From: "authz.extra.plan"}, policy.Claim{Name: "e", From: "event.groups"}, policy.Claim{Name: "f", From: "attribute:zoneinfo"})),
		"Cognito's scope":    one(policy.Profile{Access: policy.Token{Scopes: policy.Scopes{Add: []string{"aws.cognito.signin.user.admin"}, AllowCognito: true}}}),
		"to take it":         one(policy.Profile{Access: policy.Token{Scopes: policy.Scopes{Suppress: []string{"aws.cognito.signin.user.admin"}}}}),
		"dev, to suppress":   one(policy.Profile{ID: policy.Token{Suppress: []string{"dev:custom:x", "picture", "custom:y"}}}),
		"least and most":     one(policy.Profile{ID: policy.Token{Budget: 64}, Access: policy.Token{Budget: 6144}}),
		"constants that fit": userID(policy.Claim{Name: "a", Value: strings.Repeat("x", 2048-26-7)}),
		"an extra to drop":   one(policy.Profile{ID: policy.Token{ExtraClaims: true, Claims: []policy.Claim{role, {Name: "g", From: "event.groups"}}, Drop: []string{"any", "role", "g"}}}),
		"a tag of the row":   one(policy.Profile{ID: policy.Token{ExtraClaims: true}, PrincipalTags: []string{"team"}}),
		"a wild constant":    userID(policy.Claim{Name: "a", Value: "*"}),
		"a trusted one":      {Trusted: map[string]string{"zoneinfo": "only staff writes it"}, Profiles: userID(policy.Claim{Name: "a", From: "attribute:zoneinfo"}).Profiles},
	} {
		if _, err := Compile(section); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestThePolicySharesNoMemoryWithTheDocument(t *testing.T) {
	list, scopes := []any{"a"}, []string{"orders/read"}
	section := userAccess(policy.Claim{Name: "x", Value: list})
	changed := section.Profiles["p"]
	changed.Access.Scopes.Add = scopes
	section.Profiles["p"] = changed
	p := compiled(t, section)
	before := string(p.grant(through("p", "3", nil)).Response("3"))
	list[0], scopes[0], changed.Access.Claims[0].Name = "b", "admin", "sub"
	if after := string(p.grant(through("p", "3", nil)).Response("3")); after != before {
		t.Errorf("before %s\nafter  %s", before, after)
	}
}
