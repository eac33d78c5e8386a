package signup_test

import (
	"reflect"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// judge checks the verdicts of a policy on addresses.
func judge(t *testing.T, section policy.SignUp, want map[string]deny.Refusal) {
	t.Helper()
	p := compile(t, section)
	for address, refusal := range want {
		if got := p.Check(by(policy.Self, address)).Refusal; got != refusal {
			t.Errorf("%+q: got %q, want %q", address, got.Code, refusal.Code)
		}
	}
}

func TestAnAllowListLetsNobodyElseIn(t *testing.T) {
	judge(t, policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Allow: []string{"corp.example", "*.partner.example", "*.edu"}}}}, map[string]deny.Refusal{
		"a@corp.example":            {},
		"a@CORP.example":            {},
		"a@mail.corp.example":       {},
		"a@x.partner.example":       {},
		"a@x.y.partner.example":     {},
		"a@mit.edu":                 {},
		"a@x.mit.edu":               {},
		"":                          signup.EmailDomainNotAllowed, // a phone user is on no list
		"a@partner.example":         signup.EmailDomainNotAllowed,
		"a@evilcorp.example":        signup.EmailDomainNotAllowed,
		"a@corp.example.evil.com":   signup.EmailDomainNotAllowed,
		"a@corp.example@evil.com":   signup.EmailUnusable,
		`"a@corp.example"@evil.com`: signup.EmailUnusable,
		"a@notpartner.example":      signup.EmailDomainNotAllowed,
		"a@edu.example":             signup.EmailDomainNotAllowed,
		"a@gmail.com":               signup.EmailDomainNotAllowed,
		"a@corp.example.":           signup.EmailUnusable,
	})
}

func TestAllowBeatsDeny(t *testing.T) {
	judge(t, policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Allow: []string{"*.corp.example", "a.blocked.example"}, Deny: []string{"corp.example", "blocked.example"}}}}, map[string]deny.Refusal{
		"a@x.corp.example":      {},
		"a@a.blocked.example":   {},
		"a@x.a.blocked.example": {},
		"a@corp.example":        signup.EmailDomainDenied,
		"a@blocked.example":     signup.EmailDomainDenied,
		"a@b.blocked.example":   signup.EmailDomainDenied,
		"a@gmail.com":           signup.EmailDomainNotAllowed,
	})
}

func TestAWildcardCoversSubDomainsAlone(t *testing.T) {
	judge(t, denying("*.blocked.example", "*.xyz", "*.CO.uk"), map[string]deny.Refusal{
		"a@blocked.example":     {},
		"a@x.blocked.example":   signup.EmailDomainDenied,
		"a@x.y.blocked.example": signup.EmailDomainDenied,
		"a@notblocked.example":  {},
		"a@abc.xyz":             signup.EmailDomainDenied,
		"a@xyz.com":             {},
		"a@shop.co.uk":          signup.EmailDomainDenied,
		"a@co.uk":               {},
	})
}

func TestDisposableAddressesAndTheirSubDomainsAreRefused(t *testing.T) {
	section := policy.SignUp{Rules: policy.Rules{Disposable: &policy.Disposable{Except: []string{"*.guerrillamail.com"}}}}
	judge(t, section, map[string]deny.Refusal{
		"a@mailinator.com": signup.EmailDisposable, "X@Mailinator.COM": signup.EmailDisposable, "a@x.mailinator.com": signup.EmailDisposable,
		`"a@b"@mailinator.com`: signup.EmailUnusable, "a@guerrillamail.com": signup.EmailDisposable, "a@x.guerrillamail.com": {},
		"a@gmail.com": {}, "a@corp.example": {}, "a@privaterelay.appleid.com": {}, "a@duck.com": {}, "": {},
	})
}

func TestRelayAddressesAreAllowedUnlessTheOperatorSaysNo(t *testing.T) {
	relays := []string{"a@privaterelay.appleid.com", "a@mozmail.com", "a@duck.com", "a@x.anonaddy.com"}
	lenient, strict := map[string]deny.Refusal{}, map[string]deny.Refusal{"a@appleid.com": {}, "a@gmail.com": {}, "a@mailinator.com": {}}
	for _, address := range relays {
		lenient[address], strict[address] = deny.Refusal{}, signup.EmailRelay
	}
	judge(t, policy.SignUp{Rules: policy.Rules{Disposable: &policy.Disposable{}}}, lenient)
	judge(t, policy.SignUp{Rules: policy.Rules{Relay: &policy.Relay{}}}, strict)
	judge(t, policy.SignUp{Rules: policy.Rules{Relay: &policy.Relay{Rule: policy.Rule{Mode: policy.Off}}}}, lenient)
}

