package userpool

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestFromSignUpToTokensEachTriggerFiresOnceInOrder(t *testing.T) {
	r := startRig(t, nil)
	out := r.signUp(t, "Ada@example.com")
	if out.UserConfirmed || out.CodeDeliveryDetails == nil || *out.CodeDeliveryDetails.Destination != "A***@e***" {
		t.Errorf("SignUp answered %+v, want an unconfirmed user and a masked destination", out)
	}
	wantSources(t, r.fns.sources(t), "PreSignUp_SignUp")
	if got := r.attribute(t, *out.UserSub, "email_verified"); got != "false" {
		t.Errorf("email_verified before confirmation: %q", got)
	}

	_, err := r.tryLogin(t, "ada@example.com", longPassword)
	wantRefusal(t, err, "UserNotConfirmedException", "User is not confirmed.")

	if err := r.confirmUp(t, "ada@example.com"); err != nil {
		t.Fatalf("ConfirmSignUp: %v", err)
	}
	wantSources(t, r.fns.sources(t), "PostConfirmation_ConfirmSignUp")
	if got := r.attribute(t, "ada@example.com", "email_verified"); got != "true" {
		t.Errorf("email_verified after confirmation: %q", got)
	}

	r.login(t, "ada@example.com", longPassword)
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_Authentication")
}

func TestAdminCreatedUserNeverFiresPostConfirmation(t *testing.T) {
	r := startRig(t, nil)
	// AdminCreateUser ignores all three flags.
	r.fns.answer(preSignUp, responding(`{"autoConfirmUser":true,"autoVerifyEmail":true,"autoVerifyPhone":true}`))
	_, err := r.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: aws.String(poolUnderTest), Username: aws.String("bea@example.com"), TemporaryPassword: aws.String("Temporary-1"),
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("bea@example.com")}},
	})
	if err != nil {
		t.Fatalf("AdminCreateUser: %v", err)
	}
	wantSources(t, r.fns.sources(t), "PreSignUp_AdminCreateUser")
	if got := r.status(t, "bea@example.com"); got != types.UserStatusTypeForceChangePassword {
		t.Errorf("status %s", got)
	}
	if got := r.attribute(t, "bea@example.com", "email_verified"); got != "" {
		t.Errorf("email_verified %q, want none", got)
	}

	first, err := r.tryLogin(t, "bea@example.com", "Temporary-1")
	if err != nil || first.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		t.Fatalf("first sign-in: %+v, %v", first, err)
	}
	wantSources(t, r.fns.sources(t))
	answer := &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: first.ChallengeName, Session: first.Session,
		ChallengeResponses: map[string]string{"USERNAME": "bea@example.com", "NEW_PASSWORD": longPassword},
		ClientMetadata:     map[string]string{"device": "laptop"},
	}
	out, err := r.api.RespondToAuthChallenge(t.Context(), answer)
	if err != nil || out.AuthenticationResult == nil {
		t.Fatalf("RespondToAuthChallenge: %+v, %v", out, err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_NewPasswordChallenge")

	_, err = r.api.RespondToAuthChallenge(t.Context(), answer)
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
}

func TestPasswordResetFiresConfirmForgotPassword(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	if _, err := r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String("ada@example.com")}); err != nil {
		t.Fatalf("ForgotPassword: %v", err)
	}
	code, _ := r.Code("ada@example.com")
	reset := &idp.ConfirmForgotPasswordInput{
		ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), ConfirmationCode: aws.String(code),
		Password: aws.String("Another-horse-8"), ClientMetadata: map[string]string{"from": "settings"},
	}
	if _, err := r.api.ConfirmForgotPassword(t.Context(), reset); err != nil {
		t.Fatalf("ConfirmForgotPassword: %v", err)
	}
	wantSources(t, r.fns.sources(t), "PostConfirmation_ConfirmForgotPassword")
	_, err := r.tryLogin(t, "ada@example.com", longPassword)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
	r.login(t, "ada@example.com", "Another-horse-8")

	_, err = r.api.ConfirmForgotPassword(t.Context(), reset)
	wantRefusal(t, err, "ExpiredCodeException", "Invalid code provided, please request a code again.")
}

