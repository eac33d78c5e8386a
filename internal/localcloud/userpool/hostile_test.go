package userpool

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
)

// An address that comes with the first own password was not the one that was verified: as
// a verified alias it would be another user's name.
func TestR53_AnAddressThatComesWithANewPasswordIsUnverified(t *testing.T) {
	r := startMFA(t, "OFF")
	r.imports(t, ImportedUser{
		Username: "ada", Password: "Temporary-1", Status: forceChangePassword,
		Attributes: map[string]string{"email": ada, "email_verified": "true"},
	})
	out, err := r.tryLogin(t, "ada", "Temporary-1")
	if err != nil || out.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = r.answer(t, aws.String("NEW_PASSWORD_REQUIRED"), out.Session, "ada", "NEW_PASSWORD", longPassword, "userAttributes.email", "eve@example.com")
	if err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "ada", "email_verified"); got != "false" {
		t.Errorf("eve@example.com, which nobody has proven: email_verified %q", got)
	}
}

// The answers to many guesses at once tell no more than those to one after another.
func TestR53_AGuessThatEndsDuringALockTellsNothing(t *testing.T) {
	r := startChoice(t, nil)
	right := func() error { return nil }
	wrong := func() error { return errIncorrect() }
	for name, outcome := range map[string]func() error{"right": right, "wrong": wrong} {
		err := r.judge(name, func() error {
			for range freeAttempts {
				_ = r.judge(name, wrong)
			}
			return outcome()
		})
		if err == nil || err.Error() != errLocked.Error() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An administrator's reset ends the sign-ins that have begun, also those of a user without a
// password.
func TestR53_AResetEndsTheSignInOfAUserWithoutAPassword(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) { c.FirstFactors = []string{"PASSWORD", "EMAIL_OTP"} })
	if _, err := r.Import(ImportedUser{Username: ada, Status: confirmed, Attributes: map[string]string{"email": ada, "email_verified": "true"}}); err != nil {
		t.Fatal(err)
	}
	out, err := r.choose(t, ada, "EMAIL_OTP")
	if err != nil || out.ChallengeName != "EMAIL_OTP" {
		t.Fatalf("%+v, %v", out, err)
	}
	code := r.mustCode(t, ada)
	if _, err := r.adminResetUserPassword(theUser(t, r, ada), adminResetInput{}); err != nil {
		t.Fatal(err)
	}
	_, err = r.answer(t, aws.String("EMAIL_OTP"), out.Session, ada, "EMAIL_OTP_CODE", code)
	wantRefusal(t, err, "PasswordResetRequiredException", "Password reset required for the user")
}

// An app that names the pool is still no administrator: its metadata reaches no CustomMessage.
func TestR53_AClientThatNamesThePoolIsNoAdministrator(t *testing.T) {
	for operation, wanted := range map[string]bool{"RespondToAuthChallenge": false, "AdminRespondToAuthChallenge": true} {
		r := startChoice(t, withHooks(customMessage))
		r.member(t, ada)
		out, err := r.choose(t, ada, "")
		if err != nil {
			t.Fatal(err)
		}
		r.fns.take()
		status, answer := r.exact(t, operation, object{
			"UserPoolId": poolUnderTest, "ClientId": webClient, "ChallengeName": "SELECT_CHALLENGE", "Session": *out.Session,
			"ChallengeResponses": object{"USERNAME": ada, "ANSWER": "EMAIL_OTP"}, "ClientMetadata": object{"said": "so"},
		})
		events := r.fns.take()
		if status != http.StatusOK || len(events) != 1 {
			t.Fatalf("%v, %d events", answer, len(events))
		}
		if got := strings.Contains(string(events[0].raw), `"said"`); got != wanted {
			t.Errorf("%s: CustomMessage has the metadata %v", operation, got)
		}
	}
}

// A temporary password is to be replaced first: no code takes its place.
func TestR53_ATemporaryPasswordIsOfferedNoCode(t *testing.T) {
	r := startChoice(t, nil)
	r.imports(t, ImportedUser{
		Username: ada, Password: "Temporary-1", Status: forceChangePassword,
		Attributes: map[string]string{"email": ada, "email_verified": "true"},
	})
	out, err := r.choose(t, ada, "EMAIL_OTP")
	if err != nil || len(out.AvailableChallenges) != 2 || slices.Contains(out.AvailableChallenges, "EMAIL_OTP") {
		t.Errorf("%+v, %v", out, err)
	}
}

