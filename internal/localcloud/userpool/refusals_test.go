package userpool

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (r *rig) trySignUp(t *testing.T, email string) error {
	_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: aws.String(webClient), Username: aws.String(email), Password: aws.String(longPassword)})
	return err
}

func attr(name, value string) types.AttributeType {
	return types.AttributeType{Name: aws.String(name), Value: aws.String(value)}
}

// None of these sign-ups reaches the trigger.
func TestSignUpRefusals(t *testing.T) {
	confidential := func(c *Config) { c.Clients[0].Secret = "s3cret" }
	named := func(c *Config) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} }
	for _, c := range []struct {
		name          string
		config        func(*Config)
		input         idp.SignUpInput
		code, message string
	}{
		{"unknown client", nil, idp.SignUpInput{ClientId: aws.String("nobody")}, "ResourceNotFoundException", "User pool client nobody does not exist."},
		{"no secret hash", confidential, idp.SignUpInput{}, "NotAuthorizedException", "Client web1example is configured with secret but SECRET_HASH was not received"},
		{"wrong secret hash", confidential, idp.SignUpInput{SecretHash: aws.String("x")}, "NotAuthorizedException", "Unable to verify secret hash for client web1example"},
		{"admins only", func(c *Config) { c.AllowAdminCreateUserOnly = true }, idp.SignUpInput{}, "NotAuthorizedException", "SignUp is not permitted for this user pool"},
		{"not an address", nil, idp.SignUpInput{Username: aws.String("ada")}, "InvalidParameterException", "Username should be an email."},
		{"two addresses", nil, idp.SignUpInput{UserAttributes: []types.AttributeType{attr("email", "b@example.com")}}, "InvalidParameterException", "The email attribute differs from the username."},
		{"a name that is an address", named, idp.SignUpInput{}, "InvalidParameterException", "Username cannot be of email format, since user pool is configured for email alias."},
		{"a name with a blank", named, idp.SignUpInput{Username: aws.String("a b")}, "InvalidParameterException", "1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"},
		{"a name that is a number", func(c *Config) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"phone_number"} }, idp.SignUpInput{Username: aws.String("+491701")}, "InvalidParameterException", "Username cannot be of phone number format, since user pool is configured for phone number alias."},
		{"not a number", func(c *Config) { c.UsernameAttributes = []string{"phone_number"} }, idp.SignUpInput{}, "InvalidParameterException", "Username should be a phone number."},
		{"neither address nor number", func(c *Config) { c.UsernameAttributes = []string{"email", "phone_number"} }, idp.SignUpInput{Username: aws.String("ada")}, "InvalidParameterException", "Username should be either an email or a phone number."},
		{"short password", nil, idp.SignUpInput{Password: aws.String("Aa1-")}, "InvalidPasswordException", "Password did not conform with policy: Password not long enough"},
		{"no upper case", nil, idp.SignUpInput{Password: aws.String("aaaaaa1-")}, "InvalidPasswordException", "Password did not conform with policy: Password must have uppercase characters"},
		{"no lower case", nil, idp.SignUpInput{Password: aws.String("AAAAAA1-")}, "InvalidPasswordException", "Password did not conform with policy: Password must have lowercase characters"},
		{"no digit", nil, idp.SignUpInput{Password: aws.String("Aaaaaaa-")}, "InvalidPasswordException", "Password did not conform with policy: Password must have numeric characters"},
		{"no symbol", nil, idp.SignUpInput{Password: aws.String("Aaaaaaa1")}, "InvalidPasswordException", "Password did not conform with policy: Password must have symbol characters"},
		{"blank at the end", nil, idp.SignUpInput{Password: aws.String("Aaaaaa1- ")}, "InvalidParameterException", "1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$"},
		{"unknown attribute", nil, idp.SignUpInput{UserAttributes: []types.AttributeType{attr("custom:x", "1")}}, "InvalidParameterException", "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema."},
		{"long attribute", nil, idp.SignUpInput{UserAttributes: []types.AttributeType{attr("name", strings.Repeat("x", 2049))}}, "InvalidParameterException", "Attributes did not conform to the schema: name: value is longer than 2048 characters."},
		{"bad phone", nil, idp.SignUpInput{UserAttributes: []types.AttributeType{attr("phone_number", "0123")}}, "InvalidParameterException", "Invalid phone number format."},
		{"missing attribute", func(c *Config) { c.RequiredAttributes = []string{"name"} }, idp.SignUpInput{}, "InvalidParameterException", "Attributes did not conform to the schema: name: The attribute is required"},
		{"own verification", nil, idp.SignUpInput{UserAttributes: []types.AttributeType{attr("email_verified", "true")}}, "NotAuthorizedException", "A client attempted to write unauthorized attribute"},
		{
			"attribute not this client's", func(c *Config) { c.Clients[0].WriteAttributes = []string{"email"} },
			idp.SignUpInput{UserAttributes: []types.AttributeType{attr("custom:plan", "gold")}},
			"NotAuthorizedException", "A client attempted to write unauthorized attribute",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := startRig(t, func(cfg *Config, _ *Options) {
				if c.config != nil {
					c.config(cfg)
				}
			})
			in := c.input
			in.ClientId, in.Username, in.Password = or(in.ClientId, webClient), or(in.Username, "ada@example.com"), or(in.Password, longPassword)
			_, err := r.api.SignUp(t.Context(), &in)
			wantRefusal(t, err, c.code, c.message)
			wantSources(t, r.fns.sources(t))
		})
	}
}

