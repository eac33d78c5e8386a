package signup_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// compile compiles a sound policy.
func compile(t interface {
	Helper()
	Fatal(...any)
}, section policy.SignUp,
) *signup.Policy {
	t.Helper()
	compiled, err := signup.Compile(section)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// by returns an applicant of an origin with an e-mail address.
func by(origin policy.Origin, address string) signup.Applicant {
	return signup.Applicant{Origin: origin, UserName: "u", Attributes: map[string]string{"email": address}, ClientID: "c"}
}

// denying returns a policy that only denies domains.
func denying(domains ...string) policy.SignUp {
	return policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Deny: domains}}.Full()}
}

func TestEvilamazonIsNotAmazon(t *testing.T) {
	p := compile(t, denying("amazon.com", "Mailinator.COM"))
	for address, want := range map[string]deny.Refusal{
		"x@evilamazon.com":               {},
		"x@amazon.com.evil.example":      {},
		"x@amazon.co":                    {},
		"x@amazon-com.example":           {},
		"amazon.com@example.com":         {},
		"x+amazon.com@example.com":       {},
		"x@notmailinator.com":            {},
		"x@amazon.com":                   signup.EmailDomainDenied,
		"x@AMAZON.com":                   signup.EmailDomainDenied,
		"x@mail.amazon.com":              signup.EmailDomainDenied,
		"x@a.b.c.amazon.com":             signup.EmailDomainDenied,
		"X@Mailinator.COM":               signup.EmailDomainDenied,
		"x@sub.mailinator.com":           signup.EmailDomainDenied,
		"x@evil.mailinator.com":          signup.EmailDomainDenied,
		`"a@b"@mailinator.com`:           signup.EmailUnusable,
		`"@example.com"@mailinator.com`:  signup.EmailUnusable,
		"x@mailinator.com.":              signup.EmailUnusable,
		"x@mailinator.com ":              signup.EmailUnusable,
		"x@mailinator.com>":              signup.EmailUnusable,
		"Bob <x@mailinator.com>":         signup.EmailUnusable,
		"x@example.com@mailinator.com":   signup.EmailUnusable,
		"x@mailinator.com@example.com":   signup.EmailUnusable,
		"x@mailinator。com":               signup.EmailUnusable,
		"x@ｍａｉｌｉｎａｔｏｒ.com":               signup.EmailUnusable,
		"x@ama\u200bzon.com":             signup.EmailUnusable,
		"x@mailinator.com\x00.safe.com":  signup.EmailUnusable,
		"x@mailinator.com(x)":            signup.EmailUnusable,
		"x@faceboo\u212a.com":            signup.EmailUnusable,
		"x@mailinator.com,x@example.com": signup.EmailUnusable,
	} {
		if got := p.Check(by(policy.Self, address)).Refusal; got != want {
			t.Errorf("%+q: got %q, want %q", address, got.Code, want.Code)
		}
	}
}

// An e-mail rule that is off or only observes does not open the deny list.
func TestTheDomainRuleHoldsWithoutTheEmailRule(t *testing.T) {
	for _, mode := range []policy.Mode{policy.Off, policy.Observe} {
		section := denying("mailinator.com")
		section.Email.Mode = mode
		p := compile(t, section)
		if v := p.Check(by(policy.Self, `"a@b"@mailinator.com`)); v.Refusal != signup.EmailUnusable || v.Rule != "domains" {
			t.Errorf("%s: got %+v", mode, v)
		}
		if v := p.Check(by(policy.Self, "a@b.co")); v.Refused() {
			t.Errorf("%s: got %+v", mode, v)
		}
		section.Domains.Deny = nil
		if v := compile(t, section).Check(by(policy.Self, `"a@b"@mailinator.com`)); v.Refused() {
			t.Errorf("%s, no list: got %+v", mode, v)
		}
	}
}

func TestTheZeroPolicyRefusesAnUnusableAddressAndNothingElse(t *testing.T) {
	p := compile(t, policy.SignUp{})
	for _, a := range []signup.Applicant{
		by(policy.Self, "a@b.co"),
		by(policy.Self, ""),                 // a phone user
		{Origin: policy.Self},               // no attributes at all
		by(policy.Admin, "nonsense"),        // the rule judges self sign-up only
		by(policy.External, "Bob <a@b.co>"), // the provider decides for itself
	} {
		if v := p.Check(a); !reflect.DeepEqual(v, signup.Verdict{}) {
			t.Errorf("%+v: got %+v", a, v)
		}
	}
	if v := p.Check(by(policy.Self, "nonsense")); v.Refusal != signup.EmailUnusable || v.Rule != "email" {
		t.Errorf("got %+v", v)
	}
}

