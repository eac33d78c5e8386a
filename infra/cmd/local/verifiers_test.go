package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/golang-jwt/jwt/v5"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// verify returns why a verifier refuses a token as one of this use for this app client.
type verify func(token, use, client string) error

// pin is what an API knows of a pool.
type pin struct{ pool, issuer, keys string }

// verifiers are those of other authors that are installed, by name.
func verifiers(t *testing.T, of pin) map[string]verify {
	t.Helper()
	known, err := journey.Keys(t.Context(), of.keys)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]verify{"golang-jwt": func(token, use, client string) error { return golangJWT(known, of.issuer, token, use, client) }}
	for name, p := range map[string]program{"aws-jwt-verify": node("aws-jwt-verify.mjs", "aws-jwt-verify"), "PyJWT": python("verifier.py", "jwt")} {
		if why := p.lacks(); why != "" {
			t.Run(name, func(t *testing.T) { t.Skip(why) })
			continue
		}
		f, err := p.start(t, nil, map[string]string{"pool": of.pool, "issuer": of.issuer, "keys": of.keys})
		if err != nil {
			t.Fatal(err)
		}
		all[name] = func(token, use, client string) error {
			_, err := f.do("verify", map[string]string{"token": token, "use": use, "client": client})
			return err
		}
	}
	return all
}

// golangJWT is golang-jwt with the steps that AWS names for the claims it does not know
// (guide, "Verifying JSON web tokens").
func golangJWT(keys map[string]*rsa.PublicKey, issuer, token, use, client string) error {
	options := []jwt.ParserOption{jwt.WithValidMethods([]string{"RS256"}), jwt.WithExpirationRequired(), jwt.WithIssuer(issuer)}
	if use == "id" {
		options = append(options, jwt.WithAudience(client))
	}
	says := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(token, says, func(token *jwt.Token) (any, error) {
		if key := keys[fmt.Sprint(token.Header["kid"])]; key != nil {
			return key, nil
		}
		return nil, errors.New("unknown key")
	}, options...)
	if err == nil && (says["token_use"] != use || use == "access" && says["client_id"] != client) {
		err = errors.New("another token_use or client_id")
	}
	return err
}

// forgery is what somebody makes of a token that a verifier must not accept.
type forgery struct {
	name   string
	why    string            // a pattern of every verifier's reason
	tokens map[string]string // by use
}

