package userpool

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// startMFA starts a pool with these second factors; its users choose their names.
func startMFA(t *testing.T, mode string, enabled ...string) *rig {
	t.Helper()
	return startChoice(t, func(c *Config, _ *Options) {
		c.UsernameAttributes, c.MfaConfiguration, c.EnabledMfas = nil, mode, enabled
	})
}

// known imports a confirmed user.
func (r *rig) known(t *testing.T, name string, attributes map[string]string) {
	t.Helper()
	r.imports(t, ImportedUser{Username: name, Password: longPassword, Attributes: attributes})
}

func (r *rig) app(secret *string) string { return totpCode(*secret, r.clock.now().Unix()/30) }

// enrols registers a software token with an access token.
func (r *rig) enrols(t *testing.T, access *string) (secret *string) {
	t.Helper()
	out, err := r.api.AssociateSoftwareToken(t.Context(), &idp.AssociateSoftwareTokenInput{AccessToken: access})
	if err != nil {
		t.Fatal(err)
	}
	verified, err := r.api.VerifySoftwareToken(t.Context(), &idp.VerifySoftwareTokenInput{AccessToken: access, UserCode: aws.String(r.app(out.SecretCode))})
	if err != nil || verified.Status != types.VerifySoftwareTokenResponseTypeSuccess {
		t.Fatalf("%+v, %v", verified, err)
	}
	return out.SecretCode
}

// RFC 6238, appendix B, the last six of its eight digits.
func TestR54_CodesAreThoseOfRFC6238(t *testing.T) {
	key := totpEncoding.EncodeToString([]byte("12345678901234567890"))
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 1111111111: "050471", 2000000000: "279037", 20000000000: "353130"} {
		if got := totpCode(key, at/30); got != want {
			t.Errorf("at %d: %s, want %s", at, got, want)
		}
		for off, fits := range map[int64]bool{-60: false, -30: true, 0: true, 30: true, 60: false} {
			if got := totpStep(key, want, time.Unix(at+off, 0)) != 0; at > 60 && got != fits {
				t.Errorf("%+d s: %v", off, got)
			}
		}
	}
	if totpCode("!", 1) != "" {
		t.Error("a secret that is none has a code")
	}
	if totpStep("", totpCode("", 1), time.Unix(30, 0)) != 0 {
		t.Error("no secret has a code")
	}
}

func TestR54_ASoftwareTokenIsASecondFactor(t *testing.T) {
	r := startMFA(t, "OPTIONAL", "SOFTWARE_TOKEN_MFA", "SMS_MFA")
	r.known(t, "ada", map[string]string{"email": ada})
	access := r.login(t, "ada", longPassword).AccessToken
	prefer := func(on, preferred bool) error {
		_, err := r.api.SetUserMFAPreference(t.Context(), &idp.SetUserMFAPreferenceInput{
			AccessToken: access, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: on, PreferredMfa: preferred},
		})
		return err
	}
	wantRefusal(t, prefer(true, true), "InvalidParameterException", "User does not have delivery config set to turn on SOFTWARE_TOKEN_MFA")
	secret := r.enrols(t, access)
	r.login(t, "ada", longPassword) // registered and not turned on
	if err := prefer(true, true); err != nil {
		t.Fatal(err)
	}
	got, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: access})
	if err != nil || *got.PreferredMfaSetting != "SOFTWARE_TOKEN_MFA" || !slices.Equal(got.UserMFASettingList, []string{"SOFTWARE_TOKEN_MFA"}) {
		t.Errorf("%+v, %v", got, err)
	}
	r.fns.take()
	out, err := r.tryLogin(t, "ada", longPassword)
	if err != nil || out.AuthenticationResult != nil || out.ChallengeName != "SOFTWARE_TOKEN_MFA" {
		t.Fatalf("%+v, %v", out, err)
	}
	wantSources(t, r.fns.sources(t))
	answer := func(code string) (*idp.RespondToAuthChallengeOutput, error) {
		return r.answer(t, aws.String("SOFTWARE_TOKEN_MFA"), out.Session, "ada", "SOFTWARE_TOKEN_MFA_CODE", code)
	}
	_, err = answer("no")
	wantRefusal(t, err, "CodeMismatchException", "Invalid code received for user")
	used := r.app(secret)
	_, err = answer(used)
	wantRefusal(t, err, "ExpiredCodeException", "Your software token has already been used once.")
	r.clock.pass(30 * time.Second)
	done, err := answer(r.app(secret))
	if err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_Authentication")
	if out, err = r.choose(t, "ada", ""); err != nil || slices.Contains(out.AvailableChallenges, "EMAIL_OTP") {
		t.Errorf("a user with a second factor is offered a code as the first: %+v, %v", out, err)
	}
	if err := prefer(false, false); err != nil {
		t.Fatal(err)
	}
	r.login(t, "ada", longPassword)
}