func or(s *string, otherwise string) *string {
	if s == nil {
		return &otherwise
	}
	return s
}

func TestTakenNames(t *testing.T) {
	r := startRig(t, nil)
	r.signUp(t, "ada@example.com")
	r.fns.take()
	wantRefusal(t, r.trySignUp(t, "ADA@example.com"), "UsernameExistsException", "An account with the given email already exists.")
	wantSources(t, r.fns.sources(t)) // a taken name costs no invocation

	r = startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes = nil })
	r.signUp(t, "ada")
	r.fns.take()
	wantRefusal(t, r.trySignUp(t, "ADA"), "UsernameExistsException", "User already exists")
	wantSources(t, r.fns.sources(t))

	// Taken while the trigger runs.
	r.fns.answer(preSignUp, func(ev []byte) ([]byte, error) {
		r.fns.answer(preSignUp, nil)
		r.signUp(t, "bea")
		return ev, nil
	})
	wantRefusal(t, r.trySignUp(t, "bea"), "UsernameExistsException", "User already exists")
	r.fns.answer(preSignUp, responding(`{"autoVerifyEmail":true}`))
	wantRefusal(t, r.trySignUp(t, "cyd"), "InvalidLambdaResponseException", "The user has no email to auto-verify.")

	r = startPasskeys(t, nil) // whose other factor is no code
	r.change(func(next *Config) error { next.FirstFactors = []string{"PASSWORD", "WEB_AUTHN"}; return nil })
	_, err := r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: aws.String(webClient), Username: aws.String("dee")})
	wantRefusal(t, err, "InvalidPasswordException", "Password did not conform with policy: Password not long enough")

	r = startRig(t, func(c *Config, _ *Options) { c.UsernameAttributes, c.CaseSensitive = nil, true })
	r.signUp(t, "ada")
	r.signUp(t, "ADA")
}

