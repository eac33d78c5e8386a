package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// request is the needed part of an event of payload format 2.0 (API Gateway developer
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

// caller is the answer's body.
type caller struct {
	// User is the sub. A service has none of its own: it is its client.
	User     string            `json:"user"`
	Username string            `json:"username,omitempty"`
	Client   string            `json:"client"`
	Scopes   []string          `json:"scopes"`
	Groups   []string          `json:"groups"`
	Claims   map[string]string `json:"claims"` // those that are not Cognito's own
}

// cognitos are the claims of every access token (developer guide, "Understanding the
// access token").
var cognitos = []string{
	"sub", "iss", "client_id", "origin_jti", "event_id", "token_use", "scope", "auth_time", "exp", "iat", "jti",
	"username", "version", "cognito:groups", "device_key", "nbf", "aud",
}

// whoami answers one request. It never returns an error: the caller must learn what is
// missing.
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

// words returns those of a text, or of a list in API Gateway's form: [a b].
func words(text string) []string {
	return append([]string{}, strings.Fields(strings.Trim(text, "[]"))...)
}

// reply forbids caching: the next caller is another one.
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