// Required and nothing set up: the password leads to MFA_SETUP and no further.
func TestR54_RequiredMFAIsSetUpAtTheFirstSignIn(t *testing.T) {
	r := startMFA(t, "ON", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP")
	r.known(t, "ada", nil)
	r.known(t, "eve", nil)
	begin := func(name string) *string {
		out, err := r.tryLogin(t, name, longPassword)
		if err != nil || out.ChallengeName != "MFA_SETUP" || out.ChallengeParameters["MFAS_CAN_SETUP"] != `["EMAIL_OTP","SOFTWARE_TOKEN_MFA"]` {
			t.Fatalf("%+v, %v", out, err)
		}
		return out.Session
	}
	setup := aws.String("MFA_SETUP")
	stale := begin("ada")
	_, err := r.answer(t, setup, stale, "ada")
	wantRefusal(t, err, "InvalidParameterException", "MFA_SETUP needs a verified software token or EMAIL")
	second, err := r.api.AssociateSoftwareToken(t.Context(), &idp.AssociateSoftwareTokenInput{Session: stale})
	if err != nil {
		t.Fatal(err)
	}
	staleVerified, err := r.api.VerifySoftwareToken(t.Context(), &idp.VerifySoftwareTokenInput{Session: second.Session, UserCode: aws.String(r.app(second.SecretCode))})
	if err != nil {
		t.Fatal(err)
	}
	associated, err := r.api.AssociateSoftwareToken(t.Context(), &idp.AssociateSoftwareTokenInput{Session: begin("ada")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.answer(t, setup, associated.Session, "ada")
	wantRefusal(t, err, "InvalidParameterException", "MFA_SETUP needs a verified software token or EMAIL")
	verify := &idp.VerifySoftwareTokenInput{Session: associated.Session, UserCode: aws.String("000000")}
	if _, err = r.api.VerifySoftwareToken(t.Context(), verify); err != nil {
		wantRefusal(t, err, "EnableSoftwareTokenMFAException", "Code mismatch")
	}
	verify.UserCode = aws.String(r.app(associated.SecretCode))
	verified, err := r.api.VerifySoftwareToken(t.Context(), verify)
	if err != nil {
		t.Fatal(err)
	}
	done, err := r.answer(t, setup, verified.Session, "ada")
	if err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
	// A session from before may not replace the token: a password alone made it.
	_, err = r.answer(t, setup, staleVerified.Session, "ada")
	wantRefusal(t, err, "NotAuthorizedException", "Invalid session for the user.")

	mailed, err := r.answer(t, setup, begin("eve"), "eve", "EMAIL", "eve@example.com")
	if err != nil || mailed.ChallengeName != "EMAIL_OTP" {
		t.Fatalf("%+v, %v", mailed, err)
	}
	if got := r.attribute(t, "eve", "email"); got != "" {
		t.Errorf("%s is stored before its code came back", got)
	}
	done, err = r.answer(t, aws.String("EMAIL_OTP"), mailed.Session, "eve", "EMAIL_OTP_CODE", r.mustCode(t, "eve"))
	if err != nil || done.AuthenticationResult == nil || r.attribute(t, "eve", "email") != "eve@example.com" || r.attribute(t, "eve", "email_verified") != "true" {
		t.Fatalf("%+v, %v", done, err)
	}
}

// Required MFA takes what the user has, and lets choose among several.
func TestR54_RequiredMFATakesWhatTheUserHas(t *testing.T) {
	r := startMFA(t, "ON", "SMS_MFA", "EMAIL_OTP")
	r.known(t, "ada", map[string]string{"email": ada, "phone_number": "+491701"})
	r.known(t, "bob", map[string]string{"phone_number": "+491702"})
	out, err := r.tryLogin(t, "bob", longPassword)
	if err != nil || out.ChallengeName != "SMS_MFA" || out.ChallengeParameters["CODE_DELIVERY_DELIVERY_MEDIUM"] != "SMS" {
		t.Fatalf("%+v, %v", out, err)
	}
	if done, err := r.answer(t, aws.String("SMS_MFA"), out.Session, "bob", "SMS_MFA_CODE", r.mustCode(t, "bob")); err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
	if out, err = r.tryLogin(t, "ada", longPassword); err != nil || out.ChallengeName != "SELECT_MFA_TYPE" || out.ChallengeParameters["MFAS_CAN_CHOOSE"] != `["SMS_MFA","EMAIL_OTP"]` {
		t.Fatalf("%+v, %v", out, err)
	}
	_, err = r.answer(t, aws.String("SELECT_MFA_TYPE"), out.Session, "ada", "ANSWER", "SOFTWARE_TOKEN_MFA")
	wantRefusal(t, err, "InvalidParameterException", `ANSWER "SOFTWARE_TOKEN_MFA" is not one of MFAS_CAN_CHOOSE`)
	chosen, err := r.answer(t, aws.String("SELECT_MFA_TYPE"), out.Session, "ada", "ANSWER", "EMAIL_OTP")
	if err != nil || chosen.ChallengeName != "EMAIL_OTP" {
		t.Fatalf("%+v, %v", chosen, err)
	}
	if done, err := r.answer(t, aws.String("EMAIL_OTP"), chosen.Session, "ada", "EMAIL_OTP_CODE", r.mustCode(t, "ada")); err != nil || done.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", done, err)
	}
	if _, err := r.api.AdminSetUserMFAPreference(t.Context(), &idp.AdminSetUserMFAPreferenceInput{
		UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada"),
		SMSMfaSettings: &types.SMSMfaSettingsType{Enabled: true, PreferredMfa: true}, EmailMfaSettings: &types.EmailMfaSettingsType{Enabled: true},
	}); err != nil {
		t.Fatal(err)
	}
	if out, err = r.tryLogin(t, "ada", longPassword); err != nil || out.ChallengeName != "SMS_MFA" {
		t.Errorf("the preferred one: %+v, %v", out, err)
	}
	if out, err = r.choose(t, "ada", ""); err != nil || !slices.Equal(out.AvailableChallenges, []types.ChallengeNameType{"PASSWORD", "PASSWORD_SRP"}) {
		t.Errorf("required MFA offers passwords only: %+v, %v", out, err)
	}
}

// A right password buys no more guesses at a code.
func TestR54_WrongCodesLockAUserOut(t *testing.T) {
	r := startMFA(t, "ON", "SMS_MFA")
	r.known(t, "bob", map[string]string{"phone_number": "+491702"})
	for i := range 6 {
		out, err := r.tryLogin(t, "bob", longPassword)
		if i == 5 {
			wantRefusal(t, err, "NotAuthorizedException", "Password attempts exceeded")
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.answer(t, aws.String("SMS_MFA"), out.Session, "bob", "SMS_MFA_CODE", "no")
		wantRefusal(t, err, "CodeMismatchException", "Invalid code or auth state for the user.")
	}
}

// The sign-in of a user whom an administrator made asks for the second factor after the new
// password, and its tokens say so.
func TestR54_ANewPasswordIsNotASecondFactor(t *testing.T) {
	r := startMFA(t, "ON", "EMAIL_OTP")
	if _, err := r.api.AdminCreateUser(t.Context(), &idp.AdminCreateUserInput{
		UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada"), TemporaryPassword: aws.String("Temporary-1"),
		UserAttributes: []types.AttributeType{attr("email", ada)},
	}); err != nil {
		t.Fatal(err)
	}
	r.fns.take()
	out, err := r.tryLogin(t, "ada", "Temporary-1")
	if err != nil {
		t.Fatal(err)
	}
	next, err := r.answer(t, aws.String("NEW_PASSWORD_REQUIRED"), out.Session, "ada", "NEW_PASSWORD", longPassword)
	if err != nil || next.ChallengeName != "EMAIL_OTP" || next.AuthenticationResult != nil {
		t.Fatalf("%+v, %v", next, err)
	}
	if next, err = r.answer(t, aws.String("EMAIL_OTP"), next.Session, "ada", "EMAIL_OTP_CODE", r.mustCode(t, "ada")); err != nil || next.AuthenticationResult == nil {
		t.Fatalf("%+v, %v", next, err)
	}
	wantSources(t, r.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_NewPasswordChallenge")
}

func TestR54_ThePoolsMFAConfigurationActs(t *testing.T) {
	r := startMFA(t, "OFF")
	r.known(t, "ada", map[string]string{"phone_number": "+491701"})
	pool := aws.String(poolUnderTest)
	_, err := r.api.AssociateSoftwareToken(t.Context(), &idp.AssociateSoftwareTokenInput{AccessToken: r.login(t, "ada", longPassword).AccessToken})
	wantRefusal(t, err, "SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool.")
	_, err = r.api.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{UserPoolId: pool, MfaConfiguration: "ON"})
	wantRefusal(t, err, "InvalidParameterException", "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.")
	if _, err = r.api.SetUserPoolMfaConfig(t.Context(), &idp.SetUserPoolMfaConfigInput{
		UserPoolId: pool, MfaConfiguration: "ON", SmsMfaConfiguration: &types.SmsMfaConfigType{},
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}); err != nil {
		t.Fatal(err)
	}
	got, err := r.api.GetUserPoolMfaConfig(t.Context(), &idp.GetUserPoolMfaConfigInput{UserPoolId: pool})
	if err != nil || got.MfaConfiguration != "ON" || got.SmsMfaConfiguration == nil || got.EmailMfaConfiguration != nil || !got.SoftwareTokenMfaConfiguration.Enabled {
		t.Errorf("%+v, %v", got, err)
	}
	if out, err := r.tryLogin(t, "ada", longPassword); err != nil || out.ChallengeName != "SMS_MFA" {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestR54_PreferencesThatAWSRefuses(t *testing.T) {
	r := startMFA(t, "OPTIONAL", "SMS_MFA", "EMAIL_OTP")
	r.known(t, "ada", map[string]string{"email": ada, "phone_number": "+491701"})
	yes, preferred := types.SoftwareTokenMfaSettingsType{Enabled: true}, types.SMSMfaSettingsType{Enabled: true, PreferredMfa: true}
	for message, in := range map[string]idp.AdminSetUserMFAPreferenceInput{
		"The user pool has no SOFTWARE_TOKEN_MFA": {SoftwareTokenMfaSettings: &yes},
		"SMS_MFA is preferred and not enabled":    {SMSMfaSettings: &types.SMSMfaSettingsType{PreferredMfa: true}},
		"More than one MFA setting is preferred":  {SMSMfaSettings: &preferred, EmailMfaSettings: &types.EmailMfaSettingsType{Enabled: true, PreferredMfa: true}},
	} {
		in.UserPoolId, in.Username = aws.String(poolUnderTest), aws.String("ada")
		_, err := r.api.AdminSetUserMFAPreference(t.Context(), &in)
		wantRefusal(t, err, "InvalidParameterException", message)
	}
	for want, change := range map[string]func(*Config){
		"no factor":  func(c *Config) { c.MfaConfiguration = "ON" },
		"a mode":     func(c *Config) { c.MfaConfiguration = "MAYBE" },
		"a factor":   func(c *Config) { c.EnabledMfas = []string{"FINGER"} },
		"recovery":   func(c *Config) { c.EnabledMfas, c.Recovery = []string{"EMAIL_OTP"}, []string{"email"} },
		"which plan": func(c *Config) { c.EnabledMfas, c.Tier, c.Triggers = []string{"EMAIL_OTP"}, "LITE", nil },
	} {
		cfg := baseConfig()
		change(&cfg)
		if cfg.complete() == nil {
			t.Errorf("%s is accepted", want)
		}
	}
}

func TestR54_ASecondFactorIsDemandedOfEverybodyOrOfWhoTurnedItOn(t *testing.T) {
	if !(mfaSettings{mode: "ON"}).demandsSecond(user{}) || (mfaSettings{mode: "OPTIONAL"}).demandsSecond(user{}) {
		t.Error("want MFA that is required to be demanded of a user without a factor, and optional MFA not")
	}
}

func TestR54_AChallengeOfASecondFactorNamesTheUser(t *testing.T) {
	r := startRig(t, nil)
	u, client := r.placeUser(t, "ada@example.com"), Client{ID: webClient}
	for _, factors := range [][]string{{totp2}, {totp2, "SMS_MFA"}} {
		out, err := r.askSecond(factors, u, client, challenge{})
		if err != nil || out.ChallengeParameters["USER_ID_FOR_SRP"] != u.username || out.Session == "" {
			t.Errorf("%q: %+v, %v", factors, out, err)
		}
	}
}

// DefineAuthChallenge asks for the password itself.
func TestR59_ATemporaryPasswordOfACustomSignInLeadsToNoSecondFactor(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.MfaConfiguration, c.EnabledMfas = "ON", []string{"SOFTWARE_TOKEN_MFA"} })
	u := r.placeUser(t, "ada@example.com")
	u.status, u.temporaryUntil = forceChangePassword, r.clock.now()
	if out, err := r.demanded(u, Client{ID: webClient, custom: &custom{}}, "Authentication"); err != nil || out.ChallengeName != "" {
		t.Errorf("%+v, %v", out, err)
	}
}

func TestR54_ACodeOfAnAppCountsOnce(t *testing.T) {
	r := startMFA(t, "OPTIONAL", "SOFTWARE_TOKEN_MFA")
	r.known(t, "ada", nil)
	access := r.login(t, "ada", longPassword).AccessToken
	secret := r.enrols(t, access)
	r.must(t, "SetUserMFAPreference", map[string]any{"AccessToken": *access, "SoftwareTokenMfaSettings": object{"Enabled": true}})
	r.clock.pass(totpPeriod)
	for _, want := range []string{"", "Your software token has already been used once."} {
		out, err := r.tryLogin(t, "ada", longPassword)
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.answer(t, aws.String("SOFTWARE_TOKEN_MFA"), out.Session, "ada", "SOFTWARE_TOKEN_MFA_CODE", r.app(secret))
		if want == "" && err != nil {
			t.Fatal(err)
		} else if want != "" {
			wantRefusal(t, err, "ExpiredCodeException", want)
		}
	}
}
