package federation

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
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
	asked string     // the method of the last userInfo
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
			{"kty": "EC", "kid": "curved", "crv": "P-384", "x": text(point[1:33]), "y": text(point[33:])},
			{"kty": "RSA", "kid": "broken", "n": text(slices.Concat(make([]byte, 2), o.rsa.N.Bytes())) + "!", "e": "AQAB"},
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
		o.asked = r.Method
		if o.info == nil || r.Header.Get("Authorization") != "Bearer access" {
			w.WriteHeader(http.StatusForbidden)
		}
		if out = o.info; o.info == nil {
			out = map[string]any{"sub": "x-1", "email": "forbidden@example.com"}
		}
	case "/null":
	case "/cut":
		w.Header().Set("Content-Length", "100")
		return
	case "/elsewhere":
		http.Redirect(w, r, "/keys", http.StatusFound)
		return
	default:
		w.WriteHeader(http.StatusNotFound)
		out = map[string]any{"id_token": "x", "keys": []any{}}
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
	if q.Get("state") != "state-1" || q.Get("tenant") != "1" || q.Get("prompt") != "login" || q.Get("nonce") == "" || q.Get("redirect_uri") != "http://localhost/back" ||
		q.Get("response_type") != "code" || q.Get("client_id") != "pool" || q.Get("scope") != "openid" || q.Get("code_challenge_method") != "S256" {
		t.Errorf("the pool asks %v", q)
	}
	answer, err := o.provider().Arrive(t.Context(), "http://localhost/back", q.Get("nonce")+"|code", iss, login, time.Now)
	if sum := sha256.Sum256([]byte(o.form.Get("code_verifier"))); o.form != nil && base64.RawURLEncoding.EncodeToString(sum[:]) != q.Get("code_challenge") {
		t.Errorf("the verifier %q does not answer %q", o.form.Get("code_verifier"), q.Get("code_challenge"))
	}
	return answer, err
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
		o.token, o.metadata[promised] = token, true
		answer, err := o.arrive(t, o.URL)
		if err != nil {
			t.Fatal(err)
		}
		if claims := answer.Claims(); answer.Subject != "x-1" || claims["email"] != "id@example.com" || claims["name"] != "Ada" || claims["access_token"] != "access" {
			t.Errorf("claims %v", claims)
		}
	}
	if o.form.Get("grant_type") != "authorization_code" || o.form.Get("client_id") != "pool" || o.form.Get("client_secret") != "s" || o.form.Get("redirect_uri") != "http://localhost/back" {
		t.Errorf("the exchange sent %v", o.form)
	}
	o.info, o.metadata[promised] = nil, false // userInfo may fail
	if answer, err := o.arrive(t, ""); err != nil || len(answer.Info) != 0 {
		t.Errorf("without userInfo: %v %v", answer.Info, err)
	}
}

// lie is what a provider may do beside the truth, and why it is not believed.
type lie struct {
	does func(*testing.T, *op)
	want string
}

// forged signs the ID token in another way; claiming changes one of its claims, nil takes it
// away; elsewhere changes the metadata.
func forged(method jwt.SigningMethod, kid string, key func(*op) any, want string) lie {
	return lie{func(t *testing.T, o *op) {
		o.token = func(c jwt.MapClaims) string { return o.signed(t, method, kid, key(o), c) }
	}, "verifying the ID token: " + want}
}

func claiming(name string, value any, want string) lie {
	return lie{func(_ *testing.T, o *op) {
		made := o.token
		o.token = func(c jwt.MapClaims) string {
			if c[name] = value; value == nil {
				delete(c, name)
			}
			return made(c)
		}
	}, want}
}

func elsewhere(endpoint, address, want string) lie {
	return lie{func(_ *testing.T, o *op) { o.metadata[endpoint] = strings.Replace(address, "HERE", o.URL, 1) }, want}
}

// promised says that each answer names its provider.
const promised = "authorization_response_iss_parameter_supported"