func TestAutoConfirmFiresPostConfirmationInsideSignUp(t *testing.T) {
	r := startRig(t, nil)
	r.fns.answer(preSignUp, responding(`{"autoConfirmUser":true,"autoVerifyEmail":true}`))
	out := r.signUp(t, "ada@example.com")
	if !out.UserConfirmed || out.CodeDeliveryDetails != nil {
		t.Errorf("SignUp answered %+v, want a confirmed user and no code", out)
	}
	wantSources(t, r.fns.sources(t), "PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp")
	if got := r.attribute(t, *out.UserSub, "email_verified"); got != "true" {
		t.Errorf("email_verified %q", got)
	}
}

func TestFederatedSignInFirstAndLater(t *testing.T) {
	r := startRig(t, nil)
	attributes := map[string]string{"email": "Fay@example.com", "name": "Fay"}
	if _, err := r.FederatedSignIn("Google", "10769150350006150715", attributes, webClient); err != nil {
		t.Fatalf("first sign-in: %v", err)
	}
	wantSources(t, r.fns.sources(t), "PreSignUp_ExternalProvider", "PostConfirmation_ConfirmSignUp", "TokenGeneration_HostedAuth")
	attributes["name"] = "Fay F."
	if _, err := r.FederatedSignIn("Google", "10769150350006150715", attributes, webClient); err != nil {
		t.Fatalf("second sign-in: %v", err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_HostedAuth")
	if got := r.attribute(t, "google_10769150350006150715", "name"); got != "Fay F." {
		t.Errorf("name %q, want the provider's last one", got)
	}
	if got := r.status(t, "google_10769150350006150715"); got != types.UserStatusTypeExternalProvider {
		t.Errorf("status %s", got)
	}
}

func TestAdminCallsThatChangeNobodysPathFireNothing(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	ctx, pool, name := t.Context(), aws.String(poolUnderTest), aws.String("ada@example.com")
	calls := map[string]func() error{
		"AdminAddUserToGroup": func() error {
			_, err := r.api.AdminAddUserToGroup(ctx, &idp.AdminAddUserToGroupInput{UserPoolId: pool, Username: name, GroupName: aws.String("admins")})
			return err
		},
		"AdminRemoveUserFromGroup": func() error {
			_, err := r.api.AdminRemoveUserFromGroup(ctx, &idp.AdminRemoveUserFromGroupInput{UserPoolId: pool, Username: name, GroupName: aws.String("admins")})
			return err
		},
		"AdminSetUserPassword": func() error {
			_, err := r.api.AdminSetUserPassword(ctx, &idp.AdminSetUserPasswordInput{UserPoolId: pool, Username: name, Password: aws.String("Another-horse-8"), Permanent: true})
			return err
		},
		"AdminUpdateUserAttributes": func() error {
			_, err := r.api.AdminUpdateUserAttributes(ctx, &idp.AdminUpdateUserAttributesInput{
				UserPoolId: pool, Username: name, UserAttributes: []types.AttributeType{{Name: aws.String("name"), Value: aws.String("Ada L.")}},
			})
			return err
		},
		"AdminDisableUser": func() error {
			_, err := r.api.AdminDisableUser(ctx, &idp.AdminDisableUserInput{UserPoolId: pool, Username: name})
			return err
		},
		"AdminEnableUser": func() error {
			_, err := r.api.AdminEnableUser(ctx, &idp.AdminEnableUserInput{UserPoolId: pool, Username: name})
			return err
		},
	}
	for call, f := range calls {
		if err := f(); err != nil {
			t.Errorf("%s: %v", call, err)
		}
	}
	wantSources(t, r.fns.sources(t))
}

// An app client made at run time has the settings of its request and its own sign-ins.
func TestAnAppClientMadeAtRunTimeSignsPeopleIn(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	made, err := r.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: aws.String(poolUnderTest), ClientName: aws.String("later"), GenerateSecret: true,
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := made.UserPoolClient
	if len(*client.ClientId) != 26 || *client.ClientName != "later" || client.ClientSecret == nil {
		t.Errorf("made %+v", client)
	}
	signIn := func(hash string) (*idp.InitiateAuthOutput, error) {
		return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: client.ClientId, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
			AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": longPassword, "SECRET_HASH": hash},
		})
	}
	_, err = signIn("wrong")
	wantRefusal(t, err, "NotAuthorizedException", "Unable to verify secret hash for client "+*client.ClientId)
	r.fns.take()
	if _, err := signIn((Client{ID: *client.ClientId, Secret: *client.ClientSecret}).secretHash("ada@example.com")); err != nil {
		t.Fatal(err)
	}
	for _, event := range r.fns.take() {
		if !strings.Contains(string(event.raw), `"clientId":"`+*client.ClientId+`"`) {
			t.Errorf("event %s", event.raw)
		}
	}
	_, err = r.api.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{UserPoolId: aws.String("eu-central-1_Nobody"), ClientName: aws.String("x")})
	wantRefusal(t, err, "ResourceNotFoundException", "User pool eu-central-1_Nobody does not exist.")
}

