package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

func aboutTokens() []difference {
	return []difference{
		{"an access token with another signature at GetUser (guide, Verifying JSON web tokens)", "NotAuthorizedException", func(e *emulator) string {
			v := e.usual()
			token := *v.tokens().AccessToken
			forged := token[:strings.LastIndex(token, ".")+1] + base64.RawURLEncoding.EncodeToString(make([]byte, 256))
			return seen(v.api.GetUser(v.ctx, &idp.GetUserInput{AccessToken: &forged}))
		}},
		{"an ID token at GetUser (API, GetUser)", "NotAuthorizedException", func(e *emulator) string {
			v := e.usual()
			return seen(v.api.GetUser(v.ctx, &idp.GetUserInput{AccessToken: v.tokens().IdToken}))
		}},
		{"the keys of ID and access token (guide, Understanding the access token)", "two", func(e *emulator) string {
			tokens := e.usual().tokens()
			if head(*tokens.IdToken)["kid"] == head(*tokens.AccessToken)["kid"] {
				return "one"
			}
			return "two"
		}},
		{"iss of pool P (guide, Understanding the access token)", "https://cognito-idp.us-east-1.amazonaws.com/P", func(e *emulator) string {
			v := e.usual()
			iss := fmt.Sprint(claims(*v.tokens().AccessToken)["iss"])
			return strings.NewReplacer(v.pool, "P", v.endpoint, "its own address").Replace(iss)
		}},
		{"an access token without event_id or origin_jti (guide, Understanding the access token)", "has both", func(e *emulator) string {
			says := claims(*e.usual().tokens().AccessToken)
			switch {
			case says["event_id"] == nil:
				return "no event_id"
			case says["origin_jti"] == nil:
				return "no origin_jti"
			}
			return "has both"
		}},
		{"AccessTokenValidity of ten minutes (API, CreateUserPoolClient)", "600 s, ExpiresIn 600", func(e *emulator) string {
			v := e.pool(nil, &idp.CreateUserPoolClientInput{
				AccessTokenValidity: new(int32(10)), TokenValidityUnits: &types.TokenValidityUnitsType{AccessToken: "minutes"},
			})
			v.add(ada)
			tokens := v.tokens()
			says := claims(*tokens.AccessToken)
			expires, _ := says["exp"].(float64)
			issued, _ := says["iat"].(float64)
			return fmt.Sprintf("%.0f s, ExpiresIn %d", expires-issued, tokens.ExpiresIn)
		}},
	}
}

func head(token string) (says map[string]any) {
	raw, _ := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	_ = json.Unmarshal(raw, &says)
	return says
}

