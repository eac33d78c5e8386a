package userpool

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// wantNoCode fails if the app got a code, or the browser a cookie that gets one.
func (b *browser) wantNoCode(t *testing.T, when string) {
	t.Helper()
	kept := *b
	if b.returned.Get("code") != "" {
		t.Errorf("%s: a code", when)
	}
	if b.open(t, "/oauth2/authorize", request(map[string]string{"prompt": "none"})); b.returned.Get("error") != "login_required" {
		t.Errorf("%s: the cookie gets %v", when, b.returned)
	}
	*b = kept
}

// turnsTOTPOn registers a software token and turns it on.
func (b *browser) turnsTOTPOn(t *testing.T, name string) (secret *string) {
	t.Helper()
	access := b.login(t, name, longPassword).AccessToken
	secret = b.enrols(t, access)
	if _, err := b.api.SetUserMFAPreference(t.Context(), &idp.SetUserMFAPreferenceInput{
		AccessToken: access, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true},
	}); err != nil {
		t.Fatal(err)
	}
	b.clock.pass(totpPeriod)
	return secret
}

func optionalMFA(c *Config) {
	c.MfaConfiguration, c.EnabledMfas = "OPTIONAL", []string{totp2, sms2}
}

// proves signs in with a password and stops at the page that follows.
func (b *browser) proves(t *testing.T, name, password, title string) {
	t.Helper()
	b.open(t, "/oauth2/authorize", request(map[string]string{"prompt": "login"}))
	if b.send(t, map[string]string{"username": name, "password": password}); b.title != title {
		t.Fatalf("%d %q, want %q: %s", b.status, b.title, title, b.alert)
	}
}

// forge sends the page's form with fields that it has or has not.
func (b *browser) forge(t *testing.T, changes map[string]string) {
	t.Helper()
	to, err := b.at.Parse(b.action)
	if err != nil {
		t.Fatal(err)
	}
	form := maps.Clone(b.fields)
	for name, value := range changes {
		form.Set(name, value)
	}
	b.do(t, http.MethodPost, to.String(), form)
}

func merged(all, changes map[string]string) map[string]string {
	maps.Copy(all, changes)
	return all
}

func TestR54_ThePagesAskForTheSecondFactor(t *testing.T) {
	b := pagesRig(t, optionalMFA)
	b.member(t, "ada@example.com")
	b.signIn(t, nil)
	secret := b.turnsTOTPOn(t, "ada@example.com")
	b.returned = nil
	b.wantNoCode(t, "a cookie from before the second factor")
	b.fns.take()

	b.proves(t, "ada@example.com", longPassword, "One more step")
	b.wantNoCode(t, "the password alone")
	b.forgeries(t, secret)
	b.forge(t, map[string]string{"challenge": "NEW_PASSWORD_REQUIRED", "new_password": longPassword + "2"})
	b.wantNoCode(t, "a new password in place of the code")
	wantSources(t, b.fns.sources(t))

	b.proves(t, "ada@example.com", longPassword, "One more step")
	if b.send(t, map[string]string{"code": "no"}); b.title != "Error: One more step" {
		t.Fatalf("%q %s", b.title, b.alert)
	}
	if b.send(t, map[string]string{"code": b.app(secret)}); b.returned.Get("code") == "" {
		t.Fatalf("%d %s", b.status, b.alert)
	}
	wantSources(t, b.fns.sources(t), "PostAuthentication_Authentication")
	if _, refusal := b.token(t, Client{ID: webClient}, exchange(b.returned.Get("code"), nil)); refusal != "" {
		t.Error(refusal)
	}
	if b.open(t, "/oauth2/authorize", request(map[string]string{"prompt": "none"})); b.returned.Get("code") == "" {
		t.Errorf("every factor was proven: %v", b.returned)
	}
}

// forgeries sends forms that do not prove the second factor of the session that waits.
func (b *browser) forgeries(t *testing.T, secret *string) {
	t.Helper()
	waiting := *b
	for _, changes := range []map[string]string{
		{"code": ""},
		{"code": "000000"},
		{"challenge": ""},
		{"challenge": "SMS_MFA"},
		{"challenge": "EMAIL_OTP"},
		{"challenge": "PASSWORD"},
		{"challenge": "MFA_SETUP"},
		{"session": "x"},
		{"username": "eve@example.com"},
		{"challenge": "SMS_MFA", "code": ""},
	} {
		*b = waiting
		clear(b.store.attempts)
		b.forge(t, merged(map[string]string{"code": b.app(secret)}, changes))
		b.wantNoCode(t, "a forged form")
		// Whose session it was is refused for good.
		b.proves(t, "ada@example.com", longPassword, "One more step")
		waiting = *b
	}
}

func TestR54_ThePagesAskForACodeByMail(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.MfaConfiguration, c.EnabledMfas = "ON", []string{email2} })
	b.member(t, "ada@example.com")
	b.proves(t, "ada@example.com", longPassword, "One more step")
	b.wantNoCode(t, "the password alone")
	first, _ := b.Code("ada@example.com")
	b.proves(t, "ada@example.com", longPassword, "One more step")
	if b.send(t, map[string]string{"code": first}); b.title != "Error: One more step" {
		t.Errorf("the code of another sign-in: %d %q", b.status, b.title)
	}
	b.wantNoCode(t, "the code of another sign-in")
	waiting := *b
	second, _ := b.Code("ada@example.com")
	if b.send(t, map[string]string{"code": second}); b.returned.Get("code") == "" {
		t.Fatalf("%d %s", b.status, b.alert)
	}
	used := *b
	*b = waiting
	if b.send(t, map[string]string{"code": second}); b.returned.Get("code") != "" || b.title != "Error: Sign in" {
		t.Errorf("a code counts twice: %d %q", b.status, b.title)
	}
	*b = used
	if b.open(t, "/oauth2/authorize", request(map[string]string{"prompt": "none"})); b.returned.Get("code") == "" {
		t.Errorf("every factor was proven: %v", b.returned)
	}
}

