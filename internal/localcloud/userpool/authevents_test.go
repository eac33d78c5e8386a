package userpool

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// eventsOf returns what is noted of a user, newest first, in short.
func (r *rig) eventsOf(t *testing.T, name string) (out []string) {
	t.Helper()
	for _, e := range r.must(t, "AdminListUserAuthEvents", inPool("Username", name))["AuthEvents"].([]any) {
		event := e.(map[string]any)
		text := fmt.Sprint(event["EventType"], " ", event["EventResponse"])
		challenges, _ := event["ChallengeResponses"].([]any)
		for _, c := range challenges {
			text += fmt.Sprint(" ", c.(map[string]any)["ChallengeName"], ":", c.(map[string]any)["ChallengeResponse"])
		}
		out = append(out, text)
	}
	return out
}

func TestR58_EventsOfAUserAreKept(t *testing.T) {
	b := pagesRig(t, func(c *Config) {
		c.AdvancedSecurityMode, c.MfaConfiguration = "AUDIT", "OPTIONAL"
		c.EnabledMfas = []string{"SOFTWARE_TOKEN_MFA"}
	})
	b.member(t, "ada@example.com")
	tokens := b.signsIn(t, "ada@example.com")
	b.tryLogin(t, "ada@example.com", "wrong")
	b.tryLogin(t, "nobody@example.com", "wrong")
	b.must(t, "GetTokensFromRefreshToken", map[string]any{"ClientId": webClient, "RefreshToken": tokens["RefreshToken"]})
	b.must(t, "ForgotPassword", map[string]any{"ClientId": webClient, "Username": "ada@example.com"})
	b.must(t, "ChangePassword", map[string]any{"AccessToken": tokens["AccessToken"], "PreviousPassword": longPassword, "ProposedPassword": longPassword})
	b.signIn(t, nil)
	want := []string{
		"SignIn Pass Password:Success", "PasswordChange Pass", "ForgotPassword Pass", "SignIn Fail Password:Failure", "SignIn Pass Password:Success", "SignUp Pass",
	}
	if got := b.eventsOf(t, "ada@example.com"); strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("noted %q\nwant  %q", got, want)
	}
	if len(b.store.events) != 1 {
		t.Errorf("kept of %d names, want one", len(b.store.events))
	}
	access := tokens["AccessToken"].(string)
	secret := b.enrols(t, &access)
	b.must(t, "SetUserMFAPreference", map[string]any{"AccessToken": access, "SoftwareTokenMfaSettings": map[string]any{"Enabled": true, "PreferredMfa": true}})
	b.clock.pass(time.Minute)
	next := b.must(t, "InitiateAuth", map[string]any{
		"ClientId": webClient, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]any{"USERNAME": "ada@example.com", "PASSWORD": longPassword},
	})
	if got := b.eventsOf(t, "ada@example.com")[0]; got != "SignIn InProgress Password:Success" {
		t.Errorf("half way: %s", got)
	}
	b.must(t, "RespondToAuthChallenge", map[string]any{
		"ClientId": webClient, "ChallengeName": next["ChallengeName"], "Session": next["Session"],
		"ChallengeResponses": map[string]any{"USERNAME": "ada@example.com", "SOFTWARE_TOKEN_MFA_CODE": b.app(secret)},
	})
	if got := b.eventsOf(t, "ada@example.com")[0]; got != "SignIn Pass Password:Success Mfa:Success" {
		t.Errorf("at the end: %s", got)
	}
}

