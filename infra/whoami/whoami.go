package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// caller is the answer.
type caller struct {
	// User is the sub; a service has none of its own and is its client.
	User     string            `json:"user"`
	Username string            `json:"username,omitempty"`
	Client   string            `json:"client"`
	Scopes   []string          `json:"scopes"`
	Groups   []string          `json:"groups"`
	Claims   map[string]string `json:"claims"` // those that are not Cognito's own
}

// cognitos are the claims that every access token has (developer guide,
// "Understanding the access token").
var cognitos = []string{
	"sub", "iss", "client_id", "origin_jti", "event_id", "token_use", "scope", "auth_time", "exp", "iat", "jti",
	"username", "version", "cognito:groups", "device_key", "nbf", "aud",
}

// whoami answers one request. An error is never returned: whatever is missing is
// the caller's to know.
func whoami(request events.APIGatewayV2HTTPRequest) (events.APIGatewayV2HTTPResponse, error) {
	authorizer := request.RequestContext.Authorizer
	if authorizer == nil || authorizer.JWT == nil {
		return reply(http.StatusUnauthorized, map[string]string{"message": "no token was verified"})
	}
	token := authorizer.JWT.Claims
	if token["token_use"] != "access" {
		return reply(http.StatusForbidden, map[string]string{"message": "an access token is needed, not an ID token"})
	}
	who := caller{
		User: token["sub"], Username: token["username"], Client: token["client_id"],
		Scopes: words(token["scope"]), Groups: words(token["cognito:groups"]), Claims: maps.Clone(token),
	}
	maps.DeleteFunc(who.Claims, func(name, _ string) bool { return slices.Contains(cognitos, name) })
	return reply(http.StatusOK, who)
}

// words are those of a text, or of a list as API Gateway writes it: [a b].
func words(text string) []string {
	return append([]string{}, strings.Fields(strings.Trim(text, "[]"))...)
}

// reply is never kept by a cache: the next caller is another one.
func reply(status int, body any) (events.APIGatewayV2HTTPResponse, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return events.APIGatewayV2HTTPResponse{StatusCode: http.StatusInternalServerError}, nil
	}
	return events.APIGatewayV2HTTPResponse{
		StatusCode: status, Body: string(text),
		Headers: map[string]string{"content-type": "application/json", "cache-control": "no-store"},
	}, nil
}