func TestAPolicyThatNobodyCompiledRefusesEverybody(t *testing.T) {
	var p signup.Policy
	if v := p.Check(by(policy.Self, "a@b.co")); v.Refusal != deny.SignUpUnavailable {
		t.Errorf("got %+v", v)
	}
	all := policy.Rule{Mode: policy.Off}
	off := compile(t, policy.SignUp{Rules: policy.Rules{
		Providers:  &policy.Providers{Mode: policy.Off, Allow: []string{"Google"}},
		Privileged: &policy.Privileged{Mode: policy.Off, Attributes: []string{"custom:role"}},
		Email:      &policy.Email{Rule: all, Required: true},
		Domains:    &policy.Domains{Rule: all, Allow: []string{"corp.example"}},
		Disposable: &policy.Disposable{Rule: all},
		Relay:      &policy.Relay{Rule: all},
		Roles:      &policy.Roles{Rule: all},
		Phone:      &policy.Phone{Rule: all, Required: true},
		Username:   &policy.Username{Rule: all, MinLength: 99},
		Attributes: &policy.Attributes{Rule: all, Required: []string{"name"}},
		Challenge:  &policy.Challenge{Rule: all, Bits: 20},
	}})
	if v := off.Check(by(policy.Self, "nonsense")); v.Refused() {
		t.Errorf("with every rule off: got %+v", v)
	}
}

func TestARequiredEmailIsMissedAndAnEmptyOneCountsAsMissing(t *testing.T) {
	p := compile(t, policy.SignUp{Rules: policy.Rules{Email: &policy.Email{Required: true}}})
	for _, a := range []signup.Applicant{{Origin: policy.Self}, by(policy.Self, ""), {Origin: policy.Self, Attributes: map[string]string{"Email": "a@b.co"}}} {
		if v := p.Check(a); v.Refusal != signup.EmailMissing || v.Rule != "email" {
			t.Errorf("%+v: got %+v", a, v)
		}
	}
	if v := p.Check(by(policy.Self, " ")); v.Refusal != signup.EmailUnusable {
		t.Errorf("a blank address: got %+v", v)
	}
}

func TestEveryRequiredAttributeMustSaySomething(t *testing.T) {
	p := compile(t, policy.SignUp{Rules: policy.Rules{Attributes: &policy.Attributes{Required: []string{"name", "custom:plan"}}}})
	for _, c := range []struct {
		attributes map[string]string
		missing    bool
	}{
		{map[string]string{"name": "A", "custom:plan": "x"}, false},
		{map[string]string{"name": " A ", "custom:plan": "0"}, false},
		{map[string]string{"name": "A"}, true},
		{map[string]string{"name": "A", "custom:plan": ""}, true},
		{map[string]string{"name": " \t\r\n", "custom:plan": "x"}, true},
		{map[string]string{"Name": "A", "custom:plan": "x"}, true},
		{nil, true},
	} {
		v := p.Check(signup.Applicant{Origin: policy.Self, Attributes: c.attributes})
		if v.Refused() != c.missing || c.missing && (v.Refusal != signup.AttributeMissing || v.Rule != "attributes") {
			t.Errorf("%v: got %+v", c.attributes, v)
		}
	}
}

func TestRulesJudgeTheOriginsThatTheyName(t *testing.T) {
	bad := map[policy.Origin]signup.Applicant{}
	for _, o := range []policy.Origin{policy.Self, policy.Admin, policy.External, "", "sso"} {
		bad[o] = by(o, "a@mailinator.com")
	}
	for _, c := range []struct {
		appliesTo []policy.Origin
		refused   []policy.Origin
	}{
		{nil, []policy.Origin{"", policy.Self, "sso"}},
		{[]policy.Origin{policy.Self}, []policy.Origin{"", policy.Self, "sso"}},
		{[]policy.Origin{policy.Admin}, []policy.Origin{"", policy.Admin, "sso"}},
		{[]policy.Origin{policy.External}, []policy.Origin{"", policy.External, "sso"}},
		{[]policy.Origin{policy.Admin, policy.External}, []policy.Origin{"", policy.Admin, policy.External, "sso"}},
		{[]policy.Origin{policy.Self, policy.Admin, policy.External}, []policy.Origin{"", policy.Self, policy.Admin, policy.External, "sso"}},
	} {
		section := denying("mailinator.com")
		section.Domains.AppliesTo = c.appliesTo
		p := compile(t, section)
		for origin, applicant := range bad {
			if got, want := p.Check(applicant).Refused(), slices.Contains(c.refused, origin); got != want {
				t.Errorf("appliesTo %q, %q comes: refused is %v, want %v", c.appliesTo, origin, got, want)
			}
		}
	}
}

