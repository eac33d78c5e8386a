package userpool

import (
	"maps"
	"math/big"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp/srptest"
)

const ada = "ada@example.com"

// startChoice starts a pool whose users choose, with password and both codes.
func startChoice(t *testing.T, change func(*Config, *Options)) *rig {
	t.Helper()
	return startRig(t, func(c *Config, o *Options) {
		c.FirstFactors = []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP"}
		c.Clients[0].ExplicitAuthFlows = []string{"ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"}
		if change != nil {
			change(c, o)
		}
	})
}

func (r *rig) choose(t *testing.T, name, preferred string, more ...string) (*idp.InitiateAuthOutput, error) {
	t.Helper()
	params := map[string]string{"USERNAME": name}
	if preferred != "" {
		params["PREFERRED_CHALLENGE"] = preferred
	}
	for i := 0; i < len(more); i += 2 {
		params[more[i]] = more[i+1]
	}
	return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: params})
}

// answer answers a challenge; more are names and values.
func (r *rig) answer(t *testing.T, challenge, session *string, name string, more ...string) (*idp.RespondToAuthChallengeOutput, error) {
	t.Helper()
	params := map[string]string{"USERNAME": name}
	for i := 0; i < len(more); i += 2 {
		params[more[i]] = more[i+1]
	}
	return r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: aws.String(webClient), ChallengeName: types.ChallengeNameType(*challenge), Session: session, ChallengeResponses: params,
	})
}

func (r *rig) mustCode(t *testing.T, name string) string {
	t.Helper()
	code, ok := r.Code(name)
	if !ok {
		t.Fatalf("no code for %s", name)
	}
	return code
}

// Both answer forms of a choice sign in; what was chosen is shown for what it is.
func TestR53_AUserChoosesAFirstFactor(t *testing.T) {
	r := startChoice(t, nil)
	r.member(t, ada)
	begin := func() *idp.InitiateAuthOutput {
		out, err := r.choose(t, ada, "")
		if err != nil || out.ChallengeName != "SELECT_CHALLENGE" || !slices.Equal(out.AvailableChallenges, []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"}) {
			t.Fatalf("%+v, %v", out, err)
		}
		return out
	}
	signedIn := func(result *types.AuthenticationResultType, err error) {
		t.Helper()
		if err != nil || result == nil {
			t.Fatalf("no tokens: %v", err)
		}
		wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_Authentication")
	}
	selected := aws.String("SELECT_CHALLENGE")
	for _, form := range [][]string{{"SELECT_CHALLENGE", "ANSWER", "PASSWORD"}, {"PASSWORD"}} {
		out, err := r.answer(t, &form[0], begin().Session, ada, append(form[1:], "PASSWORD", longPassword)...)
		if err != nil {
			t.Fatal(err)
		}
		signedIn(out.AuthenticationResult, nil)
	}
	for _, form := range [][]string{{"SELECT_CHALLENGE", "ANSWER", "PASSWORD_SRP"}, {"PASSWORD_SRP"}} {
		client := srptest.New(new(big.Int).SetBytes([]byte(secret())))
		out, err := r.answer(t, &form[0], begin().Session, ada, append(form[1:], "SRP_A", client.A())...)
		if err != nil {
			t.Fatal(err)
		}
		proof, err := client.Answer(poolUnderTest, longPassword, out.ChallengeParameters, r.clock.now(), false)
		if err != nil {
			t.Fatal(err)
		}
		out, err = r.respond(t, srpSignIn{clientID: webClient}, out.ChallengeName, proof, out.Session)
		if err != nil {
			t.Fatal(err)
		}
		signedIn(out.AuthenticationResult, nil)
	}
	out, err := r.answer(t, selected, begin().Session, ada, "ANSWER", "EMAIL_OTP")
	if err != nil || out.ChallengeName != "EMAIL_OTP" || out.ChallengeParameters["CODE_DELIVERY_DESTINATION"] != "a***@e***" {
		t.Fatalf("%+v, %v", out, err)
	}
	out, err = r.answer(t, aws.String("EMAIL_OTP"), out.Session, ada, "EMAIL_OTP_CODE", r.mustCode(t, ada))
	if err != nil {
		t.Fatal(err)
	}
	signedIn(out.AuthenticationResult, nil)
}