// Each operation that is noted, refused; the sign-ins name what was to be proven.
func TestR58_EachOperationIsAnEventOfItsKind(t *testing.T) {
	begin := func(flow string) map[string]any {
		return inPool("ClientId", webClient, "AuthFlow", flow, "AuthParameters", object{"USERNAME": ada, "PASSWORD": "wrong", "REFRESH_TOKEN": "x"})
	}
	answer := func(challenge string) map[string]any {
		return inPool("ClientId", webClient, "ChallengeName", challenge, "Session", strings.Repeat("x", 20), "ChallengeResponses", object{"USERNAME": ada})
	}
	code := object{"ClientId": webClient, "Username": ada, "ConfirmationCode": "000000", "Password": longPassword}
	for _, c := range []struct {
		operation string
		in        map[string]any
		want      string // "" for none
	}{
		{"InitiateAuth", begin("USER_PASSWORD_AUTH"), "SignIn Fail Password:Failure"},
		{"AdminInitiateAuth", begin("ADMIN_USER_PASSWORD_AUTH"), "SignIn Fail Password:Failure"},
		{"AdminInitiateAuth", begin("ADMIN_NO_SRP_AUTH"), "SignIn Fail Password:Failure"},
		{"InitiateAuth", begin("REFRESH_TOKEN_AUTH"), ""},
		{"InitiateAuth", begin("REFRESH_TOKEN"), ""},
		{"RespondToAuthChallenge", answer("PASSWORD_VERIFIER"), "SignIn Fail Password:Failure"},
		{"RespondToAuthChallenge", answer("PASSWORD"), "SignIn Fail Password:Failure"},
		{"RespondToAuthChallenge", answer("SMS_MFA"), "SignIn Fail Mfa:Failure"},
		{"RespondToAuthChallenge", answer("SOFTWARE_TOKEN_MFA"), "SignIn Fail Mfa:Failure"},
		{"AdminRespondToAuthChallenge", answer("EMAIL_OTP"), "SignIn Fail Mfa:Failure"},
		{"ResendConfirmationCode", code, "ResendCode Fail"},
		{"ConfirmForgotPassword", code, "PasswordChange Fail"},
		{"ForgotPassword", code, "ForgotPassword Fail"},
	} {
		r := startRig(t, func(c *Config, _ *Options) { c.AdvancedSecurityMode = "AUDIT" })
		r.imports(t, ImportedUser{Password: longPassword, Attributes: map[string]string{"email": ada}})
		if _, err := r.raw(t, c.operation, c.in); err == nil {
			t.Errorf("%s %v is not refused", c.operation, c.in)
		}
		if got := strings.Join(r.eventsOf(t, ada), "|"); got != c.want {
			t.Errorf("%s %v is noted as %q, want %q", c.operation, c.in, got, c.want)
		}
	}
}

// The answer to a challenge ends the event of its sign-in, also the only one of a user; each
// beginning is an event of its own.
func TestR58_EachSignInIsOneEvent(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.AdvancedSecurityMode = "AUDIT" })
	r.imports(t, mail(0))
	for range 2 {
		r.note(&http.Request{}, "u0@example.com", "SignIn", "Password", "InProgress", false)
		r.note(&http.Request{}, "u0@example.com", "SignIn", "Mfa", "Pass", true)
		r.note(&http.Request{}, "u0@example.com", "SignIn", "Password", "InProgress", false)
	}
	want := "SignIn InProgress Password:Success|SignIn Pass Password:Success Mfa:Success|SignIn InProgress Password:Success|SignIn Pass Password:Success Mfa:Success"
	if got := strings.Join(r.eventsOf(t, "u0@example.com"), "|"); got != want {
		t.Errorf("noted %q\nwant  %q", got, want)
	}
}

func TestR58_FeedbackOfAnEventIsKept(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.AdvancedSecurityMode = "ENFORCED" })
	r.member(t, "ada@example.com")
	event := func() map[string]any {
		return r.must(t, "AdminListUserAuthEvents", inPool("Username", "ada@example.com"))["AuthEvents"].([]any)[0].(map[string]any)
	}
	in := inPool("Username", "ada@example.com", "EventId", event()["EventId"], "FeedbackValue", "Invalid")
	r.must(t, "AdminUpdateAuthEventFeedback", in)
	if got := fmt.Sprint(event()["EventFeedback"]); !strings.Contains(got, "FeedbackValue:Invalid") || !strings.Contains(got, "Provider:Admin") {
		t.Errorf("the feedback is %s", got)
	}
	_, err := r.raw(t, "AdminUpdateAuthEventFeedback", with(in, "FeedbackValue", "Perhaps"))
	wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value at 'feedbackValue' failed to satisfy constraint: Member must satisfy enum value set: [Valid, Invalid]")
	r.must(t, "AdminUpdateAuthEventFeedback", with(in, "FeedbackValue", "Valid"))
	_, err = r.raw(t, "AdminUpdateAuthEventFeedback", with(in, "EventId", "none"))
	wantCode(t, err, "ResourceNotFoundException")
	_, err = r.raw(t, "UpdateAuthEventFeedback", with(in, "FeedbackToken", "guessed"))
	wantCode(t, err, "NotAuthorizedException")
	r.must(t, "AdminDeleteUser", inPool("Username", "ada@example.com"))
	r.member(t, "ada@example.com")
	if got := r.eventsOf(t, "ada@example.com"); len(got) != 1 {
		t.Errorf("a new user has the events of a deleted one: %v", got)
	}
}

