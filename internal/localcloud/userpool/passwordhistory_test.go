package userpool

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

func numbered(n int) string { return fmt.Sprintf("Correct-horse-%d", n) }

// Each way to a new password knows the last three.
func TestR51_AFormerPasswordIsRefusedAsLongAsThePoolRemembersIt(t *testing.T) {
	r, access := signedIn(t, func(c *Config, _ *Options) {
		c.PasswordPolicy.PasswordHistorySize = 3
		c.PasswordPolicy.RequireNumbers = true
	})
	now := longPassword
	ways := map[string]func(string) error{
		"ChangePassword": func(next string) error {
			_, err := r.api.ChangePassword(t.Context(), &idp.ChangePasswordInput{AccessToken: access, PreviousPassword: aws.String(now), ProposedPassword: &next})
			return err
		},
		"ConfirmForgotPassword": func(next string) error {
			if _, err := r.forgotPassword(resendInput{ClientID: webClient, Username: ada}); err != nil {
				t.Fatal(err)
			}
			_, err := r.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
				ClientId: aws.String(webClient), Username: aws.String(ada), ConfirmationCode: aws.String(r.mustCode(t, ada)), Password: &next,
			})
			return err
		},
		"AdminSetUserPassword": func(next string) error {
			_, err := r.api.AdminSetUserPassword(t.Context(), &idp.AdminSetUserPasswordInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String(ada), Password: &next, Permanent: true})
			return err
		},
	}
	for n := range 3 {
		if err := ways["ChangePassword"](numbered(n)); err != nil {
			t.Fatal(err)
		}
		now = numbered(n)
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			for n := range 3 {
				wantRefusal(t, way(numbered(n)), "PasswordHistoryPolicyViolationException", "Password has previously been used")
			}
		})
	}
	if err := ways["AdminSetUserPassword"](longPassword); err != nil {
		t.Errorf("the fourth last: %v", err)
	}
	r.login(t, ada, longPassword)
	// A reset takes the password away and not the memory of it; a code survives a refusal.
	if _, err := r.api.AdminResetUserPassword(t.Context(), &idp.AdminResetUserPasswordInput{UserPoolId: aws.String(poolUnderTest), Username: aws.String(ada)}); err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, ways["ConfirmForgotPassword"](longPassword), "PasswordHistoryPolicyViolationException", "Password has previously been used")
	if _, err := r.confirmForgotPassword(confirmForgotInput{ClientID: webClient, Username: ada, ConfirmationCode: r.mustCode(t, ada), Password: numbered(9)}); err != nil {
		t.Error(err)
	}
}

func TestR51_ATemporaryPasswordIsNotChosenAgain(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) {
		c.PasswordPolicy = PasswordPolicy{PasswordHistorySize: 1, RequireNumbers: true}
	})
	if err := r.tryInvite(t, ada, ""); err != nil {
		t.Fatal(err)
	}
	temporary := r.mustCode(t, ada)
	out, err := r.tryLogin(t, ada, temporary)
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.answer(t, (*string)(&out.ChallengeName), out.Session, ada, "NEW_PASSWORD", temporary)
	wantRefusal(t, err, "PasswordHistoryPolicyViolationException", "Password has previously been used")
	if _, err := r.answer(t, (*string)(&out.ChallengeName), out.Session, ada, "NEW_PASSWORD", longPassword); err != nil {
		t.Error(err)
	}
}

func TestR51_AHistoryIsBoundedAndNotForLite(t *testing.T) {
	for _, change := range []func(*Config){
		func(c *Config) { c.PasswordPolicy.PasswordHistorySize = 25 },
		func(c *Config) { c.PasswordPolicy.PasswordHistorySize = -1 },
		func(c *Config) {
			c.PasswordPolicy.PasswordHistorySize, c.Tier, c.Triggers = 1, "LITE", nil
		},
	} {
		c := baseConfig()
		if change(&c); c.complete() == nil {
			t.Errorf("%+v in %s is taken", c.PasswordPolicy, c.Tier)
		}
	}
	c := baseConfig()
	if c.PasswordPolicy.PasswordHistorySize = longestHistory; c.complete() != nil {
		t.Error("the longest history is refused")
	}
	r := startRig(t, nil)
	u := user{username: "bea"}
	for n := range longestHistory + 5 {
		u.renew(r.verifier("bea", numbered(n)))
	}
	if len(u.former) != longestHistory {
		t.Errorf("%d are remembered", len(u.former))
	}
}

// A reset takes the password, which still is the last one.
func TestR51_AResetIsNoPassword(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.PasswordPolicy.PasswordHistorySize = 1 })
	r.member(t, ada)
	r.must(t, "AdminResetUserPassword", inPool("Username", ada))
	_, err := r.raw(t, "ConfirmForgotPassword", map[string]any{"ClientId": webClient, "Username": ada, "ConfirmationCode": r.mustCode(t, ada), "Password": longPassword})
	wantRefusal(t, err, "PasswordHistoryPolicyViolationException", "Password has previously been used")
	for size, want := range map[int]string{-1: "PasswordHistorySize -1: want 0 to 24", 25: "PasswordHistorySize 25: want 0 to 24", 0: "", 24: ""} {
		c := baseConfig()
		c.PasswordPolicy.PasswordHistorySize = size
		if err := c.complete(); (err == nil) != (want == "") || err != nil && err.Error() != want {
			t.Errorf("a history of %d: %v", size, err)
		}
	}
}