// AdminInitiateAuth begins the same sign-in, and its client may be one made by the API.
func TestR53_AnAdministratorsSignInIsAChoiceToo(t *testing.T) {
	r := startChoice(t, nil)
	r.member(t, ada)
	pool := aws.String(poolUnderTest)
	client := &idp.CreateUserPoolClientInput{
		UserPoolId: pool, ClientName: aws.String("later"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_AUTH"},
		AuthSessionValidity: aws.Int32(15), EnableTokenRevocation: aws.Bool(false),
	}
	made, err := r.api.CreateUserPoolClient(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	out, err := r.api.AdminInitiateAuth(t.Context(), &idp.AdminInitiateAuthInput{
		UserPoolId: pool, ClientId: made.UserPoolClient.ClientId, AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": ada},
	})
	if err != nil || len(out.AvailableChallenges) != 3 {
		t.Fatalf("%+v, %v", out, err)
	}
	r.clock.pass(15 * time.Minute)
	done, err := r.api.AdminRespondToAuthChallenge(t.Context(), &idp.AdminRespondToAuthChallengeInput{
		UserPoolId: pool, ClientId: made.UserPoolClient.ClientId, ChallengeName: "SELECT_CHALLENGE", Session: out.Session,
		ChallengeResponses: map[string]string{"USERNAME": ada, "ANSWER": "PASSWORD", "PASSWORD": longPassword},
	})
	if err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
	wantRefusal(t, r.revokeFor(t, *made.UserPoolClient.ClientId, *done.AuthenticationResult.RefreshToken), "UnsupportedOperationException", "Token revocation is not enabled for this client")
	client.AuthSessionValidity = aws.Int32(2)
	_, err = r.api.CreateUserPoolClient(t.Context(), client)
	wantRefusal(t, err, "InvalidParameterException", "1 validation error detected: Value at 'authSessionValidity' failed to satisfy constraint: Member must have value greater than or equal to 3")
}

func TestR53_APreferredFactorBeginsAtOnce(t *testing.T) {
	r := startChoice(t, nil)
	r.member(t, ada)
	if out, err := r.choose(t, ada, "PASSWORD", "PASSWORD", longPassword); err != nil || out.AuthenticationResult == nil {
		t.Errorf("%+v, %v", out, err)
	}
	if later, err := r.choose(t, ada, "PASSWORD"); err != nil || later.ChallengeName != "PASSWORD" {
		t.Errorf("%+v, %v", later, err)
	}
	if other, err := r.choose(t, ada, "SMS_OTP"); err != nil || other.ChallengeName != "SELECT_CHALLENGE" {
		t.Errorf("a factor that the user has not: %+v, %v", other, err)
	}
}

// A session counts once, in its time, for its user, its client and its step.
func TestR53_ASessionCountsOnce(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) {
		c.Clients[0].AuthSessionValidity = 5 * time.Minute
		c.Clients = append(c.Clients, Client{ID: "other"})
	})
	r.member(t, ada)
	r.member(t, "bob@example.com")
	otp, used := aws.String("EMAIL_OTP"), "Invalid session for the user, session can only be used once."
	begin := func() (*string, string) {
		out, err := r.choose(t, ada, "EMAIL_OTP")
		if err != nil {
			t.Fatal(err)
		}
		return out.Session, r.mustCode(t, ada)
	}
	session, code := begin()
	if len(code) != 8 {
		t.Errorf("the code is %s", code)
	}
	_, err := r.answer(t, otp, session, ada, "EMAIL_OTP_CODE", "no")
	wantRefusal(t, err, "CodeMismatchException", "Invalid code or auth state for the user.")
	if out, err := r.answer(t, otp, session, ada, "EMAIL_OTP_CODE", code); err != nil || out.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = r.answer(t, otp, session, ada, "EMAIL_OTP_CODE", code)
	wantRefusal(t, err, "NotAuthorizedException", used)
	session, code = begin()
	r.clock.pass(5*time.Minute + time.Second)
	_, err = r.answer(t, otp, session, ada, "EMAIL_OTP_CODE", code)
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session is expired.")
	session, code = begin()
	_, err = r.answer(t, otp, session, "bob@example.com", "EMAIL_OTP_CODE", code)
	wantRefusal(t, err, "NotAuthorizedException", used)
	session, code = begin()
	_, err = r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
		ClientId: aws.String("other"), ChallengeName: "EMAIL_OTP", Session: session, ChallengeResponses: map[string]string{"USERNAME": ada, "EMAIL_OTP_CODE": code},
	})
	wantRefusal(t, err, "NotAuthorizedException", used)
	out, err := r.choose(t, ada, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"EMAIL_OTP", "SMS_OTP", "NEW_PASSWORD_REQUIRED"} { // no code was sent yet: an empty one proves nothing
		_, err = r.answer(t, &step, out.Session, ada, step+"_CODE", "")
		wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user.")
	}
}