func TestR52_VerifiersThatOthersWroteAcceptNoOtherToken(t *testing.T) {
	t.Parallel()
	const name, password = "ada", "Correct-horse-7"
	start := func(id string) (of pin, tokens func(client string) map[string]string, passes func(time.Duration)) {
		var ahead atomic.Int64
		flows := []string{"ALLOW_USER_PASSWORD_AUTH"}
		pool, api := barePool(t, userpool.Config{
			ID: id, Clients: []userpool.Client{{ID: "app", ExplicitAuthFlows: flows}, {ID: "other", ExplicitAuthFlows: flows}},
		}, userpool.Options{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
		addUser(t, api, id, name, password)
		tokens = func(client string) map[string]string {
			out, err := api.InitiateAuth(t.Context(), &idp.InitiateAuthInput{
				ClientId: &client, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": name, "PASSWORD": password},
			})
			if err != nil {
				t.Fatal(err)
			}
			return map[string]string{"id": *out.AuthenticationResult.IdToken, "access": *out.AuthenticationResult.AccessToken}
		}
		return pin{id, pool.Issuer(), pool.URL() + "/" + id + "/.well-known/jwks.json"}, tokens, func(d time.Duration) { ahead.Store(int64(d)) }
	}
	of, signIn, passes := start("eu-central-1_AbCdEf123")
	_, elsewhere, _ := start("eu-central-1_GhIjKl456")
	good, others := signIn("app"), signIn("other")
	passes(-2 * time.Hour)
	expired := signIn("app")
	keys, err := journey.Keys(t.Context(), of.keys)
	if err != nil {
		t.Fatal(err)
	}
	forgeries := append(forged(t, good, keys),
		forgery{"of another client", "aud|client", others}, forgery{"of another pool", "issuer|key", elsewhere("app")}, forgery{"expired", "expired", expired},
		forgery{"of the other use", "token.use|aud", map[string]string{"id": good["access"], "access": good["id"]}})
	for verifier, verify := range verifiers(t, of) {
		t.Run(verifier, func(t *testing.T) {
			for _, use := range []string{"id", "access"} {
				if err := verify(good[use], use, "app"); err != nil {
					t.Fatalf("%s: %v", use, err)
				}
				for _, f := range forgeries {
					if err := verify(f.tokens[use], use, "app"); err == nil || !regexp.MustCompile("(?i)"+f.why).MatchString(err.Error()) {
						t.Errorf("%s, %s: %v", f.name, use, err)
					}
				}
			}
		})
	}
}

// forge makes what a verifier must not accept of a token's head, payload and signature.
type forge func(head map[string]any, payload, signature string) string

func (make forge) of(t *testing.T, token string) string {
	t.Helper()
	parts, head := strings.Split(token, "."), map[string]any{}
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(raw, &head) != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return make(head, parts[1], parts[2])
}

// forged are tokens that nobody but the pool could make, if a verifier looked away.
func forged(t *testing.T, good map[string]string, keys map[string]*rsa.PublicKey) (all []forgery) {
	t.Helper()
	for _, f := range []struct {
		name, why string
		forge
	}{
		{"alg none", "alg|method|3 parts", func(head map[string]any, payload, _ string) string {
			head["alg"] = "none"
			return signed(head, payload, nil)
		}},
		{"alg none with a signature", "alg|method", func(head map[string]any, payload, signature string) string {
			head["alg"] = "none"
			return signed(head, payload, nil) + signature
		}},
		{"HS256 with the public key", "alg|method", func(head map[string]any, payload, _ string) string {
			head["alg"] = "HS256"
			return signed(head, payload, func(text []byte) []byte { return hmacOf(t, keys[fmt.Sprint(head["kid"])], text) })
		}},
		{"the other key's id", "signature", func(head map[string]any, payload, signature string) string {
			others := maps.Clone(keys)
			delete(others, fmt.Sprint(head["kid"]))
			head["kid"] = slices.Collect(maps.Keys(others))[0]
			return signed(head, payload, nil) + signature
		}},
		{"an unknown key's id", "key|jwks", func(head map[string]any, payload, signature string) string {
			head["kid"] = "unknown"
			return signed(head, payload, nil) + signature
		}},
		{"a key of its own", "signature", withOwnKey(t)},
		{"another payload", "signature", func(head map[string]any, payload, signature string) string {
			raw, _ := base64.RawURLEncoding.DecodeString(payload)
			raw = bytes.Replace(raw, []byte(`"sub":"`), []byte(`"sub":"0`), 1)
			return signed(head, base64.RawURLEncoding.EncodeToString(raw), nil) + signature
		}},
	} {
		all = append(all, forgery{f.name, f.why, map[string]string{"id": f.of(t, good["id"]), "access": f.of(t, good["access"])}})
	}
	return all
}

// withOwnKey signs with a key that the token itself carries.
func withOwnKey(t *testing.T) forge {
	t.Helper()
	own, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return func(head map[string]any, payload, _ string) string {
		head["jwk"] = map[string]any{"kty": "RSA", "e": "AQAB", "n": base64.RawURLEncoding.EncodeToString(own.N.Bytes())}
		return signed(head, payload, func(text []byte) []byte {
			signature, err := jwt.SigningMethodRS256.Sign(string(text), own)
			if err != nil {
				t.Fatal(err)
			}
			return signature
		})
	}
}

// signed returns a token with another head; a nil sign leaves the signature empty.
func signed(head map[string]any, payload string, sign func([]byte) []byte) string {
	raw, _ := json.Marshal(head)
	text := base64.RawURLEncoding.EncodeToString(raw) + "." + payload
	if sign == nil {
		return text + "."
	}
	return text + "." + base64.RawURLEncoding.EncodeToString(sign([]byte(text)))
}

// hmacOf signs with the public key as its PEM, which everybody has.
func hmacOf(t *testing.T, key *rsa.PublicKey, text []byte) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	mac.Write(text)
	return mac.Sum(nil)
}
