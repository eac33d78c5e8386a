package claims

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// lent is a section that uses names of attributes for claims of its own.
var lent = policy.Tokens{
	Unwritten: []string{"zoneinfo", "sub"},
	Profiles: map[string]policy.Profile{
		"app": {
			ID: policy.Token{ExtraClaims: true, Budget: 128, Claims: []policy.Claim{
				{Name: "custom:role", From: "authz.extra.role"},
				{Name: "Nickname", From: "authz.tenant"},
				{Name: "zoneinfo", From: "attribute:zoneinfo"},
				{Name: "profile", Value: "app"},
			}},
			PrincipalTags: []string{"custom:role", "zoneinfo"},
		},
		"desk":    {ID: policy.Token{Suppress: []string{"profile", "picture"}}, Access: policy.Token{Claims: []policy.Claim{{Name: "gender", From: "authz.roles"}}}},
		"service": {Machine: true, Access: policy.Token{Claims: []policy.Claim{{Name: "website", Value: "x"}}}},
	},
}

// Where a claim with an attribute's name is not said, the token leaves Cognito's own out,
// which says what the user wrote; a claim that is said is not left out.
func TestR42_AnAttributesNameIsThePolicysAlone(t *testing.T) {
	p := compiled(t, lent)
	role := func(value any) *table.Authz {
		return &table.Authz{Tenant: "acme", Extra: map[string]any{"role": value}}
	}
	const all = "custom:role gender nickname profile"
	for name, c := range map[string]struct {
		profile, version string
		row              *table.Authz
		zone             string
		said, hidden     string
	}{
		"said":                           {"app", "3", role("admin"), "UTC", "custom:role Nickname zoneinfo profile role", "gender nickname"},
		"no row, or no store":            {"app", "3", nil, "UTC", "zoneinfo profile", "custom:role gender nickname"},
		"an empty source":                {"app", "2", role(nil), "UTC", "Nickname zoneinfo profile", "custom:role gender nickname"},
		"a value that cannot be said":    {"app", "3", role([]any{nil}), "UTC", "Nickname zoneinfo profile", "custom:role gender nickname"},
		"a wildcard of a tag":            {"app", "3", role("a*"), "UTC", "Nickname zoneinfo profile role", "custom:role gender nickname"},
		"a wildcard of the attribute":    {"app", "3", role("admin"), "*", "custom:role Nickname profile role", "gender nickname zoneinfo"},
		"no room":                        {"app", "3", role(strings.Repeat("r", 100)), "UTC", "zoneinfo profile", "custom:role gender nickname"},
		"a number in V1_0":               {"app", "1", role(7), "UTC", "Nickname zoneinfo profile", "custom:role gender nickname"},
		"a text in V1_0":                 {"app", "1", role("admin"), "UTC", "custom:role Nickname zoneinfo profile role", "gender nickname"},
		"an extra of the name":           {"app", "3", &table.Authz{Extra: map[string]any{"custom:role": "admin", "Gender": "x"}}, "UTC", "zoneinfo profile", "custom:role gender nickname"},
		"a profile without the claim":    {"desk", "3", role("admin"), "UTC", "", "profile picture custom:role gender nickname"},
		"a client without a profile":     {"", "3", role("admin"), "UTC", "", "picture profile custom:role gender nickname"},
		"a client without one, in V1_0":  {"none", "1", nil, "", "", "picture profile custom:role gender nickname"},
		"an attribute that has no value": {"app", "3", role("admin"), "", "custom:role Nickname profile role", "gender nickname zoneinfo"},
	} {
		request := through(c.profile, c.version, c.row)
		request.attributes = map[string]string{"zoneinfo": c.zone, "custom:role": "mine", "gender": "mine"}
		grant := p.grant(request)
		if got := names(grant.ID); got != c.said {
			t.Errorf("%s: the token says %s, want %s", name, got, c.said)
		}
		if got := strings.Join(grant.ID.Suppress, " "); got != c.hidden {
			t.Errorf("%s: the token leaves out %s, want %s", name, got, c.hidden)
		}
		if slices.Contains(grant.Access.Suppress, "custom:role") {
			t.Errorf("%s: an access token has no attributes, and is kept from %v", name, grant.Access.Suppress)
		}
	}
	if got := strings.Join(p.users.hidden, " "); got != all {
		t.Errorf("every client is kept from %s, want %s", got, all)
	}
	if got := p.grant(machine()); got.ID.Suppress != nil {
		t.Errorf("a machine is kept from %v", got.ID.Suppress)
	}
}