func TestTheFirstEnforcedRuleSpeaks(t *testing.T) {
	section := policy.SignUp{Rules: policy.Rules{
		Domains:    &policy.Domains{Deny: []string{"mailinator.com"}},
		Attributes: &policy.Attributes{Required: []string{"name"}},
	}}
	v := compile(t, section).Check(by(policy.Self, "a@mailinator.com"))
	if v.Refusal != signup.EmailDomainDenied || v.Rule != "domains" || v.Observed != nil {
		t.Errorf("got %+v", v)
	}
	section.Domains.Mode = policy.Observe
	v = compile(t, section).Check(by(policy.Self, "a@mailinator.com"))
	if v.Refusal != signup.AttributeMissing || v.Rule != "attributes" || !slices.Equal(v.Observed, []string{"email-domain-denied"}) {
		t.Errorf("got %+v", v)
	}
	// An observing rule after the one that refuses is asked too.
	section.Domains.Mode, section.Attributes.Mode = policy.Enforce, policy.Observe
	v = compile(t, section).Check(by(policy.Self, "a@mailinator.com"))
	if v.Refusal != signup.EmailDomainDenied || !slices.Equal(v.Observed, []string{"attribute-missing"}) {
		t.Errorf("got %+v", v)
	}
}

func TestAnObservedCodeIsNotedOnce(t *testing.T) {
	section := denying("mailinator.com")
	section.Email.Mode, section.Domains.Mode = policy.Observe, policy.Observe
	if v := compile(t, section).Check(by(policy.Self, "nonsense")); v.Refused() || !slices.Equal(v.Observed, []string{"email-unusable"}) {
		t.Errorf("got %+v", v)
	}
}

// A rule cannot verify an address: the verdict has no flag for it. Confirm is set by one
// exception only, which an operator must write down.
func TestR13_AVerdictHasOneFlag(t *testing.T) {
	want := map[string]reflect.Type{
		"Refusal":  reflect.TypeFor[deny.Refusal](),
		"Rule":     reflect.TypeFor[string](),
		"Observed": reflect.TypeFor[[]string](),
		"Confirm":  reflect.TypeFor[bool](),
		"Demotes":  reflect.TypeFor[bool](), // it is about a token
	}
	verdict := reflect.TypeFor[signup.Verdict]()
	if verdict.NumField() != len(want) {
		t.Errorf("a verdict has %d fields", verdict.NumField())
	}
	for field := range verdict.Fields() {
		if field.Type != want[field.Name] {
			t.Errorf("the field %s %s is new: can it set a flag?", field.Name, field.Type)
		}
	}
	refusal := reflect.TypeFor[deny.Refusal]()
	for field := range refusal.Fields() {
		if field.Type.Kind() != reflect.String {
			t.Errorf("the field %s of a refusal is no text", field.Name)
		}
	}
}

func TestR18_WhatAPersonReadsIsFixedAndShort(t *testing.T) {
	codes, sentences := map[string]bool{}, map[string]bool{}
	for _, r := range signup.Refusals() {
		if codes[r.Code] || sentences[r.Sentence] || r.Code == "" {
			t.Errorf("%+v is there twice or empty", r)
		}
		codes[r.Code], sentences[r.Sentence] = true, true
		if n := len(r.Sentence); n == 0 || n > 120 || r.Sentence[n-1] == '.' {
			t.Errorf("%q has %d bytes or its own dot", r.Sentence, n)
		}
		for _, b := range []byte(r.Sentence) {
			if b < ' ' || b > '~' || b == '%' || b == '<' || b == '"' {
				t.Errorf("%q has the byte %q", r.Sentence, b)
			}
		}
	}
}

func TestR21_TheSameApplicantGetsTheSameVerdict(t *testing.T) {
	section := denying("mailinator.com")
	section.Attributes = &policy.Attributes{Rule: policy.Rule{Mode: policy.Observe}, Required: []string{"name"}}
	p := compile(t, section)
	for _, address := range []string{"a@b.co", "a@mailinator.com", "nonsense"} {
		want := p.Check(by(policy.Self, address))
		for range 1000 {
			if got := p.Check(by(policy.Self, address)); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %+v became %+v", address, want, got)
			}
		}
	}
}

func TestARefusalIsSaidInThePolicysWords(t *testing.T) {
	p := compile(t, policy.SignUp{Sentences: policy.Sentences{"de": {"email-missing": "Bitte gib eine E-Mail-Adresse an"}}})
	if got := p.Say(signup.EmailMissing, "de-AT"); got.Code != "email-missing" || got.Sentence != "Bitte gib eine E-Mail-Adresse an" {
		t.Errorf("got %+v", got)
	}
	if got := p.Say(signup.EmailMissing, "fr"); got != signup.EmailMissing {
		t.Errorf("got %+v", got)
	}
}
