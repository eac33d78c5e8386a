package userpool

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func TestR51_TokensLiveAsLongAsTheClientSays(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		web := &c.Clients[0]
		web.AccessTokenValidity, web.IDTokenValidity, web.RefreshTokenValidity = 10*time.Minute, 20*time.Minute, 2*time.Hour
	})
	r.member(t, "ada@example.com")
	out := r.login(t, "ada@example.com", longPassword)
	now := float64(r.clock.now().Unix())
	if got := r.verifiedToken(t, *out.AccessToken)["exp"]; got != now+600 || out.ExpiresIn != 600 {
		t.Errorf("the access token ends at %v and says %d s, want %v and 600", got, out.ExpiresIn, now+600)
	}
	if got := r.verifiedToken(t, *out.IdToken)["exp"]; got != now+1200 {
		t.Errorf("the ID token ends at %v, want %v", got, now+1200)
	}
	refresh := func(token *string) (*idp.GetTokensFromRefreshTokenOutput, error) {
		return r.api.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: aws.String(webClient), RefreshToken: token})
	}
	r.clock.pass(2*time.Hour - time.Second)
	rotated, err := refresh(out.RefreshToken)
	if err != nil {
		t.Fatalf("a second before its end: %v", err)
	}
	r.clock.pass(time.Second) // rotation does not prolong a session
	_, err = refresh(rotated.AuthenticationResult.RefreshToken)
	wantRefusal(t, err, "NotAuthorizedException", "Refresh Token has expired")
}

func TestR51_AChallengeWaitsAsLongAsTheClientSays(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].AuthSessionValidity = 5 * time.Minute })
	if err := r.tryInvite(t, "bea@example.com", ""); err != nil {
		t.Fatal(err)
	}
	temporary, _ := r.Code("bea@example.com")
	answerAfter := func(wait time.Duration) error {
		first, err := r.tryLogin(t, "bea@example.com", temporary)
		if err != nil {
			t.Fatal(err)
		}
		r.clock.pass(wait)
		_, err = r.api.RespondToAuthChallenge(t.Context(), &idp.RespondToAuthChallengeInput{
			ClientId: aws.String(webClient), ChallengeName: first.ChallengeName, Session: first.Session,
			ChallengeResponses: map[string]string{"USERNAME": "bea@example.com", "NEW_PASSWORD": longPassword},
		})
		return err
	}
	wantRefusal(t, answerAfter(5*time.Minute+time.Second), "NotAuthorizedException", "Invalid session for the user, session is expired.")
	if err := answerAfter(5 * time.Minute); err != nil {
		t.Error(err)
	}
}

func TestR51_ATemporaryPasswordLivesAsLongAsThePolicySays(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.PasswordPolicy.TemporaryPasswordValidityDays = 2 })
	if err := r.tryInvite(t, "bea@example.com", ""); err != nil {
		t.Fatal(err)
	}
	temporary, _ := r.Code("bea@example.com")
	r.clock.pass(49 * time.Hour)
	_, err := r.tryLogin(t, "bea@example.com", temporary)
	wantRefusal(t, err, "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.")
}

// A client without token revocation has no origin_jti in its tokens; a global sign-out
// still ends its sessions.
func TestR51_WithoutTokenRevocationTokensNameNoOrigin(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].NoTokenRevocation = true })
	r.member(t, "ada@example.com")
	out := r.login(t, "ada@example.com", longPassword)
	for name, token := range map[string]string{"ID": *out.IdToken, "access": *out.AccessToken} {
		if got, ok := r.verifiedToken(t, token)["origin_jti"]; ok {
			t.Errorf("the %s token has origin_jti %v", name, got)
		}
	}
	if _, err := r.api.GlobalSignOut(t.Context(), &idp.GlobalSignOutInput{AccessToken: out.AccessToken}); err != nil {
		t.Fatal(err)
	}
	_, err := r.api.GetUser(t.Context(), &idp.GetUserInput{AccessToken: out.AccessToken})
	wantRefusal(t, err, "NotAuthorizedException", "Access Token has been revoked")
}