// Sign-ins that nobody ends do not fill the memory.
func TestR53_ExpiredSignInsAreForgotten(t *testing.T) {
	c := &clock{t: time.Unix(1_800_000_000, 0)}
	s := newStore(Config{}, c.now, 0)
	for i := range 20_000 {
		s.setChallenge(strconv.Itoa(i), challenge{expires: c.now().Add(time.Minute)})
		c.pass(time.Second)
	}
	if left := len(s.challenges); left > 2000 {
		t.Errorf("%d sign-ins wait, of which 60 can be answered", left)
	}
	if s.waiting("19999").expires.IsZero() {
		t.Error("a sign-in that can be answered is gone")
	}
}

// A user who is disabled looks like any other until the password is right.
func TestR53_AChoiceTellsThatAUserIsDisabledAfterTheProofOnly(t *testing.T) {
	r := startChoice(t, nil)
	r.member(t, ada)
	if _, err := r.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String(ada)}); err != nil {
		t.Fatal(err)
	}
	for password, refusal := range map[string]string{"Wrong-horse-7": "Incorrect username or password.", longPassword: "User is disabled."} {
		out, err := r.choose(t, ada, "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.answer(t, aws.String("PASSWORD"), out.Session, ada, "PASSWORD", password)
		wantRefusal(t, err, "NotAuthorizedException", refusal)
	}
	out, err := r.choose(t, ada, "")
	if err != nil {
		t.Fatal(err)
	}
	next, err := r.answer(t, aws.String("SELECT_CHALLENGE"), out.Session, ada, "ANSWER", "PASSWORD")
	if err != nil || next.ChallengeName != "PASSWORD" {
		t.Errorf("a choice proves nothing: %+v, %v", next, err)
	}
}

// One lock holds for all flows, whether or not the user exists.
func TestR53_ALockOfOneFlowHoldsInTheOthers(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) { c.Clients[0].PreventUserExistenceErrors = true })
	r.member(t, ada)
	for _, name := range []string{ada, "nobody@example.com"} {
		for range freeAttempts {
			_, err := r.choose(t, name, "PASSWORD", "PASSWORD", "Wrong-horse-7")
			wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
		}
		_, err := r.tryLogin(t, name, "Wrong-horse-7")
		wantRefusal(t, err, "NotAuthorizedException", "Password attempts exceeded")
	}
}

// A weak password is refused alike for a user and for nobody.
func TestR53_AWeakNewPasswordTellsNoUser(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) { c.Clients[0].PreventUserExistenceErrors = true })
	r.member(t, ada)
	for _, name := range []string{ada, "nobody@example.com"} {
		_, err := r.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
			ClientId: aws.String(webClient), Username: aws.String(name), ConfirmationCode: aws.String("000000"), Password: aws.String("weakweak"),
		})
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != "InvalidPasswordException" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A trigger takes seconds. What ends the sessions of its user meanwhile ends the one that is
// about to begin, and a new user with the name does not get it.
func TestR53_ASessionThatEndsWhileATriggerRunsDoesNotBegin(t *testing.T) {
	again := func(r *rig) {
		r.store.remove("ada")
		r.known(t, "ada", map[string]string{"email": ada})
	}
	for name, c := range map[string]struct {
		trigger, code string
		end           func(*rig)
	}{
		"signed out":                      {preTokenGeneration, "NotAuthorizedException", func(r *rig) { r.store.signOut("ada") }},
		"another user":                    {preTokenGeneration, "NotAuthorizedException", again},
		"another user, before the tokens": {postAuthentication, "UserNotFoundException", again},
	} {
		t.Run(name, func(t *testing.T) {
			r := startMFA(t, "OFF")
			r.known(t, "ada", map[string]string{"email": ada})
			r.fns.answer(c.trigger, func(ev []byte) ([]byte, error) {
				c.end(r)
				return ev, nil
			})
			_, err := r.tryLogin(t, "ada", longPassword)
			var api smithy.APIError
			if !errors.As(err, &api) || api.ErrorCode() != c.code {
				t.Errorf("%v, want %s", err, c.code)
			}
			if len(r.store.grants) != 0 {
				t.Error("a session is left")
			}
		})
	}
}

