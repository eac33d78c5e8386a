package signup_test

import (
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

func TestR104_TheRuleRefusesWhoSignsUpWithANameThatWaits(t *testing.T) {
	waits := by(policy.Self, "ada@example.com")
	waits.Waits = true
	brought := waits
	brought.Origin = policy.Admin
	for name, c := range map[string]struct {
		rule *policy.Waiting
		who  signup.Applicant
		want deny.Refusal
	}{
		"a name that waits":        {&policy.Waiting{}, waits, signup.NameWaits},
		"another name":             {&policy.Waiting{}, by(policy.Self, "ada@example.com"), deny.Refusal{}},
		"an administrator's user":  {&policy.Waiting{}, brought, deny.Refusal{}},
		"an origin that is listed": {&policy.Waiting{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.Admin}}}, brought, signup.NameWaits},
		"a rule that is off":       {&policy.Waiting{Rule: policy.Rule{Mode: policy.Off}}, waits, deny.Refusal{}},
		"a stage without the rule": {nil, waits, deny.Refusal{}},
	} {
		p := compile(t, policy.SignUp{Rules: policy.Rules{Waiting: c.rule}})
		if got := p.Check(c.who).Refusal; got != c.want {
			t.Errorf("%s: %q", name, got.Code)
		}
	}
}

func TestAnApplicantIsFoundByNameAndAddresses(t *testing.T) {
	who := signup.Applicant{UserName: "ada", Attributes: map[string]string{
		"email": "e", "phone_number": "p", "preferred_username": "n", "nickname": "x", "": "y",
	}}
	if got := who.Names(); !slices.Equal(got, []string{"ada", "e", "p", "n"}) {
		t.Errorf("got %q", got)
	}
}
