package signup_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/ratio"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// atToken is what a rule says that holds at a token.
var atToken = policy.Held{Holds: policy.HoldsAtToken}

func TestR41_TokensAreJudgedByAPartOfThePolicy(t *testing.T) {
	words := map[string]string{"email-disposable": "x", "email-unusable": "y", "invite-missing": "z"}
	section := policy.SignUp{
		Rules:     policy.Rules{Disposable: &policy.Disposable{Held: atToken}, Domains: &policy.Domains{Deny: []string{"a.example"}}, Relay: &policy.Relay{Rule: policy.Rule{Mode: policy.Off}, Held: atToken}},
		Clients:   map[string]policy.Rules{"1example2client3id4web5app": {Disposable: &policy.Disposable{}}},
		Sentences: policy.Sentences{"de": words, "fr": {"email-domain-denied": "x"}},
		ShowCode:  true,
	}
	want := policy.SignUp{
		Rules:     policy.Rules{Disposable: section.Disposable},
		Sentences: policy.Sentences{"de": {"email-disposable": "x", "email-unusable": "y"}}, ShowCode: true,
	}
	if got := signup.AtToken(section); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(words) != 3 {
		t.Errorf("the section has changed: %v", words)
	}
	section.Disposable = &policy.Disposable{}
	if got := signup.AtToken(section); !reflect.DeepEqual(got, policy.SignUp{}) {
		t.Errorf("without such a rule: %+v", got)
	}
}

