package userpool

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// withAccessToken returns every operation that an access token authorizes.
func (r *rig) withAccessToken(t *testing.T, token *string) map[string]error {
	t.Helper()
	ctx, name := t.Context(), aws.String("email")
	_, get := r.api.GetUser(ctx, &idp.GetUserInput{AccessToken: token})
	_, update := r.update(t, token, attr("name", "Eve"))
	_, remove := r.api.DeleteUserAttributes(ctx, &idp.DeleteUserAttributesInput{AccessToken: token, UserAttributeNames: []string{"name"}})
	_, code := r.api.GetUserAttributeVerificationCode(ctx, &idp.GetUserAttributeVerificationCodeInput{AccessToken: token, AttributeName: name})
	_, password := r.api.ChangePassword(ctx, &idp.ChangePasswordInput{AccessToken: token, PreviousPassword: aws.String(longPassword), ProposedPassword: aws.String("Another-horse-8")})
	_, out := r.api.GlobalSignOut(ctx, &idp.GlobalSignOutInput{AccessToken: token})
	_, self := r.api.DeleteUser(ctx, &idp.DeleteUserInput{AccessToken: token})
	return map[string]error{
		"GetUser": get, "UpdateUserAttributes": update, "DeleteUserAttributes": remove, "GetUserAttributeVerificationCode": code,
		"VerifyUserAttribute": r.verify(t, token, "email", "123456"), "ChangePassword": password, "GlobalSignOut": out, "DeleteUser": self,
	}
}

// A suspended user is disabled and signed out. Each alone ends what an access token and a
// refresh token can do (API reference, AdminDisableUser: "revokes all access tokens";
// AdminUserGlobalSignOut: "returns an Access Token has been revoked error", "no longer
// accepts a signed-out user's refresh tokens"). Only a disabled user cannot sign in again.
func TestR44_AnAccessTokenOfADisabledOrSignedOutUserChangesNothing(t *testing.T) {
	pool, name := aws.String(poolUnderTest), aws.String("ada@example.com")
	for how, end := range map[string]func(*rig) error{
		"disabled": func(r *rig) error {
			_, err := r.api.AdminDisableUser(t.Context(), &idp.AdminDisableUserInput{UserPoolId: pool, Username: name})
			return err
		},
		"signed out": func(r *rig) error {
			_, err := r.api.AdminUserGlobalSignOut(t.Context(), &idp.AdminUserGlobalSignOutInput{UserPoolId: pool, Username: name})
			return err
		},
	} {
		r := startRig(t, nil)
		r.member(t, *name)
		had := r.login(t, *name, longPassword)
		if err := end(r); err != nil {
			t.Fatal(err)
		}
		r.fns.take()
		for operation, err := range r.withAccessToken(t, had.AccessToken) {
			t.Run(how+", "+operation, func(t *testing.T) {
				wantRefusal(t, err, "NotAuthorizedException", "Access Token has been revoked")
			})
		}
		_, err := refreshWith(r, t, *had.RefreshToken)
		wantRefusal(t, err, "NotAuthorizedException", "Invalid Refresh Token")
		_, err = r.api.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: aws.String(webClient), RefreshToken: had.RefreshToken})
		wantRefusal(t, err, "NotAuthorizedException", "Invalid Refresh Token")
		if how == "disabled" {
			_, err = r.tryLogin(t, *name, longPassword)
			wantRefusal(t, err, "NotAuthorizedException", "User is disabled.")
			_, err = r.api.AdminInitiateAuth(t.Context(), &idp.AdminInitiateAuthInput{
				UserPoolId: pool, ClientId: aws.String(webClient), AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": *name, "PASSWORD": longPassword},
			})
			wantRefusal(t, err, "NotAuthorizedException", "User is disabled.")
		}
		wantSources(t, r.fns.sources(t)) // Cognito asks no function
	}
}
