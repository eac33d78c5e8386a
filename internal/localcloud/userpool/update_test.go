package userpool

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey"
)

// signedIn returns a pool with the user Ada, her access token, and no events yet.
func signedIn(t *testing.T, change func(*Config, *Options)) (*rig, *string) {
	t.Helper()
	r := startRig(t, change)
	r.member(t, "ada@example.com")
	token := r.login(t, "ada@example.com", longPassword).AccessToken
	r.fns.take()
	return r, token
}

func verifyFirst(c *Config, _ *Options) { c.VerifyBeforeUpdate = []string{"email"} }

func (r *rig) update(t *testing.T, token *string, attributes ...types.AttributeType) (*idp.UpdateUserAttributesOutput, error) {
	t.Helper()
	return r.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{AccessToken: token, UserAttributes: attributes})
}

func (r *rig) verify(t *testing.T, token *string, attribute, code string) error {
	t.Helper()
	_, err := r.api.VerifyUserAttribute(t.Context(), &idp.VerifyUserAttributeInput{AccessToken: token, AttributeName: &attribute, Code: &code})
	return err
}

func TestUpdateUserAttributesChangesWhatTheClientMayWriteAndFiresNothing(t *testing.T) {
	r, token := signedIn(t, func(c *Config, _ *Options) {
		c.Clients[0].WriteAttributes = []string{"name", "locale", "email"}
		c.RequiredAttributes = []string{"email"}
	})
	if out, err := r.update(t, token, attr("name", "Ada"), attr("locale", "en")); err != nil || out.CodeDeliveryDetailsList != nil {
		t.Fatalf("%+v %v", out, err)
	}
	if _, err := r.update(t, token, attr("locale", "")); err != nil {
		t.Fatal(err)
	}
	if name, locale := r.attribute(t, "ada@example.com", "name"), r.attribute(t, "ada@example.com", "locale"); name != "Ada" || locale != "" {
		t.Errorf("name %q, locale %q after a blank value", name, locale)
	}
	for _, c := range []struct{ name, value, code, message string }{
		{"custom:plan", "gold", "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		{"email_verified", "true", "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		{"email", "", "InvalidParameterException", "user.email: Attribute is required and cannot be deleted."},
		{"email", "ada", "InvalidParameterException", "Invalid email address format."},
	} {
		_, err := r.update(t, token, attr(c.name, c.value))
		wantRefusal(t, err, c.code, c.message)
	}
	wantSources(t, r.fns.sources(t))
}

// Without AttributesRequireVerificationBeforeUpdate a new address takes effect at once,
// unverified, and a code goes to it.
func TestANewAddressCountsAtOnceWhereNothingElseIsSaid(t *testing.T) {
	r, token := signedIn(t, nil)
	out, err := r.update(t, token, attr("email", "ada@example.org"))
	if err != nil || len(out.CodeDeliveryDetailsList) != 1 || *out.CodeDeliveryDetailsList[0].Destination != "a***@e***" {
		t.Fatalf("%+v %v", out, err)
	}
	if got := r.attribute(t, "ada@example.org", "email_verified"); got != "false" {
		t.Errorf("email_verified %q", got)
	}
	code, _ := r.Code("ada@example.org")
	if err := r.verify(t, token, "email", code); err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "ada@example.org", "email_verified"); got != "true" {
		t.Errorf("email_verified %q after the code", got)
	}
	wantRefusal(t, r.verify(t, token, "email", code), "ExpiredCodeException", "Invalid code provided, please request a code again.")
	wantSources(t, r.fns.sources(t))
}

