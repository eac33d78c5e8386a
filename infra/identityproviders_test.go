package infra

import (
	"slices"
	"strings"
	"testing"
)

const providerType = "AWS::Cognito::UserPoolIdentityProvider"

func secretARN(name string) string {
	return "arn:aws:secretsmanager:eu-west-1:111122223333:secret:" + name
}

// providers are one of each type.
func providers() map[string]IdentityProvider {
	secret := func(name string) Secret { return Secret{ARN: secretARN(name)} }
	apple := secret("apple-AbCdEf")
	apple.Field, apple.Version = "key", "EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE"
	return map[string]IdentityProvider{
		"Google":          {Type: ProviderGoogle, ClientID: "1234-abcd.apps.googleusercontent.com", Secret: secret("google-AbCdEf"), TrustsEmail: true, Attributes: map[string]string{"email": "email", "name": "name"}},
		"SignInWithApple": {Type: ProviderApple, ClientID: "com.example.signin", TeamID: "1A2B3C4D5E", KeyID: "5E4D3C2B1A", Secret: apple},
		"Entra": {
			Type: ProviderOIDC, ClientID: "6731de76-14a6-49ae-97bc-6eba6914391e", Secret: secret("entra-AbCdEf"),
			Issuer: "https://login.microsoftonline.com/11112222-bbbb-3333-cccc-4444dddd5555/v2.0", Identifiers: []string{"example.com"},
		},
		"Corp": {Type: ProviderSAML, MetadataURL: "https://idp.example/metadata"},
	}
}

// CloudFormation fetches the secrets. The golden template full has each type in whole.
func TestR72_TheTemplateNamesSecretsAndHoldsNone(t *testing.T) {
	found := 0
	for id, r := range everything(t).resources(providerType) {
		for _, key := range []string{"client_secret", "private_key"} {
			if secret, is := at(r, "Properties", "ProviderDetails", key).(string); is {
				found++
				if !strings.HasPrefix(secret, "{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:") {
					t.Errorf("%s holds the secret %q", id, secret)
				}
			}
		}
	}
	if found != 3 {
		t.Errorf("%d secrets", found)
	}
}

// A client names its providers in plain text: without the dependency CloudFormation may make it
// before they exist ("The provider Google does not exist for User Pool").
func TestR72_AClientWaitsForItsProviders(t *testing.T) {
	tpl := everything(t)
	web := tpl.resources(clientType)["SuiteWebClientB66EBAF8"]
	if got := texts(at(web, "Properties", "SupportedIdentityProviders")); !slices.Equal(got, []string{"COGNITO", "Google", "SignInWithApple", "Entra", "Corp"}) {
		t.Errorf("providers %v", got)
	}
	for id := range tpl.resources(providerType) {
		if !slices.Contains(texts(web["DependsOn"]), id) {
			t.Errorf("%s is not among %v", id, web["DependsOn"])
		}
	}
	if got := texts(at(tpl.resources(clientType)["SuiteMachineClient26C3BE57"], "Properties", "SupportedIdentityProviders")); !slices.Equal(got, []string{"COGNITO"}) {
		t.Errorf("a machine has %v", got)
	}
}