func TestR51_AResetCodeGoesWhereTheRecoverySettingSays(t *testing.T) {
	for _, c := range []struct {
		name     string
		recovery []string
		want     types.DeliveryMediumType
	}{
		{"no setting: the phone first", nil, types.DeliveryMediumTypeSms},
		{"address first", []string{"email", "phone_number"}, types.DeliveryMediumTypeEmail},
		{"address only", []string{"email"}, types.DeliveryMediumTypeEmail},
		{"administrators only", []string{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := startRig(t, func(cfg *Config, _ *Options) { cfg.Recovery = c.recovery })
			r.member(t, "ada@example.com")
			for _, a := range []attribute{{"phone_number", "+4930123456"}, {"phone_number_verified", "true"}} { // a new number is unverified
				if err := r.adminSet(t, "ada@example.com", a.Name, a.Value); err != nil {
					t.Fatal(err)
				}
			}
			out, err := r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: aws.String("ada@example.com")})
			if c.want == "" {
				wantRefusal(t, err, "InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number")
				return
			}
			if err != nil || out.CodeDeliveryDetails.DeliveryMedium != c.want {
				t.Errorf("%+v: %v", out, err)
			}
		})
	}
}

func (r *rig) adminSet(t *testing.T, username, name, value string) error {
	t.Helper()
	_, err := r.api.AdminUpdateUserAttributes(t.Context(), &idp.AdminUpdateUserAttributesInput{
		UserPoolId: aws.String(poolUnderTest), Username: aws.String(username), UserAttributes: []types.AttributeType{{Name: &name, Value: &value}},
	})
	return err
}

// Immutable attributes may supply authority, so what changes them must be refused.
func TestR51_AnImmutableStandardAttributeStays(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.ImmutableAttributes = []string{"email"} })
	r.member(t, "ada@example.com")
	out := r.login(t, "ada@example.com", longPassword)
	_, err := r.api.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{
		AccessToken: out.AccessToken, UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String("eve@example.com")}},
	})
	wantRefusal(t, err, "InvalidParameterException", "user.email: Attribute cannot be updated.")
	if err := r.adminSet(t, "ada@example.com", "name", "Ada"); err != nil {
		t.Errorf("another attribute: %v", err)
	}
}

func TestR51_AGroupOfTheTemplateHasItsRoleAndPrecedence(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.Groups = []Group{{Name: "admins", RoleARN: "arn:admins", Precedence: new(2)}, {Name: "editors", RoleARN: "arn:editors", Precedence: new(1)}}
	})
	r.member(t, "ada@example.com")
	for _, group := range []string{"admins", "editors"} {
		if _, err := r.api.AdminAddUserToGroup(t.Context(), &idp.AdminAddUserToGroupInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String("ada@example.com"), GroupName: &group}); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.verifiedToken(t, *r.login(t, "ada@example.com", longPassword).IdToken)["cognito:preferred_role"]; got != "arn:editors" {
		t.Errorf("the preferred role is %v", got)
	}
}

func TestR51_EachPartOfThePasswordPolicyDecidesAlone(t *testing.T) {
	for name, c := range map[string]struct {
		policy         PasswordPolicy
		refused, taken string
	}{
		"length":    {PasswordPolicy{MinimumLength: 10}, "Abcdef-12", "aaaaaaaaaa"},
		"lowercase": {PasswordPolicy{MinimumLength: 6, RequireLowercase: true}, "ABCDEF-12", "aaaaaa"},
		"uppercase": {PasswordPolicy{MinimumLength: 6, RequireUppercase: true}, "abcdef-12", "AAAAAA"},
		"numbers":   {PasswordPolicy{MinimumLength: 6, RequireNumbers: true}, "abcdef-AB", "111111"},
		"symbols":   {PasswordPolicy{MinimumLength: 6, RequireSymbols: true}, "abcdef12A", "------"},
	} {
		policy := c.policy.complete()
		if policy.check(c.refused) == nil {
			t.Errorf("%s: %s is accepted", name, c.refused)
		}
		if err := policy.check(c.taken); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