// An OTP confirms who signed up, without a password too, and verifies the address.
func TestR53_ACodeVerifiesAndConfirms(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) { c.UsernameAttributes = []string{"email", "phone_number"} })
	for name, factor := range map[string]string{ada: "EMAIL_OTP", "+491701": "SMS_OTP"} {
		if _, err := r.api.SignUp(t.Context(), &idp.SignUpInput{ClientId: aws.String(webClient), Username: &name}); err != nil {
			t.Fatal(err)
		}
		out, err := r.choose(t, name, factor)
		if err != nil || out.ChallengeName != types.ChallengeNameType(factor) {
			t.Fatalf("%+v, %v", out, err)
		}
		done, err := r.answer(t, &factor, out.Session, name, factor+"_CODE", r.mustCode(t, name))
		if err != nil || done.AuthenticationResult == nil {
			t.Fatalf("%+v, %v", done, err)
		}
		if got := r.status(t, name); got != types.UserStatusTypeConfirmed {
			t.Errorf("%s is %s", name, got)
		}
		if r.attribute(t, name, otpAttribute(factor)+"_verified") != "true" {
			t.Errorf("the address of %s is not verified", name)
		}
		if again, err := r.choose(t, name, ""); err != nil || slices.Contains(again.AvailableChallenges, "PASSWORD") {
			t.Errorf("a user without a password is offered one: %+v, %v", again, err)
		}
	}
}

// The session of a sign-up signs in once it is confirmed, and no other session does.
func TestR53_ASignUpSignsIn(t *testing.T) {
	r := startChoice(t, nil)
	up := r.signUp(t, ada)
	auto := func(session *string) (*idp.InitiateAuthOutput, error) {
		return r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
			ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeUserAuth, Session: session, AuthParameters: map[string]string{"USERNAME": ada},
		})
	}
	_, err := auto(aws.String("invented-session-000"))
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	confirm := &idp.ConfirmSignUpInput{ClientId: aws.String(webClient), Username: aws.String(ada), ConfirmationCode: aws.String(r.mustCode(t, ada)), Session: up.Session}
	confirmed, err := r.api.ConfirmSignUp(t.Context(), confirm)
	if err != nil || confirmed.Session == nil {
		t.Fatalf("%+v, %v", confirmed, err)
	}
	r.Pool.cfg().Triggers[preAuthentication] = Trigger{FunctionARN: preAuthentication}
	r.fns.answer(preAuthentication, failing("not today"))
	_, err = auto(confirmed.Session)
	wantRefusal(t, err, "UserLambdaValidationException", "PreAuthentication failed with error not today.")
	r.fns.answer(preAuthentication, nil)
	if out, err := auto(confirmed.Session); err != nil || out.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if _, err = auto(confirmed.Session); err == nil {
		t.Error("the session counts twice")
	}
	r.signUp(t, "bob@example.com")
	confirm.Username, confirm.ConfirmationCode, confirm.Session = aws.String("bob@example.com"), aws.String(r.mustCode(t, "bob@example.com")), nil
	if confirmed, err = r.api.ConfirmSignUp(t.Context(), confirm); err != nil || confirmed.Session != nil {
		t.Errorf("without the session of the sign-up: %+v, %v", confirmed, err)
	}
	if up := startRig(t, nil).signUp(t, ada); up.Session != nil {
		t.Error("a client without USER_AUTH gets a session for it")
	}
}

func TestR53_OnlyAllowedFactorsAreOffered(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) {
		c.FirstFactors = nil
		c.Clients = append(c.Clients, Client{ID: "plain"}, Client{ID: "hides", ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"}, PreventUserExistenceErrors: true})
	})
	r.member(t, ada)
	if out, err := r.choose(t, ada, ""); err != nil || !slices.Equal(out.AvailableChallenges, []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP"}) {
		t.Errorf("%+v, %v", out, err)
	}
	_, err := r.choose(t, ada, "EMAIL_OTP")
	wantRefusal(t, err, "InvalidParameterException", "PREFERRED_CHALLENGE EMAIL_OTP is not a first factor of the user pool")
	_, err = r.api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{ClientId: aws.String("plain"), AuthFlow: types.AuthFlowTypeUserAuth, AuthParameters: map[string]string{"USERNAME": ada}})
	wantRefusal(t, err, "InvalidParameterException", "USER_AUTH is not enabled for the client.")
	_, err = r.choose(t, "nobody@example.com", "")
	wantRefusal(t, err, "UserNotFoundException", "User does not exist.")
	_, err = r.choose(t, ada, "PASSWORD", "PASSWORD", "Wrong-horse-7")
	wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
}

