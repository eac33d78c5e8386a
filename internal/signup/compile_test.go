package signup_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// The ids of app clients have 20 to 128 letters.
var shortID, longID = strings.Repeat("z", 20), strings.Repeat("z", 128)

// badPolicies holds sections and the faults of each.
var badPolicies = map[string]struct {
	section policy.SignUp
	faults  []string
}{
	"unknown mode": {
		policy.SignUp{Rules: policy.Rules{Email: &policy.Email{Rule: policy.Rule{Mode: "enforced"}}}},
		[]string{`signUp.email.mode: there is no mode "enforced"; did you mean enforce?`},
	},
	"mode of nothing like": {
		policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Rule: policy.Rule{Mode: "block"}}}},
		[]string{`signUp.domains.mode: there is no mode "block"; use enforce, observe or off`},
	},
	"mode in capitals": {
		policy.SignUp{Rules: policy.Rules{Attributes: &policy.Attributes{Rule: policy.Rule{Mode: "Off"}}}},
		[]string{`signUp.attributes.mode: there is no mode "Off"; did you mean off?`},
	},
	"unknown origin": {
		policy.SignUp{Rules: policy.Rules{Email: &policy.Email{Rule: policy.Rule{AppliesTo: []policy.Origin{"self", "externl"}}}}},
		[]string{`signUp.email.appliesTo[1]: there is no origin "externl"; did you mean external?`},
	},
	"origin of nothing like": {
		policy.SignUp{Rules: policy.Rules{Email: &policy.Email{Rule: policy.Rule{AppliesTo: []policy.Origin{""}}}}},
		[]string{`signUp.email.appliesTo[0]: there is no origin ""; use self, admin or external`},
	},
	"origin twice": {
		policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Rule: policy.Rule{AppliesTo: []policy.Origin{"self", "self"}}}}},
		[]string{`signUp.domains.appliesTo[1]: the origin self is listed twice; remove one of the two`},
	},
	"no origin": {
		policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Rule: policy.Rule{AppliesTo: []policy.Origin{}}}}},
		[]string{`signUp.domains.appliesTo: an empty list judges nobody; write mode: off, or name the origins`},
	},
	"domains": {
		denying("", "*.a_.example", ".a.example", "x@b.example", "https://C.example/x", "d.example.", " e.example ", "com", "bücher.example",
			"a b.example", "ex_ample.com", "127.0.0.1", "-", "f.example", "F.EXAMPLE", strings.Repeat("x", 64)+".com", strings.Repeat("_", 40), strings.Repeat("_", 41), "a\x7f.example"),
		[]string{
			`signUp.domains.deny[0]: the entry is empty; remove it or name a domain`,
			`signUp.domains.deny[1]: "*.a_.example" is not a domain; write a host name of at least two labels, such as example.com`,
			`signUp.domains.deny[2]: ".a.example" is not a domain; write a.example, which covers its sub-domains too, or *.a.example, which covers them alone`,
			`signUp.domains.deny[3]: "x@b.example" is not a domain; write b.example, which covers its sub-domains too, or *.b.example, which covers them alone`,
			`signUp.domains.deny[4]: "https://C.example/x" is not a domain; write c.example, which covers its sub-domains too, or *.c.example, which covers them alone`,
			`signUp.domains.deny[5]: "d.example." is not a domain; write d.example, which covers its sub-domains too, or *.d.example, which covers them alone`,
			`signUp.domains.deny[6]: " e.example " is not a domain; write e.example, which covers its sub-domains too, or *.e.example, which covers them alone`,
			`signUp.domains.deny[7]: "com" is not a domain; write *.com for all of a top-level domain, or a host name of at least two labels`,
			`signUp.domains.deny[8]: "bücher.example" is not a domain; write its ASCII form, whose labels begin with xn--`,
			`signUp.domains.deny[9]: "a b.example" is not a domain; write a host name of at least two labels, such as example.com`,
			`signUp.domains.deny[10]: "ex_ample.com" is not a domain; write a host name of at least two labels, such as example.com`,
			`signUp.domains.deny[11]: "127.0.0.1" is not a domain; write a host name of at least two labels, such as example.com`,
			`signUp.domains.deny[12]: "-" is not a domain; write a host name of at least two labels, such as example.com`,
			`signUp.domains.deny[14]: the domain f.example is listed twice; remove one of the two; case does not count`,
			`signUp.domains.deny[15]: "` + strings.Repeat("x", 40) + `…" is not a domain; write a host name of at least two labels, such as example.com`,
			`signUp.domains.deny[16]: "` + strings.Repeat("_", 40) + `" is not a domain; write a host name of at least two labels, such as example.com`,
			`signUp.domains.deny[17]: "` + strings.Repeat("_", 40) + `…" is not a domain; write a host name of at least two labels, such as example.com`,
			`signUp.domains.deny[18]: "a\x7f.example" is not a domain; write a host name of at least two labels, such as example.com`,
		},
	},
	"attributes": {
		policy.SignUp{Rules: policy.Rules{Attributes: &policy.Attributes{Required: []string{
			"", "sub", "cognito:user_status", "cognito:email_alias", "email_verified", "phone_number_verified", "identities", "dev:custom:x",
			"Email", "givenName", "plan", "custom:", "custom:a b", "custom:aaaaaaaaaaaaaaaaaaaaa", "name", "name", "a\nb", "custom:ä\u200b", "username", "sub",
		}}}},
		[]string{
			`signUp.attributes.required[0]: the entry is empty; remove it or name an attribute`,
			`signUp.attributes.required[1]: "sub" is set by Cognito, and no user has it when signing up; remove it`,
			`signUp.attributes.required[2]: "cognito:user_status" is set by Cognito, and no user has it when signing up; remove it`,
			`signUp.attributes.required[3]: "cognito:email_alias" is set by Cognito, and no user has it when signing up; remove it`,
			`signUp.attributes.required[4]: "email_verified" is set by Cognito, and no user has it when signing up; remove it`,
			`signUp.attributes.required[5]: "phone_number_verified" is set by Cognito, and no user has it when signing up; remove it`,
			`signUp.attributes.required[6]: "identities" is set by Cognito, and no user has it when signing up; remove it`,
			`signUp.attributes.required[7]: "dev:custom:x" can be set by administrators only; remove it, or use an attribute that begins with custom:`,
			`signUp.attributes.required[8]: there is no attribute "Email"; did you mean email?`,
			`signUp.attributes.required[9]: there is no attribute "givenName"; did you mean given_name?`,
			`signUp.attributes.required[10]: there is no attribute "plan"; use a standard attribute, or write custom:plan for one of your own`,
			`signUp.attributes.required[11]: "custom:" cannot be the name of a custom attribute; use 1 to 20 letters, digits and symbols after custom:`,
			`signUp.attributes.required[12]: "custom:a b" cannot be the name of a custom attribute; use 1 to 20 letters, digits and symbols after custom:`,
			`signUp.attributes.required[13]: "custom:aaaaaaaaaaaaaaaaaaaaa" cannot be the name of a custom attribute; use 1 to 20 letters, digits and symbols after custom:`,
			`signUp.attributes.required[15]: the attribute "name" is listed twice; remove one of the two`,
			`signUp.attributes.required[16]: there is no attribute "a\nb"; use a standard attribute such as given_name, or one that begins with custom:`,
			`signUp.attributes.required[17]: "custom:ä\u200b" cannot be the name of a custom attribute; use 1 to 20 letters, digits and symbols after custom:`,
			`signUp.attributes.required[18]: there is no attribute "username"; use a standard attribute, or write custom:username for one of your own`,
			`signUp.attributes.required[19]: the attribute "sub" is listed twice; remove one of the two`,
		},
	},
	"required and forbidden": {
		policy.SignUp{
			Rules: policy.Rules{
				Attributes: &policy.Attributes{Required: []string{"locale"}},
				Privileged: &policy.Privileged{Attributes: []string{"custom:role", "locale"}},
			},
			Clients: map[string]policy.Rules{
				web: {Attributes: &policy.Attributes{Required: []string{"custom:role"}}}, app: {Privileged: &policy.Privileged{Attributes: []string{"custom:role"}}},
				shortID: {Relay: &policy.Relay{}}, longID: {Privileged: &policy.Privileged{Attributes: []string{"locale"}}},
			},
		},
		[]string{
			`signUp.privileged.attributes[1]: "locale" is required by attributes and forbidden here, so nobody can sign up; remove it in one of the two places`,
			`signUp.clients.` + web + `.privileged.attributes[0]: "custom:role" is required by attributes and forbidden here, so nobody can sign up; remove it in one of the two places`,
			`signUp.clients.` + longID + `.privileged.attributes[0]: "locale" is required by attributes and forbidden here, so nobody can sign up; remove it in one of the two places`,
		},
	},
	"ids of app clients": {
		policy.SignUp{Clients: map[string]policy.Rules{shortID[1:]: {Relay: &policy.Relay{}}, longID + "z": {Relay: &policy.Relay{}}}},
		[]string{
			`signUp.clients.` + shortID[1:] + `: "` + shortID[1:] + `" is not an app client id; write the id that Cognito gave the client (the stack's output WebClientId shows its own); names are not known to the function, nor are ids before the first deploy`,
			`signUp.clients.` + longID + `z: "` + longID[:40] + `…" is not an app client id; write the id that Cognito gave the client (the stack's output WebClientId shows its own); names are not known to the function, nor are ids before the first deploy`,
		},
	},
	"values": {
		policy.SignUp{Rules: policy.Rules{Attributes: &policy.Attributes{Values: map[string]policy.Value{
			"address": {MinLength: -1}, "birthdate": {MinLength: 2049}, "gender": {MaxLength: -1}, "locale": {MaxLength: 2049}, "name": {MinLength: 2, MaxLength: 1},
			"nickname": {MinLength: 2048}, "picture": {MaxLength: 2048}, "profile": {MinLength: 1, MaxLength: 1},
		}}}},
		[]string{
			`signUp.attributes.values.address.minLength: -1 is out of range; use 1 to 2048, or remove it`,
			`signUp.attributes.values.birthdate.minLength: 2049 is out of range; use 1 to 2048, or remove it`,
			`signUp.attributes.values.gender.maxLength: -1 is out of range; use 1 to 2048, or remove it`,
			`signUp.attributes.values.locale.maxLength: 2049 is out of range; use 1 to 2048, or remove it`,
			`signUp.attributes.values.name.minLength: 2 is more than maxLength, so no value does; make it less`,
		},
	},
	"countries and types": {
		policy.SignUp{Rules: policy.Rules{Phone: &policy.Phone{Countries: []string{"az", "dE"}, AllowTypes: []policy.NumberType{}}}},
		[]string{
			`signUp.phone.countries[0]: there is no country "az"; did you mean AZ?`,
			`signUp.phone.countries[1]: there is no country "dE"; did you mean DE?`,
			`signUp.phone.allowTypes: an empty list allows no type; remove it, or name types`,
		},
	},
	"providers": {
		policy.SignUp{Rules: policy.Rules{
			Privileged: &policy.Privileged{Mode: "x", Attributes: []string{"custom:role"}},
			Providers:  &policy.Providers{Allow: []string{"ab", "ab_x", "abc\xff", strings.Repeat("x", 33), "abc", strings.Repeat("x", 32)}},
		}},
		[]string{
			`signUp.providers.allow[0]: "ab" cannot be the name of a provider; write it as in the user pool: 3 to 32 characters, no blank, no underscore but in the second place`,
			`signUp.providers.allow[1]: "ab_x" cannot be the name of a provider; write it as in the user pool: 3 to 32 characters, no blank, no underscore but in the second place`,
			`signUp.providers.allow[2]: "abc\xff" cannot be the name of a provider; write it as in the user pool: 3 to 32 characters, no blank, no underscore but in the second place`,
			`signUp.providers.allow[3]: "` + strings.Repeat("x", 33) + `" cannot be the name of a provider; write it as in the user pool: 3 to 32 characters, no blank, no underscore but in the second place`,
			`signUp.privileged.mode: there is no mode "x"; use enforce, observe or off`,
		},
	},
	"an allow list, and what it swallows": {
		policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Allow: []string{"com", "*.corp.example", "b.example"}, Deny: []string{"*.corp.example", "corp.example", "*.b.example", "b.example"}}}},
		[]string{
			`signUp.domains.allow[0]: "com" is not a domain; write *.com for all of a top-level domain, or a host name of at least two labels`,
			`signUp.domains.deny[1]: corp.example is there already, in the other form; keep one: corp.example covers its sub-domains too, *.corp.example covers them alone`,
			`signUp.domains.deny[3]: b.example is there already, in the other form; keep one: b.example covers its sub-domains too, *.b.example covers them alone`,
			`signUp.domains.deny[0]: "*.corp.example" is allowed by the list allow, which beats this one, so the entry refuses nobody; remove one of the two`,
			`signUp.domains.deny[2]: "*.b.example" is allowed by the list allow, which beats this one, so the entry refuses nobody; remove one of the two`,
			`signUp.domains.deny[3]: "b.example" is allowed by the list allow, which beats this one, so the entry refuses nobody; remove one of the two`,
		},
	},
	"domains that email refuses": {
		policy.SignUp{
			Rules: policy.Rules{
				Domains:     &policy.Domains{Allow: []string{"corp.example", "mail.xn--bcher-kva.example", "*.XN--p1ai"}, Deny: []string{"xn--e1afmkfd.example", "xn.example"}},
				Disposable:  &policy.Disposable{Except: []string{"xn--e1afmkfd.example"}},
				AutoConfirm: &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"xn--e1afmkfd.example"}},
			},
			Clients: map[string]policy.Rules{
				web: {Domains: &policy.Domains{Rule: policy.Rule{Mode: policy.Off}, Deny: []string{"xn--e1afmkfd.example"}}},
				app: {Email: &policy.Email{}},
			},
		},
		[]string{
			`signUp.domains.allow[1]: "mail.xn--bcher-kva.example" can never match, because email refuses internationalised domains; write idn: true under email, or remove the entry`,
			`signUp.domains.allow[2]: "*.XN--p1ai" can never match, because email refuses internationalised domains; write idn: true under email, or remove the entry`,
			`signUp.domains.deny[0]: "xn--e1afmkfd.example" can never match, because email refuses internationalised domains; write idn: true under email, or remove the entry`,
			`signUp.disposable.except[0]: "xn--e1afmkfd.example" can never match, because email refuses internationalised domains; write idn: true under email, or remove the entry`,
			`signUp.autoConfirm.domains[0]: "xn--e1afmkfd.example" can never match, because email refuses internationalised domains; write idn: true under email, or remove the entry`,
			`signUp.clients.` + web + `.domains.deny[0]: "xn--e1afmkfd.example" can never match, because email refuses internationalised domains; write idn: true under email, or remove the entry`,
		},
	},
	"domains that the client's email refuses": {
		policy.SignUp{
			Rules: policy.Rules{
				Email:   &policy.Email{IDN: true},
				Domains: &policy.Domains{Deny: []string{"xn--e1afmkfd.example"}},
			},
			Clients: map[string]policy.Rules{web: {Email: &policy.Email{Rule: policy.Rule{Mode: policy.Enforce}}, Disposable: &policy.Disposable{Except: []string{"xn--e1afmkfd.example"}}}},
		},
		[]string{
			`signUp.clients.` + web + `.disposable.except[0]: "xn--e1afmkfd.example" can never match, because email refuses internationalised domains; write idn: true under email, or remove the entry`,
		},
	},
	"domains that email refuses to some": {
		policy.SignUp{Rules: policy.Rules{
			Email:   &policy.Email{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.Self, policy.External}}},
			Domains: &policy.Domains{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.External}}, Deny: []string{"xn--e1afmkfd.example"}},
		}},
		[]string{
			`signUp.domains.deny[0]: "xn--e1afmkfd.example" can never match, because email refuses internationalised domains; write idn: true under email, or remove the entry`,
		},
	},
	"all at once, and in a rule that is off": {
		policy.SignUp{Rules: policy.Rules{
			Email:      &policy.Email{Rule: policy.Rule{Mode: "x", AppliesTo: []policy.Origin{"y"}}},
			Domains:    &policy.Domains{Rule: policy.Rule{Mode: policy.Off}, Deny: []string{"com"}},
			Attributes: &policy.Attributes{Rule: policy.Rule{Mode: policy.Off}, Required: []string{"sub"}},
		}},
		[]string{
			`signUp.email.mode: there is no mode "x"; use enforce, observe or off`,
			`signUp.email.appliesTo[0]: there is no origin "y"; use self, admin or external`,
			`signUp.domains.deny[0]: "com" is not a domain; write *.com for all of a top-level domain, or a host name of at least two labels`,
			`signUp.attributes.required[0]: "sub" is set by Cognito, and no user has it when signing up; remove it`,
		},
	},
}