func TestOfficesAreOffByDefault(t *testing.T) {
	judge(t, policy.SignUp{}, map[string]deny.Refusal{"admin@corp.example": {}, "noreply@corp.example": {}})
	judge(t, policy.SignUp{Rules: policy.Rules{Roles: &policy.Roles{}}}, map[string]deny.Refusal{
		"admin@corp.example": signup.EmailRole, "ADMIN@corp.example": signup.EmailRole, "noreply+x@corp.example": signup.EmailRole,
		"no-reply@corp.example": signup.EmailRole, "ada@corp.example": {}, "admina@corp.example": {}, "ada+admin@corp.example": {},
	})
	judge(t, policy.SignUp{Rules: policy.Rules{Roles: &policy.Roles{Names: []string{"chef"}}}}, map[string]deny.Refusal{
		"admin@corp.example": {}, "Chef@corp.example": signup.EmailRole, "chef+a@corp.example": signup.EmailRole,
	})
}

func TestInternationalisedDomainsAreOptInAndStrict(t *testing.T) {
	judge(t, policy.SignUp{}, map[string]deny.Refusal{
		"a@xn--bcher-kva.example": signup.EmailUnusable, "a@mail.xn--p1ai": signup.EmailUnusable, "a@bücher.example": signup.EmailUnusable, "a@r3---sn.example": {},
	})
	judge(t, policy.SignUp{Rules: policy.Rules{Email: &policy.Email{IDN: true}}}, map[string]deny.Refusal{
		"a@xn--bcher-kva.example": {}, "a@XN--BCHER-KVA.example": {}, "a@xn--a.example": signup.EmailUnusable, "a@xn--abc-.example": signup.EmailUnusable,
		"a@bücher.example": signup.EmailUnusable, "a@xn--e28h.example": signup.EmailUnusable, "a@example.com": {},
	})
}

// The rules refuse whatever the email rule says.
func TestEveryAddressRuleRefusesWhatItCannotRead(t *testing.T) {
	off := policy.Email{Rule: policy.Rule{Mode: policy.Off}}
	for rule, section := range map[string]policy.SignUp{
		"domains":    {Rules: policy.Rules{Email: &off, Domains: &policy.Domains{Allow: []string{"corp.example"}}}},
		"disposable": {Rules: policy.Rules{Email: &off, Disposable: &policy.Disposable{}}},
		"relay":      {Rules: policy.Rules{Email: &off, Relay: &policy.Relay{}}},
		"roles":      {Rules: policy.Rules{Email: &off, Roles: &policy.Roles{}}},
	} {
		if v := compile(t, section).Check(by(policy.Self, `"a@corp.example"@mailinator.com`)); v.Refusal != signup.EmailUnusable || v.Rule != rule {
			t.Errorf("%s: got %+v", rule, v)
		}
	}
}

// A missing address is on no list, whoever asks for the account. The view reads "", null
// and a list as no address. A list that only denies has nothing to say of it.
func TestR43_AnAllowListRefusesAMissingAddressOfEveryOriginThatItJudges(t *testing.T) {
	for _, origin := range origins {
		list := policy.Rule{AppliesTo: []policy.Origin{origin}}
		allowing := compile(t, policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Rule: list, Allow: []string{"corp.example"}}}})
		denying := compile(t, policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Rule: list, Deny: []string{"evil.example"}}}})
		for name, attributes := range map[string]map[string]string{
			"no attribute": nil, "an empty address": {"email": ""}, "a number only": {"phone_number": "+4915112345678"},
		} {
			for _, by := range origins {
				a := signup.Applicant{Origin: by, Attributes: attributes}
				want := signup.Verdict{}
				if by == origin {
					want = signup.Verdict{Refusal: signup.EmailDomainNotAllowed, Rule: "domains"}
				}
				if v := allowing.Check(a); !reflect.DeepEqual(v, want) {
					t.Errorf("%s, a list for %s, by %s: got %+v", name, origin, by, v)
				}
				if v := denying.Check(a); v.Refused() {
					t.Errorf("%s, by %s: a list that denies refuses with %+v", name, by, v)
				}
			}
		}
		for _, address := range []string{" ", "nonsense", `"a@corp.example"@evil.example`} {
			if v := allowing.Check(by(origin, address)); v.Refusal != signup.EmailUnusable {
				t.Errorf("%q by %s: got %+v", address, origin, v)
			}
		}
	}
}
