package localcloud

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

// Endpoints are URLs without a trailing slash; "" if the stack has no such part.
type Endpoints struct {
	CognitoIDP, Lambda, DynamoDB string
	// API is the HTTP API.
	API string
	// CognitoTLS is CognitoIDP with TLS: for hosted pages and for clients that want https.
	CognitoTLS string
	// CognitoIdentity answers for the identity pool.
	CognitoIdentity string
	// Token is the OAuth 2.0 token endpoint, JWKS the URL of the pool's public keys, Discovery
	// that of its OpenID configuration.
	Token, JWKS, Discovery string
	// Issuer is the iss of the pool's tokens, at which nothing may be found.
	Issuer string
}

// Endpoints returns the parts' URLs.
func (c *Cloud) Endpoints() Endpoints {
	endpoints := Endpoints{Lambda: c.Functions.URL()}
	if c.store != nil {
		endpoints.DynamoDB = c.store.url()
	}
	if c.front != nil {
		endpoints.API = c.front.URL()
	}
	if c.Pool != nil {
		endpoints.CognitoIDP, endpoints.CognitoTLS = c.Pool.URL(), c.entrance.SecureURL()
		if c.Stack.IdentityPool != nil {
			endpoints.CognitoIdentity = c.Pool.URL()
		}
		endpoints.Token = c.Pool.URL() + "/oauth2/token"
		endpoints.Issuer = c.Pool.Issuer()
		known := c.Pool.URL() + "/" + c.Stack.Pool.ID + "/.well-known/"
		endpoints.JWKS, endpoints.Discovery = known+"jwks.json", known+"openid-configuration"
	}
	return endpoints
}

// Env returns NAME=value lines with which an AWS SDK or the AWS CLI finds the local cloud
// (AWS SDKs and Tools Reference Guide, "Service-specific endpoints"), and API_URL, the HTTP
// API's.
func (c *Cloud) Env() []string {
	endpoints := c.Endpoints()
	env := []string{
		"AWS_ACCESS_KEY_ID=local",
		"AWS_DEFAULT_REGION=" + c.Stack.Region,
		"AWS_REGION=" + c.Stack.Region,
		"AWS_SECRET_ACCESS_KEY=local",
	}
	for name, url := range map[string]string{
		"COGNITO_IDENTITY_PROVIDER": endpoints.CognitoIDP, "COGNITO_IDENTITY": endpoints.CognitoIdentity, "DYNAMODB": endpoints.DynamoDB, "LAMBDA": endpoints.Lambda, "CLOUDWATCH_LOGS": endpoints.Lambda,
	} {
		if url != "" {
			env = append(env, "AWS_ENDPOINT_URL_"+name+"="+url)
		}
	}
	if endpoints.API != "" {
		env = append(env, "API_URL="+endpoints.API)
	}
	slices.Sort(env)
	return env
}

// Outputs returns the stack's outputs by name, as CloudFormation shows them, but with the
// local addresses of the user pool's domain and of the HTTP API.
func (c *Cloud) Outputs() map[string]string { return c.local(c.Stack.Outputs) }

// Client returns the app client with this id, name, logical id or name of the output that
// shows its id.
func (c *Cloud) Client(name string) (template.Client, bool) {
	if c.Stack.Pool == nil {
		return template.Client{}, false
	}
	shown := c.Stack.Outputs[name]
	for _, client := range c.Stack.Pool.Clients {
		if slices.Contains([]string{client.ID, client.Name, client.LogicalID}, name) || client.ID == shown {
			return client, true
		}
	}
	return template.Client{}, false
}

// Table returns the name of the stack's first table, or "".
func (c *Cloud) Table() string {
	if len(c.Stack.Tables) == 0 {
		return ""
	}
	return c.Stack.Tables[0].Name
}