// guide, "Managing user existence error responses": a client that prevents them sees the
// same steps for a name that nobody has.
func TestR53_AChoiceDoesNotTellWhoExists(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) { c.Clients[0].PreventUserExistenceErrors = true })
	r.member(t, ada)
	for _, name := range []string{ada, "nobody@example.com"} {
		out, err := r.choose(t, name, "")
		if err != nil || !slices.Equal(out.AvailableChallenges, []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"}) {
			t.Fatalf("%s: %+v, %v", name, out, err)
		}
		_, err = r.answer(t, aws.String("PASSWORD"), out.Session, name, "PASSWORD", "Wrong-horse-7")
		wantRefusal(t, err, "NotAuthorizedException", "Incorrect username or password.")
		if out, err = r.choose(t, name, "EMAIL_OTP"); err != nil || out.ChallengeName != "EMAIL_OTP" {
			t.Fatalf("%s: %+v, %v", name, out, err)
		}
		_, err = r.answer(t, aws.String("EMAIL_OTP"), out.Session, name, "EMAIL_OTP_CODE", "no")
		wantRefusal(t, err, "CodeMismatchException", "Invalid code or auth state for the user.")
	}
}

func TestR53_SettingsOfFirstFactorsThatAWSRefuses(t *testing.T) {
	for want, change := range map[string]func(*Config){
		"a factor":  func(c *Config) { c.FirstFactors = []string{"FINGER"} },
		"the plan":  func(c *Config) { c.FirstFactors, c.Tier, c.Triggers = []string{"EMAIL_OTP"}, "LITE", nil },
		"too short": func(c *Config) { c.Clients[0].AuthSessionValidity = time.Minute },
		"too long":  func(c *Config) { c.Clients[0].AuthSessionValidity = time.Hour },
	} {
		cfg := baseConfig()
		change(&cfg)
		if cfg.complete() == nil {
			t.Errorf("%s is accepted", want)
		}
	}
}

func TestR53_AChoiceRefusesWithItsReason(t *testing.T) {
	r := startChoice(t, nil)
	r.member(t, ada)
	_, err := r.choose(t, "", "")
	wantRefusal(t, err, "InvalidParameterException", "Missing required parameter USERNAME")
	begin := func() *string {
		t.Helper()
		out, err := r.choose(t, ada, "")
		if err != nil {
			t.Fatal(err)
		}
		return out.Session
	}
	selected := aws.String("SELECT_CHALLENGE")
	_, err = r.answer(t, aws.String("PASSWORD"), begin(), ada)
	wantRefusal(t, err, "InvalidParameterException", "Missing required parameter PASSWORD")
	_, err = r.answer(t, selected, begin(), ada)
	wantRefusal(t, err, "InvalidParameterException", "ANSWER is not one of the available challenges")
	_, err = r.answer(t, selected, begin(), ada, "ANSWER", "SMS_OTP")
	wantRefusal(t, err, "InvalidParameterException", "SMS_OTP is not one of the available challenges")
	_, err = r.answer(t, selected, aws.String(secret()), ada, "ANSWER", "EMAIL_OTP")
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	if out, err := r.answer(t, selected, begin(), ada, "ANSWER", "EMAIL_OTP", "PASSWORD", "Wrong-horse-7"); err != nil || out.ChallengeName != "EMAIL_OTP" {
		t.Errorf("a code is chosen, beside a password: %+v, %v", out, err)
	}
	if out, err := r.choose(t, ada, "PASSWORD_SRP"); err != nil || out.ChallengeName != "PASSWORD_SRP" || len(out.ChallengeParameters) != 0 {
		t.Errorf("SRP without a number: %+v, %v", out, err)
	}
	if out, err := r.choose(t, ada, "PASSWORD", "SRP_A", "2"); err != nil || out.ChallengeName != "PASSWORD" {
		t.Errorf("a password, beside a number: %+v, %v", out, err)
	}
}

