package main

import (
	"crypto/rand"
	"math/big"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp/srptest"
)

// The sources: "guide" is the Amazon Cognito developer guide, "API" the user pools API
// reference.

func aboutProofs() []difference {
	return []difference{
		{"USER_SRP_AUTH, the right password (guide, Authentication flows)", "tokens", func(e *emulator) string { return e.usual().bySRP(goodPassword) }},
		{"USER_SRP_AUTH, a wrong password", "NotAuthorizedException", func(e *emulator) string { return e.usual().bySRP(badPassword) }},
		{"USER_PASSWORD_AUTH, a wrong password (guide, Managing user existence error responses)", "NotAuthorizedException", func(e *emulator) string {
			return seen(e.usual().signIn(ada, badPassword))
		}},
		{"the same for an unknown name, with PreventUserExistenceErrors", "NotAuthorizedException", func(e *emulator) string {
			return seen(e.pool(nil, &idp.CreateUserPoolClientInput{PreventUserExistenceErrors: "ENABLED"}).signIn("nobody@example.com", goodPassword))
		}},
		{"the right password after five wrong ones (guide, Lockout behavior for failed sign-in attempts)", "NotAuthorizedException", func(e *emulator) string {
			v := e.usual()
			for range 5 {
				_, _ = v.signIn(ada, badPassword)
			}
			return seen(v.signIn(ada, goodPassword))
		}},
		{"a disabled user, the right password (API, AdminDisableUser)", "NotAuthorizedException", func(e *emulator) string {
			v := e.usual()
			_, err := v.api.AdminDisableUser(v.ctx, &idp.AdminDisableUserInput{UserPoolId: &v.pool, Username: new(ada)})
			v.must(err)
			return seen(v.signIn(ada, goodPassword))
		}},
		{"a password that the policy refuses (API, SignUp)", "InvalidPasswordException", func(e *emulator) string {
			return seen(e.usual().signUp("bob@example.com", "a"))
		}},
		{"a wrong code at ConfirmSignUp (API, ConfirmSignUp)", "CodeMismatchException", func(e *emulator) string {
			v := e.pool(&idp.CreateUserPoolInput{AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}}, nil)
			_, err := v.signUp("bob@example.com", goodPassword)
			v.must(err)
			return seen(v.api.ConfirmSignUp(v.ctx, &idp.ConfirmSignUpInput{ClientId: &v.client, Username: new("bob@example.com"), ConfirmationCode: new("wrong")}))
		}},
		{"a wrong code at ConfirmForgotPassword (API, ConfirmForgotPassword)", "CodeMismatchException", func(e *emulator) string {
			v := e.usual()
			_, err := v.api.ForgotPassword(v.ctx, &idp.ForgotPasswordInput{ClientId: &v.client, Username: new(ada)})
			v.must(err)
			return seen(v.api.ConfirmForgotPassword(v.ctx, &idp.ConfirmForgotPasswordInput{
				ClientId: &v.client, Username: new(ada), ConfirmationCode: new("wrong"), Password: new("Another-horse-8"),
			}))
		}},
	}
}

func (v visit) signUp(name, password string) (*idp.SignUpOutput, error) {
	return v.api.SignUp(v.ctx, &idp.SignUpInput{
		ClientId: &v.client, Username: &name, Password: &password, UserAttributes: []types.AttributeType{{Name: new("email"), Value: &name}},
	})
}

// bySRP signs ada in by SRP.
func (v visit) bySRP(password string) string {
	drawn := make([]byte, 128)
	_, _ = rand.Read(drawn)
	client := srptest.New(new(big.Int).SetBytes(drawn))
	out, err := v.api.InitiateAuth(v.ctx, &idp.InitiateAuthInput{
		ClientId: &v.client, AuthFlow: "USER_SRP_AUTH", AuthParameters: map[string]string{"USERNAME": ada, "SRP_A": client.A()},
	})
	if err != nil {
		return seen(nil, err)
	}
	answer, err := client.Answer(v.pool, password, out.ChallengeParameters, time.Now(), false)
	if err != nil {
		return "a challenge that cannot be read"
	}
	return seen(v.api.RespondToAuthChallenge(v.ctx, &idp.RespondToAuthChallengeInput{
		ClientId: &v.client, ChallengeName: out.ChallengeName, ChallengeResponses: answer, Session: out.Session,
	}))
}

