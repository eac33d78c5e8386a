package userpool

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

const tooMany = "Attempt limit exceeded, please try after some time."

// An access token is no licence to guess the password that it was issued for.
func TestR53_GuessesOfTheOldPasswordLockAUserOut(t *testing.T) {
	r, access := signedIn(t, nil)
	change := func(old string) error {
		_, err := r.api.ChangePassword(t.Context(), &idp.ChangePasswordInput{
			AccessToken: access, PreviousPassword: aws.String(old), ProposedPassword: aws.String("Another-horse-8"),
		})
		return err
	}
	for range freeAttempts {
		wantRefusal(t, change("Wrong-horse-7"), "NotAuthorizedException", "Incorrect username or password.")
	}
	wantRefusal(t, change(longPassword), "LimitExceededException", tooMany)
	_, err := r.tryLogin(t, ada, longPassword)
	wantRefusal(t, err, "NotAuthorizedException", "Password attempts exceeded")
	r.clock.pass(time.Second)
	if err := change(longPassword); err != nil {
		t.Fatal(err)
	}
}

// codeGuesses are the calls that take a code, each with the call that sends one.
func codeGuesses(t *testing.T, r *rig) map[string][2]func(string) error {
	name, access := aws.String(ada), aws.String("")
	if r.status(t, ada) != unconfirmed {
		access = r.login(t, ada, longPassword).AccessToken
	}
	return map[string][2]func(string) error{
		"ConfirmSignUp": {func(code string) error {
			_, err := r.api.ConfirmSignUp(t.Context(), &idp.ConfirmSignUpInput{ClientId: aws.String(webClient), Username: name, ConfirmationCode: &code})
			return err
		}, func(string) error {
			_, err := r.api.ResendConfirmationCode(t.Context(), &idp.ResendConfirmationCodeInput{ClientId: aws.String(webClient), Username: name})
			return err
		}},
		"ConfirmForgotPassword": {func(code string) error {
			_, err := r.api.ConfirmForgotPassword(t.Context(), &idp.ConfirmForgotPasswordInput{
				ClientId: aws.String(webClient), Username: name, ConfirmationCode: &code, Password: aws.String(longPassword),
			})
			return err
		}, func(string) error {
			_, err := r.api.ForgotPassword(t.Context(), &idp.ForgotPasswordInput{ClientId: aws.String(webClient), Username: name})
			return err
		}},
		"VerifyUserAttribute": {func(code string) error { return r.verify(t, access, "email", code) }, func(string) error {
			_, err := r.api.GetUserAttributeVerificationCode(t.Context(), &idp.GetUserAttributeVerificationCodeInput{AccessToken: access, AttributeName: aws.String("email")})
			return err
		}},
	}
}

// A code of six digits is found by trying, unless tries end with the code itself.
func TestR53_ACodeDiesOfTooManyGuesses(t *testing.T) {
	for _, call := range []string{"ConfirmSignUp", "ConfirmForgotPassword", "VerifyUserAttribute"} {
		t.Run(call, func(t *testing.T) {
			r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].AccessTokenValidity = 24 * time.Hour })
			if call == "ConfirmSignUp" {
				r.signUp(t, ada)
			} else {
				r.member(t, ada)
			}
			guess, send := codeGuesses(t, r)[call][0], codeGuesses(t, r)[call][1]
			if err := send(""); err != nil {
				t.Fatal(err)
			}
			right := r.mustCode(t, ada)
			for range hourlyTries - 1 { // the request counts, too
				wantRefusal(t, guess("no"), "CodeMismatchException", "Invalid verification code provided, please try again.")
			}
			wantRefusal(t, guess(right), "LimitExceededException", tooMany)
			wantRefusal(t, send(""), "LimitExceededException", tooMany)
			r.clock.pass(time.Hour - time.Second)
			wantRefusal(t, send(""), "LimitExceededException", tooMany)
			r.clock.pass(time.Second)
			if err := guess(right); err == nil {
				t.Error("the code outlived its guesses")
			}
			if err := send(""); err != nil {
				t.Fatal(err)
			}
			if err := guess(r.mustCode(t, ada)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// What succeeds ends the count: a developer may forget a password all day.
func TestR53_ASuccessEndsTheCountOfCodes(t *testing.T) {
	r := startRig(t, nil)
	r.member(t, ada)
	calls := codeGuesses(t, r)["ConfirmForgotPassword"]
	for range hourlyTries {
		if err := calls[1](""); err != nil {
			t.Fatal(err)
		}
		if err := calls[0](r.mustCode(t, ada)); err != nil {
			t.Fatal(err)
		}
	}
}

// The limit must not tell whether a user exists.
func TestR53_GuessesAtAnUnknownUsersCodeEndAlike(t *testing.T) {
	r := startRig(t, func(c *Config, _ *Options) { c.Clients[0].PreventUserExistenceErrors = true })
	r.member(t, ada)
	if _, err := r.forgotPassword(resendInput{ClientID: webClient, Username: ada}); err != nil {
		t.Fatal(err)
	}
	if _, err := r.forgotPassword(resendInput{ClientID: webClient, Username: "nobody@example.com"}); err != nil {
		t.Fatal(err)
	}
	for i := range hourlyTries + 1 {
		var got []error
		for _, name := range []string{ada, "nobody@example.com"} {
			_, err := r.confirmForgotPassword(confirmForgotInput{ClientID: webClient, Username: name, ConfirmationCode: "no", Password: longPassword})
			got = append(got, err)
		}
		if got[0].Error() != got[1].Error() || (i >= hourlyTries-1) != (got[0].Error() == errTooMany().Error()) {
			t.Fatalf("guess %d: %v", i, got)
		}
	}
}
