package federation

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// op is an OpenID provider that can lie.
type op struct {
	*httptest.Server
	rsa, stranger *rsa.PrivateKey
	ec            *ecdsa.PrivateKey
	metadata      map[string]any
	// token makes the ID token of these claims; info is what userInfo says.
	token func(claims jwt.MapClaims) string
	info  map[string]any
	form  url.Values // of the last exchange
}

// rsaKeys are shared: they take long to make.
var rsaKeys = sync.OnceValues(func() ([2]*rsa.PrivateKey, error) {
	var keys [2]*rsa.PrivateKey
	for i := range keys {
		made, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return keys, err
		}
		keys[i] = made
	}
	return keys, nil
})

func newOP(t *testing.T) *op {
	t.Helper()
	o := &op{info: map[string]any{"sub": "x-1", "name": "Ada", "email": "info@example.com"}}
	keys, err := rsaKeys()
	if err != nil {
		t.Fatal(err)
	}
	o.rsa, o.stranger = keys[0], keys[1]
	if o.ec, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	o.token = func(claims jwt.MapClaims) string { return o.signed(t, jwt.SigningMethodRS256, "one", o.rsa, claims) }
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	o.metadata = map[string]any{
		"issuer": o.URL, "authorization_endpoint": o.URL + "/authorize?tenant=1", "token_endpoint": o.URL + "/token",
		"userinfo_endpoint": o.URL + "/info", "jwks_uri": o.URL + "/keys",
	}
	return o
}

