package journey

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func (j *Journey) signUp(ctx context.Context) (Result, error) {
	out, err := j.Cognito.SignUp(ctx, &idp.SignUpInput{
		ClientId: &j.WebClientID, Username: &j.AdaEmail, Password: &j.Password,
		UserAttributes: []types.AttributeType{
			{Name: new("email"), Value: &j.AdaEmail},
			{Name: new("name"), Value: new("Ada Lovelace")},
		},
		// Every caller can send these; they must have no effect.
		ClientMetadata: map[string]string{"roles": "owner"},
	})
	if err != nil {
		return Result{}, err
	}
	j.ada.userName, j.ada.sub = j.AdaEmail, *out.UserSub
	return Result{Note: "user " + j.ada.sub + ", not confirmed yet"},
		expect(!out.UserConfirmed, "Ada is confirmed already: a sign-up must never confirm itself")
}

func (j *Journey) confirm(ctx context.Context) (Result, error) {
	code, err := j.Mailed(ctx, j.ada.userName)
	if err != nil {
		return Result{}, err
	}
	_, err = j.Cognito.ConfirmSignUp(ctx, &idp.ConfirmSignUpInput{
		ClientId: &j.WebClientID, Username: &j.ada.userName, ConfirmationCode: &code,
	})
	if err != nil {
		return Result{}, err
	}
	return Result{Note: "PROFILE is in the table"}, j.expectProfile(ctx, j.ada.sub, j.AdaEmail)
}

func (j *Journey) confirmByAdmin(ctx context.Context) (Result, error) {
	_, err := j.Cognito.AdminConfirmSignUp(ctx, &idp.AdminConfirmSignUpInput{UserPoolId: &j.PoolID, Username: &j.ada.userName})
	if err != nil {
		return Result{}, err
	}
	return Result{Note: "PROFILE is in the table"}, j.expectProfile(ctx, j.ada.sub, j.AdaEmail)
}

func (j *Journey) signIn(ctx context.Context) (Result, error) { return j.signInWith(ctx, j.Password) }

func (j *Journey) signInAgain(ctx context.Context) (Result, error) {
	return j.signInWith(ctx, j.SecondPassword)
}

func (j *Journey) signInWith(ctx context.Context, password string) (Result, error) {
	out, err := j.initiate(ctx, j.WebClientID, j.ada.userName, password)
	if err != nil {
		return Result{}, err
	}
	return j.signedIn(ctx, &j.ada, out.AuthenticationResult)
}

// initiate starts a sign-in with a password.
func (j *Journey) initiate(ctx context.Context, client, userName, password string) (*idp.InitiateAuthOutput, error) {
	return j.Cognito.InitiateAuth(ctx, &idp.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &client,
		AuthParameters: map[string]string{"USERNAME": userName, "PASSWORD": password},
	})
}

// signedIn keeps the tokens and checks their claims.
func (j *Journey) signedIn(ctx context.Context, who *user, got *types.AuthenticationResultType) (Result, error) {
	result, err := keep(who, got)
	switch {
	case err != nil:
		return result, err
	case who == &j.grace:
		return result, j.expectNoGrant(ctx, who)
	}
	return result, j.expectGrant(ctx, who, "acme")
}

// keep remembers the tokens.
func keep(who *user, got *types.AuthenticationResultType) (Result, error) {
	if got == nil || got.IdToken == nil || got.AccessToken == nil {
		return Result{}, errors.New("no tokens came back")
	}
	who.idToken, who.accessToken = *got.IdToken, *got.AccessToken
	if got.RefreshToken != nil {
		who.refreshToken = *got.RefreshToken
	}
	return Result{Note: "ID, access and refresh token", IDToken: who.idToken, AccessToken: who.accessToken}, nil
}