func aboutSettings() []difference {
	return []difference{
		{"a flow that the app client does not allow (API, InitiateAuth)", "InvalidParameterException", func(e *emulator) string {
			v := e.pool(nil, &idp.CreateUserPoolClientInput{ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_USER_SRP_AUTH"}})
			v.add(ada)
			return seen(v.signIn(ada, goodPassword))
		}},
		{"no SECRET_HASH at a client with a secret (guide, Computing secret hash values)", "NotAuthorizedException", func(e *emulator) string {
			v := e.pool(nil, &idp.CreateUserPoolClientInput{GenerateSecret: true})
			v.add(ada)
			return seen(v.signIn(ada, goodPassword))
		}},
		{"ExplicitAuthFlows that do not exist (API, CreateUserPoolClient)", "InvalidParameterException", func(e *emulator) string {
			v := e.pool(nil, nil)
			return seen(v.api.CreateUserPoolClient(v.ctx, &idp.CreateUserPoolClientInput{
				UserPoolId: &v.pool, ClientName: new("other"), ExplicitAuthFlows: []types.ExplicitAuthFlowsType{"ALLOW_NONSENSE"},
			}))
		}},
		{"an attribute that is not in WriteAttributes (guide, App client attribute permissions)", "NotAuthorizedException", func(e *emulator) string {
			v := e.pool(nil, &idp.CreateUserPoolClientInput{WriteAttributes: []string{"email"}})
			v.add(ada)
			return seen(v.api.UpdateUserAttributes(v.ctx, &idp.UpdateUserAttributesInput{
				AccessToken: v.tokens().AccessToken, UserAttributes: []types.AttributeType{{Name: new("nickname"), Value: new("admin")}},
			}))
		}},
		{"UpdateUserPool without AutoVerifiedAttributes (API, UpdateUserPool)", "reset", func(e *emulator) string {
			v := e.pool(&idp.CreateUserPoolInput{AutoVerifiedAttributes: []types.VerifiedAttributeType{"email"}}, nil)
			_, err := v.api.UpdateUserPool(v.ctx, &idp.UpdateUserPoolInput{UserPoolId: &v.pool, UserPoolTags: map[string]string{"a": "b"}})
			v.must(err)
			out, err := v.api.DescribeUserPool(v.ctx, &idp.DescribeUserPoolInput{UserPoolId: &v.pool})
			v.must(err)
			if len(out.UserPool.AutoVerifiedAttributes) > 0 {
				return "kept"
			}
			return "reset"
		}},
		{"ListUsers with Limit 1, two users (API, ListUsers)", "1 and a PaginationToken", func(e *emulator) string {
			v := e.usual()
			v.add("bob@example.com")
			out, err := v.api.ListUsers(v.ctx, &idp.ListUsersInput{UserPoolId: &v.pool, Limit: new(int32(1))})
			v.must(err)
			if out.PaginationToken == nil {
				return fmt.Sprint(len(out.Users))
			}
			return fmt.Sprint(len(out.Users), " and a PaginationToken")
		}},
		{"SignUp, a PreSignUp function that is not there (API, SignUp)", "UnexpectedLambdaException", func(e *emulator) string {
			v := e.pool(&idp.CreateUserPoolInput{LambdaConfig: &types.LambdaConfigType{
				PreSignUp: new("arn:aws:lambda:us-east-1:000000000000:function:nobody"),
			}}, nil)
			return seen(v.signUp("bob@example.com", goodPassword))
		}},
	}
}

func aboutDoors() []difference {
	return []difference{
		{"an administrator's call without a signature (aws-sdk-net-extensions-cognito#95)", "400 MissingAuthenticationTokenException", func(e *emulator) string {
			return e.usual().listUsers(nil)
		}},
		{"an administrator's call by a web page of any site (package door)", "403 AccessDeniedException", func(e *emulator) string {
			return e.usual().listUsers(map[string]string{"Origin": "https://elsewhere.example", "Authorization": signature})
		}},
		{"the same by a name that leads to this machine, DNS rebinding (package door)", "403 AccessDeniedException", func(e *emulator) string {
			return e.usual().listUsers(map[string]string{"Host": "elsewhere.example", "Authorization": signature})
		}},
		{"client credentials with a wrong secret (guide, Token endpoint)", "400 invalid_client", func(e *emulator) string {
			return e.machine().token("wrong")
		}},
	}
}

// signature has the form of one.
const signature = "AWS4-HMAC-SHA256 Credential=000000000000/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=none"

// listUsers posts ListUsers with these headers.
func (v visit) listUsers(headers map[string]string) string {
	return v.post("/", `{"UserPoolId":"`+v.pool+`"}`, func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUsers")
		for name, value := range headers {
			r.Header.Set(name, value)
		}
		if host := headers["Host"]; host != "" {
			r.Host = host
		}
	})
}

// machine is a pool with an app client of a service.
func (e *emulator) machine() visit {
	v := e.pool(nil, nil)
	_, _ = e.api.CreateUserPoolDomain(e.ctx, &idp.CreateUserPoolDomainInput{UserPoolId: &v.pool, Domain: new("example")})
	_, err := e.api.CreateResourceServer(e.ctx, &idp.CreateResourceServerInput{
		UserPoolId: &v.pool, Identifier: new("app"), Name: new("app"), Scopes: []types.ResourceServerScopeType{{ScopeName: new("read"), ScopeDescription: new("read")}},
	})
	v.must(err)
	out, err := e.api.CreateUserPoolClient(e.ctx, &idp.CreateUserPoolClientInput{
		UserPoolId: &v.pool, ClientName: new("service"), GenerateSecret: true, AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: []types.OAuthFlowType{"client_credentials"}, AllowedOAuthScopes: []string{"app/read"},
	})
	v.must(err)
	v.client = *out.UserPoolClient.ClientId
	return v
}

func (v visit) token(secret string) string {
	return v.post("/oauth2/token", "grant_type=client_credentials", func(r *http.Request) {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.SetBasicAuth(v.client, secret)
	})
}

// post returns the status and what the body calls the refusal.
func (v visit) post(path, body string, with func(*http.Request)) string {
	req, err := http.NewRequestWithContext(v.ctx, http.MethodPost, v.endpoint+path, strings.NewReader(body))
	v.must(err)
	with(req)
	res, err := http.DefaultClient.Do(req)
	v.must(err)
	defer res.Body.Close()
	if res.StatusCode == http.StatusOK {
		return "accepted"
	}
	var says struct {
		Type  string `json:"__type"`
		Error string
	}
	_ = json.NewDecoder(res.Body).Decode(&says)
	return strings.TrimSpace(fmt.Sprint(res.StatusCode, " ", says.Type+says.Error))
}