func (o *op) signed(t *testing.T, method jwt.SigningMethod, kid string, key any, claims jwt.MapClaims) string {
	t.Helper()
	token := jwt.NewWithClaims(method, claims)
	if kid != "" {
		token.Header["kid"] = kid
	}
	text, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (o *op) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	text := func(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
	var out any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		out = o.metadata
	case "/keys":
		point, _ := o.ec.PublicKey.Bytes()
		out = map[string]any{"keys": []map[string]string{
			{"kty": "RSA", "kid": "one", "n": text(o.rsa.N.Bytes()), "e": "AQAB"},
			{"kty": "EC", "kid": "two", "crv": "P-256", "x": text(point[1:33]), "y": text(point[33:])},
			{"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
			{"kty": "EC", "kid": "bent", "crv": "P-256", "x": "AQ", "y": "AQ"},
			{"kty": "RSA", "kid": "sealing", "use": "enc", "n": text(o.rsa.N.Bytes()), "e": "AQAB"},
			{"kty": "RSA", "kid": "", "n": text(o.rsa.N.Bytes()), "e": "AQAB"},
		}}
	case "/token":
		_ = r.ParseForm()
		o.form = r.PostForm
		nonce, _, _ := strings.Cut(r.PostForm.Get("code"), "|")
		out = map[string]any{"access_token": "access", "expires_in": 3600, "id_token": o.token(jwt.MapClaims{
			"iss": o.URL, "aud": "pool", "sub": "x-1", "nonce": nonce, "exp": time.Now().Add(time.Hour).Unix(), "email": "id@example.com",
		})}
	case "/info":
		if o.info == nil || r.Header.Get("Authorization") != "Bearer access" {
			http.Error(w, "no", http.StatusForbidden)
			return
		}
		out = o.info
	case "/elsewhere":
		http.Redirect(w, r, "/info", http.StatusFound)
		return
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (o *op) provider() Provider {
	return Provider{Name: "Real", Type: OIDC, Details: map[string]string{
		"client_id": "pool", "client_secret": "s", "authorize_scopes": "openid", "attributes_request_method": "GET", "oidc_issuer": o.URL,
	}}
}

// arrive goes the whole way; the code tells the provider the nonce of the request.
func (o *op) arrive(t *testing.T, iss string) (Answer, error) {
	t.Helper()
	to, login, err := o.provider().Leave(t.Context(), "http://localhost/back", "state-1", url.Values{"prompt": {"login"}, "state": {"another"}})
	if err != nil {
		return Answer{}, err
	}
	at, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	q := at.Query()
	if q.Get("state") != "state-1" || q.Get("tenant") != "1" || q.Get("prompt") != "login" || q.Get("nonce") == "" || q.Get("redirect_uri") != "http://localhost/back" {
		t.Errorf("the pool asks %v", q)
	}
	return o.provider().Arrive(t.Context(), "http://localhost/back", q.Get("nonce")+"|code", iss, login, time.Now)
}

func TestR57_AnAnswerOfTheProviderIsBelieved(t *testing.T) {
	o := newOP(t)
	for _, token := range []func(jwt.MapClaims) string{
		o.token,
		func(c jwt.MapClaims) string { return o.signed(t, jwt.SigningMethodES256, "two", o.ec, c) },
		func(c jwt.MapClaims) string {
			c["aud"], c["azp"] = []string{"another", "pool"}, "pool"
			return o.signed(t, jwt.SigningMethodRS256, "one", o.rsa, c)
		},
	} {
		o.token = token
		answer, err := o.arrive(t, o.URL)
		if err != nil {
			t.Fatal(err)
		}
		if claims := answer.Claims(); answer.Subject != "x-1" || claims["email"] != "id@example.com" || claims["name"] != "Ada" || claims["access_token"] != "access" {
			t.Errorf("claims %v", claims)
		}
	}
	if o.form.Get("code_verifier") == "" || o.form.Get("client_secret") != "s" || o.form.Get("redirect_uri") != "http://localhost/back" {
		t.Errorf("the exchange sent %v", o.form)
	}
	o.info = nil // it may fail
	if answer, err := o.arrive(t, ""); err != nil || len(answer.Info) != 0 {
		t.Errorf("without userInfo: %v %v", answer.Info, err)
	}
}

// lies are what a provider may do beside the truth.
func lies() map[string]func(*testing.T, *op) {
	sign := func(method jwt.SigningMethod, kid string, key func(*op) any) func(*testing.T, *op) {
		return func(t *testing.T, o *op) {
			o.token = func(c jwt.MapClaims) string { return o.signed(t, method, kid, key(o), c) }
		}
	}
	claim := func(name string, value any) func(*testing.T, *op) {
		return func(t *testing.T, o *op) {
			made := o.token
			o.token = func(c jwt.MapClaims) string {
				if c[name] = value; value == nil {
					delete(c, name)
				}
				return made(c)
			}
		}
	}
	own, strangers := func(o *op) any { return o.rsa }, func(o *op) any { return o.stranger }
	return map[string]func(*testing.T, *op){
		"another key":           sign(jwt.SigningMethodRS256, "one", strangers),
		"no key's name":         sign(jwt.SigningMethodRS256, "", own),
		"an unknown key":        sign(jwt.SigningMethodRS256, "three", own),
		"a key that seals":      sign(jwt.SigningMethodRS256, "sealing", own),
		"a broken key":          sign(jwt.SigningMethodRS256, "broken", own),
		"a bent key":            sign(jwt.SigningMethodES256, "bent", func(o *op) any { return o.ec }),
		"a key of another kind": sign(jwt.SigningMethodRS256, "two", own),
		"no signature":          sign(jwt.SigningMethodNone, "one", func(*op) any { return jwt.UnsafeAllowNoneSignatureType }),
		"the public key as a secret": sign(jwt.SigningMethodHS256, "one", func(o *op) any {
			return []byte(base64.RawURLEncoding.EncodeToString(o.rsa.N.Bytes()))
		}),
		"another algorithm":          sign(jwt.SigningMethodRS512, "one", own),
		"another issuer":             claim("iss", "https://op.example"),
		"no issuer":                  claim("iss", nil),
		"another audience":           claim("aud", "somebody"),
		"no audience":                claim("aud", nil),
		"another party":              claim("azp", "somebody"),
		"another nonce":              claim("nonce", "n"),
		"no nonce":                   claim("nonce", nil),
		"an old token":               claim("exp", time.Now().Add(-time.Minute).Unix()),
		"a token for ever":           claim("exp", nil),
		"no subject":                 claim("sub", nil),
		"a subject that is no text":  claim("sub", 7),
		"userInfo of another":        func(_ *testing.T, o *op) { o.info["sub"] = "y" },
		"no token":                   func(_ *testing.T, o *op) { o.token = func(jwt.MapClaims) string { return "" } },
		"another name":               func(_ *testing.T, o *op) { o.metadata["issuer"] = "http://127.0.0.1:1" },
		"a token endpoint elsewhere": func(_ *testing.T, o *op) { o.metadata["token_endpoint"] = "https://op.example/token" },
		"keys elsewhere":             func(_ *testing.T, o *op) { o.metadata["jwks_uri"] = "http://169.254.169.254/keys" },
		"userInfo elsewhere":         func(_ *testing.T, o *op) { o.metadata["userinfo_endpoint"] = "file:///etc/passwd" },
		"a page elsewhere":           func(_ *testing.T, o *op) { o.metadata["authorization_endpoint"] = "javascript:alert(1)" },
		"keys by a redirect":         func(_ *testing.T, o *op) { o.metadata["jwks_uri"] = o.URL + "/elsewhere" },
	}
}

func TestR57_AnAnswerThatTheProviderDidNotSignForThisSignInIsNone(t *testing.T) {
	for name, lie := range lies() {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			lie(t, o)
			if answer, err := o.arrive(t, ""); err == nil {
				t.Errorf("believed: %v", answer)
			}
		})
	}
	o := newOP(t)
	if _, err := o.arrive(t, "https://op.example"); err == nil {
		t.Error("an answer of another provider is believed")
	}
}

func TestR57_OnlyAProviderOnThisMachineIsAsked(t *testing.T) {
	o := newOP(t)
	for issuer, want := range map[string]bool{
		"http://localhost:1": true, "https://127.0.0.2": true, "http://[::1]:3/x": true, "https://op.example": false, "http://localhost.example": false,
		"http://localhost@op.example": false, "ftp://localhost": false, "": false, "localhost": false, "http://10.0.0.1": false, "http://0.0.0.0:80": false,
	} {
		p := o.provider()
		p.Details = maps.Clone(p.Details)
		p.Details["oidc_issuer"] = issuer
		if p.IsReal() != want {
			t.Errorf("%s is asked: %v", issuer, !want)
		}
	}
	p := o.provider()
	if p.Type = "Google"; p.IsReal() {
		t.Error("Google is asked")
	}
}
