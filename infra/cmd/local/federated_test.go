package main

import (
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

const appCallback = "http://localhost:3000/callback"

// clientOf makes an identity provider of the type, which maps email, its verification and
// name, and an app client that supports it.
func clientOf(t *testing.T, j *journey.Journey, provider types.IdentityProviderTypeType) string {
	t.Helper()
	name := string(provider)
	if _, err := j.Cognito.CreateIdentityProvider(t.Context(), &idp.CreateIdentityProviderInput{
		UserPoolId: &j.PoolID, ProviderName: &name, ProviderType: provider,
		ProviderDetails:  map[string]string{"client_id": "c", "client_secret": "s", "authorize_scopes": "openid email"},
		AttributeMapping: map[string]string{"email": "email", "email_verified": "email_verified", "name": "name"},
	}); err != nil {
		t.Fatal(err)
	}
	made, err := j.Cognito.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{
		UserPoolId: &j.PoolID, ClientName: &name, SupportedIdentityProviders: []string{name}, CallbackURLs: []string{appCallback},
		AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows: []types.OAuthFlowType{types.OAuthFlowTypeCode}, AllowedOAuthScopes: []string{"openid", "email", "profile"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return *made.UserPoolClient.ClientId
}