func TestANewAddressWaitsForItsCode(t *testing.T) {
	r, token := signedIn(t, verifyFirst)
	if _, err := r.update(t, token, attr("email", "ada@example.org"), attr("name", "Ada")); err != nil {
		t.Fatal(err)
	}
	if email, verified, name := r.attribute(t, "ada@example.com", "email"), r.attribute(t, "ada@example.com", "email_verified"), r.attribute(t, "ada@example.com", "name"); email != "ada@example.com" || verified != "true" || name != "Ada" {
		t.Errorf("before the code: %s, verified %s, name %s", email, verified, name)
	}
	first, _ := r.Code("ada@example.com")
	r.clock.pass(25 * time.Hour)
	token = r.login(t, "ada@example.com", longPassword).AccessToken
	wantRefusal(t, r.verify(t, token, "email", "no"), "CodeMismatchException", "Invalid verification code provided, please try again.")
	wantRefusal(t, r.verify(t, token, "email", first), "ExpiredCodeException", "Invalid code provided, please request a code again.")
	out, err := r.api.GetUserAttributeVerificationCode(t.Context(), &idp.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: aws.String("email")})
	if err != nil || *out.CodeDeliveryDetails.AttributeName != "email" {
		t.Fatalf("%+v %v", out, err)
	}
	code, _ := r.Code("ada@example.com")
	if err := r.verify(t, token, "email", code); err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "ada@example.org", "email_verified"); got != "true" {
		t.Errorf("email_verified %q after the code", got)
	}
	for name, want := range map[string]string{"name": "Invalid attribute for verification: name", "phone_number": "User does not have an attribute phone_number"} {
		_, err := r.api.GetUserAttributeVerificationCode(t.Context(), &idp.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: &name})
		wantRefusal(t, err, "InvalidParameterException", want)
	}
}

// Of two users who want the same address, the first to prove it gets it.
func TestAnAddressThatAnotherHasByNowIsRefused(t *testing.T) {
	r, token := signedIn(t, verifyFirst)
	if _, err := r.update(t, token, attr("email", "bea@example.com")); err != nil {
		t.Fatal(err)
	}
	code, _ := r.Code("ada@example.com")
	r.member(t, "bea@example.com")
	wantRefusal(t, r.verify(t, token, "email", code), "AliasExistsException", "An account with the given email already exists.")
	if got := r.attribute(t, "ada@example.com", "email"); got != "ada@example.com" {
		t.Errorf("email %q", got)
	}
}

func TestAnAdministratorsNewAddressCanSkipTheCode(t *testing.T) {
	r, _ := signedIn(t, verifyFirst)
	update := func(attributes ...types.AttributeType) error {
		_, err := r.api.AdminUpdateUserAttributes(t.Context(), &idp.AdminUpdateUserAttributesInput{
			UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com"), UserAttributes: attributes,
		})
		return err
	}
	if err := update(attr("email", "ada@example.net")); err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "ada@example.com", "email"); got != "ada@example.com" {
		t.Errorf("email %q before the code", got)
	}
	if err := update(attr("email", "ada@example.org"), attr("email_verified", "true")); err != nil {
		t.Fatal(err)
	}
	if got := r.attribute(t, "ada@example.org", "email_verified"); got != "true" {
		t.Errorf("email_verified %q", got)
	}
	wantSources(t, r.fns.sources(t))
}

func TestDeletingAttributesFiresNothing(t *testing.T) {
	r, token := signedIn(t, nil)
	if _, err := r.update(t, token, attr("name", "Ada"), attr("locale", "en"), attr("phone_number", "+4912345678")); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.DeleteUserAttributes(t.Context(), &idp.DeleteUserAttributesInput{AccessToken: token, UserAttributeNames: []string{"name", "phone_number"}}); err != nil {
		t.Fatal(err)
	}
	gone := &idp.AdminDeleteUserAttributesInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com"), UserAttributeNames: []string{"locale"}}
	if _, err := r.api.AdminDeleteUserAttributes(t.Context(), gone); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"name", "locale", "phone_number", "phone_number_verified"} {
		if got := r.attribute(t, "ada@example.com", name); got != "" {
			t.Errorf("%s is %q", name, got)
		}
	}
	gone.UserAttributeNames = []string{"shoe"}
	_, err := r.api.AdminDeleteUserAttributes(t.Context(), gone)
	wantRefusal(t, err, "InvalidParameterException", "Attributes did not conform to the schema: shoe: Attribute does not exist in the schema.")
	wantSources(t, r.fns.sources(t))
}

// A user who is deleted and signs up again with the same address is a new user.
func TestWhoeverTakesADeletedUsersNameIsAnother(t *testing.T) {
	r, token := signedIn(t, nil)
	before := r.attribute(t, "ada@example.com", "sub")
	if _, err := r.api.DeleteUser(t.Context(), &idp.DeleteUserInput{AccessToken: token}); err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t))
	after := r.member(t, "ada@example.com")
	if before == after {
		t.Errorf("both have the sub %s", before)
	}
	_, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: token})
	wantRefusal(t, err, "NotAuthorizedException", "Access Token has been revoked")
}

