// Package bearertest has the tokens with which a check of access tokens is tried, and the
// verdict on each. One table, Cases, is run against package bearer, the local HTTP API and
// the example on aws-jwt-verify, so that a difference between them is written down and has a
// reason. An application can run it against a check of its own:
//
//	issuer := bearertest.New(t)
//	for _, c := range bearertest.Cases() {
//		for _, value := range c.Tokens(issuer) { request.Header.Add("Authorization", value) }
//		…
//	}
//
// An Issuer signs with crypto/rsa and encoding/json alone: what it makes does not depend on
// a library that is checked.
package bearertest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// The pool, the app client and the user of a right token.
const (
	Pool     = "eu-west-1_Guard0001"
	Client   = "1example23456789abcdefghij"
	Sub      = "0d0d7f4e-62c1-70d0-8a0e-5b3c6ad7e1f2"
	Tenant   = "acme"
	Resource = "https://api.example.com/orders"
)

// Issuer is a user pool that signs tokens and serves its keys on 127.0.0.1. It is safe for
// concurrent use, but for its fields.
type Issuer struct {
	// URL is the claim iss: AWS's own form, which no test can reach.
	URL string
	// Keys is the address of the key set. Every request counts as a fetch.
	Keys string
	// Second is the pool's replica in another Region: another issuer with other keys. A
	// replica has none.
	Second *Issuer

	mu      sync.Mutex
	signing int // the number of the key that signs
	serves  []int
	name    string
	fetches int
	answer  http.Handler
}

// New returns an issuer, whose server ends with the test. Its keys are the same for all tests
// of a process.
func New(t testing.TB) *Issuer {
	i := start(t, "eu-west-1")
	i.Second = start(t, "eu-central-1")
	return i
}

func start(t testing.TB, region string) *Issuer {
	i := &Issuer{URL: "https://cognito-idp." + region + ".amazonaws.com/" + Pool, name: region, serves: []int{0}}
	server := httptest.NewServer(i)
	t.Cleanup(server.Close)
	i.Keys = server.URL + "/" + Pool + "/.well-known/jwks.json"
	return i
}

// ServeHTTP answers with the key set, or as Answer says, and counts.
func (i *Issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.fetches++
	answer, body := i.answer, i.KeySet(i.serves...)
	i.mu.Unlock()
	if answer != nil {
		answer.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}

// Fetches returns how often the keys were asked for.
func (i *Issuer) Fetches() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.fetches
}

// Answer changes what the server of the keys says; nil is the key set again.
func (i *Issuer) Answer(handler http.Handler) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.answer = handler
}

// Rotate lets the next key sign, and the key set have it alone.
func (i *Issuer) Rotate() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.signing++
	i.serves = []int{i.signing}
}

// Key returns the key that signs, and its kid.
func (i *Issuer) Key() (*rsa.PrivateKey, string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return keyOf(i.kid(i.signing)), i.kid(i.signing)
}

// KeySet returns a JSON Web Key Set in Cognito's form with the keys of these numbers.
func (i *Issuer) KeySet(numbers ...int) []byte {
	keys := []map[string]string{}
	for _, n := range numbers {
		public := keyOf(i.kid(n)).PublicKey
		keys = append(keys, map[string]string{
			"alg": "RS256", "kty": "RSA", "use": "sig", "kid": i.kid(n), "e": "AQAB", "n": encode(public.N.Bytes()),
		})
	}
	body, _ := json.Marshal(map[string]any{"keys": keys})
	return body
}

func (i *Issuer) kid(n int) string { return fmt.Sprintf("%s-%d", i.name, n) }

// Claims returns the claims of a right access token of a user.
func (i *Issuer) Claims() map[string]any {
	now := time.Now().Unix()
	return map[string]any{
		"sub": Sub, "iss": i.URL, "client_id": Client, "origin_jti": "o-1", "event_id": "e-1", "jti": "j-1", "version": 2,
		"token_use": "access", "scope": "openid app/read app/write", "username": "ada", "auth_time": now - 60, "iat": now - 60,
		"exp": now + 3600, "roles": []string{"editor"}, "tenant": Tenant, "authz_version": 4,
	}
}

// Right returns a right token.
func (i *Issuer) Right() string { return i.Sign(nil, i.Claims()) }

// Sign signs claims with the issuer's key. The header has alg and kid, and what else is given.
func (i *Issuer) Sign(header, claims map[string]any) string {
	key, kid := i.Key()
	all := map[string]any{"alg": "RS256", "kid": kid}
	maps.Copy(all, header)
	return SignWith(key, all, claims)
}

// SignWith signs with any key: with a *rsa.PrivateKey as the header's alg says (RS256, RS512 or
// PS256), ES256 with a *ecdsa.PrivateKey, HS256 with a []byte, and without a key there is no signature. Header and claims are maps, or
// JSON as a string. It panics if they are no JSON.
func SignWith(key any, header, claims any) string {
	signed := encode(text(header)) + "." + encode(text(claims))
	hash := sha256.Sum256([]byte(signed))
	var signature []byte
	switch key := key.(type) {
	case *rsa.PrivateKey:
		signature = signRSA(key, header, []byte(signed))
	case *ecdsa.PrivateKey:
		r, s, _ := ecdsa.Sign(rand.Reader, key, hash[:])
		signature = append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	case []byte:
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(signed))
		signature = mac.Sum(nil)
	}
	return signed + "." + encode(signature)
}

func signRSA(key *rsa.PrivateKey, header any, signed []byte) (signature []byte) {
	hash, alg := sha256.Sum256(signed), any(nil)
	if members, ok := header.(map[string]any); ok {
		alg = members["alg"]
	}
	switch alg {
	case "PS256":
		signature, _ = rsa.SignPSS(rand.Reader, key, crypto.SHA256, hash[:], nil)
	case "RS512":
		long := sha512.Sum512(signed)
		signature, _ = rsa.SignPKCS1v15(nil, key, crypto.SHA512, long[:])
	default:
		signature, _ = rsa.SignPKCS1v15(nil, key, crypto.SHA256, hash[:])
	}
	return signature
}

func text(value any) []byte {
	if raw, ok := value.(string); ok {
		return []byte(raw)
	}
	out, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return out
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// keys are made once a process: an RSA key takes a tenth of a second.
var keys sync.Map

func keyOf(name string) *rsa.PrivateKey {
	make := sync.OnceValue(func() *rsa.PrivateKey {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		return key
	})
	made, _ := keys.LoadOrStore(name, make)
	return made.(func() *rsa.PrivateKey)()
}

// curveKey returns the key of somebody else's ES256.
func curveKey() *ecdsa.PrivateKey {
	key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), big.NewInt(19).FillBytes(make([]byte, 32)))
	if err != nil {
		panic(err)
	}
	return key
}
