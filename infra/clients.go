package infra

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// rotationGrace is how long a rotated refresh token still works: long enough for a reply
// that was lost on a phone, too short to share.
const rotationGrace = 10.0 // seconds

// newClients makes the app clients by name, in a fixed order.
func newClients(scope constructs.Construct, pool awscognito.UserPool, server awscognito.UserPoolResourceServer, p *Props) map[string]awscognito.UserPoolClient {
	clients := make(map[string]awscognito.UserPoolClient)
	for _, name := range slices.Sorted(maps.Keys(p.Settings.Clients)) {
		made, id := p.Settings.Clients[name], settings.ClientResource(name)
		if made.Machine {
			clients[name] = newMachineClient(scope, id, pool, server, made)
		} else {
			clients[name] = newUserClient(scope, id, pool, made, p)
		}
		override(clients[name].Node().DefaultChild().(awscdk.CfnResource), p.Overrides[name])
	}
	return clients
}

// newUserClient makes an app client that users use. It has no secret, since it could not
// keep one. It has only the authorization code flow, because the implicit one puts tokens
// into addresses. It lacks the scope aws.cognito.signin.user.admin, with which an access
// token could change its own user.
func newUserClient(scope constructs.Construct, id string, pool awscognito.UserPool, made Client, p *Props) awscognito.UserPoolClient {
	client := awscognito.NewUserPoolClient(scope, &id, &awscognito.UserPoolClientProps{
		UserPool:       pool,
		GenerateSecret: new(false),
		AuthFlows: &awscognito.AuthFlow{
			UserSrp:      new(slices.Contains(made.Flows, FlowSRP)),
			UserPassword: new(slices.Contains(made.Flows, FlowPassword)),
			User:         new(p.OffersChoice()),
		},
		OAuth: &awscognito.OAuthSettings{
			Flows:        &awscognito.OAuthFlows{AuthorizationCodeGrant: new(true)},
			CallbackUrls: list(made.CallbackURLs),
			LogoutUrls:   list(made.LogoutURLs),
			Scopes: &[]awscognito.OAuthScope{
				awscognito.OAuthScope_OPENID(),
				awscognito.OAuthScope_EMAIL(),
				awscognito.OAuthScope_PROFILE(),
			},
		},
		RefreshTokenRotationGracePeriod: awscdk.Duration_Seconds(new(rotationGrace)),
		SupportedIdentityProviders:      ownUsersOnly(),
		PreventUserExistenceErrors:      new(true),
		EnableTokenRevocation:           new(true),
	})
	limit(client, made.ReadAttributes, made.WriteAttributes)
	return client
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
	var scopes []awscognito.OAuthScope
	for _, s := range made.Scopes {
		scopes = append(scopes, awscognito.OAuthScope_Custom(new(s)))
	}
	client := awscognito.NewUserPoolClient(scope, &id, &awscognito.UserPoolClientProps{
		UserPool:       pool,
		GenerateSecret: new(true),
		AuthFlows:      &awscognito.AuthFlow{UserSrp: new(false)}, // sets ALLOW_REFRESH_TOKEN_AUTH alone
		OAuth: &awscognito.OAuthSettings{
			Flows:  &awscognito.OAuthFlows{ClientCredentials: new(true)},
			Scopes: &scopes,
		},
		SupportedIdentityProviders: ownUsersOnly(),
		PreventUserExistenceErrors: new(true),
		EnableTokenRevocation:      new(true),
	})
	attribute := []string{settings.MachineAttribute}
	limit(client, attribute, attribute)
	// The scopes are plain text in the template, so CloudFormation cannot see that they
	// must exist first.
	client.Node().AddDependency(server)
	return client
}

// ownUsersOnly allows the pool's users and no identity provider.
func ownUsersOnly() *[]awscognito.UserPoolClientIdentityProvider {
	return &[]awscognito.UserPoolClientIdentityProvider{awscognito.UserPoolClientIdentityProvider_COGNITO()}
}