func TestR41_AMistakeOfARuleThatHoldsIsAFault(t *testing.T) {
	for want, rules := range map[string]policy.Rules{
		`signUp.relay.holds: there is no moment "tokn"; did you mean token?`:                                                                                          {Relay: &policy.Relay{Held: policy.Held{Holds: "tokn"}}},
		`signUp.relay.atToken: there is no sanction "demot"; did you mean demote?`:                                                                                    {Relay: &policy.Relay{Held: policy.Held{Holds: policy.HoldsAtToken, AtToken: "demot"}}},
		`signUp.phone.atToken: the rule does not hold at a token; write holds: token beside it, or remove it`:                                                         {Phone: &policy.Phone{Held: policy.Held{AtToken: policy.Demote}}},
		`signUp.email.atToken: the rule does not hold at a token; write holds: token beside it, or remove it`:                                                         {Email: &policy.Email{Held: policy.Held{Holds: policy.HoldsAtSignUp, AtToken: policy.Refuse}}},
		`signUp.roles.holds: a user whom an administrator created counts as self at a token, so the rule judges nobody there; add self to appliesTo, or remove holds`: {Roles: &policy.Roles{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.Admin}}, Held: atToken}},
	} {
		if _, err := signup.Compile(policy.SignUp{Rules: rules}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	const client = "1example2client3id4web5app"
	section := policy.SignUp{Clients: map[string]policy.Rules{client: {Relay: &policy.Relay{Held: atToken}}}}
	if _, err := signup.Compile(section); err == nil || err.Error() != "signUp.clients."+client+".relay.holds: what differs for an app client does not count at a token; remove it; a rule of policy.signUp may hold there" {
		t.Errorf("got %v", err)
	}
	for name, rules := range map[string]policy.Rules{
		"defaults": {Relay: &policy.Relay{Held: atToken}}, "at sign-up": {Relay: &policy.Relay{Held: policy.Held{Holds: policy.HoldsAtSignUp}}},
		"external": {Relay: &policy.Relay{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.External}}, Held: policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.Refuse}}},
	} {
		if _, err := signup.Compile(policy.SignUp{Rules: rules}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// holding compiles the rules of a section that hold at a token, as they are shipped.
func holding(t interface {
	Fatal(...any)
	Helper()
}, section policy.SignUp,
) signup.Held {
	t.Helper()
	text, err := policy.Encode(policy.Document{AtToken: signup.AtToken(section)}, "atToken")
	if err != nil {
		t.Fatal(err)
	}
	document, err := policy.Decode(text, "atToken")
	if err != nil {
		t.Fatal(err)
	}
	held, err := signup.CompileHeld(document.AtToken)
	if err != nil {
		t.Fatal(err)
	}
	return held
}

// These are the attributes that UpdateUserAttributes and VerifyUserAttribute leave.
func changed() map[string]string {
	return map[string]string{
		"email": "x@mailinator.com", "email_verified": "true", "name": strings.Repeat("x", 2000), "locale": "<script>", "cognito:user_status": "CONFIRMED",
	}
}

func TestR41_AnAddressThatIsChangedAfterSignUpIsJudgedAgain(t *testing.T) {
	section := policy.SignUp{Rules: policy.Rules{
		Domains:    &policy.Domains{Deny: []string{"mailinator.com"}, Held: atToken},
		Disposable: &policy.Disposable{Held: atToken},
		Attributes: &policy.Attributes{Required: []string{"name"}, Values: map[string]policy.Value{"name": {MaxLength: 100}}, Held: policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.Refuse}},
	}}
	first := map[string]string{"email": "ada@ok.example", "name": "Ada"}
	held := holding(t, section)
	if v := held.Check(first); !reflect.DeepEqual(v, signup.Verdict{}) {
		t.Errorf("as signed up: got %+v", v)
	}
	if v := held.Check(changed()); v.Refusal != signup.AttributeLength || v.Rule != "attributes" || v.Demotes || !v.Refused() {
		t.Errorf("the last rule refuses, and is stronger than those that demote: got %+v", v)
	}
	section.Attributes.Held = policy.Held{}
	if v := holding(t, section).Check(changed()); v.Refusal != signup.EmailDomainDenied || v.Rule != "domains" || !v.Demotes || v.Refused() {
		t.Errorf("the first rule demotes: got %+v", v)
	}
	section.Domains.Mode, section.Disposable.Mode = policy.Observe, policy.Observe
	if v := holding(t, section).Check(changed()); v.Demotes || v.Rule != "" || !slices.Equal(v.Observed, []string{"email-domain-denied", "email-disposable"}) {
		t.Errorf("both rules observe: got %+v", v)
	}
}

// A team with users counts first whom a rule would demote, and enforces it at sign-up
// all the while.
func TestR41_ARuleThatRefusesAtSignUpMayOnlyObserveAtATokenYet(t *testing.T) {
	watched := policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.OnlyObserve}
	section := policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Deny: []string{"mailinator.com"}, Held: watched}}}
	if v := holding(t, section).Check(changed()); v.Demotes || v.Refused() || !slices.Equal(v.Observed, []string{"email-domain-denied"}) {
		t.Errorf("at a token: got %+v", v)
	}
	if v := compile(t, section).Check(signup.Applicant{Origin: policy.Self, Attributes: changed()}); v.Refusal != signup.EmailDomainDenied {
		t.Errorf("at sign-up: got %+v", v)
	}
	section.Domains.Mode = policy.Off
	if v := holding(t, section).Check(changed()); v.Observed != nil {
		t.Errorf("off: got %+v", v)
	}
}

// Only Cognito's word counts: a user of a provider is external, every other one self.
func TestR41_AtATokenAUserIsExternalOrSelf(t *testing.T) {
	for _, c := range []struct {
		origin policy.Origin
		status string
		judged bool
	}{
		{policy.Self, "CONFIRMED", true},
		{policy.Self, "FORCE_CHANGE_PASSWORD", true},
		{policy.Self, "", true},
		{policy.Self, "EXTERNAL_PROVIDER", false},
		{policy.External, "EXTERNAL_PROVIDER", true},
		{policy.External, "CONFIRMED", false},
		{policy.External, "external_provider", false},
	} {
		held := holding(t, policy.SignUp{Rules: policy.Rules{Disposable: &policy.Disposable{Rule: policy.Rule{AppliesTo: []policy.Origin{c.origin}}, Held: atToken}}})
		user := changed()
		user["cognito:user_status"] = c.status
		if v := held.Check(user); v.Demotes != c.judged {
			t.Errorf("a rule for %s, a user who is %q: got %+v", c.origin, c.status, v)
		}
	}
}

