package infra

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// newClients makes the app clients by name, in a fixed order.
func newClients(scope constructs.Construct, pool awscognito.UserPool, server awscognito.UserPoolResourceServer, providers map[string]awscognito.CfnUserPoolIdentityProvider, p *Props) map[string]awscognito.UserPoolClient {
	clients := make(map[string]awscognito.UserPoolClient)
	for _, name := range slices.Sorted(maps.Keys(p.Settings.Clients)) {
		made, id := p.Settings.Clients[name], settings.ClientResource(name)
		if made.Machine {
			clients[name] = newMachineClient(scope, id, pool, server, made)
		} else {
			clients[name] = newUserClient(scope, id, pool, server, made)
		}
		for _, provider := range made.Providers { // plain text in the template, too
			if given := providers[provider]; given != nil {
				clients[name].Node().AddDependency(given)
			}
		}
		override(clients[name].Node().DefaultChild().(awscdk.CfnResource), p.Overrides[name])
	}
	return clients
}

// newUserClient makes an app client that users use. It has no secret, since it could not
// keep one. It has only the authorization code flow, because the implicit one puts tokens
// into addresses. Its scopes are always named: of a client without any the CDK makes one with
// aws.cognito.signin.user.admin, with which an access token changes its own user.
func newUserClient(scope constructs.Construct, id string, pool awscognito.UserPool, server awscognito.UserPoolResourceServer, made Client) awscognito.UserPoolClient {
	allows := func(flow Flow) *bool { return new(slices.Contains(made.Flows, flow)) }
	props := &awscognito.UserPoolClientProps{
		UserPool:       pool,
		GenerateSecret: new(false),
		AuthFlows: &awscognito.AuthFlow{
			UserSrp: allows(FlowSRP), UserPassword: allows(FlowPassword), AdminUserPassword: allows(FlowAdmin),
			Custom: allows(FlowCustom), User: allows(FlowChoice),
		},
		OAuth: &awscognito.OAuthSettings{
			Flows:        &awscognito.OAuthFlows{AuthorizationCodeGrant: new(true)},
			CallbackUrls: list(made.CallbackURLs),
			LogoutUrls:   list(made.LogoutURLs),
			Scopes:       scopes(made.Scopes),
		},
		RefreshTokenValidity:       lifetime(made.Tokens.Refresh),
		AuthSessionValidity:        lifetime(made.Tokens.Session),
		IdTokenValidity:            lifetime(made.Tokens.ID),
		AccessTokenValidity:        lifetime(made.Tokens.Access),
		SupportedIdentityProviders: supported(made.Providers),
		PreventUserExistenceErrors: new(true),
		EnableTokenRevocation:      new(true),
	}
	if len(made.CallbackURLs) == 0 {
		props.OAuth, props.DisableOAuth = nil, new(true)
	}
	if grace := made.Rotation.Grace; grace != settings.Off { // or else the CDK allows ALLOW_REFRESH_TOKEN_AUTH
		props.RefreshTokenRotationGracePeriod = awscdk.Duration_Seconds(new(grace.Of().Seconds()))
	}
	client := awscognito.NewUserPoolClient(scope, &id, props)
	limit(client, made.ReadAttributes, made.WriteAttributes)
	waitFor(client, server, made.Scopes)
	return client
}

// scopes returns the scopes by their names.
func scopes(names []string) *[]awscognito.OAuthScope {
	var all []awscognito.OAuthScope
	for _, name := range names {
		all = append(all, awscognito.OAuthScope_Custom(new(name)))
	}
	return &all
}

// lifetime returns nil for one that Cognito decides.
func lifetime(d Duration) awscdk.Duration {
	if d == "" {
		return nil
	}
	return awscdk.Duration_Minutes(new(d.Of().Minutes()))
}

// waitFor makes a client after the resource server whose scopes it has: they are plain text
// in the template, so CloudFormation cannot see that they must exist first.
func waitFor(client awscognito.UserPoolClient, server awscognito.UserPoolResourceServer, scopes []string) {
	if slices.ContainsFunc(scopes, func(scope string) bool { return strings.Contains(scope, "/") }) {
		client.Node().AddDependency(server)
	}
}

// limit sets which attributes of its user a client may read and write. It bypasses the
// CDK's own props, which take a mask of booleans instead of names.
func limit(client awscognito.UserPoolClient, read, write []string) {
	cfn := client.Node().DefaultChild().(awscognito.CfnUserPoolClient)
	cfn.SetReadAttributes(list(read))
	cfn.SetWriteAttributes(list(write))
}

// newResourceServer makes the API that owns the tokens' scopes, if the stage has one.
func newResourceServer(scope constructs.Construct, pool awscognito.UserPool, p *Props) awscognito.UserPoolResourceServer {
	if !p.ResourceServer.Made() {
		return nil
	}
	var scopes []awscognito.ResourceServerScope
	for _, s := range p.ResourceServer.Scopes {
		scopes = append(scopes, awscognito.NewResourceServerScope(&awscognito.ResourceServerScopeProps{
			ScopeName:        new(s.Name),
			ScopeDescription: new(s.Description),
		}))
	}
	return awscognito.NewUserPoolResourceServer(scope, new("ResourceServer"), &awscognito.UserPoolResourceServerProps{
		UserPool:   pool,
		Identifier: new(p.ResourceServer.Identifier),
		Scopes:     &scopes,
	})
}

// newMachineClient makes an app client that services use. It names its authentication
// flows, because a client that names none allows SRP and custom authentication. With the
// refresh flow alone no user can sign in.
func newMachineClient(scope constructs.Construct, id string, pool awscognito.UserPool, server awscognito.UserPoolResourceServer, made Client) awscognito.UserPoolClient {
	client := awscognito.NewUserPoolClient(scope, &id, &awscognito.UserPoolClientProps{
		UserPool:       pool,
		GenerateSecret: new(true),
		AuthFlows:      &awscognito.AuthFlow{UserSrp: new(false)}, // sets ALLOW_REFRESH_TOKEN_AUTH alone
		OAuth: &awscognito.OAuthSettings{
			Flows:  &awscognito.OAuthFlows{ClientCredentials: new(true)},
			Scopes: scopes(made.Scopes),
		},
		AccessTokenValidity:        lifetime(made.Tokens.Access),
		SupportedIdentityProviders: supported([]string{"COGNITO"}), // none given means those of the pool
		PreventUserExistenceErrors: new(true),
		EnableTokenRevocation:      new(true),
	})
	attribute := []string{settings.MachineAttribute}
	limit(client, attribute, attribute)
	waitFor(client, server, made.Scopes)
	return client
}

// supported returns the providers whose users may sign in through a client.
func supported(names []string) *[]awscognito.UserPoolClientIdentityProvider {
	var all []awscognito.UserPoolClientIdentityProvider
	for _, name := range names {
		all = append(all, awscognito.UserPoolClientIdentityProvider_Custom(new(name)))
	}
	return &all
}
