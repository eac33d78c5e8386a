package userpool

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A pool that demands a second factor demands it of who has none, too: the pages set one up.
func TestR54_ThePagesSetAnAuthenticatorAppUp(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.MfaConfiguration, c.EnabledMfas = "ON", []string{totp2, sms2, email2} })
	b.imports(t, ImportedUser{Username: "u-1", Password: longPassword, Attributes: map[string]string{"email": ada}}, ImportedUser{Username: "u-2", Password: longPassword})
	b.proves(t, "u-2", longPassword, "Set up a second step")
	b.wantNoCode(t, "nothing set up")
	if !slices.Equal(b.choices, []string{email2, totp2}) {
		t.Errorf("it offers %q: a phone number cannot be set up", b.choices)
	}
	b.forge(t, map[string]string{"answer": totp2})
	if b.title != "Set up an authenticator app" {
		t.Fatalf("%q %s", b.title, b.alert)
	}
	b.wantNoCode(t, "a secret")
	uri, err := url.Parse(b.links["Open in an authenticator app"])
	if err != nil || uri.Scheme != "otpauth" || uri.Host != "totp" || uri.Path != "/"+poolUnderTest+":u-2" || uri.Query().Get("issuer") != poolUnderTest {
		t.Fatalf("%s, %v", uri, err)
	}
	secret := uri.Query().Get("secret")
	if !strings.Contains(b.raw, "enter its code: "+secret) {
		t.Error("the secret is not there as text")
	}
	if b.send(t, map[string]string{"code": "no"}); b.title != "Error: Set up an authenticator app" || !strings.Contains(b.raw, secret) {
		t.Fatalf("a wrong code: %q", b.title)
	}
	b.wantNoCode(t, "a wrong code")
	b.fns.take()
	if b.send(t, map[string]string{"code": b.app(&secret)}); b.returned.Get("code") == "" {
		t.Fatalf("%q %s", b.title, b.alert)
	}
	wantSources(t, b.fns.sources(t), "PostAuthentication_Authentication")
	if u := theUser(t, b.rig, "u-2"); u.totp != secret || !slices.Equal(u.mfa, []string{totp2}) {
		t.Errorf("the app is not turned on: %q", u.mfa)
	}
	b.clock.pass(totpPeriod)
	b.proves(t, "u-2", longPassword, "One more step")
	if b.send(t, map[string]string{"code": b.app(&secret)}); b.returned.Get("code") == "" {
		t.Errorf("the next sign-in: %q %s", b.title, b.alert)
	}
}

func TestR54_ThePagesSetAnAddressUp(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.MfaConfiguration, c.EnabledMfas = "ON", []string{totp2, email2} })
	b.imports(t, ImportedUser{Username: "u-1", Password: longPassword})
	b.proves(t, "u-1", longPassword, "Set up a second step")
	b.forge(t, map[string]string{"answer": email2})
	if b.send(t, map[string]string{"email": "no address"}); b.title != "Error: Set up codes by email" || b.fields.Get("email") != "no address" {
		t.Fatalf("%q", b.title)
	}
	if b.send(t, map[string]string{"email": ada}); b.title != "One more step" {
		t.Fatalf("%q %s", b.title, b.alert)
	}
	b.wantNoCode(t, "an address that nobody has proven")
	if b.send(t, map[string]string{"code": b.mustCode(t, "u-1")}); b.returned.Get("code") == "" {
		t.Fatalf("%q %s", b.title, b.alert)
	}
	if got := b.attribute(t, "u-1", "email_verified"); got != "true" {
		t.Errorf("email_verified %q", got)
	}
}

func TestR54_ThePagesAskWhichSecondFactorItShallBe(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.MfaConfiguration, c.EnabledMfas = "OPTIONAL", []string{totp2, email2} })
	b.member(t, ada)
	secret := b.turnsTOTPOn(t, ada)
	if _, err := b.store.change(theUser(t, b.rig, ada).username, false, func(u *user) error { u.mfa = []string{email2, totp2}; return nil }); err != nil {
		t.Fatal(err)
	}
	for _, factor := range []string{totp2, email2} {
		b = b.rig.browser(t)
		b.proves(t, ada, longPassword, "Choose how to confirm that it is you")
		b.wantNoCode(t, "the password alone")
		if !slices.Equal(b.choices, []string{totp2, email2}) {
			t.Fatalf("it offers %q", b.choices)
		}
		b.forge(t, map[string]string{"answer": factor})
		code := b.app(secret)
		if factor == email2 {
			code = b.mustCode(t, ada)
		}
		if b.send(t, map[string]string{"code": code}); b.returned.Get("code") == "" {
			t.Errorf("%s: %q %s", factor, b.title, b.alert)
		}
		b.clock.pass(totpPeriod)
	}
	b = b.rig.browser(t)
	b.proves(t, ada, longPassword, "Choose how to confirm that it is you")
	if b.forge(t, map[string]string{"answer": sms2}); b.title == "Error: Sign in" && b.fields.Get("username") == "" {
		t.Error("the page to begin again forgets the name")
	}
	b.wantNoCode(t, "a factor that the user has not")
	ask := askFactor(url.Values{}, "", []string{totp2, sms2, email2})
	if ask.Choices[0].Label != "Authenticator app" || ask.Choices[1].Label != "Text message" || ask.Choices[2].Label != "Email" {
		t.Errorf("the buttons are %v", ask.Choices)
	}
	if label := askCode(url.Values{"challenge": {email2}}).Fields[3].Label; label != "Code that was sent to you" {
		t.Errorf("a code by mail is called %q", label)
	}
}

