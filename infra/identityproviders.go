package infra

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
)

// providerTypes are Cognito's names for ours (API reference, CreateIdentityProvider).
var providerTypes = map[ProviderType]string{ProviderGoogle: "Google", ProviderApple: "SignInWithApple", ProviderOIDC: "OIDC", ProviderSAML: "SAML"}

// newIdentityProviders makes the external identity providers, by their names. They are L1
// resources: the CDK's classes name a provider after its construct unless told, ask for no
// e-mail by default, take an OIDC secret as a plain text alone, and have another list of
// attributes than the pool.
func newIdentityProviders(scope constructs.Construct, pool awscognito.UserPool, p *Props) map[string]awscognito.CfnUserPoolIdentityProvider {
	made := make(map[string]awscognito.CfnUserPoolIdentityProvider)
	for _, name := range slices.Sorted(maps.Keys(p.IdentityProviders)) {
		provider := p.IdentityProviders[name]
		mapping := make(map[string]any)
		for attribute, claim := range provider.Attributes {
			mapping[attribute] = claim
		}
		made[name] = awscognito.NewCfnUserPoolIdentityProvider(scope, new("Provider"+name), &awscognito.CfnUserPoolIdentityProviderProps{
			UserPoolId: pool.UserPoolId(), ProviderName: new(name), ProviderType: new(providerTypes[provider.Type]),
			ProviderDetails: providerDetails(provider), AttributeMapping: mapping, IdpIdentifiers: list(provider.Identifiers),
		})
	}
	return made
}

// providerDetails returns what Cognito must know of a provider (CloudFormation template
// reference, ProviderDetails). The secret is a reference that CloudFormation resolves.
func providerDetails(p IdentityProvider) map[string]any {
	details := make(map[string]any)
	for key, value := range map[string]string{
		"client_id": p.ClientID, "authorize_scopes": strings.Join(p.Scopes, " "), "oidc_issuer": p.Issuer,
		"team_id": p.TeamID, "key_id": p.KeyID, "MetadataURL": p.MetadataURL, "MetadataFile": p.MetadataXML,
	} {
		if value != "" {
			details[key] = value
		}
	}
	switch p.Type {
	case ProviderOIDC:
		details["attributes_request_method"], details["client_secret"] = "GET", secretOf(p)
	case ProviderGoogle:
		details["client_secret"] = secretOf(p)
	case ProviderApple:
		details["private_key"] = secretOf(p)
	}
	return details
}

// secretOf returns a reference to the secret: UnsafeUnwrap returns no secret here.
func secretOf(p IdentityProvider) *string {
	return awscdk.SecretValue_SecretsManager(new(p.Secret.ARN), &awscdk.SecretsManagerSecretOptions{
		JsonField: some(p.Secret.Field), VersionId: some(p.Secret.Version),
	}).UnsafeUnwrap()
}
