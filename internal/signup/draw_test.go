package signup_test

import (
	"reflect"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

var (
	modes    = []policy.Mode{"", policy.Enforce, policy.Observe, policy.Off}
	origins  = []policy.Origin{policy.Self, policy.Admin, policy.External}
	domains  = []string{"mailinator.com", "b.mailinator.com", "amazon.com", "corp.example", "evil.example"}
	attrs    = []string{"email", "name", "locale", "custom:plan"}
	hosts    = []string{"duck.com", "ok.example", "xn--bcher-kva.example", "mailinator.com", "MAILINATOR.com", "x.mailinator.com", "evilamazon.com", "amazon.com", "ok.example", "corp.example.", "", "[1.2.3.4]"}
	locals   = []string{"admin", "a", "A.b+c", `"a@b"`, "", "a..b", "K", "\u212a"}
	contents = []string{"", " ", "x", "\x00", "\u200b"}
)

// rules draws what rules have in common.
func rules(t *rapid.T, name string) policy.Rule {
	r := policy.Rule{Mode: rapid.SampledFrom(modes).Draw(t, name+" mode")}
	r.AppliesTo = subset(t, name+" appliesTo", origins)
	return r
}

// subset draws some of the values, or nil for none.
func subset[T any](t *rapid.T, name string, from []T) []T {
	var some []T
	for i, take := range rapid.SliceOfN(rapid.Bool(), len(from), len(from)).Draw(t, name) {
		if take {
			some = append(some, from[i])
		}
	}
	return some
}

// sections draws a sound policy.
func sections(t *rapid.T) policy.SignUp {
	yes := func(name string) bool { return rapid.Bool().Draw(t, name) }
	s := policy.SignUp{Rules: policy.Rules{
		Email:      &policy.Email{Rule: rules(t, "email"), Required: yes("required"), IDN: yes("idn")},
		Domains:    &policy.Domains{Rule: rules(t, "domains"), Deny: subset(t, "deny", domains)},
		Attributes: &policy.Attributes{Rule: rules(t, "attributes"), Required: subset(t, "attributes", attrs)},
	}}
	if yes("allow") {
		s.Domains.Deny, s.Domains.Allow = nil, []string{"ok.example", "*.mailinator.com"}
	}
	if yes("values") {
		s.Attributes.Values = map[string]policy.Value{"name": {MaxLength: 1}, "locale": {Pattern: "x?"}}
	}
	for _, part := range []struct {
		name string
		set  func()
	}{
		{"disposable", func() { s.Disposable = &policy.Disposable{Rule: rules(t, "disposable")} }},
		{"relay", func() { s.Relay = &policy.Relay{Rule: rules(t, "relay")} }},
		{"roles", func() { s.Roles = &policy.Roles{Rule: rules(t, "roles")} }},
		{"phone", func() {
			s.Phone = &policy.Phone{Rule: rules(t, "phone"), Required: yes("phone required"), Countries: []string{"DE"}}
		}},
		{"username", func() {
			s.Username = &policy.Username{Rule: rules(t, "username"), MinLength: 2, Reserved: []string{"admin"}}
		}},
		{"providers", func() {
			s.Providers = &policy.Providers{Mode: rapid.SampledFrom(modes).Draw(t, "m"), Allow: []string{"Google"}}
		}},
		{"privileged", func() {
			s.Privileged = &policy.Privileged{Mode: rapid.SampledFrom(modes).Draw(t, "m"), Attributes: []string{"custom:role"}}
		}},
		{"access", func() { s.Access = &policy.Access{Mode: policy.AccessClosed, Observe: yes("observe")} }},
		{"challenge", func() { s.Challenge = &policy.Challenge{Rule: rules(t, "challenge"), Bits: 20} }},
	} {
		if rapid.IntRange(0, 2).Draw(t, part.name) == 0 {
			part.set()
		}
	}
	return s
}

// applicants draws an applicant who breaks rules now and then.
func applicants(t *rapid.T) signup.Applicant {
	a := signup.Applicant{
		Origin:     rapid.SampledFrom(append([]policy.Origin{"", "new"}, origins...)).Draw(t, "origin"),
		UserName:   rapid.SampledFrom([]string{"ada", "google_1", "okta_1", "a", "аdmin", "x\x00", "\u202e", "123e4567-e89b-42d3-a456-426614174000"}).Draw(t, "username"),
		Attributes: map[string]string{},
	}
	if rapid.IntRange(0, 4).Draw(t, "has an address") > 0 {
		a.Attributes["email"] = rapid.SampledFrom(locals).Draw(t, "local") + "@" + rapid.SampledFrom(hosts).Draw(t, "host")
	}
	for _, name := range attrs[1:] {
		if rapid.Bool().Draw(t, "has "+name) {
			a.Attributes[name] = rapid.SampledFrom(contents).Draw(t, name)
		}
	}
	if rapid.Bool().Draw(t, "has a number") {
		a.Attributes["phone_number"] = rapid.SampledFrom([]string{"+4915112345678", "+12025550123", "+499001234567", "0151", ""}).Draw(t, "number")
	}
	if rapid.IntRange(0, 5).Draw(t, "has a role") == 0 {
		a.Attributes["custom:role"] = "admin"
	}
	return a
}

// remade returns a copy of the section with the mode of each rule changed by remake.
// Access observes if the others do.
func remade(s policy.SignUp, remake func(name string, mode policy.Mode) policy.Mode) policy.SignUp {
	s.Rules = s.Rules.Clone()
	for name, rule := range s.Rules.All() {
		switch rule := rule.(type) {
		case *policy.AutoConfirm:
		case *policy.Access:
			mode := policy.Enforce
			if rule.Observe {
				mode = policy.Observe
			}
			if mode = remake(name, mode); mode == policy.Off {
				s.Access = nil
			}
			rule.Observe = mode == policy.Observe
		default:
			mode := reflect.ValueOf(rule).Elem().FieldByName("Mode").Addr().Interface().(*policy.Mode)
			*mode = remake(name, *mode)
		}
	}
	return s
}

// with returns the section with every rule that is not off in one mode.
func with(section policy.SignUp, mode policy.Mode) policy.SignUp {
	return remade(section, func(_ string, old policy.Mode) policy.Mode {
		if old == policy.Off {
			return old
		}
		return mode
	})
}
