package signup_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// full is a policy with every rule and every list but the invite and the
// challenge, which are asked for their own cost in their own rooms.
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

// applicant is somebody whom the full policy lets through.
func applicant(address, userName string) signup.Applicant {
	return signup.Applicant{Origin: policy.Self, UserName: userName, ClientID: web, Attributes: map[string]string{
		"email": address, "name": "Ada Lovelace", "locale": "en-GB", "phone_number": "+4915112345678",
	}}
}

// TestTheAllocationsOfACheck records them: a change that needs more has to raise
// a number here.
func TestTheAllocationsOfACheck(t *testing.T) {
	p := compile(t, full(policy.Rule{}))
	for _, c := range []struct {
		address, userName string
		most              float64
	}{
		{"a@mail.ok.example", "ada.lovelace", 0},
		{"A.B+c@ok.example", "ada", 1}, // the roles see small letters
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

// TestACheckOfTheFullPolicyTakesMicroseconds holds 10 µs for what people type, in
// any script, and a bound for what is made to take long. It has room for a machine
// that does something else at the same time: the best of many counts.
func TestACheckOfTheFullPolicyTakesMicroseconds(t *testing.T) {
	if raced {
		t.Skip("the race detector makes everything slow")
	}
	p := compile(t, full(policy.Rule{}))
	for _, c := range []struct {
		address, userName string
		most              time.Duration
	}{
		{"first.last+tag@mail.ok.example", "ada.lovelace", 10 * time.Microsecond},
		{"First.Last@mailinator.com", "Ada.Lovelace99", 10 * time.Microsecond},
		{"first.last@xn--bcher-kva.example", "Владимир", 10 * time.Microsecond},
		{"x@" + strings.Repeat("a.", 100) + "co", "ada", 10 * time.Microsecond},
		{"x@" + strings.Repeat("xn--bcher-kva.", 16) + "co", "ada", 100 * time.Microsecond},
		{"a@ok.example", strings.Repeat("ந", 128), 100 * time.Microsecond},
	} {
		a, best := applicant(c.address, c.userName), time.Hour
		for range 500 {
			began := time.Now()
			for range 20 {
				p.Check(a)
			}
			best = min(best, time.Since(began)/20)
		}
		t.Logf("%.40s, %.20s: %v", c.address, c.userName, best)
		if best > c.most {
			t.Errorf("%.40s, %.20s: %v, at most %v", c.address, c.userName, best, c.most)
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
