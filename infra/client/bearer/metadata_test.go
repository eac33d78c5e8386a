package bearer_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer"
	"github.com/cognito-triggers/cognito-triggers/infra/client/bearer/bearertest"
)

// fetched returns a document of a handler, and checks that every web page may read it.
func fetched(t *testing.T, h http.Handler) map[string]any {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	var document map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil || w.Code != 200 ||
		w.Header().Get("Content-Type") != "application/json" || w.Header().Get("Access-Control-Allow-Origin") != "*" || w.Header().Get("Cache-Control") != "public, max-age=3600" {
		t.Fatalf("%d %v %v", w.Code, w.Header(), err)
	}
	return document
}

func TestR92_TheMetadataLeadToTheAuthorizationServer(t *testing.T) {
	issuer := bearertest.New(t)
	c := config(issuer)
	c.Scopes = []string{"app/read"}
	want := map[string]any{
		"resource": bearertest.Resource, "authorization_servers": []any{issuer.Second.URL, issuer.URL},
		"bearer_methods_supported": []any{"header"}, "scopes_supported": []any{"app/read"},
	}
	if got := fetched(t, verifier(t, c).Metadata()); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	c.Server = bearer.Server{Authorize: "https://auth.example.com/oauth2/authorize", Token: "https://auth.example.com/oauth2/token"}
	want["authorization_servers"] = []any{"https://api.example.com"}
	if got := fetched(t, verifier(t, c).Metadata()); !reflect.DeepEqual(got, want) {
		t.Errorf("with a document of our own: %v", got)
	}
	c.Scopes = nil
	delete(want, "scopes_supported")
	if got := fetched(t, verifier(t, c).Metadata()); !reflect.DeepEqual(got, want) {
		t.Errorf("without scopes: %v", got)
	}
}

func TestR92_TheServerMetadataSayWhatCognitoDoesNot(t *testing.T) {
	c := config(bearertest.New(t))
	w := httptest.NewRecorder()
	verifier(t, c).ServerMetadata().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("nobody asked for it: %d", w.Code)
	}
	c.Server = bearer.Server{Authorize: "https://auth.example.com/a", Token: "https://auth.example.com/t", Revoke: "https://auth.example.com/r"}
	want := map[string]any{
		"issuer": "https://api.example.com", "authorization_endpoint": c.Server.Authorize, "token_endpoint": c.Server.Token,
		"revocation_endpoint": c.Server.Revoke, "code_challenge_methods_supported": []any{"S256"}, "response_types_supported": []any{"code"},
		"grant_types_supported":                 []any{"authorization_code", "refresh_token"},
		"token_endpoint_auth_methods_supported": []any{"none", "client_secret_basic", "client_secret_post"},
	}
	if got := fetched(t, verifier(t, c).ServerMetadata()); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
	c.Server.Revoke, c.Scopes = "", []string{"app/read"}
	delete(want, "revocation_endpoint")
	want["scopes_supported"] = []any{"app/read"}
	if got := fetched(t, verifier(t, c).ServerMetadata()); !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

func TestR92_TheMetadataAreWhereTheSpecificationPutsThem(t *testing.T) {
	for resource, want := range map[string]string{
		"":                                 "",
		"https://api.example.com":          "https://api.example.com/.well-known/oauth-protected-resource",
		"https://api.example.com/":         "https://api.example.com/.well-known/oauth-protected-resource",
		"https://api.example.com/a%2Fb/c":  "https://api.example.com/.well-known/oauth-protected-resource/a%2Fb/c",
		"https://api.example.com:8443/a?b": "https://api.example.com:8443/.well-known/oauth-protected-resource/a?b",
	} {
		c := bearer.Config{Pool: bearertest.Pool, Clients: []string{bearertest.Client}}
		if resource != "" {
			c.Resources = []string{resource}
		}
		v := verifier(t, c)
		if got := challengeFields(t, ask(v.Require(ok)).Header().Get("WWW-Authenticate"))["resource_metadata"]; got != want {
			t.Errorf("%s: %q", resource, got)
		}
		w := httptest.NewRecorder()
		v.Metadata().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", nil))
		if want := map[bool]int{true: 404, false: 405}[resource == ""]; w.Code != want || want == 405 && w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: POST: %d %v", resource, w.Code, w.Header())
		}
	}
}

func TestR92_EachResourceHasItsOwnMetadata(t *testing.T) {
	c := config(bearertest.New(t))
	const second = "https://api.example.com/tools/"
	c.Resources = append(c.Resources, second)
	v := verifier(t, c)
	for want, route := range map[string]http.Handler{
		bearertest.Resource: v.Require(ok), second: v.Require(ok, bearer.RequireResource(second)),
	} {
		address := challengeFields(t, ask(route).Header().Get("WWW-Authenticate"))["resource_metadata"]
		w := httptest.NewRecorder()
		v.Metadata().ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		var document struct{ Resource string }
		if err := json.Unmarshal(w.Body.Bytes(), &document); err != nil || document.Resource != want {
			t.Errorf("%s is of %q, want %q", address, document.Resource, want)
		}
	}
}
