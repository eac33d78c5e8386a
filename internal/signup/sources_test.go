package signup_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
)

// The test combines provider, address, what the event says of its verification, and
// whether the address is required. The provider list judges providers, the address rules
// judge addresses, nothing depends on what the event says of itself, and no account is
// confirmed.
func TestR14_EveryProviderCombination(t *testing.T) {
	outside := []policy.Origin{policy.Self, policy.External}
	combinations := 0
	for userName, provider := range map[string]bool{"google_1": true, "Google_1": true, "My-Okta_a_b": true, "facebook_1": false, "googl_1": false, "google1": false} {
		for address, usable := range map[string]bool{"ada@corp.example": true, "ada@mailinator.com": false, "Bob <a@corp.example>": false, "": false} {
			for _, verified := range []string{"true", "false", "TRUE", ""} {
				for _, required := range []bool{true, false} {
					section := policy.SignUp{Rules: policy.Rules{
						Providers:   &policy.Providers{Allow: []string{"Google", "my-okta"}},
						Email:       &policy.Email{Rule: policy.Rule{AppliesTo: outside}, Required: required},
						Disposable:  &policy.Disposable{Rule: policy.Rule{AppliesTo: outside}},
						AutoConfirm: &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"corp.example"}},
					}}
					a := signup.Applicant{Origin: policy.External, UserName: userName, Attributes: map[string]string{
						"email": address, "email_verified": verified, "cognito:email_alias": "",
					}}
					v := compile(t, section).Check(a)
					combinations++
					allowed := provider && (usable || address == "" && !required)
					if v.Refused() == allowed || v.Confirm || !provider && v.Rule != "providers" {
						t.Errorf("%s, %q, verified %q, required %v: got %+v", userName, address, verified, required, v)
					}
				}
			}
		}
	}
	t.Logf("%d combinations", combinations)
	if combinations < 24 {
		t.Error("R14 asks for 24")
	}
}

func TestTheProviderIsReadFromTheUserName(t *testing.T) {
	p := compile(t, policy.SignUp{Rules: policy.Rules{Providers: &policy.Providers{Allow: []string{"Google", "A_BC", "Österr", "abc"}}}})
	for name, allowed := range map[string]bool{
		"Google_1": true, "GOOGLE_1": true, "google_": true, "google_x_y": true, "A_BC_1": true, "a_bc_1": true, "Österr_1": true, "abc_1": true, "abc_": true, "abc__": true,
		"österr_1": false, // only ASCII letters have no case here
		"Google":   false, "": false, "_": false, "Google-1": false, " Google_1": false, "Google _1": false, "A_BCD_1": false, "A_B_1": false, "xGoogle_1": false, "_Google_1": false,
		"Goog\u200ble_1": false, "Gооgle_1": false, "\xffGoogle_1": false, "123e4567-e89b-42d3-a456-426614174000": false, strings.Repeat("x", 1<<16) + "_1": false,
	} {
		v := p.Check(signup.Applicant{Origin: policy.External, UserName: name})
		if v.Refused() == allowed || v.Refused() && v.Refusal != signup.ProviderNotAllowed {
			t.Errorf("%.40q: got %+v", name, v)
		}
		for _, origin := range []policy.Origin{policy.Self, policy.Admin} {
			if v := p.Check(signup.Applicant{Origin: origin, UserName: name}); v.Refused() {
				t.Errorf("%s is no provider's: got %+v", origin, v)
			}
		}
	}
}

func TestAClosedPoolIsClosedForThoseItNames(t *testing.T) {
	for _, c := range []struct {
		access  policy.Access
		refused string
	}{
		{policy.Access{}, ""},
		{policy.Access{Mode: policy.AccessOpen}, ""},
		{policy.Access{Mode: policy.AccessClosed}, "self"},
		{policy.Access{Mode: policy.AccessClosed, AppliesTo: []policy.Origin{policy.External, policy.Self}}, "self external"},
		{policy.Access{Mode: policy.AccessClosed, Observe: true}, ""},
	} {
		p := compile(t, policy.SignUp{Rules: policy.Rules{Access: &c.access}})
		for _, origin := range []policy.Origin{policy.Self, policy.Admin, policy.External} {
			v := p.Check(by(origin, "nonsense"))
			if want := strings.Contains(c.refused, string(origin)); want && (v.Refusal != invite.Closed || v.Rule != "access") || !want && v.Rule == "access" {
				t.Errorf("%+v, %s: got %+v", c.access, origin, v)
			}
		}
	}
	seen := compile(t, policy.SignUp{Rules: policy.Rules{Access: &policy.Access{Mode: policy.AccessClosed, Observe: true}}}).Check(by(policy.Self, "a@b.co"))
	if seen.Refused() || !reflect.DeepEqual(seen.Observed, []string{"sign-up-closed"}) {
		t.Errorf("observed: got %+v", seen)
	}
}