// The newest events of a user are kept.
func TestR58_EventsAreBounded(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.AdvancedSecurityMode = "AUDIT" })
	r.imports(t, mail(0))
	for i := range maxEvents + 5 {
		r.clock.pass(time.Second)
		r.note(&http.Request{RemoteAddr: "127.0.0.1:1"}, "u0@example.com", "SignIn", "", []string{"Pass", "Fail"}[i%2], false)
	}
	all := r.must(t, "AdminListUserAuthEvents", inPool("Username", "u0@example.com", "MaxResults", 2))["AuthEvents"].([]any)
	first, second := all[0].(map[string]any), all[1].(map[string]any)
	if first["CreationDate"].(float64) != second["CreationDate"].(float64)+1 || first["EventContextData"].(map[string]any)["IpAddress"] != "127.0.0.1" || first["EventRisk"].(map[string]any)["RiskDecision"] != "NoRisk" {
		t.Errorf("the newest are %v and %v", first, second)
	}
	u, _ := r.store.find("u0@example.com")
	if kept := r.store.events[r.store.fold(u.username)]; len(kept) != maxEvents {
		t.Errorf("%d are kept", len(kept))
	}
}

func TestR58_WithoutThreatProtectionNoEventIsKept(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	for _, operation := range []string{"AdminListUserAuthEvents", "AdminUpdateAuthEventFeedback", "UpdateAuthEventFeedback"} {
		_, err := r.raw(t, operation, inPool("Username", "ada@example.com"))
		wantCode(t, err, "UserPoolAddOnNotEnabledException")
	}
	if len(r.store.events) != 0 {
		t.Errorf("kept %v", r.store.events)
	}
}

func TestR58_AMachineGetsATokenByTheAPI(t *testing.T) {
	r := machineRig(t, "V3_0", func(c *Config) { c.Domain = "" })
	made := r.must(t, "CreateUserPoolClient", inPool("ClientName", "m", "GenerateSecret", true, "ExplicitAuthFlows", []any{clientTokenFlow},
		"AllowedOAuthFlowsUserPoolClient", true, "AllowedOAuthScopes", []any{"orders/read"}))["UserPoolClient"].(map[string]any)
	in := map[string]any{"ClientId": made["ClientId"], "Secret": made["ClientSecret"], "ClientMetadata": map[string]any{"a": "b"}}
	out := r.must(t, "GetClientToken", in)["ClientAuthenticationResult"].(map[string]any)
	wantSources(t, r.fns.sources(t), "TokenGeneration_ClientCredentials")
	token := out["AccessToken"].(string)
	if claims := r.verifiedToken(t, token); claims["sub"] != made["ClientId"] || claims["scope"] != "orders/read" || out["TokenType"] != "Bearer" || out["ExpiresIn"] != 3600. {
		t.Errorf("the token says %v of %v", claims, out)
	}
	_, err := r.raw(t, "GetUser", map[string]any{"AccessToken": token})
	wantRefusal(t, err, "NotAuthorizedException", "Access Token does not have required scopes")
	_, err = r.raw(t, "GetClientToken", with(in, "Secret", strings.Repeat("x", 52)))
	wantCode(t, err, "NotAuthorizedException")
	_, err = r.raw(t, "GetClientToken", with(in, "Scopes", []any{"orders/write"}))
	wantCode(t, err, "InvalidParameterException")
	_, err = r.raw(t, "GetClientToken", with(in, "ClientId", "nobody"))
	wantCode(t, err, "ResourceNotFoundException")
	_, err = r.raw(t, "GetClientToken", map[string]any{"ClientId": machine().ID, "Secret": machine().Secret})
	wantRefusal(t, err, "InvalidParameterException", "Auth flow not enabled for this client")
	_, err = r.raw(t, "GetClientToken", map[string]any{"ClientId": webClient, "Secret": ""})
	wantCode(t, err, "NotAuthorizedException")
}

func TestR58_ASignInOnThePagesIsOneEvent(t *testing.T) {
	b := pagesRig(t, func(c *Config) { optionalMFA(c); c.AdvancedSecurityMode = "AUDIT" })
	b.member(t, ada)
	secret := b.turnsTOTPOn(t, ada)
	b.store.events = map[string][]authEvent{}
	for range 2 { // the first one is left half way
		b.open(t, "/login", request(nil))
		b.send(t, map[string]string{"username": ada, "password": longPassword})
	}
	b.clock.pass(time.Minute)
	b.send(t, map[string]string{"code": b.app(secret)})
	want := "SignIn Pass Password:Success Mfa:Success|SignIn InProgress Password:Success"
	if got := strings.Join(b.eventsOf(t, ada), "|"); got != want {
		t.Errorf("noted %q\nwant  %q", got, want)
	}
}