func TestAliasPoolShowsTheAliasInEvents(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.AliasAttributes = nil, []string{"email", "phone_number"}
		c.AutoVerifiedAttributes = []string{"email", "phone_number"}
	})
	out, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
		ClientId: aws.String(webClient), Username: aws.String("Ada"), Password: aws.String(longPassword),
		UserAttributes: []types.AttributeType{attr("email", "ada@example.com"), attr("phone_number", "+4912345678")},
	})
	if err != nil {
		t.Fatal(err)
	}
	// The code goes to the phone if both are to be verified.
	if d := out.CodeDeliveryDetails; *d.Destination != "+*******5678" || d.DeliveryMedium != types.DeliveryMediumTypeSms {
		t.Errorf("code delivery %+v", d)
	}
	r.fns.take()
	if err := r.confirmUp(t, "ada"); err != nil {
		t.Fatal(err)
	}
	var ev struct {
		UserName string
		Request  struct{ UserAttributes map[string]string }
	}
	if err := json.Unmarshal(r.fns.take()[0].raw, &ev); err != nil {
		t.Fatal(err)
	}
	seen := ev.Request.UserAttributes
	if ev.UserName != "Ada" || seen["sub"] != *out.UserSub || seen["cognito:phone_number_alias"] != "+4912345678" {
		t.Errorf("event for %s: %v", ev.UserName, seen)
	}
	if alias, ok := seen["cognito:email_alias"]; ok {
		t.Errorf("an unverified address is an alias: %q", alias)
	}
}

func TestFederatedRefusals(t *testing.T) {
	signIn := func(r *rig, attributes map[string]string, client string) error {
		_, err := r.FederatedSignIn("Google", "1076915", attributes, client)
		return err
	}
	mail := map[string]string{"email": "fay@example.com"}
	r := startRig(t, nil)
	wantAPIError(t, signIn(r, mail, "nobody"), "ResourceNotFoundException: User pool client nobody does not exist.")
	wantAPIError(t, signIn(r, map[string]string{"email": "no address"}, webClient), "InvalidParameterException: Invalid email address format.")
	for trigger, first := range map[string]bool{preSignUp: true, postConfirmation: true, preTokenGeneration: true, postAuthentication: false} {
		r := startRig(t, nil)
		if !first {
			if err := signIn(r, mail, webClient); err != nil {
				t.Fatal(err)
			}
		}
		r.fns.answer(trigger, failing("no"))
		wantAPIError(t, signIn(r, mail, webClient), "UserLambdaValidationException: "+trigger+" failed with error no.")
	}
	if err := signIn(r, mail, webClient); err != nil {
		t.Fatal(err)
	}
	if _, err := r.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String("google_1076915")}); err != nil {
		t.Fatal(err)
	}
	wantAPIError(t, signIn(r, mail, webClient), "NotAuthorizedException: User is disabled.")
	_, err := r.tryLogin(t, "google_1076915", longPassword)
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
}

func wantAPIError(t *testing.T, err error, want string) {
	t.Helper()
	var api *APIError
	if !errors.As(err, &api) || api.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