// Origin and domain must both be named; the account of a refused user is never confirmed.
func TestR13_OnlyTheNamedAreConfirmed(t *testing.T) {
	section := policy.SignUp{Rules: policy.Rules{
		Email:       &policy.Email{Rule: policy.Rule{Mode: policy.Off}},
		Attributes:  &policy.Attributes{Required: []string{"name"}},
		AutoConfirm: &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"corp.example", "*.partner.example"}},
	}}
	p := compile(t, section)
	confirmed := 0
	for _, origin := range []policy.Origin{policy.Self, policy.Admin, policy.External, "new", ""} {
		for address, named := range map[string]bool{
			"a@corp.example": true, "A@x.CORP.example": true, "a@x.partner.example": true, "a@partner.example": false, "a@evilcorp.example": false,
			"a@gmail.com": false, "": false, `"a@b"@corp.example`: false, "a@corp.example@evil.com": false,
		} {
			for _, name := range []string{"Ada", ""} {
				a := by(origin, address)
				a.Attributes["name"] = name
				v := p.Check(a)
				if want := origin == policy.Self && named && name != ""; v.Confirm != want {
					t.Errorf("%q, %q, name %q: got %+v", origin, address, name, v)
				}
				if v.Confirm {
					confirmed++
				}
			}
		}
	}
	if confirmed != 3 {
		t.Errorf("%d confirmed", confirmed)
	}
	section.AutoConfirm = nil
	a := by(policy.Self, "a@corp.example")
	a.Attributes["name"] = "Ada"
	if v := compile(t, section).Check(a); v.Confirm || v.Refused() {
		t.Errorf("nobody is named: got %+v", v)
	}
}

func TestAnAutoConfirmationIsWarnedOf(t *testing.T) {
	if w := signup.Warnings(policy.SignUp{}); w != nil {
		t.Errorf("nothing to warn of: %v", w)
	}
	confirm := &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"corp.example", "b.example"}}
	warnings := signup.Warnings(policy.SignUp{Rules: policy.Rules{AutoConfirm: confirm}, Clients: map[string]policy.Rules{web: {}, app: {AutoConfirm: confirm}}})
	if len(warnings) != 2 || warnings[0].Path != "signUp.autoConfirm" || warnings[1].Path != "signUp.clients."+app+".autoConfirm" {
		t.Fatalf("got %v", warnings)
	}
	for _, w := range warnings {
		if !strings.HasPrefix(w.Problem, "every user who types an address of corp.example, b.example has a confirmed account") || !strings.Contains(w.Problem, "without a proof") || w.Fix == "" {
			t.Errorf("got %v", w)
		}
	}
}

// web and app are app clients.
const (
	web = "1example2client3id4web5app"
	app = "9example8client7id6phone54"
)

func TestAnAppClientHasItsOwnRules(t *testing.T) {
	section := denying("blocked.example")
	section.Attributes.Required = []string{"name"}
	section.Clients = map[string]policy.Rules{
		web: {Domains: &policy.Domains{Allow: []string{"corp.example"}}, Attributes: &policy.Attributes{}},
		app: {Access: &policy.Access{Mode: policy.AccessClosed}},
	}
	p := compile(t, section)
	for _, c := range []struct {
		client, address, name string
		want                  deny.Refusal
	}{
		{"", "a@b.co", "Ada", deny.Refusal{}},
		{"unknown", "a@b.co", "Ada", deny.Refusal{}},
		{"CLIENT_ID_NOT_APPLICABLE", "a@blocked.example", "Ada", signup.EmailDomainDenied},
		{"unknown", "a@b.co", "", signup.AttributeMissing},
		{web, "a@corp.example", "", deny.Refusal{}},
		{web, "a@b.co", "Ada", signup.EmailDomainNotAllowed},
		{web, "a@blocked.example", "Ada", signup.EmailDomainNotAllowed}, // the whole rule is replaced
		{web, "nonsense", "Ada", signup.EmailUnusable},                  // this one is not
		{strings.ToUpper(web), "a@b.co", "Ada", deny.Refusal{}},
		{app, "a@b.co", "Ada", invite.Closed},
	} {
		a := by(policy.Self, c.address)
		a.ClientID, a.Attributes["name"] = c.client, c.name
		if v := p.Check(a); v.Refusal != c.want {
			t.Errorf("%+v: got %+v", c, v)
		}
	}
}

// A client's verdicts are those of a policy with the client's rules in their places.
func TestAnOverrideIsThePolicyWithThatRule(t *testing.T) {
	base := policy.SignUp{Rules: policy.Rules{Email: &policy.Email{Required: true}, Relay: &policy.Relay{}, Roles: &policy.Roles{}}}
	base.Clients = map[string]policy.Rules{web: {Relay: &policy.Relay{Rule: policy.Rule{Mode: policy.Observe}}, Disposable: &policy.Disposable{}, Email: &policy.Email{}}}
	own, merged := compile(t, base), compile(t, policy.SignUp{Rules: base.In(web)})
	for _, address := range []string{"", "a@b.co", "admin@b.co", "a@duck.com", "a@mailinator.com", "nonsense", "admin@duck.com"} {
		a := by(policy.Self, address)
		a.ClientID = web
		if got, want := own.Check(a), merged.Check(a); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", address, got, want)
		}
	}
}
