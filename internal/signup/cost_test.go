package signup_test

import (
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/ratio"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// full returns a policy with every rule and every list but the invite and the challenge,
// whose costs are measured in their own rooms.
func full(rule policy.Rule) policy.SignUp {
	return policy.SignUp{Rules: policy.Rules{
		Providers:  &policy.Providers{Allow: []string{"Google", "SignInWithApple"}},
		Privileged: &policy.Privileged{Attributes: []string{"custom:role", "custom:tenant"}},
		Email:      &policy.Email{Rule: rule, Required: true, IDN: true},
		Domains:    &policy.Domains{Rule: rule, Deny: append([]string{"*.zip"}, domains...)},
		Disposable: &policy.Disposable{Rule: rule, Except: []string{"x.mailinator.com"}},
		Relay:      &policy.Relay{Rule: rule},
		Roles:      &policy.Roles{Rule: rule},
		Phone:      &policy.Phone{Rule: rule, Countries: []string{"DE", "AT", "CH", "US"}},
		Username:   &policy.Username{Rule: rule, MinLength: 3, MaxLength: 64, Reserved: []string{"admin", "root", "support"}},
		Attributes: &policy.Attributes{Rule: rule, Required: []string{"name"}, Values: map[string]policy.Value{
			"name": {MaxLength: 80}, "locale": {Pattern: "[a-z]{2}(-[A-Z]{2})?"},
		}},
		AutoConfirm: &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"corp.example"}},
	}}
}

// applicant returns an applicant whom the full policy accepts.
func applicant(address, userName string) signup.Applicant {
	return signup.Applicant{Origin: policy.Self, UserName: userName, ClientID: web, Attributes: map[string]string{
		"email": address, "name": "Ada Lovelace", "locale": "en-GB", "phone_number": "+4915112345678",
	}}
}

// The numbers are exact: a change that needs more allocations must raise them here.
func TestTheAllocationsOfACheck(t *testing.T) {
	p := compile(t, full(policy.Rule{}))
	for _, c := range []struct {
		address, userName string
		most              float64
	}{
		{"a@mail.ok.example", "ada.lovelace", 0},
		{"A.B+c@ok.example", "ada", 1}, // the roles compare lower case
		{"a@OK.example", "ada", 1},
		{"a@mailinator.com", "ada", 0},
		{`"a@b"@mailinator.com`, "ada", 0},
		{"a@ok.example", "Ada.Lovelace", 2},
		{"a@ok.example", "müller", 7},
		{"a@xn--bcher-kva.example", "ada", 11},
		{"a@xn--bcher-kva.example", "Владимир", 16},
	} {
		a := applicant(c.address, c.userName)
		if n := testing.AllocsPerRun(1000, func() { p.Check(a) }); n > c.most {
			t.Errorf("%s, %s: %v allocations, at most %v are recorded", c.address, c.userName, n, c.most)
		}
	}
}

// Usual input, in any script, costs at most ten times an ordinary applicant (a
// microsecond: BenchmarkCheck), input made to take long a hundred times.
func TestNoApplicantCostsFarMoreThanAnother(t *testing.T) {
	p := compile(t, full(policy.Rule{}))
	check := func(a signup.Applicant) func() {
		return func() {
			for range 20 {
				p.Check(a)
			}
		}
	}
	ordinary := check(applicant("first.last+tag@mail.ok.example", "ada.lovelace"))
	for _, c := range []struct {
		address, userName string
		most              float64
	}{
		{"First.Last@mailinator.com", "Ada.Lovelace99", 10},
		{"first.last@xn--bcher-kva.example", "Владимир", 10},
		{"x@" + strings.Repeat("a.", 100) + "co", "ada", 10},
		{"x@" + strings.Repeat("xn--bcher-kva.", 16) + "co", "ada", 100},
		{"a@ok.example", strings.Repeat("ந", 128), 100},
	} {
		if times := ratio.Of(check(applicant(c.address, c.userName)), ordinary, c.most); times > c.most {
			t.Errorf("%.40s, %.20s: %.1f times an ordinary applicant, at most %.0f", c.address, c.userName, times, c.most)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	p := compile(b, full(policy.Rule{}))
	for name, a := range map[string]signup.Applicant{
		"allowed": applicant("first.last+tag@mail.ok.example", "ada.lovelace"),
		"refused": applicant("first.last@mailinator.com", "ada.lovelace"),
		"foreign": applicant("first.last@xn--bcher-kva.example", "Владимир"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p.Check(a)
			}
		})
	}
}