func aboutSecondFactors() []difference {
	withTOTP := func(v visit, mode types.UserPoolMfaType) {
		_, err := v.api.SetUserPoolMfaConfig(v.ctx, &idp.SetUserPoolMfaConfigInput{
			UserPoolId: &v.pool, MfaConfiguration: mode, SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
		})
		v.must(err)
	}
	return []difference{
		{"MfaConfiguration ON, a user without a factor, the right password (guide, TOTP software token MFA)", "the challenge MFA_SETUP", func(e *emulator) string {
			v := e.usual()
			withTOTP(v, "ON")
			return seen(v.signIn(ada, goodPassword))
		}},
		{"a wrong code at VerifySoftwareToken (API, VerifySoftwareToken)", "EnableSoftwareTokenMFAException", func(e *emulator) string {
			v := e.usual()
			tokens := v.tokens()
			withTOTP(v, "OPTIONAL")
			_, err := v.api.AssociateSoftwareToken(v.ctx, &idp.AssociateSoftwareTokenInput{AccessToken: tokens.AccessToken})
			v.must(err)
			return seen(v.api.VerifySoftwareToken(v.ctx, &idp.VerifySoftwareTokenInput{AccessToken: tokens.AccessToken, UserCode: new("000000")}))
		}},
		{"USER_AUTH without a preferred challenge (guide, Authentication flows)", "the challenge SELECT_CHALLENGE", func(e *emulator) string {
			v := e.pool(nil, &idp.CreateUserPoolClientInput{ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_AUTH"}})
			v.add(ada)
			return seen(v.api.InitiateAuth(v.ctx, &idp.InitiateAuthInput{ClientId: &v.client, AuthFlow: "USER_AUTH", AuthParameters: map[string]string{"USERNAME": ada}}))
		}},
	}
}

func aboutSessions() []difference {
	refresh := func(v visit, token *string) string {
		return seen(v.api.InitiateAuth(v.ctx, &idp.InitiateAuthInput{
			ClientId: &v.client, AuthFlow: "REFRESH_TOKEN_AUTH", AuthParameters: map[string]string{"REFRESH_TOKEN": *token},
		}))
	}
	return []difference{
		{"an invented Session at NEW_PASSWORD_REQUIRED (API, RespondToAuthChallenge)", "NotAuthorizedException", func(e *emulator) string {
			return e.usual().newPassword(new("this-is-no-session-at-all"))
		}},
		{"a Session that was used already", "NotAuthorizedException", func(e *emulator) string {
			v := e.usual()
			_, err := v.api.AdminSetUserPassword(v.ctx, &idp.AdminSetUserPasswordInput{UserPoolId: &v.pool, Username: new(ada), Password: new(goodPassword)})
			v.must(err)
			out, err := v.signIn(ada, goodPassword)
			v.must(err)
			_ = v.newPassword(out.Session)
			return v.newPassword(out.Session)
		}},
		{"GetUser after GlobalSignOut (API, GlobalSignOut)", "NotAuthorizedException", func(e *emulator) string {
			v := e.usual()
			tokens := v.tokens()
			_, err := v.api.GlobalSignOut(v.ctx, &idp.GlobalSignOutInput{AccessToken: tokens.AccessToken})
			v.must(err)
			return seen(v.api.GetUser(v.ctx, &idp.GetUserInput{AccessToken: tokens.AccessToken}))
		}},
		{"a refresh after AdminUserGlobalSignOut (API, AdminUserGlobalSignOut)", "NotAuthorizedException", func(e *emulator) string {
			v := e.usual()
			tokens := v.tokens()
			_, err := v.api.AdminUserGlobalSignOut(v.ctx, &idp.AdminUserGlobalSignOutInput{UserPoolId: &v.pool, Username: new(ada)})
			v.must(err)
			return refresh(v, tokens.RefreshToken)
		}},
		{"a refresh after RevokeToken (API, RevokeToken)", "NotAuthorizedException", func(e *emulator) string {
			v := e.usual()
			tokens := v.tokens()
			_, err := v.api.RevokeToken(v.ctx, &idp.RevokeTokenInput{ClientId: &v.client, Token: tokens.RefreshToken})
			v.must(err)
			return refresh(v, tokens.RefreshToken)
		}},
		{"a refresh token that rotation has replaced, no grace (guide, Refresh tokens)", "RefreshTokenReuseException", func(e *emulator) string {
			v := e.pool(nil, &idp.CreateUserPoolClientInput{
				ExplicitAuthFlows:    []types.ExplicitAuthFlowsType{"ALLOW_USER_PASSWORD_AUTH"},
				RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: "ENABLED", RetryGracePeriodSeconds: new(int32(0))},
			})
			v.add(ada)
			in := &idp.GetTokensFromRefreshTokenInput{ClientId: &v.client, RefreshToken: v.tokens().RefreshToken}
			_, err := v.api.GetTokensFromRefreshToken(v.ctx, in)
			v.must(err)
			return seen(v.api.GetTokensFromRefreshToken(v.ctx, in))
		}},
	}
}

// newPassword answers NEW_PASSWORD_REQUIRED for ada.
func (v visit) newPassword(session *string) string {
	return seen(v.api.RespondToAuthChallenge(v.ctx, &idp.RespondToAuthChallengeInput{
		ClientId: &v.client, ChallengeName: "NEW_PASSWORD_REQUIRED", Session: session,
		ChallengeResponses: map[string]string{"USERNAME": ada, "NEW_PASSWORD": "Another-horse-8"},
	}))
}