func TestEveryMistakeInAPolicyIsFoundWhenItIsCompiled(t *testing.T) {
	for name, c := range badPolicies {
		compiled, err := signup.Compile(c.section)
		var faults policy.Faults
		if compiled != nil || !errors.As(err, &faults) {
			t.Errorf("%s: got %v, %v", name, compiled, err)
			continue
		}
		if want := strings.Join(c.faults, "\n"); err.Error() != want {
			t.Errorf("%s: got\n%v\nwant\n%s", name, err, want)
		}
	}
}

func TestASoundPolicyCompiles(t *testing.T) {
	for _, mode := range []policy.Mode{"", policy.Enforce, policy.Observe, policy.Off} {
		rule := policy.Rule{Mode: mode, AppliesTo: []policy.Origin{policy.Self, policy.Admin, policy.External}}
		compile(t, policy.SignUp{Rules: policy.Rules{
			Email:   &policy.Email{Rule: rule, Required: true, IDN: true},
			Domains: &policy.Domains{Rule: rule, Deny: []string{"mailinator.com", "sub.mailinator.com", "xn--bcher-kva.example", "CO.uk"}},
			Attributes: &policy.Attributes{Rule: rule, Required: []string{
				"address", "birthdate", "email", "family_name", "gender", "given_name", "locale", "middle_name", "name",
				"nickname", "phone_number", "picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
				"custom:x", "custom:größe_1-a", "custom:aaaaaaaaaaaaaaaaaaaa",
			}, Values: map[string]policy.Value{"name": {MinLength: 3}}},
		}})
	}
}

