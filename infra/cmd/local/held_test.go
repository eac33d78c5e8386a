package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// Ada signs up with an address that is taken, is granted roles, and then changes her
// address to a disposable one: two calls that no trigger hears. Her next tokens have
// nothing that was granted, and the access token cannot change her again.
func TestR41_ADisposableAddressAfterSignUpCostsWhatWasGranted(t *testing.T) {
	t.Parallel()
	cloud, j := running(t, local(t))
	walk(t.Context(), t, j, "Ada signs up", "Ada confirms the code from the mail", "an administrator puts Ada into a group",
		"the team's server grants Ada a role in two tenants", "Ada signs in")
	before := signedIn(t, j.WebClientID, j.AdaEmail, j.Password, j.Cognito)
	granted(t, before, true)
	const disposable = "x@mailinator.com"
	if _, err := j.Cognito.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{AccessToken: before.AccessToken, UserAttributes: []types.AttributeType{
		{Name: aws.String("email"), Value: aws.String(disposable)}, {Name: aws.String("name"), Value: aws.String(strings.Repeat("x", 2000))},
	}}); err != nil {
		t.Fatal(err)
	}
	code, _ := cloud.Pool.Code(j.AdaEmail)
	if _, err := j.Cognito.VerifyUserAttribute(t.Context(), &idp.VerifyUserAttributeInput{AccessToken: before.AccessToken, AttributeName: aws.String("email"), Code: &code}); err != nil {
		t.Fatal(err)
	}
	refreshed, err := j.Cognito.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &j.WebClientID, RefreshToken: before.RefreshToken})
	if err != nil {
		t.Fatal(err)
	}
	for name, tokens := range map[string]*types.AuthenticationResultType{
		"a refresh": refreshed.AuthenticationResult, "a sign-in": signedIn(t, j.WebClientID, disposable, j.Password, j.Cognito),
	} {
		granted(t, tokens, false)
		if _, err := j.Cognito.UpdateUserAttributes(t.Context(), &idp.UpdateUserAttributesInput{AccessToken: tokens.AccessToken, UserAttributes: []types.AttributeType{{Name: aws.String("name"), Value: aws.String("Eve")}}}); err == nil {
			t.Errorf("%s: the demoted token changes its user", name)
		}
	}
	profile, err := j.Row(t.Context(), j.Subs()["Ada"], "PROFILE")
	if err != nil || profile["email"] != disposable || fmt.Sprint(profile["emailVerified"]) != "true" {
		t.Errorf("PROFILE is %v, %v", profile, err)
	}
	if authz, err := j.Row(t.Context(), j.Subs()["Ada"], "AUTHZ"); err != nil || !strings.Contains(fmt.Sprint(authz["authzRoles"]), "editor") {
		t.Errorf("AUTHZ is %v, %v", authz, err)
	}
}

// signedIn signs a user in with a password.
func signedIn(t *testing.T, client, userName, password string, cognito *idp.Client) *types.AuthenticationResultType {
	t.Helper()
	out, err := cognito.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &client, AuthParameters: map[string]string{"USERNAME": userName, "PASSWORD": password},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.AuthenticationResult
}

// granted checks whether both tokens have what was granted.
func granted(t *testing.T, tokens *types.AuthenticationResultType, want bool) {
	t.Helper()
	if !want {
		bare(t, *tokens.IdToken)
		bare(t, *tokens.AccessToken)
	}
	claims, err := decode(*tokens.AccessToken)
	if err != nil {
		t.Fatal(err)
	}
	scopes := strings.Fields(fmt.Sprint(claims["scope"]))
	if slices.Contains(scopes, "app/read") != want || slices.Contains(scopes, "aws.cognito.signin.user.admin") != want || (claims["roles"] != nil) != want {
		t.Errorf("the access token says %v", claims)
	}
}