func (j *Journey) refresh(ctx context.Context) (Result, error) {
	out, err := j.refreshWith(ctx, nil)
	if err != nil {
		return Result{}, err
	}
	before := j.ada.refreshToken
	result, err := j.signedIn(ctx, &j.ada, out)
	if err == nil && j.RotatesRefreshTokens {
		err = expect(j.ada.refreshToken != before, "the refresh token was not rotated")
	}
	return result, err
}

// refreshWith uses the call that fits the client: with rotation on, REFRESH_TOKEN_AUTH is
// refused (developer guide, "Refresh tokens").
func (j *Journey) refreshWith(ctx context.Context, metadata map[string]string) (*types.AuthenticationResultType, error) {
	if !j.RotatesRefreshTokens {
		out, err := j.Cognito.InitiateAuth(ctx, &idp.InitiateAuthInput{
			AuthFlow: types.AuthFlowTypeRefreshTokenAuth, ClientId: &j.WebClientID,
			AuthParameters: map[string]string{"REFRESH_TOKEN": j.ada.refreshToken},
		})
		if err != nil {
			return nil, err
		}
		return out.AuthenticationResult, nil
	}
	// Every caller can ask for a role; it must have no effect.
	asked := map[string]string{"roles": "owner"}
	maps.Copy(asked, metadata)
	out, err := j.Cognito.GetTokensFromRefreshToken(ctx, &idp.GetTokensFromRefreshTokenInput{
		ClientId: &j.WebClientID, RefreshToken: &j.ada.refreshToken, ClientMetadata: asked,
	})
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

func (j *Journey) forgetPassword(ctx context.Context) (Result, error) {
	_, err := j.Cognito.ForgotPassword(ctx, &idp.ForgotPasswordInput{ClientId: &j.WebClientID, Username: &j.ada.userName})
	return Result{Note: "a code is on its way"}, err
}

func (j *Journey) resetPassword(ctx context.Context) (Result, error) {
	code, err := j.Mailed(ctx, j.ada.userName)
	if err != nil {
		return Result{}, err
	}
	_, err = j.Cognito.ConfirmForgotPassword(ctx, &idp.ConfirmForgotPasswordInput{
		ClientId: &j.WebClientID, Username: &j.ada.userName, ConfirmationCode: &code, Password: &j.SecondPassword,
	})
	if err != nil {
		return Result{}, err
	}
	return Result{Note: "the rows are as they were"}, j.expectProfile(ctx, j.ada.sub, j.AdaEmail)
}

func (j *Journey) refusedSignUp(ctx context.Context) (Result, error) {
	_, err := j.Cognito.SignUp(ctx, &idp.SignUpInput{
		ClientId: &j.WebClientID, Username: &j.DeniedEmail, Password: &j.Password,
		UserAttributes: []types.AttributeType{
			{Name: new("email"), Value: &j.DeniedEmail}, {Name: new("name"), Value: new("Mallory")},
		},
	})
	return refusedWith(err, "PreSignUp failed with error ")
}

func (j *Journey) refusedRefresh(ctx context.Context) (Result, error) {
	_, err := j.refreshWith(ctx, nil)
	result, err := refusedWith(err, "PreTokenGeneration failed with error ")
	if err != nil {
		return result, err
	}
	return result, expect(strings.HasSuffix(result.Note, " "+disabled+"."), "a suspended user reads %q", result.Note)
}

// disabled is what every suspended and every deleted user reads.
const disabled = "This account is disabled, please contact support"

// refusedWith expects Cognito's form of a trigger's refusal.
func refusedWith(err error, prefix string) (Result, error) {
	var refusal *types.UserLambdaValidationException
	if err == nil {
		return Result{}, errors.New("it was not refused")
	}
	if !errors.As(err, &refusal) {
		return Result{}, fmt.Errorf("want a UserLambdaValidationException, got: %w", err)
	}
	said := refusal.ErrorMessage()
	ok := len(said) > len(prefix) && said[:len(prefix)] == prefix && said[len(said)-1] == '.'
	return Result{Note: "UserLambdaValidationException: " + said}, expect(ok, "the message is not in Cognito's form: %q", said)
}