func TestASessionOfADeletedUserIsNotTheNextOnes(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes = nil })
	invite := func() *idp.InitiateAuthOutput {
		if err := r.tryInvite(t, "bea", ""); err != nil {
			t.Fatal(err)
		}
		temporary, _ := r.Code("bea")
		out, err := r.tryLogin(t, "bea", temporary)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := invite()
	if _, err := r.api.AdminDeleteUser(t.Context(), &idp.AdminDeleteUserInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String("bea")}); err != nil {
		t.Fatal(err)
	}
	invite()
	_, err := r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: first.ChallengeName, Session: first.Session,
		ChallengeResponses: map[string]string{"USERNAME": "bea", "NEW_PASSWORD": longPassword},
	})
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
}

func TestGlobalSignOutEndsEverySession(t *testing.T) {
	for name, signOut := range map[string]func(context.Context, *rig, *string) error{
		"GlobalSignOut": func(ctx context.Context, r *rig, token *string) error {
			_, err := r.api.GlobalSignOut(ctx, &idp.GlobalSignOutInput{AccessToken: token})
			return err
		},
		"AdminUserGlobalSignOut": func(ctx context.Context, r *rig, _ *string) error {
			_, err := r.api.AdminUserGlobalSignOut(ctx, &idp.AdminUserGlobalSignOutInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com")})
			return err
		},
	} {
		r, token := signedIn(t, nil)
		refresh := *r.login(t, "ada@example.com", longPassword).RefreshToken
		r.fns.take()
		if err := signOut(t.Context(), r, token); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, err := r.update(t, token, attr("name", "Ada"))
		wantRefusal(t, err, "NotAuthorizedException", "Access Token has been revoked")
		_, err = refreshWith(r, t, refresh)
		wantRefusal(t, err, "NotAuthorizedException", "Invalid Refresh Token")
		wantSources(t, r.fns.sources(t))
		r.login(t, "ada@example.com", longPassword)
	}
}

func TestPasswordsChangeWithoutATriggerButForTheResetsConfirmation(t *testing.T) {
	r, token := signedIn(t, nil)
	change := &idp.ChangePasswordInput{AccessToken: token, PreviousPassword: aws.String("Wrong-horse-7"), ProposedPassword: aws.String("Another-horse-8")}
	_, err := r.api.ChangePassword(t.Context(), change)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	change.PreviousPassword = aws.String(longPassword)
	if _, err := r.api.ChangePassword(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.AdminResetUserPassword(t.Context(), &idp.AdminResetUserPasswordInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com")}); err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t))
	_, err = r.tryLogin(t, "ada@example.com", "Another-horse-8")
	wantRefusal(t, err, "PasswordResetRequiredException", "Password reset required for the user")
	code, _ := r.Code("ada@example.com")
	if _, err := r.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
		ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), ConfirmationCode: &code, Password: aws.String(longPassword),
	}); err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t), "PostConfirmation_ConfirmForgotPassword")
	r.login(t, "ada@example.com", longPassword)
}

func TestAdministratorsDisableAndEnable(t *testing.T) {
	r, token := signedIn(t, nil)
	ctx, pool, name := t.Context(), aws.String(poolUnderTest), aws.String("ada@example.com")
	if _, err := r.api.AdminDisableUser(ctx, &idp.AdminDisableUserInput{UserPoolId: pool, Username: name}); err != nil {
		t.Fatal(err)
	}
	_, err := r.api.GetUser(ctx, &idp.GetUserInput{AccessToken: token})
	wantRefusal(t, err, "NotAuthorizedException", "Access Token has been revoked")
	if _, err := r.api.AdminEnableUser(ctx, &idp.AdminEnableUserInput{UserPoolId: pool, Username: name}); err != nil {
		t.Fatal(err)
	}
	wantSources(t, r.fns.sources(t))
	r.login(t, "ada@example.com", longPassword)
}