// Each row is a reason to refuse tokens, in a pool that hides which users exist and in
// one that does not.
func TestSignInRefusals(t *testing.T) {
	pool, name := aws.String(poolUnderTest), aws.String("ada@example.com")
	disable := func(r *rig) error {
		_, err := r.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: pool, Username: name})
		return err
	}
	temporary := func(r *rig) error {
		_, err := r.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: pool, Username: name, Password: aws.String("Temporary-1")})
		r.clock.pass(8 * 24 * time.Hour)
		return err
	}
	for _, c := range []struct {
		name            string
		prepare         func(*rig) error
		prevent         bool
		email, password string
		code, message   string
	}{
		{"wrong password", nil, false, "ada@example.com", "Wrong-horse-7", "NotAuthorizedException", "Incorrect username or password."},
		{"nobody", nil, false, "bob@example.com", longPassword, "UserNotFoundException", "User does not exist."},
		{"nobody, hidden", nil, true, "bob@example.com", longPassword, "NotAuthorizedException", "Incorrect username or password."},
		{"disabled", disable, false, "ada@example.com", longPassword, "NotAuthorizedException", "User is disabled."},
		{"disabled, wrong password", disable, false, "ada@example.com", "Wrong-horse-7", "NotAuthorizedException", "Incorrect username or password."},
		{"old temporary password", temporary, false, "ada@example.com", "Temporary-1", "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator."},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := startRig(t, func(cfg *Config, _ *Options) { cfg.Clients[0].PreventUserExistenceErrors = c.prevent })
			r.member(t, "ada@example.com")
			if c.prepare != nil {
				if err := c.prepare(r); err != nil {
					t.Fatal(err)
				}
			}
			_, err := r.tryLogin(t, c.email, c.password)
			wantRefusal(t, err, c.code, c.message)
			wantSources(t, r.fns.sources(t))
		})
	}
}