// The entry is a fault only if the email rule refuses every such domain first.
func TestAnInternationalisedDomainCanBeListedWhereOneCanCome(t *testing.T) {
	deny := policy.Domains{Deny: []string{"xn--e1afmkfd.example"}}
	for _, section := range []policy.SignUp{
		{Rules: policy.Rules{Domains: &deny, Email: &policy.Email{IDN: true}}},
		{Rules: policy.Rules{Domains: &deny, Email: &policy.Email{Rule: policy.Rule{Mode: policy.Off}}}},
		{Rules: policy.Rules{Domains: &deny, Email: &policy.Email{Rule: policy.Rule{Mode: policy.Observe}}}},
		{Rules: policy.Rules{Domains: &deny, Email: &policy.Email{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.Admin}}}}},
		{Rules: policy.Rules{Domains: &policy.Domains{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.Self, policy.External}}, Deny: deny.Deny}}},
		{Rules: policy.Rules{Domains: &deny}, Clients: map[string]policy.Rules{web: {Email: &policy.Email{IDN: true}}}},
	} {
		compile(t, section)
	}
}

func TestACompiledPolicySharesNothingWithTheDocument(t *testing.T) {
	deny, required := []string{"mailinator.com"}, []string{"name"}
	p := compile(t, policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Deny: deny}, Attributes: &policy.Attributes{Required: required}}})
	deny[0], required[0] = "b.co", "email"
	if v := p.Check(by(policy.Self, "a@mailinator.com")); v.Refusal != signup.EmailDomainDenied {
		t.Errorf("got %+v", v)
	}
	if v := p.Check(by(policy.Self, "a@b.co")); v.Refusal != signup.AttributeMissing {
		t.Errorf("got %+v", v)
	}
}