func TestR53_AUserWithoutAFactorGetsNoChoice(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) { c.FirstFactors = []string{"PASSWORD", "SMS_OTP"} })
	r.member(t, ada)
	r.signUp(t, "bob@example.com")
	_, err := r.choose(t, "bob@example.com", "")
	wantRefusal(t, err, "UserNotConfirmedException", "User is not confirmed.")
	cfg := *r.cfg()
	cfg.FirstFactors = []string{"SMS_OTP"}
	other := newPool(cfg, nil, Options{})
	other.store = r.store
	_, err = other.userAuth(cfg.Clients[0], initiateAuthInput{AuthParameters: map[string]string{"USERNAME": ada}})
	wantSame(t, err, errIncorrect())
}

func TestR53_AChoiceIsNotForAUserWhosePasswordWasReset(t *testing.T) {
	r := startChoice(t, nil)
	r.member(t, ada)
	if _, err := r.api.AdminResetUserPassword(t.Context(), &idp.AdminResetUserPasswordInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String(ada)}); err != nil {
		t.Fatal(err)
	}
	_, err := r.choose(t, ada, "")
	wantRefusal(t, err, "PasswordResetRequiredException", "Password reset required for the user")
}

func wantSame(t *testing.T, got error, want *APIError) {
	t.Helper()
	if is, ok := got.(*APIError); !ok || *is != *want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestR53_AnUnknownPhoneNumberIsOfferedASMS(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) {
		c.Clients[0].PreventUserExistenceErrors, c.UsernameAttributes = true, []string{"phone_number"}
	})
	out, err := r.choose(t, "+4915112345678", "")
	if err != nil || !slices.Equal(out.AvailableChallenges, []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP", "SMS_OTP"}) {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestR53_PasswordStandsForBothItsForms(t *testing.T) {
	for _, c := range []struct{ allowed, want []string }{
		{nil, []string{"PASSWORD", "PASSWORD_SRP"}},
		{[]string{"EMAIL_OTP"}, []string{"EMAIL_OTP"}},
		{[]string{"EMAIL_OTP", "PASSWORD"}, []string{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"}},
	} {
		if got := (&Config{FirstFactors: c.allowed}).firstFactors(); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q", c.allowed, got)
		}
	}
	for want, c := range map[string]Config{
		"AllowedFirstAuthFactors WEB_AUTHN: it needs another factor beside it":          {FirstFactors: []string{"WEB_AUTHN"}},
		"AllowedFirstAuthFactors MAGIC: want PASSWORD, EMAIL_OTP, SMS_OTP or WEB_AUTHN": {FirstFactors: []string{"MAGIC"}},
	} {
		if err := c.checkFactors(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestR52_AChoiceOfAConfidentialClientHasItsSecretHash(t *testing.T) {
	r := startChoice(t, nil)
	r.placeUser(t, ada)
	client := Client{ID: webClient, Secret: "s", ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"}}
	client.keepSecret(r.clock.now())
	set(r.store, r.store.clients, client.ID, client)
	for _, c := range []struct {
		hash string
		want bool
	}{{client.secretHash(ada), true}, {client.secretHash("bob"), false}, {"", false}} {
		_, err := r.initiateAuth(initiateAuthInput{ClientID: client.ID, AuthFlow: "USER_AUTH", AuthParameters: map[string]string{"USERNAME": ada, "SECRET_HASH": c.hash}})
		if (err == nil) != c.want {
			t.Errorf("hash %q: %v", c.hash, err)
		}
	}
}

// A code of a sign-in says where it went, is as long as its use demands, and is gone after it.
func TestR53_ACodeSaysWhereItWent(t *testing.T) {
	r := startMFA(t, "ON", "SMS_MFA")
	r.known(t, "ada", map[string]string{"phone_number": "+491701234"})
	out, err := r.tryLogin(t, "ada", longPassword)
	if err != nil || !maps.Equal(out.ChallengeParameters, map[string]string{"USERNAME": "ada", "CODE_DELIVERY_DELIVERY_MEDIUM": "SMS", "CODE_DELIVERY_DESTINATION": "+*******1234"}) {
		t.Fatalf("%+v, %v", out, err)
	}
	code := r.mustCode(t, "ada")
	if len(code) != 6 {
		t.Errorf("the code of a second factor is %s", code)
	}
	if out, err := r.answer(t, aws.String("SMS_MFA"), out.Session, "ada", "SMS_MFA_CODE", code); err != nil || out.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", out, err)
	}
	if code, left := r.Code("ada"); left {
		t.Errorf("%s is left", code)
	}
	r = startChoice(t, withHooks(customMessage))
	r.member(t, ada)
	r.fns.answer(customMessage, failing("no mail today"))
	_, err = r.choose(t, ada, "EMAIL_OTP")
	wantRefusal(t, err, "UserLambdaValidationException", "CustomMessage failed with error no mail today.")
}

// What has changed since a code was sent ends its sign-in.
func TestR53_ACodeOfYesterdaysUserSignsNobodyIn(t *testing.T) {
	for name, c := range map[string]struct {
		between       func(*rig)
		code, message string
	}{
		"another address": {func(r *rig) {
			r.must(t, "AdminUpdateUserAttributes", inPool("Username", "ada", "UserAttributes", []attribute{{"email", "new@example.com"}}))
		}, "ExpiredCodeException", "Invalid code provided, please request a code again."},
		"a second factor": {func(r *rig) {
			r.must(t, "AdminSetUserMFAPreference", inPool("Username", "ada", "SMSMfaSettings", object{"Enabled": true}))
		}, "InvalidParameterException", "EMAIL_OTP is not one of the available challenges"},
	} {
		t.Run(name, func(t *testing.T) {
			r := startMFA(t, "OPTIONAL", "SMS_MFA")
			r.known(t, "ada", map[string]string{"email": ada, "email_verified": "true", "phone_number": "+491701", "phone_number_verified": "true"})
			out, err := r.choose(t, "ada", "EMAIL_OTP")
			if err != nil {
				t.Fatal(err)
			}
			code := r.mustCode(t, "ada")
			c.between(r)
			_, err = r.answer(t, aws.String("EMAIL_OTP"), out.Session, "ada", "EMAIL_OTP_CODE", code)
			wantRefusal(t, err, c.code, c.message)
		})
	}
}

// A code proves an address, but not that it is nobody else's name.
func TestR53_ACodeTakesNobodysAlias(t *testing.T) {
	r := startChoice(t, func(c *Config, _ *Options) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"email"} })
	r.imports(t, ImportedUser{Username: "ada", Password: longPassword, Attributes: map[string]string{"email": ada, "email_verified": "true"}})
	up := map[string]any{"ClientId": webClient, "Username": "eve", "UserAttributes": []attribute{{"email", ada}}}
	r.must(t, "SignUp", up)
	first := r.mustCode(t, "eve")
	out, err := r.choose(t, "eve", "EMAIL_OTP")
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.answer(t, aws.String("EMAIL_OTP"), out.Session, "eve", "EMAIL_OTP_CODE", r.mustCode(t, "eve"))
	wantRefusal(t, err, "AliasExistsException", "An account with the email already exists.")
	if u := theUser(t, r, ada); u.username != "ada" {
		t.Errorf("the address names %s", u.username)
	}
	// Whose address it is: the code of the sign-up ends with it.
	up["Username"], up["UserAttributes"] = "bea", []attribute{{"email", "bea@example.com"}}
	r.must(t, "SignUp", up)
	if out, err = r.choose(t, "bea", "EMAIL_OTP"); err != nil {
		t.Fatal(err)
	}
	if _, err = r.answer(t, aws.String("EMAIL_OTP"), out.Session, "bea", "EMAIL_OTP_CODE", r.mustCode(t, "bea")); err != nil {
		t.Fatal(err)
	}
	if code, left := r.Code("bea"); left || first == "" {
		t.Errorf("%s is left", code)
	}
}

// Who knows every code, as with Options.Code, is still nobody without a user.
func TestR53_AKnownCodeIsNoUser(t *testing.T) {
	r := startChoice(t, func(c *Config, o *Options) { c.Clients[0].PreventUserExistenceErrors, o.Code = true, "123456" })
	out, err := r.choose(t, "nobody@example.com", "EMAIL_OTP")
	if err != nil || out.ChallengeName != "EMAIL_OTP" {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = r.answer(t, aws.String("EMAIL_OTP"), out.Session, "nobody@example.com", "EMAIL_OTP_CODE", "123456")
	wantRefusal(t, err, "CodeMismatchException", "Invalid code or auth state for the user.")
}