func TestFlowsOfTheClient(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].ExplicitAuthFlows = nil })
	r.member(t, "ada@example.com")
	_, err := r.tryLogin(t, "ada@example.com", longPassword)
	wantRefusal(t, err, "InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")

	admin := &idp.AdminInitiateAuthInput{
		UserPoolId: aws.String(poolUnderTest), ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": longPassword},
	}
	_, err = r.api.AdminInitiateAuth(t.Context(), admin)
	wantRefusal(t, err, "InvalidParameterException", "Auth flow not enabled for this client")

	refresh := &idp.InitiateAuthInput{ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeRefreshTokenAuth, AuthParameters: map[string]string{"REFRESH_TOKEN": "x"}}
	_, err = r.api.InitiateAuth(t.Context(), refresh)
	wantRefusal(t, err, "InvalidParameterException", "Auth flow not enabled for this client") // because the client rotates

	_, err = r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: aws.String(webClient), AuthFlow: "NOVEL_AUTH"})
	wantRefusal(t, err, "InvalidParameterException", "AuthFlow NOVEL_AUTH: the local user pool does not simulate it.")
	_, err = r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{ClientId: aws.String(webClient), ChallengeName: "NOVEL"})
	wantRefusal(t, err, "InvalidParameterException", "ChallengeName NOVEL: the local user pool does not simulate it.")
	refresh.ClientId = aws.String("nobody")
	_, err = r.api.InitiateAuth(t.Context(), refresh)
	wantRefusal(t, err, "ResourceNotFoundException", "User pool client nobody does not exist.")
	refresh.ClientId = aws.String(webClient)

	r = startRig(t, func(c *Config, _ *Options) {
		c.Clients[0].ExplicitAuthFlows, c.Clients[0].RefreshTokenRotation = nil, false
	})
	_, err = r.api.InitiateAuth(t.Context(), refresh) // the default flows include it
	wantRefusal(t, err, "NotAuthorizedException", "Invalid Refresh Token")

	r = startRig(t, nil)
	r.member(t, "ada@example.com")
	if _, err := r.api.AdminInitiateAuth(t.Context(), admin); err != nil {
		t.Errorf("AdminInitiateAuth: %v", err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_Authentication")
}

// Each flow begins with the call that has it and the client that allows it, and is then
// refused for its parameters.
func TestAFlowBeginsWhereItIsAllowed(t *testing.T) {
	const elsewhere = "Initiate Auth method not supported."
	r := startRig(t, func(c *Config, _ *Options) {
		for _, flow := range []string{"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "ADMIN_USER_PASSWORD_AUTH"} {
			c.Clients = append(c.Clients, Client{ID: flow, ExplicitAuthFlows: []string{"ALLOW_" + flow}})
		}
		c.Clients = append(c.Clients, Client{ID: "ADMIN_NO_SRP_AUTH", ExplicitAuthFlows: []string{"ADMIN_NO_SRP_AUTH"}}, Client{ID: "CUSTOM_AUTH", ExplicitAuthFlows: []string{"ALLOW_CUSTOM_AUTH"}})
	})
	for _, c := range []struct{ flow, allowed, public, admin, refused string }{
		{"USER_SRP_AUTH", "USER_SRP_AUTH", "USERNAME", "USERNAME", "USER_SRP_AUTH is not enabled for the client."},
		{"USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH", "USERNAME", "", "USER_PASSWORD_AUTH flow not enabled for this client"},
		{"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "REFRESH_TOKEN", "Auth flow not enabled for this client"},
		{"REFRESH_TOKEN", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "REFRESH_TOKEN", "Auth flow not enabled for this client"},
		{"ADMIN_USER_PASSWORD_AUTH", "ADMIN_USER_PASSWORD_AUTH", "", "USERNAME", "Auth flow not enabled for this client"},
		{"ADMIN_NO_SRP_AUTH", "ADMIN_NO_SRP_AUTH", "", "USERNAME", "Auth flow not enabled for this client"},
		{"ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH", "", "USERNAME", "Auth flow not enabled for this client"},
	} {
		t.Run(c.flow+" by "+c.allowed, func(t *testing.T) {
			begin := func(call, missing string, initiate func(initiateAuthInput) (authOutput, error)) {
				t.Helper()
				for client, want := range map[string]string{c.allowed: "Missing required parameter " + missing, "CUSTOM_AUTH": c.refused} {
					if missing == "" {
						want = elsewhere
					}
					if _, err := initiate(initiateAuthInput{AuthFlow: c.flow, ClientID: client}); err == nil || err.Error() != "InvalidParameterException: "+want {
						t.Errorf("%s by a client with %s: %v, want %s", call, client, err, want)
					}
				}
			}
			begin("InitiateAuth", c.public, r.initiateAuth)
			begin("AdminInitiateAuth", c.admin, r.adminInitiateAuth)
		})
	}
}

func TestSecretHashOpensAConfidentialClient(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].Secret = "s3cret" })
	hash := Client{ID: webClient, Secret: "s3cret"}.secretHash("ada@example.com")
	if _, err := r.api.SignUp(t.Context(), &idp.SignUpInput{
		ClientId: aws.String(webClient), SecretHash: aws.String(hash), Username: aws.String("ada@example.com"), Password: aws.String(longPassword),
	}); err != nil {
		t.Fatal(err)
	}
	code, _ := r.Code("ada@example.com")
	if _, err := r.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{
		ClientId: aws.String(webClient), SecretHash: aws.String(hash), Username: aws.String("ada@example.com"), ConfirmationCode: aws.String(code),
	}); err != nil {
		t.Fatal(err)
	}
	out, err := r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": "ada@example.com", "PASSWORD": longPassword, "SECRET_HASH": hash},
	})
	if err != nil {
		t.Fatal(err)
	}
	refresh := &idp.GetTokensFromRefreshTokenInput{ClientId: aws.String(webClient), RefreshToken: out.AuthenticationResult.RefreshToken}
	_, err = r.api.GetTokensFromRefreshToken(t.Context(), refresh)
	wantRefusal(t, err, "NotAuthorizedException", "Unable to verify the client secret of client web1example")
	refresh.ClientSecret = aws.String("s3cret")
	if _, err := r.api.GetTokensFromRefreshToken(t.Context(), refresh); err != nil {
		t.Error(err)
	}
}

func TestConfirmationRefusals(t *testing.T) {
	for _, c := range []struct {
		name          string
		prevent       bool
		email         string
		wait          time.Duration
		code          string // "" is the right one
		want, message string
	}{
		{"wrong code", false, "ada@example.com", 0, "x", "CodeMismatchException", "Invalid verification code provided, please try again."},
		{"old code", false, "ada@example.com", 24*time.Hour + time.Second, "", "ExpiredCodeException", "Invalid code provided, please request a code again."},
		{"nobody", false, "bob@example.com", 0, "x", "UserNotFoundException", "Username/client id combination not found."},
		{"nobody, hidden", true, "bob@example.com", 0, "x", "CodeMismatchException", "Invalid verification code provided, please try again."},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := startRig(t, func(cfg *Config, _ *Options) { cfg.Clients[0].PreventUserExistenceErrors = c.prevent })
			r.signUp(t, "ada@example.com")
			r.fns.take()
			right, _ := r.Code("ada@example.com")
			r.clock.pass(c.wait)
			_, err := r.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{
				ClientId: aws.String(webClient), Username: aws.String(c.email), ConfirmationCode: aws.String(cmp.Or(c.code, right)),
			})
			wantRefusal(t, err, c.want, c.message)
			wantSources(t, r.fns.sources(t))
		})
	}
	r := startRig(t, nil)
	r.member(t, "ada@example.com")
	_, err := r.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: aws.String(webClient), Username: aws.String("ada@example.com"), ConfirmationCode: aws.String("1")})
	wantRefusal(t, err, "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	_, err = r.api.AdminConfirmSignUp(t.Context(), &idp.AdminConfirmSignUpInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com")})
	wantRefusal(t, err, "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
}