// An administrator can take both steps of a first sign-in. PostConfirmation does not
// fire, as for every user that an administrator created.
func TestAdminRespondToAuthChallengeEndsTheFirstSignIn(t *testing.T) {
	r := startRig(t, nil)
	if err := r.tryInvite(t, "bea@example.com", ""); err != nil {
		t.Fatal(err)
	}
	temporary, _ := r.Code("bea@example.com")
	first, err := r.api.AdminInitiateAuth(t.Context(), &idp.AdminInitiateAuthInput{
		UserPoolId: aws.String(poolUnderTest), ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "bea@example.com", "PASSWORD": temporary},
	})
	if err != nil {
		t.Fatal(err)
	}
	r.fns.take()
	out, err := r.api.AdminRespondToAuthChallenge(t.Context(), &idp.AdminRespondToAuthChallengeInput{
		UserPoolId: aws.String(poolUnderTest), ClientId: aws.String(webClient), ChallengeName: first.ChallengeName, Session: first.Session,
		ChallengeResponses: map[string]string{"USERNAME": "bea@example.com", "NEW_PASSWORD": longPassword},
	})
	if err != nil || out.AuthenticationResult == nil {
		t.Fatalf("%+v %v", out, err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_NewPasswordChallenge")
}

// What a client may not write it may not delete either, and a message that its trigger refuses
// fails the call that sends it.
func TestAChangeThatIsRefusedSaysSo(t *testing.T) {
	r, access := signedIn(t, func(c *Config, o *Options) {
		withHooks(customMessage)(c, o)
		c.Clients[0].WriteAttributes = []string{"email"}
	})
	_, err := r.raw(t, "DeleteUserAttributes", map[string]any{"AccessToken": *access, "UserAttributeNames": []string{"name"}})
	wantRefusal(t, err, "NotAuthorizedException", "A client attempted to write unauthorized attribute")
	r.fns.answer(customMessage, failing("no mail today"))
	_, err = r.raw(t, "UpdateUserAttributes", map[string]any{"AccessToken": *access, "UserAttributes": []attribute{{"email", "new@example.com"}}})
	wantRefusal(t, err, "UserLambdaValidationException", "CustomMessage failed with error no mail today.")
	_, err = r.raw(t, "GetUserAttributeVerificationCode", map[string]any{"AccessToken": *access, "AttributeName": "email"})
	wantRefusal(t, err, "UserLambdaValidationException", "CustomMessage failed with error no mail today.")
}

// Each blank value is looked at, whatever else changes: twenty times, as they come in no order.
func TestARequiredAttributeIsNeverDeleted(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.RequiredAttributes = []string{"name"} })
	for range 20 {
		if err := r.checkChanges(map[string]string{"name": "", "locale": "en", "given_name": "A", "family_name": "B", "nickname": "C", "website": "d"}); err == nil || err.Error() != "InvalidParameterException: user.name: Attribute is required and cannot be deleted." {
			t.Fatalf("got %v", err)
		}
	}
}

// An address is verified until it changes, and only an address is verified.
func TestTheSameAddressStaysVerified(t *testing.T) {
	r, sent := mailRig(t, nil)
	r.member(t, ada)
	sent()
	access := r.login(t, ada, longPassword).AccessToken
	if _, err := r.update(t, access, attr("email", ada), attr("name", "Ada")); err != nil {
		t.Fatal(err)
	}
	u := theUser(t, r, ada)
	if _, marked := u.attributes["name_verified"]; marked || !u.verified("email") || u.attributes["name"] != "Ada" {
		t.Errorf("the user has %v", u.attributes)
	}
	r.must(t, "AdminUpdateUserAttributes", inPool("Username", ada, "UserAttributes", []attribute{{"email", "new@example.com"}, {"email_verified", "true"}}))
	if list := sent(); len(list) != 0 {
		t.Errorf("sent %+v", list)
	}
}