// A session of one step is none of another, whatever the form says.
func TestR54_AFormOfOneStepDoesNotEndAnother(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.MfaConfiguration, c.EnabledMfas = "ON", []string{totp2, email2} })
	b.imports(t, ImportedUser{Username: "u-1", Password: longPassword})
	for _, changes := range []map[string]string{
		{"challenge": verifyToken, "code": totpCode("", 1)},
		{"challenge": verifyToken, "code": ""},
		{"challenge": email2, "code": ""},
		{"challenge": totp2, "code": ""},
		{"challenge": "SELECT_MFA_TYPE", "answer": totp2},
		{"challenge": "NEW_PASSWORD_REQUIRED", "new_password": "Another-horse-8"},
		{"answer": "x", "session": "x"},
		{"challenge": "x"},
		{"challenge": totp2, "code": "no", "session": "x"},
		{"answer": totp2, "username": "u-2"},
	} {
		b.proves(t, "u-1", longPassword, "Set up a second step")
		if b.forge(t, changes); b.title == "Error: Sign in" && changes["username"] == "" && b.fields.Get("username") != "u-1" {
			t.Errorf("%v: the page to begin again forgets the name: %v", changes, b.fields)
		}
		b.wantNoCode(t, "a forged form")
		if b.title == "Set up an authenticator app" && changes["username"] == "" {
			t.Errorf("%v leads to a secret", changes)
		}
	}
	if u := theUser(t, b.rig, "u-1"); u.totp != "" || len(u.mfa) != 0 {
		t.Errorf("something was set up: %+v", u.mfa)
	}
	if _, err := b.tryLogin(t, "u-1", longPassword); err != nil {
		t.Errorf("the password was changed: %v", err)
	}
}

func TestR55_ThePagesAskForRequiredAttributesWithANewPassword(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.RequiredAttributes = []string{"email", "given_name"} })
	if err := b.tryInvite(t, ada, ""); err != nil {
		t.Fatal(err)
	}
	b.proves(t, ada, b.mustCode(t, ada), "Choose a new password")
	if slices.Contains(b.inputs, "userAttributes.email") || !slices.Contains(b.labels, "userAttributes.given_name") {
		t.Errorf("it asks for %q", b.inputs)
	}
	if b.send(t, map[string]string{"new_password": longPassword}); b.alert != "Invalid attributes given, given_name is missing" {
		t.Errorf("%q", b.alert)
	}
	b.wantNoCode(t, "a required attribute is missing")
	if b.send(t, map[string]string{"new_password": longPassword, "userAttributes.given_name": "Ada"}); b.returned.Get("code") == "" {
		t.Fatalf("%q %s", b.title, b.alert)
	}
	if got := b.attribute(t, ada, "given_name"); got != "Ada" {
		t.Errorf("given_name %q", got)
	}
}

func TestR53_ANewPasswordComesWithTheRequiredAttributesThatAreMissing(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.RequiredAttributes = []string{"email", "given_name"} })
	if err := r.tryInvite(t, ada, ""); err != nil {
		t.Fatal(err)
	}
	temporary := r.mustCode(t, ada)
	for _, c := range []struct{ name, value, code, refusal string }{
		{"userAttributes.name", "Ada", "InvalidParameterException", "Invalid attributes given, given_name is missing"},
		{"userAttributes.email", ada, "NotAuthorizedException", "Cannot modify an already provided email"},
	} {
		out, err := r.tryLogin(t, ada, temporary)
		if err != nil || out.ChallengeParameters["requiredAttributes"] != `["userAttributes.given_name"]` {
			t.Fatalf("%+v, %v", out, err)
		}
		_, err = r.answer(t, (*string)(&out.ChallengeName), out.Session, ada, "NEW_PASSWORD", longPassword, c.name, c.value)
		wantRefusal(t, err, c.code, c.refusal)
	}
	out, err := r.tryLogin(t, ada, temporary)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.answer(t, (*string)(&out.ChallengeName), out.Session, ada, "NEW_PASSWORD", longPassword, "userAttributes.given_name", "Ada"); err != nil {
		t.Fatal(err)
	}
}