// A store that failed, and a policy that was used before, change nothing about it.
func TestR42_HidingLeavesThePolicyAsItIs(t *testing.T) {
	p := compiled(t, lent)
	view := viewOf(t, `{"version":"3","triggerSource":"TokenGeneration_RefreshTokens",`+question)
	for range 3 {
		for profile, want := range map[string]string{"app": "custom:role gender nickname", "desk": "profile picture custom:role gender nickname", "": "picture profile custom:role gender nickname"} {
			grant, err := p.For(profile, view, table.Access{Authz: table.Authz{Tenant: "acme"}}, errors.New("no answer"))
			if got := strings.Join(grant.ID.Suppress, " "); err != nil || !strings.HasPrefix(got, want) {
				t.Errorf("%q: %s, %v", profile, got, err)
			}
		}
	}
	if got := p.profiles["desk"].id.suppress; !slices.Equal(got, []string{"profile", "picture"}) {
		t.Errorf("the policy became %v", got)
	}
}

// Grants and profiles share no list that one of them writes, whatever room it has.
func TestR42_WhatIsHiddenIsNobodyElses(t *testing.T) {
	p := compiled(t, policy.Tokens{Unwritten: []string{"address"}, Profiles: map[string]policy.Profile{"app": {
		ID:     policy.Token{Claims: []policy.Claim{{Name: "address", From: "attribute:address"}}},
		Access: policy.Token{Claims: []policy.Claim{{Name: "gender", From: "authz.tenant"}, {Name: "locale", From: "authz.status"}, {Name: "nickname", From: "authz.roles"}}},
	}}})
	if got := strings.Join(p.users.hidden, " "); got != "gender locale nickname" {
		t.Errorf("a client without a profile is kept from %s", got)
	}
	p.profiles["app"].id.suppress = append(make([]string, 0, 8), "picture")
	one, other := through("app", "3", nil), through("app", "3", nil)
	other.attributes = map[string]string{"address": "1 High Street"}
	first := p.grant(one)
	p.grant(other)
	if got := strings.Join(first.ID.Suppress, " "); got != "picture address gender locale nickname" {
		t.Errorf("another grant changed the first to %s", got)
	}
}

// What the attribute itself says needs no hiding elsewhere.
func TestR42_TheAttributesOwnClaimIsLeftToTheOtherProfiles(t *testing.T) {
	section := policy.Tokens{Trusted: map[string]string{"email": "the directory writes it"}, Profiles: map[string]policy.Profile{
		"app":  {ID: policy.Token{Claims: []policy.Claim{{Name: "email", From: "attribute:email"}}}, Access: policy.Token{Claims: []policy.Claim{{Name: "email", From: "attribute:email"}}}},
		"desk": {},
	}}
	p := compiled(t, section)
	for _, profile := range []string{"desk", ""} {
		if grant := p.grant(through(profile, "3", nil)); grant.ID.Suppress != nil {
			t.Errorf("%q is kept from %v", profile, grant.ID.Suppress)
		}
	}
	request := through("app", "3", nil)
	request.attributes = map[string]string{"email": "ada@example.com"}
	if grant := p.grant(request); names(grant.ID) != "email" || grant.ID.Suppress != nil {
		t.Errorf("%+v", grant.ID)
	}
}

func TestAnAttributesNameIsKnownInEveryCase(t *testing.T) {
	for name, want := range map[string]string{
		"email": "email", "Email": "email", "CUSTOM:Role": "custom:Role", "custom:": "custom:", "phone_number_verified": "phone_number_verified",
		"custom": "", "plan": "", "": "", "sub": "", "emails": "", "xcustom:role": "", strings.Repeat("e", 200): "",
	} {
		if got, ok := attributeNamed(name); got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v", name, got, ok)
		}
	}
	for _, name := range cognito.StandardAttributes(0) {
		if NameProblem(name) == "" {
			t.Errorf("a row may have the claim %s", name)
		}
	}
}
