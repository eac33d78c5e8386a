package userpool

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestAliasMovesOnlyWhenForced(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	join := func(name string) *string {
		if _, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
			ClientId: aws.String(webClient), Username: aws.String(name), Password: aws.String(longPassword),
			UserAttributes: []types.AttributeType{attr("email", "jie@example.com")},
		}); err != nil {
			t.Fatal(err)
		}
		code, _ := r.Code(name)
		return aws.String(code)
	}
	confirm := &idp.ConfirmSignUpInput{ClientId: aws.String(webClient), Username: aws.String("jie"), ConfirmationCode: join("jie")}
	if _, err := r.api.ConfirmSignUp(t.Context(), confirm); err != nil {
		t.Fatal(err)
	}
	r.login(t, "jie@example.com", longPassword)

	confirm = &idp.ConfirmSignUpInput{ClientId: aws.String(webClient), Username: aws.String("shirley"), ConfirmationCode: join("shirley")}
	_, err := r.api.ConfirmSignUp(t.Context(), confirm)
	wantRefusal(t, err, "AliasExistsException", "An account with the email already exists.")
	confirm.ForceAliasCreation = true
	if _, err := r.api.ConfirmSignUp(t.Context(), confirm); err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "jie", "email_verified"); got != "false" {
		t.Errorf("jie's email_verified %q after the alias moved", got)
	}
	id := r.verifiedToken(t, *r.login(t, "jie@example.com", longPassword).IdToken)
	if id["cognito:username"] != "shirley" {
		t.Errorf("the alias names %v", id["cognito:username"])
	}
}

// This is the account take-over that the guide describes ("Pre sign-up Lambda trigger",
// autoVerifyEmail).
func TestAutoVerifyTakesTheAliasFromItsOwner(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	r.fns.answer(preSignUp, responding(`{"autoConfirmUser":true,"autoVerifyEmail":true}`))
	for _, name := range []string{"jie", "shirley"} {
		if _, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
			ClientId: aws.String(webClient), Username: aws.String(name), Password: aws.String(longPassword),
			UserAttributes: []types.AttributeType{attr("email", "jie@example.com")},
		}); err != nil {
			t.Fatal(err)
		}
	}
	if jie, shirley := r.attribute(t, "jie", "email_verified"), r.attribute(t, "shirley", "email_verified"); jie != "false" || shirley != "true" {
		t.Errorf("email_verified of jie %q, of shirley %q", jie, shirley)
	}
}

// The verified addresses that are sign-in names are in the events, the others are not.
func TestAnAliasIsInTheEventsOnceItIsVerified(t *testing.T) {
	for name, c := range map[string]struct {
		aliases    []string
		attributes map[string]string
		want       string
	}{
		"an address":            {[]string{"email"}, map[string]string{"email": ada, "email_verified": "true"}, ada + " "},
		"a number":              {[]string{"phone_number"}, map[string]string{"phone_number": "+491701", "phone_number_verified": "true"}, " +491701"},
		"not verified":          {[]string{"email", "phone_number"}, map[string]string{"email": ada, "phone_number": "+491701"}, " "},
		"no names of this pool": {nil, map[string]string{"email": ada, "email_verified": "true", "phone_number": "+491701", "phone_number_verified": "true"}, " "},
	} {
		p := newPool(Config{ID: poolUnderTest, AliasAttributes: c.aliases}, nil, Options{keys: testKeys})
		seen := p.eventAttributes(user{attributes: c.attributes})
		if got := seen["cognito:email_alias"] + " " + seen["cognito:phone_number_alias"]; got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// Of two users whom one name finds by different attributes it is the older one's.
func TestANameFindsTheOlderUser(t *testing.T) {
	byName := ImportedUser{Username: "one", Attributes: map[string]string{"preferred_username": ada}}
	byAddress := ImportedUser{Username: "two", Attributes: map[string]string{"email": ada, "email_verified": "true"}}
	for _, users := range [][]ImportedUser{{byName, byAddress}, {byAddress, byName}} {
		for range 5 { // in no order
			r := startRig(t, func(c *Config, _ *Options) {
				c.UsernameAttributes, c.AliasAttributes = nil, []string{"email", "preferred_username"}
			})
			r.imports(t, users...)
			if u := theUser(t, r, ada); u.username != users[0].Username {
				t.Errorf("%s was there first, and %s is found", users[0].Username, u.username)
			}
		}
	}
}

// Each alias is looked at, and a preferred username is one, although nothing verifies it.
func TestEveryTakenAliasIsRefused(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.AliasAttributes = nil, []string{"email", "phone_number", "preferred_username"}
	})
	r.imports(t, ImportedUser{Username: "one", Attributes: map[string]string{"preferred_username": "countess", "phone_number": "+491701", "phone_number_verified": "true"}})
	_, err := r.raw(t, "SignUp", map[string]any{"ClientId": webClient, "Username": "two", "Password": longPassword, "UserAttributes": []attribute{{"preferred_username", "Countess"}}})
	wantRefusal(t, err, "AliasExistsException", "An account with the preferred_username already exists.")
	_, err = r.Import(ImportedUser{Username: "two", Attributes: map[string]string{"email": ada, "email_verified": "true", "phone_number": "+491701", "phone_number_verified": "true"}})
	if err == nil || !strings.Contains(err.Error(), "An account with the phone_number already exists.") {
		t.Errorf("the second alias is not looked at: %v", err)
	}
}

// Who only claims an address takes nothing with it.
func TestAnAliasStaysWithItsOwnerWhenAnotherGoes(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	r.imports(t, ImportedUser{Username: "ada", Attributes: map[string]string{"email": ada, "email_verified": "true"}}, ImportedUser{Username: "eve", Attributes: map[string]string{"email": ada}})
	r.must(t, "AdminDeleteUser", inPool("Username", "eve"))
	if u := theUser(t, r, ada); u.username != "ada" {
		t.Errorf("the address names %s", u.username)
	}
}
