package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// request is what matters of an event of payload format 2.0 (API Gateway developer
// guide, "Create AWS Lambda proxy integrations for HTTP APIs").
type request struct {
	RequestContext struct {
		Authorizer struct {
			JWT *struct {
				Claims map[string]string `json:"claims"`
			} `json:"jwt"`
		} `json:"authorizer"`
	} `json:"requestContext"`
}

// response is the answer in the same format.
type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

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
func whoami(r request) (response, error) {
	verified := r.RequestContext.Authorizer.JWT
	if verified == nil {
		return reply(http.StatusUnauthorized, map[string]string{"message": "no token was verified"})
	}
	token := verified.Claims
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
func reply(status int, body any) (response, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return response{StatusCode: http.StatusInternalServerError}, nil
	}
	return response{
		StatusCode: status, Body: string(text),
		Headers: map[string]string{"content-type": "application/json", "cache-control": "no-store"},
	}, nil
}