// A code proves the address that it went to, not one that took its place.
func TestR53_ACodeProvesTheAddressThatItWentTo(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.AutoVerifiedAttributes = nil, nil
		c.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_PASSWORD_AUTH"}
	})
	r.known(t, "eve", map[string]string{"email": "eve@example.com"})
	tokens := r.login(t, "eve", longPassword)
	if _, err := r.api.GetUserAttributeVerificationCode(t.Context(), &idp.GetUserAttributeVerificationCodeInput{
		AccessToken: tokens.AccessToken, AttributeName: aws.String("email"),
	}); err != nil {
		t.Fatal(err)
	}
	code := r.mustCode(t, "eve")
	if _, err := r.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{
		AccessToken: tokens.AccessToken, UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(ada)}},
	}); err != nil {
		t.Fatal(err)
	}
	_, err := r.api.VerifyUserAttribute(t.Context(), &idp.VerifyUserAttributeInput{AccessToken: tokens.AccessToken, AttributeName: aws.String("email"), Code: &code})
	wantRefusal(t, err, "ExpiredCodeException", errCodeExpired().Message)
	if got := r.attribute(t, "eve", "email_verified"); got != "false" {
		t.Errorf("%s, which eve has not proven: email_verified %q", ada, got)
	}
}

// The same holds for the code of a sign-up: it confirms the user, not a new address.
func TestR53_ASignUpCodeProvesTheAddressThatItWentTo(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes = nil })
	if _, err := r.Pool.signUp(signUpInput{
		ClientID: webClient, Username: "eve", Password: longPassword, UserAttributes: []attribute{{"email", "eve@example.com"}},
	}); err != nil {
		t.Fatal(err)
	}
	code := r.mustCode(t, "eve")
	if _, err := r.store.change("eve", false, func(u *user) error { u.move("email", ada); return nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Pool.confirmSignUp(confirmSignUpInput{ClientID: webClient, Username: "eve", ConfirmationCode: code}); err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "eve", "email_verified"); got != "false" {
		t.Errorf("%s, which eve has not proven: email_verified %q", ada, got)
	}
}

// A browser that knew the old password, and the code it got with it, prove nothing of the new
// one: not of a temporary one either, which must be replaced first.
func TestR55_ACookieAndACodeEndWithTheirPassword(t *testing.T) {
	pool, name := aws.String(poolUnderTest), aws.String(ada)
	for way, change := range map[string]func(*rig) error{
		"reset": func(r *rig) error {
			_, err := r.adminResetUserPassword(theUser(t, r, ada), adminResetInput{})
			return err
		},
		"temporary": func(r *rig) error {
			_, err := r.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: pool, Username: name, Password: aws.String("Temporary-1")})
			return err
		},
		"changed": func(r *rig) error {
			_, err := r.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: pool, Username: name, Password: aws.String("Chosen-horse-7"), Permanent: true})
			return err
		},
	} {
		t.Run(way, func(t *testing.T) {
			b := pagesRig(t, func(c *Config) { c.UsernameAttributes = nil })
			b.known(t, ada, map[string]string{"email": ada, "email_verified": "true"})
			code := b.signIn(t, nil)
			if err := change(b.rig); err != nil {
				t.Fatal(err)
			}
			if b.open(t, "/oauth2/authorize", request(nil)); b.returned != nil {
				t.Errorf("the cookie still counts: %v", b.returned)
			}
			if _, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); refusal == "" {
				t.Error("the code still counts")
			}
		})
	}
}

// A sign-in that waits for a factor which its user has replaced since does not end with it:
// the old phone may be the reason.
func TestR54_AFactorThatWasTurnedOffEndsNoSignIn(t *testing.T) {
	r := startMFA(t, "OPTIONAL", "SMS_MFA", "SOFTWARE_TOKEN_MFA")
	r.known(t, "ada", map[string]string{"phone_number": "+4930123456", "phone_number_verified": "true"})
	access := r.login(t, "ada", longPassword).AccessToken
	secret := r.enrols(t, access)
	r.clock.pass(totpPeriod)
	prefer := func(sms bool) {
		if _, err := r.api.SetUserMFAPreference(t.Context(), &idp.SetUserMFAPreferenceInput{
			AccessToken: access, SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: sms},
			SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: !sms},
		}); err != nil {
			t.Fatal(err)
		}
	}
	for _, sms := range []bool{true, false} {
		prefer(sms)
		out, err := r.tryLogin(t, "ada", longPassword)
		if err != nil {
			t.Fatal(err)
		}
		step, code := sms2, r.app(secret)
		if sms {
			code = r.mustCode(t, "ada")
		} else {
			step = totp2
		}
		prefer(!sms)
		_, err = r.answer(t, &step, out.Session, "ada", step+"_CODE", code)
		wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user.")
	}
}