// Pages and API allow a client different flows and scopes, so neither ends what the other
// began: no code for a first factor of the API, no API tokens for a sign-in on the pages.
func TestR54_PagesAndAPIDoNotEndEachOthersSignIns(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.FirstFactors = []string{byPassword, byEmail}; optionalMFA(c) })
	b.member(t, "ada@example.com")
	u, _ := b.store.find("ada@example.com")
	client, _ := b.store.client(webClient)
	begun, err := b.Pool.sendOTP(byEmail, u, client, challenge{})
	if err != nil {
		t.Fatal(err)
	}
	code, _ := b.Code("ada@example.com")
	secret := b.turnsTOTPOn(t, "ada@example.com")
	b.proves(t, "ada@example.com", longPassword, "One more step")
	session := b.fields.Get("session")
	b.forge(t, map[string]string{"challenge": byEmail, "session": begun.Session, "code": code})
	b.wantNoCode(t, "a sign-in that the API began")

	answer := map[string]string{"USERNAME": "ada@example.com", totp2 + "_CODE": totpCode(*secret, b.clock.now().Unix()/30)}
	out, err := b.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: totp2, Session: &session, ChallengeResponses: answer,
	})
	if err == nil {
		t.Errorf("the API ends a sign-in of the pages: %+v", out.AuthenticationResult)
	}
}

func TestR54_ANewPasswordOnThePagesIsNotASecondFactor(t *testing.T) {
	b := pagesRig(t, optionalMFA)
	b.member(t, "ada@example.com")
	b.turnsTOTPOn(t, "ada@example.com")
	b.open(t, "/forgotPassword", request(nil))
	b.send(t, map[string]string{"username": "ada@example.com"})
	code, _ := b.Code("ada@example.com")
	b.send(t, map[string]string{"code": code, "password": "Another-horse-8"})
	b.wantNoCode(t, "a forgotten password")
	b.proves(t, "ada@example.com", "Another-horse-8", "One more step")
	b.wantNoCode(t, "the new password")

	if _, err := b.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{
		UserPoolId: aws.String(b.cfg().ID), Username: aws.String("ada@example.com"), Password: aws.String(longPassword),
	}); err != nil {
		t.Fatal(err)
	}
	b.proves(t, "ada@example.com", longPassword, "Choose a new password")
	if b.send(t, map[string]string{"new_password": longPassword + "2"}); b.title != "One more step" {
		t.Errorf("%d %q %s", b.status, b.title, b.alert)
	}
	b.wantNoCode(t, "a temporary password")
}

func TestR53_WrongPasswordsOnThePagesLockAUserOut(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	for range freeAttempts {
		b.proves(t, "ada@example.com", "Wrong-horse-7", "Error: Sign in")
	}
	b.proves(t, "ada@example.com", longPassword, "Error: Sign in")
	b.wantNoCode(t, "a lock")
	_, err := b.tryLogin(t, "ada@example.com", longPassword)
	wantRefusal(t, err, "NotAuthorizedException", "Password attempts exceeded")
	b.clock.pass(time.Second)
	b.signIn(t, nil)
	for range freeAttempts - 1 { // the sign-in ended the count
		b.proves(t, "ada@example.com", "Wrong-horse-7", "Error: Sign in")
	}
	b.signIn(t, map[string]string{"prompt": "login"})
}

// A sign-in that waits for its next step began with a password that must still be right.
func TestR54_AChangedPasswordEndsWhatTheOldOneBegan(t *testing.T) {
	b := pagesRig(t, optionalMFA)
	b.member(t, "ada@example.com")
	secret := b.turnsTOTPOn(t, "ada@example.com")
	b.proves(t, "ada@example.com", longPassword, "One more step")
	u, _ := b.store.find("ada@example.com")
	if _, err := b.setPassword(u.username, "Another-horse-8", func(*user) error { return nil }); err != nil {
		t.Fatal(err)
	}
	b.send(t, map[string]string{"code": b.app(secret)})
	b.wantNoCode(t, "a changed password")
}

// The page of a code says whose it is, and counts as the answer to a challenge does.
func TestR54_ThePageOfACodeCountsAsAnAnswer(t *testing.T) {
	b := pagesRig(t, optionalMFA)
	b.member(t, ada)
	secret := b.turnsTOTPOn(t, ada)
	b.proves(t, ada, longPassword, "One more step")
	if !strings.Contains(b.raw, `<label for="code">Code of your authenticator app</label>`) {
		t.Errorf("it asks for %s", b.raw)
	}
	b.throttle = newThrottle(Quotas{"UserAuthentication": 1. / 3})
	if err := b.throttle.admit(counted{"UserAuthentication", 3}, b.clock.now()); err != nil {
		t.Fatal(err)
	}
	if b.send(t, map[string]string{"code": b.app(secret)}); b.alert != "Rate exceeded" || b.fields.Get("username") == "" {
		t.Errorf("too fast: %q, %v", b.alert, b.fields)
	}
}
