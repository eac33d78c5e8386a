package signup_test

import (
	"reflect"
	"strings"
	"testing"

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
		`signUp.relay.holds: there is no moment "tokn"; did you mean token?`:                 {Relay: &policy.Relay{Held: policy.Held{Holds: "tokn"}}},
		`signUp.relay.atToken: there is no sanction "demot"; did you mean demote?`:           {Relay: &policy.Relay{Held: policy.Held{Holds: policy.HoldsAtToken, AtToken: "demot"}}},
		`signUp.phone.atToken: the rule does not hold at a token`:                            {Phone: &policy.Phone{Held: policy.Held{AtToken: policy.Demote}}},
		`signUp.email.atToken: the rule does not hold at a token`:                            {Email: &policy.Email{Held: policy.Held{Holds: policy.HoldsAtSignUp, AtToken: policy.Refuse}}},
		`signUp.roles.holds: a user whom an administrator created counts as self at a token`: {Roles: &policy.Roles{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.Admin}}, Held: atToken}},
	} {
		if _, err := signup.Compile(policy.SignUp{Rules: rules}); err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	const client = "1example2client3id4web5app"
	section := policy.SignUp{Clients: map[string]policy.Rules{client: {Relay: &policy.Relay{Held: atToken}}}}
	if _, err := signup.Compile(section); err == nil || !strings.HasPrefix(err.Error(), "signUp.clients."+client+".relay.holds: what differs for an app client does not count at a token") {
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