func TestResendReplacesTheCode(t *testing.T) {
	r := startRig(t, nil)
	r.signUp(t, "ada@example.com")
	r.clock.pass(48 * time.Hour)
	in := &idp.ResendConfirmationCodeInput{ClientId: aws.String(webClient), Username: aws.String("ada@example.com")}
	if _, err := r.api.ResendConfirmationCode(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if err := r.confirmUp(t, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	_, err := r.api.ResendConfirmationCode(t.Context(), in)
	wantRefusal(t, err, "InvalidParameterException", "User is already confirmed.")
	in.Username = aws.String("bob@example.com")
	_, err = r.api.ResendConfirmationCode(t.Context(), in)
	wantRefusal(t, err, "UserNotFoundException", "Username/client id combination not found.")
}

func TestForgotPasswordRefusals(t *testing.T) {
	forgot := func(r *rig, email string) (*idp.ForgotPasswordOutput, error) {
		return r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String(email)})
	}
	r := startRig(t, nil)
	_, err := forgot(r, "bob@example.com")
	wantRefusal(t, err, "UserNotFoundException", "Username/client id combination not found.")
	r.signUp(t, "ada@example.com")
	_, err = forgot(r, "ada@example.com")
	wantRefusal(t, err, "InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number")

	r = startRig(t, func(c *Config, _ *Options) { c.Clients[0].PreventUserExistenceErrors = true })
	out, err := forgot(r, "bob@example.com")
	if err != nil || *out.CodeDeliveryDetails.Destination != "b***@e***" {
		t.Errorf("nobody, hidden: %+v %v", out, err)
	}
	_, err = r.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
		ClientId: aws.String(webClient), Username: aws.String("bob@example.com"), ConfirmationCode: aws.String("123456"), Password: aws.String(longPassword),
	})
	wantRefusal(t, err, "CodeMismatchException", "Invalid verification code provided, please try again.")
}

func TestAUsernameHas1To128VisibleCharacters(t *testing.T) {
	for name, want := range map[string]bool{
		"": false, "a": true, strings.Repeat("ä", 128): true, strings.Repeat("a", 129): false, "a\xff": false, "a\ue000": false, "a\u00a0": false, "+1 ": false, "ŝ̂7$!": true,
	} {
		if got := isUsername(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// Only an address that the pool verifies gets a code.
func TestACodeGoesToAnAddressThatThePoolVerifies(t *testing.T) {
	for verifies, want := range map[string]string{"email": "email", "phone_number": "phone_number", "email phone_number": "phone_number", "": "<nil>"} {
		r := startRig(t, func(c *Config, _ *Options) { c.AutoVerifiedAttributes = strings.Fields(verifies) })
		delivery, _ := r.must(t, "SignUp", map[string]any{
			"ClientId": webClient, "Username": ada, "Password": longPassword, "UserAttributes": []attribute{{"phone_number", "+491701"}},
		})["CodeDeliveryDetails"].(map[string]any)
		if got := fmt.Sprint(delivery["AttributeName"]); got != want {
			t.Errorf("of a pool that verifies %q the code goes to %s", verifies, got)
		}
	}
}

// A call that names a client with a secret needs the hash for its user, whatever it does.
func TestEachCallOfAConfidentialClientNeedsItsHash(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].Secret = "s3cret" })
	in := map[string]any{
		"ClientId": webClient, "Username": ada, "Password": longPassword, "ConfirmationCode": "000000", "AuthFlow": "USER_PASSWORD_AUTH", "ChallengeName": "SMS_MFA", "Session": "x",
		"AuthParameters": object{"USERNAME": ada, "PASSWORD": longPassword, "SECRET_HASH": "x"}, "ChallengeResponses": object{"USERNAME": ada, "SECRET_HASH": "x"}, "SecretHash": "x",
	}
	for _, operation := range []string{"SignUp", "ConfirmSignUp", "ResendConfirmationCode", "ForgotPassword", "ConfirmForgotPassword", "InitiateAuth", "RespondToAuthChallenge"} {
		_, err := r.raw(t, operation, in)
		wantRefusal(t, err, "NotAuthorizedException", "Unable to verify secret hash for client "+webClient)
	}
	wantSources(t, r.fns.sources(t))
}