// An address that waits is forgotten as soon as another one counts, or none.
func TestAnAddressThatWaitsIsForgotten(t *testing.T) {
	for name, between := range map[string]func(*rig, *string){
		"the old one again": func(r *rig, access *string) {
			_, _ = r.update(t, access, attr("email", ada), attr("phone_number", "+491700"))
		},
		"an administrator's": func(r *rig, _ *string) {
			r.must(t, "AdminUpdateUserAttributes", inPool("Username", ada, "UserAttributes", []attribute{
				{"email", "admin@example.com"}, {"email_verified", "true"}, {"phone_number", "+491703"}, {"phone_number_verified", "true"},
			}))
		},
		"none": func(r *rig, access *string) {
			r.must(t, "DeleteUserAttributes", map[string]any{"AccessToken": *access, "UserAttributeNames": []string{"phone_number"}})
		},
	} {
		r, access := signedIn(t, func(c *Config, _ *Options) {
			c.AutoVerifiedAttributes, c.VerifyBeforeUpdate = []string{"phone_number", "email"}, []string{"email", "phone_number"}
		})
		r.must(t, "AdminUpdateUserAttributes", inPool("Username", ada, "UserAttributes", []attribute{{"phone_number", "+491700"}, {"phone_number_verified", "true"}}))
		codes := map[string]string{}
		for attribute, value := range map[string]string{"email": "new@example.com", "phone_number": "+491702"} {
			if _, err := r.update(t, access, attr(attribute, value)); err != nil {
				t.Fatal(err)
			}
			codes[attribute] = r.mustCode(t, ada)
		}
		between(r, access)
		for attribute, code := range codes {
			if name == "none" && attribute == "email" {
				continue
			}
			wantRefusal(t, r.verify(t, access, attribute, code), "ExpiredCodeException", "Invalid code provided, please request a code again.")
		}
	}
}

// Nobody takes another user's alias by changing or proving an address.
func TestAChangeTakesNobodysAlias(t *testing.T) {
	const taken = "An account with the email already exists."
	r := startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	r.imports(t, ImportedUser{Username: "ada", Attributes: map[string]string{"email": ada, "email_verified": "true"}}, ImportedUser{Username: "eve", Password: longPassword})
	_, err := r.raw(t, "AdminUpdateUserAttributes", inPool("Username", "eve", "UserAttributes", []attribute{{"email", ada}, {"email_verified", "true"}}))
	if err == nil || !strings.HasPrefix(err.Error(), "api error AliasExistsException") {
		t.Errorf("an administrator: %v", err)
	}
	access := r.login(t, "eve", longPassword).AccessToken
	if _, err := r.update(t, access, attr("email", ada)); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, r.verify(t, access, "email", r.mustCode(t, "eve")), "AliasExistsException", taken)
	if u := theUser(t, r, ada); u.username != "ada" {
		t.Errorf("the address names %s", u.username)
	}
}

func TestAProvenAddressEndsTheCountOfItsTries(t *testing.T) {
	r, access := signedIn(t, nil)
	r.must(t, "GetUserAttributeVerificationCode", map[string]any{"AccessToken": *access, "AttributeName": "email"})
	for range hourlyTries - 2 { // the request counts, too
		wantRefusal(t, r.verify(t, access, "email", "no"), "CodeMismatchException", "Invalid verification code provided, please try again.")
	}
	if err := r.verify(t, access, "email", r.mustCode(t, ada)); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, r.verify(t, access, "email", "no"), "ExpiredCodeException", "Invalid code provided, please request a code again.")
}

// What the store hands out nobody can change from outside.
func TestACopyOfAUserSharesNothing(t *testing.T) {
	u := user{
		attributes: map[string]string{"a": "1"}, groups: []string{"a"}, identities: []identity{{UserID: "a"}}, mfa: []string{"a"},
		passkeys: make([]passkey.Passkey, 1), devices: []device{{key: "a"}}, waiting: map[string]string{"a": "1"},
	}
	c := u.clone()
	c.attributes["a"], c.groups[0], c.identities[0].UserID, c.mfa[0], c.devices[0].key, c.waiting["a"] = "2", "b", "b", "b", "b", "2"
	if u.attributes["a"] != "1" || u.groups[0] != "a" || u.identities[0].UserID != "a" || u.mfa[0] != "a" || u.devices[0].key != "a" || u.waiting["a"] != "1" || &u.passkeys[0] == &c.passkeys[0] {
		t.Errorf("the user is now %+v", u)
	}
}

func TestATextIsCutAtItsLastSeparator(t *testing.T) {
	for text, want := range map[string]string{"a@b@c": "a@b|c|true", "@c": "|c|true", "c": "c||false", "": "||false", "a@": "a||true"} {
		before, after, found := cutLast(text, "@")
		if got := fmt.Sprint(before, "|", after, "|", found); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
