package userpool

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey/passkeytest"
)

// startPasskeys starts a pool whose users choose their names, with ada in it.
func startPasskeys(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	r := startChoice(t, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.FirstFactors, c.Domain = nil, []string{"PASSWORD", "EMAIL_OTP", "WEB_AUTHN"}, "local"
		c.Clients = append(c.Clients, Client{ID: "other", ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH"}})
		if change != nil {
			change(c)
		}
	})
	r.known(t, "ada", map[string]string{"email": ada, "phone_number": "+491701"})
	return r
}

func newKey(t *testing.T) *passkeytest.Key {
	t.Helper()
	key, err := passkeytest.New()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// asked starts a registration.
func (r *rig) asked(t *testing.T, access *string) (options []byte) {
	t.Helper()
	out, err := r.api.StartWebAuthnRegistration(t.Context(), &idp.StartWebAuthnRegistrationInput{AccessToken: access})
	if err != nil {
		t.Fatal(err)
	}
	options, err = out.CredentialCreationOptions.MarshalSmithyDocument()
	if err != nil {
		t.Fatal(err)
	}
	return options
}

func (r *rig) completes(t *testing.T, access *string, answer json.RawMessage) error {
	t.Helper()
	var credential any
	if err := json.Unmarshal(answer, &credential); err != nil {
		t.Fatal(err)
	}
	_, err := r.api.CompleteWebAuthnRegistration(t.Context(), &idp.CompleteWebAuthnRegistrationInput{AccessToken: access, Credential: document.NewLazyDocument(credential)})
	return err
}

// tries registers a key and returns the pool's answer.
func (r *rig) tries(t *testing.T, access *string, key *passkeytest.Key) error {
	t.Helper()
	answer, err := key.Register(r.asked(t, access))
	if err != nil {
		t.Fatal(err)
	}
	return r.completes(t, access, answer)
}

func (r *rig) registers(t *testing.T, access *string) *passkeytest.Key {
	t.Helper()
	key := newKey(t)
	if err := r.tries(t, access, key); err != nil {
		t.Fatal(err)
	}
	return key
}

// challenged asks for the passkey.
func (r *rig) challenged(t *testing.T, name string) *idp.InitiateAuthOutput {
	t.Helper()
	out, err := r.choose(t, name, "WEB_AUTHN")
	if err != nil || out.ChallengeName != "WEB_AUTHN" {
		t.Fatalf("%+v, %v", out, err)
	}
	return out
}

var webAuthn = aws.String("WEB_AUTHN")

// signs answers a challenge with the key's signature.
func (r *rig) signs(t *testing.T, out *idp.InitiateAuthOutput, name string, key *passkeytest.Key) (*idp.RespondToAuthChallengeOutput, error) {
	t.Helper()
	answer, err := key.Sign([]byte(out.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"]))
	if err != nil {
		t.Fatal(err)
	}
	return r.answer(t, webAuthn, out.Session, name, "CREDENTIAL", string(answer))
}

func TestR53_APasskeySignsIn(t *testing.T) {
	r := startPasskeys(t, nil)
	access := r.login(t, "ada", longPassword).AccessToken
	if out, err := r.choose(t, "ada", ""); err != nil || slices.Contains(out.AvailableChallenges, "WEB_AUTHN") {
		t.Errorf("a user without a passkey is offered one: %+v, %v", out, err)
	}
	var options struct {
		Challenge, Attestation string
		RP                     struct{ ID string }
		User                   struct{ ID, Name string }
		PubKeyCredParams       []struct{ Alg int }
		AuthenticatorSelection struct {
			RequireResidentKey            bool
			ResidentKey, UserVerification string
		}
	}
	if err := json.Unmarshal(r.asked(t, access), &options); err != nil {
		t.Fatal(err)
	}
	if options.RP.ID != "localhost" || options.User.Name != "ada" || options.User.ID == "" || fmt.Sprint(options.PubKeyCredParams) != "[{-7} {-257}]" ||
		fmt.Sprint(options.AuthenticatorSelection) != "{true required preferred}" {
		t.Errorf("%+v", options)
	}
	key := r.registers(t, access)
	key.Origin = "https://localhost:4811"
	r.fns.take()
	for _, begin := range []func() *idp.InitiateAuthOutput{
		func() *idp.InitiateAuthOutput { return r.challenged(t, "ada") },
		func() *idp.InitiateAuthOutput { // by choice
			out, err := r.choose(t, "ada", "")
			if err != nil || !slices.Contains(out.AvailableChallenges, "WEB_AUTHN") {
				t.Fatalf("%+v, %v", out, err)
			}
			chosen, err := r.answer(t, aws.String("SELECT_CHALLENGE"), out.Session, "ada", "ANSWER", "WEB_AUTHN")
			if err != nil {
				t.Fatal(err)
			}
			return &idp.InitiateAuthOutput{ChallengeParameters: chosen.ChallengeParameters, Session: chosen.Session}
		},
	} {
		out, err := r.signs(t, begin(), "ada", key)
		if err != nil || out.AuthenticationResult == nil {
			t.Fatalf("%+v, %v", out, err)
		}
		wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_Authentication")
	}
	r.lists(t, access, key)
	waiting := r.challenged(t, "ada")
	if _, err := r.api.DeleteWebAuthnCredential(t.Context(), &idp.DeleteWebAuthnCredentialInput{AccessToken: access, CredentialId: aws.String(key.ID())}); err != nil {
		t.Fatal(err)
	}
	_, err := r.signs(t, waiting, "ada", key)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	_, err = r.api.DeleteWebAuthnCredential(t.Context(), &idp.DeleteWebAuthnCredentialInput{AccessToken: access, CredentialId: aws.String(key.ID())})
	wantCode(t, err, "ResourceNotFoundException")
}

func (r *rig) lists(t *testing.T, access *string, key *passkeytest.Key) {
	t.Helper()
	list, err := r.api.ListWebAuthnCredentials(t.Context(), &idp.ListWebAuthnCredentialsInput{AccessToken: access})
	if err != nil || len(list.Credentials) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if c := list.Credentials[0]; *c.CredentialId != key.ID() || *c.FriendlyCredentialName == "" || *c.RelyingPartyId != "localhost" || *c.AuthenticatorAttachment != "platform" || !slices.Equal(c.AuthenticatorTransports, []string{"internal"}) {
		t.Errorf("%+v", c)
	}
}

func TestR53_WhatIsNoProofOfAPasskeyIsRefused(t *testing.T) {
	r := startPasskeys(t, nil)
	r.known(t, "eve", nil)
	key, other := r.registers(t, r.login(t, "ada", longPassword).AccessToken), r.registers(t, r.login(t, "eve", longPassword).AccessToken)
	for name, spoil := range map[string]func(*passkeytest.Key){
		"another site":        func(k *passkeytest.Key) { k.Origin = "https://localhost.example" },
		"another scheme":      func(k *passkeytest.Key) { k.Origin = "ftp://localhost" },
		"another party":       func(k *passkeytest.Key) { k.RP = "example.com" },
		"another challenge":   func(k *passkeytest.Key) { k.Challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" },
		"a counter that ends": func(k *passkeytest.Key) { k.Count, k.Still = 0, true },
		"another user's key":  func(k *passkeytest.Key) { *k = *other },
	} {
		r.clock.pass(time.Hour) // no lock
		fresh, err := r.signs(t, r.challenged(t, "ada"), "ada", key)
		if err != nil || fresh.AuthenticationResult == nil {
			t.Fatalf("%s: the right one: %+v, %v", name, fresh, err)
		}
		copied := *key
		spoil(&copied)
		out := r.challenged(t, "ada")
		_, err = r.signs(t, out, "ada", &copied)
		t.Log(name)
		wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
		_, err = r.signs(t, out, "ada", key)
		wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	}
	// The challenge of one user is not for another, and a copied counter is refused.
	out := r.challenged(t, "ada")
	_, err := r.signs(t, out, "eve", other)
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	copied := *key
	if _, err := r.signs(t, r.challenged(t, "ada"), "ada", key); err != nil {
		t.Fatal(err)
	}
	_, err = r.signs(t, r.challenged(t, "ada"), "ada", &copied)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
}

func TestR53_ARegistrationCountsOnceForItsUserAndClient(t *testing.T) {
	r := startPasskeys(t, nil)
	r.known(t, "eve", nil)
	access, eve := r.login(t, "ada", longPassword).AccessToken, r.login(t, "eve", longPassword).AccessToken
	key := newKey(t)
	answer, err := key.Register(r.asked(t, access))
	if err != nil {
		t.Fatal(err)
	}
	wantCode(t, r.completes(t, eve, answer), "WebAuthnChallengeNotFoundException")
	if err := r.completes(t, access, answer); err != nil {
		t.Fatal(err)
	}
	wantCode(t, r.completes(t, access, answer), "WebAuthnChallengeNotFoundException")
	wantCode(t, r.tries(t, access, key), "WebAuthnCredentialNotSupportedException")
	wantCode(t, r.tries(t, eve, key), "WebAuthnCredentialNotSupportedException")

	answer, err = newKey(t).Register(r.asked(t, access))
	if err != nil {
		t.Fatal(err)
	}
	r.clock.pass(5*time.Minute + time.Second)
	wantCode(t, r.completes(t, access, answer), "WebAuthnChallengeNotFoundException")

	answer, err = newKey(t).Register(r.asked(t, access))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := r.must(t, "InitiateAuth", map[string]any{
		"ClientId": "other", "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]any{"USERNAME": "ada", "PASSWORD": longPassword},
	})["AuthenticationResult"].(map[string]any)["AccessToken"].(string)
	wantCode(t, r.completes(t, &elsewhere, answer), "WebAuthnClientMismatchException")
	for code, spoil := range map[string]func(*passkeytest.Key){
		"WebAuthnOriginNotAllowedException":     func(k *passkeytest.Key) { k.Origin = "http://127.0.0.1:5173" },
		"WebAuthnRelyingPartyMismatchException": func(k *passkeytest.Key) { k.RP = "example.com" },
		"WebAuthnChallengeNotFoundException":    func(k *passkeytest.Key) { k.Challenge = "AAAA" },
	} {
		key := newKey(t)
		spoil(key)
		wantCode(t, r.tries(t, access, key), code)
	}
	r.asked(t, access)
	wantCode(t, r.completes(t, access, json.RawMessage(`{"id":"x"}`)), "InvalidParameterException")
}

func TestR53_PasskeysAreLimitedAndSettingsDecideWhetherThereAreAny(t *testing.T) {
	r := startPasskeys(t, func(c *Config) { c.Passkeys.UserVerification = "required" })
	access := r.login(t, "ada", longPassword).AccessToken
	unverified := newKey(t)
	unverified.Unverified = true
	wantCode(t, r.tries(t, access, unverified), "WebAuthnCredentialNotSupportedException")
	key := r.registers(t, access)
	key.Unverified = true
	_, err := r.signs(t, r.challenged(t, "ada"), "ada", key)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	for range 19 {
		r.registers(t, access)
	}
	_, err = r.api.StartWebAuthnRegistration(t.Context(), &idp.StartWebAuthnRegistrationInput{AccessToken: access})
	wantCode(t, err, "LimitExceededException")

	for code, change := range map[string]func(*Config){
		"WebAuthnNotEnabledException":           func(c *Config) { c.FirstFactors = nil },
		"WebAuthnConfigurationMissingException": func(c *Config) { c.Domain = "" },
	} {
		r := startPasskeys(t, change)
		_, err := r.api.StartWebAuthnRegistration(t.Context(), &idp.StartWebAuthnRegistrationInput{AccessToken: r.login(t, "ada", longPassword).AccessToken})
		wantCode(t, err, code)
	}
	for what, change := range map[string]func(*Config){
		"alone":        func(c *Config) { c.FirstFactors = []string{"WEB_AUTHN"} },
		"verification": func(c *Config) { c.Passkeys.UserVerification = "discouraged" },
		"factor":       func(c *Config) { c.Passkeys.FactorConfiguration = "TWO" },
		"plan":         func(c *Config) { c.Passkeys.UserVerification, c.Tier, c.Triggers = "required", "LITE", nil },
		"required MFA": func(c *Config) {
			c.FirstFactors, c.MfaConfiguration, c.EnabledMfas = []string{"PASSWORD", "WEB_AUTHN"}, "ON", []string{"SMS_MFA"}
		},
	} {
		cfg := baseConfig()
		change(&cfg)
		if cfg.complete() == nil {
			t.Errorf("%s is accepted", what)
		}
	}
}

// Beside a second factor a passkey is offered only if the pool and the user let it count as
// both, and then only with the user verified.
func TestR54_APasskeyCountsAsBothFactorsWhereBothSay(t *testing.T) {
	r := startPasskeys(t, func(c *Config) {
		c.MfaConfiguration, c.EnabledMfas = "OPTIONAL", []string{"SMS_MFA"}
	})
	access := r.login(t, "ada", longPassword).AccessToken
	key := r.registers(t, access)
	prefers := func(in idp.SetUserMFAPreferenceInput) error {
		in.AccessToken = access
		_, err := r.api.SetUserMFAPreference(t.Context(), &in)
		return err
	}
	both := idp.SetUserMFAPreferenceInput{WebAuthnMfaSettings: &types.WebAuthnMfaSettingsType{Enabled: true}}
	sms := idp.SetUserMFAPreferenceInput{SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true}}
	wantRefusal(t, prefers(both), "InvalidParameterException", "The user pool has passkeys for one factor only")
	begun := r.challenged(t, "ada")
	if err := prefers(sms); err != nil {
		t.Fatal(err)
	}
	_, err := r.signs(t, begun, "ada", key)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	offers := func(want bool) {
		t.Helper()
		out, err := r.choose(t, "ada", "")
		if err != nil || slices.Contains(out.AvailableChallenges, "WEB_AUTHN") != want || slices.Contains(out.AvailableChallenges, "EMAIL_OTP") {
			t.Fatalf("%+v, %v", out, err)
		}
	}
	offers(false)
	settings := &idp.SetUserPoolMfaConfigInput{
		UserPoolId: aws.String(poolUnderTest), MfaConfiguration: types.UserPoolMfaTypeOn, SmsMfaConfiguration: &types.SmsMfaConfigType{},
		WebAuthnConfiguration: &types.WebAuthnConfigurationType{RelyingPartyId: aws.String("example.com")},
	}
	_, err = r.api.SetUserPoolMfaConfig(t.Context(), settings)
	wantCode(t, err, "InvalidParameterException")
	settings.WebAuthnConfiguration.FactorConfiguration = types.WebAuthnFactorConfigurationTypeMultiFactorWithUserVerification
	if out, err := r.api.SetUserPoolMfaConfig(t.Context(), settings); err != nil || *out.WebAuthnConfiguration.RelyingPartyId != "example.com" {
		t.Fatalf("%+v, %v", out, err)
	}
	offers(false)
	if err := prefers(both); err != nil {
		t.Fatal(err)
	}
	offers(true)
	out, err := r.signs(t, r.challenged(t, "ada"), "ada", key)
	if err != nil || out.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	key.Unverified = true
	_, err = r.signs(t, r.challenged(t, "ada"), "ada", key)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	wantRefusal(t, prefers(idp.SetUserMFAPreferenceInput{SMSMfaSettings: &types.SMSMfaSettingsType{}}), "InvalidParameterException", "A passkey counts as a second factor beside another one only")
	if out, err := r.tryLogin(t, "ada", longPassword); err != nil || out.ChallengeName != "SMS_MFA" {
		t.Fatalf("%+v, %v", out, err)
	}
}

func TestR53_APasskeyIsAskedOfWhoHasOneAndAnsweredWhereItIsAsked(t *testing.T) {
	r := startPasskeys(t, nil)
	client := r.cfg().Clients[0]
	_, err := r.askPasskey(theUser(t, r, "ada"), client)
	wantSame(t, err, errIncorrect())
	_, err = r.answerPasskey(client, respondInput{ChallengeResponses: map[string]string{"USERNAME": "ada"}})
	wantAPIError(t, err, "InvalidParameterException: Missing required parameter CREDENTIAL")
	session := r.newSession(theUser(t, r, "ada"), client, challenge{waitsFor: []string{sms2}})
	_, err = r.answerPasskey(client, respondInput{ChallengeName: byPasskey, Session: session, ChallengeResponses: map[string]string{"USERNAME": "ada", "CREDENTIAL": "{}"}})
	wantAPIError(t, err, "NotAuthorizedException: Invalid session for the user.")
	if r.store.waiting(session).waitsFor == nil {
		t.Error("an answer to another step ends the sign-in")
	}
}

// Both factors are proven; what else the user's state demands still comes.
func TestR54_APasskeyForBothFactorsPassesNothingElse(t *testing.T) {
	r := startPasskeys(t, func(c *Config) {
		c.MfaConfiguration, c.EnabledMfas, c.Devices = "OPTIONAL", []string{"SMS_MFA"}, &DeviceSettings{}
		c.Passkeys.RelyingPartyID, c.Passkeys.FactorConfiguration = "example.com", multiFactor
	})
	key := r.registers(t, r.login(t, "ada", longPassword).AccessToken)
	set := func(f func(*user)) {
		if _, err := r.store.change("ada", false, func(u *user) error { f(u); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	set(func(u *user) { u.mfa, u.passkeyMFA = []string{sms2}, true })
	r.fns.take()
	if out, err := r.signs(t, r.challenged(t, "ada"), "ada", key); err != nil || out.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_Authentication")
	begun, err := r.choose(t, "ada", "WEB_AUTHN", "DEVICE_KEY", "eu-central-1_none")
	if err == nil {
		var answer json.RawMessage
		if answer, err = key.Sign([]byte(begun.ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"])); err != nil {
			t.Fatal(err)
		}
		_, err = r.answer(t, webAuthn, begun.Session, "ada", "CREDENTIAL", string(answer), "DEVICE_KEY", "eu-central-1_none")
	}
	wantRefusal(t, err, "ResourceNotFoundException", "Device does not exist.")
	set(func(u *user) { u.status, u.temporaryUntil = forceChangePassword, r.clock.now().Add(time.Hour) })
	if out, err := r.signs(t, r.challenged(t, "ada"), "ada", key); err != nil || out.ChallengeName != "NEW_PASSWORD_REQUIRED" {
		t.Fatalf("%+v, %v", out, err)
	}
}

// A passkey that goes, or whose user is made again, while it signs proves nothing.
func TestR53_APasskeyCountsForTheUserWhoHasItAtTheEnd(t *testing.T) {
	r := startPasskeys(t, nil)
	key := r.registers(t, r.login(t, "ada", longPassword).AccessToken)
	u := theUser(t, r, "ada")
	for name, change := range map[string]func(*user){
		"deleted": func(now *user) { now.sub, now.passkeys = u.sub, nil }, "made again": func(now *user) { now.sub, now.passkeys = "another", u.passkeys },
	} {
		options, ceremony, err := u.owner().SignIn("", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.store.change("ada", false, func(now *user) error { change(now); return nil }); err != nil {
			t.Fatal(err)
		}
		answer, err := key.Sign(options)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.usePasskey(u, ceremony, "", string(answer)); got == nil {
			t.Errorf("%s: it counts", name)
		} else {
			wantSame(t, got, errIncorrect())
		}
	}
}

func TestR53_ARegistrationIsRefusedWhenItsUserOrItsPoolChanges(t *testing.T) {
	r := startPasskeys(t, nil)
	access := r.login(t, "ada", longPassword).AccessToken
	client, u := r.cfg().Clients[0], theUser(t, r, "ada")
	if _, err := r.startWebAuthnRegistration(user{username: "ada"}, client, ofHolder{}); err == nil {
		t.Error("a user without a handle registers a passkey")
	}
	gone := user{username: "nobody", sub: "gone"}
	_, err := r.startWebAuthnRegistration(gone, client, ofHolder{})
	wantSame(t, err, errNoUser())
	_, err = r.completeWebAuthnRegistration(gone, client, completeRegistrationInput{})
	wantSame(t, err, errNoUser())

	options, ceremony, err := u.owner().Register("", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := newKey(t).Register(options)
	if err != nil {
		t.Fatal(err)
	}
	made, err := ceremony.Registered(u.owner(), answer, r.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	again := u
	again.sub = "another"
	wantSame(t, r.addPasskey(again, made), errNoUser())
	full := make([]passkey.Passkey, maxPasskeys)
	if _, err := r.store.change("ada", false, func(now *user) error { now.passkeys = full; return nil }); err != nil {
		t.Fatal(err)
	}
	wantAPIError(t, r.addPasskey(u, made), "LimitExceededException: The user has 20 passkeys, which is the most")
	if _, err := r.store.change("ada", false, func(now *user) error { now.passkeys = nil; return nil }); err != nil {
		t.Fatal(err)
	}

	answer, err = newKey(t).Register(r.asked(t, access))
	if err != nil {
		t.Fatal(err)
	}
	cfg := *r.cfg()
	cfg.FirstFactors = nil
	r.config.Store(&cfg)
	wantCode(t, r.completes(t, access, answer), "WebAuthnNotEnabledException")
}

func TestR53_PasskeySettingsAreThoseOfTheAPI(t *testing.T) {
	for _, s := range []PasskeySettings{{}, {UserVerification: "required"}, {UserVerification: "preferred"}, {FactorConfiguration: "SINGLE_FACTOR"}, {FactorConfiguration: multiFactor}} {
		if err := s.check("ESSENTIALS"); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for want, s := range map[string]PasskeySettings{"discouraged": {UserVerification: "discouraged"}, "TWO": {FactorConfiguration: "TWO"}} {
		if err := s.check("ESSENTIALS"); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "%!") {
			t.Errorf("%+v: %v", s, err)
		}
	}
	wantSame(t, PasskeySettings{UserVerification: "required"}.check("LITE"), errPlan("WebAuthnConfiguration"))
}