// A missing address is an objection of the list alone.
func TestR41_AMissingAddressIsJudgedByTheAllowListAlone(t *testing.T) {
	section := policy.SignUp{Rules: policy.Rules{
		Email: &policy.Email{Required: true, Held: atToken}, Domains: &policy.Domains{Deny: []string{"evil.example"}, Held: atToken}, Disposable: &policy.Disposable{Held: atToken},
	}}
	if v := holding(t, section).Check(nil); !reflect.DeepEqual(v, signup.Verdict{}) {
		t.Errorf("got %+v", v)
	}
	if v := holding(t, section).Check(map[string]string{"email": "nonsense"}); v.Refusal != signup.EmailUnusable || v.Rule != "email" {
		t.Errorf("an unreadable one: got %+v", v)
	}
	section.Domains = &policy.Domains{Allow: []string{"corp.example"}, Held: atToken}
	if v := holding(t, section).Check(nil); v.Refusal != signup.EmailDomainNotAllowed || !v.Demotes {
		t.Errorf("with an allow list: got %+v", v)
	}
}

func TestR41_WithoutSuchARuleATokenCostsNothing(t *testing.T) {
	held, user := holding(t, full(policy.Rule{})), changed()
	if n := testing.AllocsPerRun(100, func() {
		if v := held.Check(user); v.Demotes || v.Refused() {
			t.Errorf("got %+v", v)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
	idle := holding(t, policy.SignUp{Rules: policy.Rules{Domains: &policy.Domains{Held: atToken}}}) // it has no list
	one := holding(t, policy.SignUp{Rules: policy.Rules{Relay: &policy.Relay{Held: atToken}}})
	check := func(held signup.Held) func() {
		return func() {
			for range 100 {
				held.Check(user)
			}
		}
	}
	for name, none := range map[string]signup.Held{"no rule": held, "a rule without a list": idle} {
		if times := ratio.Of(check(none), check(one), 0.25); times > 0.25 {
			t.Errorf("%s costs %.2f times one rule", name, times)
		}
	}
	strict := holding(t, holds(full(policy.Rule{}), func(string) policy.Held { return atToken }))
	user["email"] = "a@mail.ok.example"
	if n := testing.AllocsPerRun(100, func() { strict.Check(user) }); n > 0 {
		t.Errorf("with every rule: %v allocations", n)
	}
}

func TestR41_ATokenIsRefusedInThePolicysWords(t *testing.T) {
	section := policy.SignUp{
		Rules:     policy.Rules{Disposable: &policy.Disposable{Held: policy.Held{Holds: policy.HoldsAtToken, AtToken: policy.Refuse}}},
		Sentences: policy.Sentences{"de": {"email-disposable": "Keine Wegwerf-Adressen", "access-closed": "Geschlossen"}},
	}
	held := holding(t, section)
	if got := held.Say(held.Check(changed()).Refusal, "de-AT"); got.Sentence != "Keine Wegwerf-Adressen" || got.Code != "email-disposable" {
		t.Errorf("got %+v", got)
	}
	if got := held.Say(signup.EmailDisposable, "fr"); got != signup.EmailDisposable {
		t.Errorf("got %+v", got)
	}
	if got := (signup.Held{}).Say(signup.EmailDisposable, "de"); got != signup.EmailDisposable {
		t.Errorf("without rules: got %+v", got)
	}
}

// A policy.json that was made by hand must not judge tokens by a rule of sign-up.
func TestR41_OnlyRulesThatMayHoldAreCompiledForTokens(t *testing.T) {
	for _, rules := range []policy.Rules{
		{Access: &policy.Access{}},
		{Providers: &policy.Providers{}},
		{Privileged: &policy.Privileged{}},
		{Username: &policy.Username{}},
		{Challenge: &policy.Challenge{}},
		{AutoConfirm: &policy.AutoConfirm{}},
		{Relay: &policy.Relay{Rule: policy.Rule{Mode: "x"}}},
	} {
		if _, err := signup.CompileHeld(policy.SignUp{Rules: rules}); err == nil || !strings.HasPrefix(err.Error(), "atToken.") {
			t.Errorf("got %v", err)
		}
	}
	if _, err := signup.CompileHeld(policy.SignUp{Sentences: policy.Sentences{"de": {"access-closed": "x"}}}); err == nil || !strings.HasPrefix(err.Error(), "atToken.sentences.de.access-closed: ") {
		t.Errorf("a sentence of another rule: %v", err)
	}
}

// holds returns the part of a section that may hold at a token, with what each rule says
// about tokens.
func holds(section policy.SignUp, says func(name string) policy.Held) policy.SignUp {
	var part policy.SignUp
	all := section.Rules.Clone()
	into, from := reflect.ValueOf(&part.Rules).Elem(), reflect.ValueOf(all)
	for i := range into.NumField() {
		if rule := from.Field(i); !rule.IsNil() {
			if held := rule.Elem().FieldByName("Held"); held.IsValid() {
				held.Set(reflect.ValueOf(says(reflect.TypeFor[policy.Rules]().Field(i).Name)))
				into.Field(i).Set(rule)
			}
		}
	}
	return part
}

// TestR41_TokensAndSignUpsAreJudgedAlike compares the verdicts on the same attributes, of
// policies in which every rule holds at a token. A token's is composed of the sign-up's
// verdicts by the rules that refuse, by those that demote, and by all.
func TestR41_TokensAndSignUpsAreJudgedAlike(t *testing.T) {
	t.Parallel()
	refused, demoted, let := 0, 0, 0
	form.Check(t, 100, 400, 4_000, func(t *rapid.T) {
		sanctions := map[string]policy.Sanction{}
		section := holds(sections(t), func(name string) policy.Held {
			sanctions[name] = rapid.SampledFrom([]policy.Sanction{"", policy.Demote, policy.Refuse}).Draw(t, name)
			return policy.Held{Holds: policy.HoldsAtToken, AtToken: sanctions[name]}
		})
		for _, rule := range section.All() { // administrators bring nobody to a token
			list := reflect.ValueOf(rule).Elem().FieldByName("AppliesTo").Addr().Interface().(*[]policy.Origin)
			if *list = slices.DeleteFunc(*list, func(o policy.Origin) bool { return o == policy.Admin }); len(*list) == 0 {
				*list = nil
			}
		}
		section.Email.Required = false // it does not count at a token
		only := func(refuse bool) *signup.Policy {
			return compile(t, remade(section, func(name string, mode policy.Mode) policy.Mode {
				if (sanctions[strings.ToUpper(name[:1])+name[1:]] == policy.Refuse) != refuse {
					return policy.Off
				}
				return mode
			}))
		}
		held, every, refusing, demoting := holding(t, section), compile(t, section), only(true), only(false)
		for range 25 {
			a := applicants(t)
			a.Origin = rapid.SampledFrom([]policy.Origin{policy.Self, policy.External}).Draw(t, "whose")
			if a.Attributes["cognito:user_status"] = "CONFIRMED"; a.Origin == policy.External {
				a.Attributes["cognito:user_status"] = "EXTERNAL_PROVIDER"
			}
			want := refusing.Check(a)
			if !want.Refused() {
				want = demoting.Check(a)
				want.Demotes = want.Refused()
			}
			want.Observed = every.Check(a).Observed
			got := held.Check(a.Attributes)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v\nat the token %+v\nat sign-up   %+v", a, got, want)
			}
			switch {
			case got.Refused():
				refused++
			case got.Demotes:
				demoted++
			default:
				let++
			}
		}
	})
	t.Logf("%d are refused, %d demoted, %d neither", refused, demoted, let)
	if all := refused + demoted + let; min(refused, demoted, let) < all/20 {
		t.Error("too few of one kind to say anything")
	}
}