// Without its pool a call is about none, also where only one could be meant.
func TestAnAdministratorsCallNamesItsPool(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, ada)
	for _, operation := range []string{"AdminGetUser", "ListUsers"} {
		_, err := r.raw(t, operation, map[string]any{"Username": ada})
		wantCode(t, err, "ResourceNotFoundException")
	}
}

// The delivery to a user who is not there looks like one to a user who is.
func TestASimulatedDeliveryLooksLikeARealOne(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].PreventUserExistenceErrors, c.UsernameAttributes = true, nil })
	for name, want := range map[string]codeDelivery{
		"bob": {"email", "EMAIL", "b***@e***"}, "bob@mail.example": {"email", "EMAIL", "b***@m***"}, "+491701234567": {"phone_number", "SMS", "+*******4567"},
	} {
		for _, operation := range []string{"ForgotPassword", "ResendConfirmationCode"} {
			got := r.must(t, operation, map[string]any{"ClientId": webClient, "Username": name})["CodeDeliveryDetails"].(map[string]any)
			if fmt.Sprint(got["AttributeName"], got["DeliveryMedium"], got["Destination"]) != fmt.Sprint(want.AttributeName, want.DeliveryMedium, want.Destination) {
				t.Errorf("%s %s: %v", operation, name, got)
			}
		}
	}
}

func TestWhatResendAndConfirmReportOfTheirMessages(t *testing.T) {
	r := startRig(t, withHooks(customMessage))
	r.signUp(t, ada)
	in := map[string]any{"ClientId": webClient, "Username": ada}
	if got := r.must(t, "ResendConfirmationCode", in)["CodeDeliveryDetails"]; fmt.Sprint(got) != "map[AttributeName:email DeliveryMedium:EMAIL Destination:a***@e***]" {
		t.Errorf("the delivery is %v", got)
	}
	r.fns.answer(customMessage, failing("no mail today"))
	_, err := r.raw(t, "ResendConfirmationCode", in)
	wantRefusal(t, err, "UserLambdaValidationException", "CustomMessage failed with error no mail today.")
	r.fns.answer(postConfirmation, failing("not welcome"))
	_, err = r.raw(t, "AdminConfirmSignUp", inPool("Username", ada))
	wantRefusal(t, err, "UserLambdaValidationException", "PostConfirmation failed with error not welcome.")

	r = startRig(t, func(c *Config, _ *Options) { c.AutoVerifiedAttributes = nil })
	r.signUp(t, ada)
	_, err = r.raw(t, "ResendConfirmationCode", in)
	wantRefusal(t, err, "InvalidParameterException", "Cannot resend codes. Auto verification not turned on.")
}

