package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// newProvider starts an OpenID provider on this machine, whose one user is always signed in:
// the administrator of a tenant, who says of themselves what they like.
func newProvider(t *testing.T, user jwt.MapClaims) *httptest.Server {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	routes := http.NewServeMux()
	at := httptest.NewServer(routes)
	t.Cleanup(at.Close)
	answer := func(path string, of func(*http.Request) any) {
		routes.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { _ = json.NewEncoder(w).Encode(of(r)) })
	}
	answer("/.well-known/openid-configuration", func(*http.Request) any {
		return map[string]string{"issuer": at.URL, "authorization_endpoint": at.URL + "/authorize", "token_endpoint": at.URL + "/token", "jwks_uri": at.URL + "/keys"}
	})
	text := base64.RawURLEncoding.EncodeToString
	answer("/keys", func(*http.Request) any {
		return map[string]any{"keys": []any{map[string]string{"kty": "EC", "kid": "k", "crv": "P-256", "x": text(point[1:33]), "y": text(point[33:])}}}
	})
	routes.HandleFunc("/authorize", func(w http.ResponseWriter, r *http.Request) { // the code is the nonce
		q := r.URL.Query()
		http.Redirect(w, r, q.Get("redirect_uri")+"?"+url.Values{"state": q["state"], "code": q["nonce"]}.Encode(), http.StatusFound)
	})
	answer("/token", func(r *http.Request) any {
		if r.FormValue("client_secret") != "s3cret" {
			return map[string]string{"error": "invalid_client"}
		}
		claims := jwt.MapClaims{"iss": at.URL, "aud": r.FormValue("client_id"), "nonce": r.FormValue("code"), "exp": time.Now().Add(time.Hour).Unix()}
		for name, value := range user {
			claims[name] = value
		}
		token := jwt.NewWithClaims(jwt.SigningMethodES256, claims)
		token.Header["kid"] = "k"
		signed, _ := token.SignedString(key) // a key of this curve signs
		return map[string]string{"access_token": "a", "id_token": signed}
	})
	return at
}
