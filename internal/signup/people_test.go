package signup_test

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/username"
)

// having returns an applicant with one attribute.
func having(name, value string) signup.Applicant {
	return signup.Applicant{Origin: policy.Self, UserName: "ada", Attributes: map[string]string{name: value}}
}

func TestPhoneNumbersThatCostMoneyAreRefused(t *testing.T) {
	for _, c := range []struct {
		rule policy.Phone
		want map[string]deny.Refusal
	}{
		{policy.Phone{}, map[string]deny.Refusal{
			"": {}, "+4915112345678": {}, "+12025550123": {}, "+18765550123": {}, "+870773111632": {},
			"+19002345678": signup.PhoneCost, "+4918012345": signup.PhoneCost, "+979123456789": signup.PhoneCost, "+491371234567": signup.PhoneCost,
			"4915112345678": signup.PhoneUnusable, "+49 151 12345678": signup.PhoneUnusable, "+1": signup.PhoneUnusable, "+9991234567": signup.PhoneUnusable, " ": signup.PhoneUnusable,
		}},
		{policy.Phone{Required: true, Countries: []string{"DE", "US", "001"}}, map[string]deny.Refusal{
			"": signup.PhoneMissing, "+4915112345678": {}, "+12025550123": {}, "+870773111632": {},
			"+18765550123": signup.PhoneCountry, "+14165550123": signup.PhoneCountry, "+33612345678": signup.PhoneCountry, "+19002345678": signup.PhoneCost,
		}},
		{policy.Phone{AllowTypes: []policy.NumberType{policy.SharedCost}}, map[string]deny.Refusal{"+4918012345": {}, "+19002345678": signup.PhoneCost}},
		{policy.Phone{AllowTypes: []policy.NumberType{policy.SharedCost, policy.PremiumRate}}, map[string]deny.Refusal{"+4918012345": {}, "+19002345678": {}}},
	} {
		p := compile(t, policy.SignUp{Rules: policy.Rules{Phone: &c.rule}})
		for number, want := range c.want {
			if v := p.Check(having("phone_number", number)); v.Refusal != want || v.Refused() && v.Rule != "phone" {
				t.Errorf("%+v, %q: got %+v", c.rule, number, v)
			}
		}
	}
}

func TestUserNamesAreJudgedWhereTheRuleIsOn(t *testing.T) {
	a := signup.Applicant{Origin: policy.Self, UserName: "аdmin"}
	if v := compile(t, policy.SignUp{}).Check(a); v.Refused() {
		t.Errorf("without the rule: got %+v", v)
	}
	p := compile(t, policy.SignUp{Rules: policy.Rules{Username: &policy.Username{Reserved: []string{"admin"}}}})
	if v := p.Check(a); v.Refusal != username.Reserved || v.Rule != "username" {
		t.Errorf("got %+v", v)
	}
	if v := p.Check(signup.Applicant{Origin: policy.External, UserName: "google_аdmin"}); v.Refused() {
		t.Errorf("a federated user: got %+v", v)
	}
}

func TestValuesMustHaveTheirForm(t *testing.T) {
	p := compile(t, policy.SignUp{Rules: policy.Rules{Attributes: &policy.Attributes{Values: map[string]policy.Value{
		"name":        {MinLength: 2, MaxLength: 5},
		"locale":      {Pattern: `[a-z]{2}|[a-z]{2}-[A-Z]{2}`},
		"custom:plan": {Pattern: `(?i)free|pro`, MaxLength: 4},
	}}}})
	for _, c := range []struct {
		name, value string
		want        deny.Refusal
	}{
		{"name", "", deny.Refusal{}},
		{"name", "A", signup.AttributeLength},
		{"name", "Ad", deny.Refusal{}},
		{"name", "日本語", deny.Refusal{}}, // 9 bytes
		{"name", "Ada Lovelace", signup.AttributeLength},
		{"locale", "de", deny.Refusal{}},
		{"locale", "de-AT", deny.Refusal{}},
		{"locale", "de-at", signup.AttributeForm},
		{"locale", "xde", signup.AttributeForm}, // anchored at the start
		{"locale", "dex", signup.AttributeForm}, // and at the end
		{"locale", "de\n", signup.AttributeForm},
		{"locale", "x\nde", signup.AttributeForm},
		{"custom:plan", "PRO", deny.Refusal{}},
		{"custom:plan", "free1", signup.AttributeLength},
		{"custom:plan", "xpro", signup.AttributeForm},
		{"custom:other", strings.Repeat("x", 4096), deny.Refusal{}},
	} {
		if v := p.Check(having(c.name, c.value)); v.Refusal != c.want || v.Refused() && v.Rule != "attributes" {
			t.Errorf("%s %q: got %+v, want %q", c.name, c.value, v, c.want.Code)
		}
	}
}

// T3: a role in SignUp's UserAttributes, which a client without WriteAttributes may
// write.
func TestR13_PrivilegedAttributesCannotBeBroughtAlong(t *testing.T) {
	p := compile(t, policy.SignUp{Rules: policy.Rules{Privileged: &policy.Privileged{Attributes: []string{"custom:role", "custom:tenant"}}}})
	for _, c := range []struct {
		origin policy.Origin
		name   string
		value  string
		want   bool
	}{
		{policy.Self, "custom:role", "admin", true},
		{policy.Self, "custom:tenant", "", true}, // an empty value counts too
		{policy.Self, "custom:Role", "admin", false},
		{policy.Self, "custom:plan", "admin", false},
		{policy.Admin, "custom:role", "admin", false},
		{policy.External, "custom:role", "admin", false},
		{"new", "custom:role", "admin", true},
	} {
		a := having(c.name, c.value)
		a.Origin = c.origin
		if v := p.Check(a); v.Refused() != c.want || c.want && (v.Refusal != signup.AttributePrivileged || v.Rule != "privileged") {
			t.Errorf("%+v: got %+v", c, v)
		}
	}
}