// Whose password cannot be reset is told, unless the client hides who exists.
func TestAResetNeedsAUserWhoMayHaveOne(t *testing.T) {
	const state = "User password cannot be reset in the current state."
	for name, c := range map[string]struct {
		user                        ImportedUser
		reset, resetBy              string // the refusals of ForgotPassword and of AdminResetUserPassword
		confirm, code, hiddenByCode string // those of ConfirmForgotPassword
	}{
		"disabled":  {ImportedUser{Username: "ada", Password: longPassword, Disabled: true}, "User is disabled.", "User is disabled.", "User is disabled.", "NotAuthorizedException", "CodeMismatchException"},
		"temporary": {ImportedUser{Username: "ada", Password: longPassword, Status: forceChangePassword}, state, state, "Invalid code provided, please request a code again.", "ExpiredCodeException", "ExpiredCodeException"},
		"federated": {ImportedUser{Username: "ada", Status: externalProvider}, state, state, "Invalid code provided, please request a code again.", "ExpiredCodeException", "ExpiredCodeException"},
		"unknown":   {ImportedUser{Username: "eve"}, "Username/client id combination not found.", "User does not exist.", "Username/client id combination not found.", "UserNotFoundException", "CodeMismatchException"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, hidden := range []bool{false, true} {
				r := startRig(t, func(c *Config, _ *Options) {
					c.Clients[0].PreventUserExistenceErrors, c.UsernameAttributes = hidden, nil
				})
				c.user.Attributes = map[string]string{"email": ada, "email_verified": "true"}
				r.imports(t, c.user)
				in := map[string]any{"ClientId": webClient, "Username": "ada", "ConfirmationCode": "000000", "Password": longPassword}
				out, err := r.raw(t, "ForgotPassword", in)
				if hidden {
					if err != nil || out["CodeDeliveryDetails"] == nil {
						t.Errorf("hidden: %v, %v", out, err)
					}
				} else if err == nil || !strings.HasSuffix(err.Error(), ": "+c.reset) {
					t.Errorf("ForgotPassword: %v", err)
				}
				_, err = r.raw(t, "ConfirmForgotPassword", in)
				if hidden {
					wantCode(t, err, c.hiddenByCode)
				} else {
					wantRefusal(t, err, c.code, c.confirm)
				}
				if _, err = r.raw(t, "AdminResetUserPassword", inPool("Username", "ada")); err == nil || !strings.HasSuffix(err.Error(), ": "+c.resetBy) {
					t.Errorf("AdminResetUserPassword: %v", err)
				}
				wantSources(t, r.fns.sources(t))
			}
		})
	}
}

// A message that its trigger refuses fails the reset, and UserMigration is for unknown users.
func TestAResetAsksTheTriggersItNeeds(t *testing.T) {
	r := startRig(t, withHooks(customMessage, userMigration))
	r.member(t, ada)
	r.must(t, "ForgotPassword", map[string]any{"ClientId": webClient, "Username": ada})
	wantSources(t, r.fns.sources(t), "CustomMessage_ForgotPassword")
	r.fns.answer(customMessage, failing("no mail today"))
	_, err := r.raw(t, "AdminResetUserPassword", inPool("Username", ada))
	wantRefusal(t, err, "UserLambdaValidationException", "CustomMessage failed with error no mail today.")
}

// The bounds of a password and of a temporary one.
func TestAPasswordIsAsLongAsItsPolicySays(t *testing.T) {
	policy := PasswordPolicy{}.complete()
	for password, want := range map[string]bool{"Aa1-567": false, "Aa1-5678": true, "Aa1-" + strings.Repeat("x", 252): true, "Aa1-" + strings.Repeat("x", 253): false} {
		if err := policy.check(password); (err == nil) != want {
			t.Errorf("%d characters: %v", len(password), err)
		}
	}
	r := startRig(t, nil)
	r.must(t, "AdminCreateUser", inPool("Username", ada, "TemporaryPassword", "Temporary-1"))
	r.clock.pass(7 * 24 * time.Hour)
	out, err := r.tryLogin(t, ada, "Temporary-1")
	if err != nil {
		t.Fatalf("after seven days: %v", err)
	}
	r.clock.pass(time.Second)
	_, err = r.tryLogin(t, ada, "Temporary-1")
	wantRefusal(t, err, "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.")
	if _, err := r.answer(t, aws.String("NEW_PASSWORD_REQUIRED"), out.Session, ada, "NEW_PASSWORD", longPassword); err != nil {
		t.Fatal(err)
	}
	if temporary, left := r.Code(ada); left {
		t.Errorf("the invitation with %s is left", temporary)
	}
}