func lies() map[string]lie {
	own, strangers := func(o *op) any { return o.rsa }, func(o *op) any { return o.stranger }
	const noKey, away, none = "lists no such key", "is not on this machine", "speaks of another user"
	return map[string]lie{
		"another key":           forged(jwt.SigningMethodRS256, "one", strangers, "token signature is invalid"),
		"no key's name":         forged(jwt.SigningMethodRS256, "", own, noKey),
		"an unknown key":        forged(jwt.SigningMethodRS256, "three", own, noKey),
		"a key that seals":      forged(jwt.SigningMethodRS256, "sealing", own, noKey),
		"a key of another kind": forged(jwt.SigningMethodRS256, "two", own, noKey),
		"a broken key":          forged(jwt.SigningMethodRS256, "broken", own, "token signature is invalid"),
		"a bent key":            forged(jwt.SigningMethodES256, "bent", func(o *op) any { return o.ec }, "token is unverifiable"),
		"a key of RSA for ES":   forged(jwt.SigningMethodES256, "one", func(o *op) any { return o.ec }, noKey),
		"another curve":         forged(jwt.SigningMethodES256, "curved", func(o *op) any { return o.ec }, noKey),
		"another algorithm":     forged(jwt.SigningMethodRS512, "one", own, "signing method RS512 is invalid"),
		"no signature":          forged(jwt.SigningMethodNone, "one", func(*op) any { return jwt.UnsafeAllowNoneSignatureType }, "signing method none is invalid"),
		"the public key as a secret": forged(jwt.SigningMethodHS256, "one", func(o *op) any {
			return []byte(base64.RawURLEncoding.EncodeToString(o.rsa.N.Bytes()))
		}, "signing method HS256 is invalid"),
		"another issuer":             claiming("iss", "https://op.example", "token has invalid issuer"),
		"no issuer":                  claiming("iss", nil, "iss claim is required"),
		"another audience":           claiming("aud", "somebody", "token has invalid audience"),
		"no audience":                claiming("aud", nil, "aud claim is required"),
		"audiences beside it":        claiming("aud", []string{"pool", "another"}, "for several clients"),
		"a promise of its name":      {func(_ *testing.T, o *op) { o.metadata[promised] = true }, "another provider"},
		"another party":              claiming("azp", "somebody", "issued to another client"),
		"another nonce":              claiming("nonce", "n", "the nonce is another"),
		"no nonce":                   claiming("nonce", nil, "the nonce is another"),
		"an old token":               claiming("exp", time.Now().Add(-time.Minute).Unix(), "token is expired"),
		"a token for ever":           claiming("exp", nil, "exp claim is required"),
		"no subject":                 claiming("sub", nil, none),
		"a subject that is no text":  claiming("sub", 7, none),
		"userInfo of another":        {func(_ *testing.T, o *op) { o.info["sub"] = "y" }, none},
		"no token":                   {func(_ *testing.T, o *op) { o.token = func(jwt.MapClaims) string { return "" } }, "token is malformed"},
		"another name":               elsewhere("issuer", "http://127.0.0.1:1", "the provider calls itself"),
		"a token endpoint elsewhere": elsewhere("token_endpoint", "https://op.example/token", away),
		"keys elsewhere":             elsewhere("jwks_uri", "http://169.254.169.254/keys", away),
		"userInfo elsewhere":         elsewhere("userinfo_endpoint", "file:///etc/passwd", away),
		"a page elsewhere":           elsewhere("authorization_endpoint", "javascript:alert(1)", away),
		"keys by a redirect":         elsewhere("jwks_uri", "HERE/elsewhere", "answered 302"),
		"no keys":                    elsewhere("jwks_uri", "HERE/nowhere", "answered 404"),
		"no tokens":                  elsewhere("token_endpoint", "HERE/nowhere", "exchanging the code"),
	}
}

func TestR57_AnAnswerThatTheProviderDidNotSignForThisSignInIsNone(t *testing.T) {
	for name, lie := range lies() {
		t.Run(name, func(t *testing.T) {
			o := newOP(t)
			lie.does(t, o)
			if answer, err := o.arrive(t, ""); err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(lie.want, "verifying the ID token: ")) ||
				strings.HasPrefix(lie.want, "verifying") && !strings.HasPrefix(err.Error(), "verifying the ID token: ") {
				t.Errorf("got %v and %v, want %s", answer, err, lie.want)
			}
		})
	}
	o := newOP(t)
	if _, err := o.arrive(t, "https://op.example"); err == nil || !strings.Contains(err.Error(), "another provider") {
		t.Errorf("an answer of another provider: %v", err)
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
