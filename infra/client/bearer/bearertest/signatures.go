package bearertest

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
)

// signatures are about the header of a token and who signed it.
func signatures() []Case {
	return []Case{
		same("a forged kid", Invalid, header("kid", "forged")),
		same("no kid", Invalid, header("kid", nil)),
		same("an empty kid", Invalid, header("kid", "")),
		same("a kid that is a number", Invalid, header("kid", 0)),
		same("a kid that is a path", Invalid, header("kid", "../../etc/passwd")),
		same("alg none", Invalid, unsigned("none")),
		same("alg None", Invalid, unsigned("None")),
		same("no alg", Invalid, header("alg", nil)),
		same("HS256 with the public key as PEM", Invalid, secret(func(i *Issuer) []byte {
			key, _ := i.Key()
			der, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
			return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		})),
		same("HS256 with the public key's modulus", Invalid, secret(func(i *Issuer) []byte {
			key, _ := i.Key()
			return key.N.Bytes()
		})),
		same("ES256", Invalid, func(i *Issuer) []string {
			return bearer(SignWith(curveKey(), map[string]any{"alg": "ES256", "kid": i.kid(0)}, i.Claims()))
		}),
		same("PS256", Invalid, header("alg", "PS256")),
		differs("RS512 with the issuer's key", Invalid, Accepted, "the authorizer takes every algorithm of RSA; Cognito's is RS256", header("alg", "RS512")),
		same("another key with the right kid", Invalid, func(i *Issuer) []string {
			_, kid := i.Key()
			return bearer(SignWith(keyOf("somebody"), map[string]any{"alg": "RS256", "kid": kid}, i.Claims()))
		}),
		same("a key in the header itself", Invalid, func(i *Issuer) []string {
			var set struct{ Keys []map[string]any }
			_ = json.Unmarshal(i.Second.KeySet(0), &set)
			key, kid := i.Second.Key()
			return bearer(SignWith(key, map[string]any{"alg": "RS256", "kid": kid, "jwk": set.Keys[0]}, i.Claims()))
		}),
		same("keys at an address in the header", Invalid, func(i *Issuer) []string {
			key, kid := i.Second.Key()
			return bearer(SignWith(key, map[string]any{"alg": "RS256", "kid": kid, "jku": i.Second.Keys, "x5u": i.Second.Keys}, i.Claims()))
		}),
		same("the key of another issuer of the list", Invalid, func(i *Issuer) []string { return bearer(i.Second.Sign(nil, i.Claims())) }),
		differs("the pool's replica in another Region", Accepted, Invalid, "an authorizer has one issuer", func(i *Issuer) []string { return bearer(i.Second.Right()) }),
		{
			Name: "an extension that must be understood", Tokens: header("crit", []string{"exp2"}, "exp2", 1), Bearer: Invalid, Gateway: Accepted, Script: Accepted,
			Why: "neither aws-jwt-verify nor, as far as AWS says, the authorizer looks at crit; Cognito sends none",
		},
		same("a changed claim", Invalid, part(1, func(b []byte) []byte { return bytes.Replace(b, []byte("editor"), []byte("tyrant"), 1) })),
		same("a changed signature", Invalid, part(2, func(b []byte) []byte { b[7] ^= 1; return b })),
		same("no signature", Invalid, part(2, func([]byte) []byte { return nil })),
		same("half a signature", Invalid, part(2, func(b []byte) []byte { return b[:128] })),
		same("a truncated token", Invalid, value(func(t string) string { return "Bearer " + t[:len(t)-20] })),
		same("two parts", Invalid, value(func(t string) string { return "Bearer " + t[:strings.LastIndex(t, ".")] })),
		same("five parts, as of an encrypted token", Invalid, value(func(t string) string { return "Bearer " + t + ".eA.eA" })),
		same("claims that are a list", Invalid, raw("[]")),
		same("claims that are a text", Invalid, raw(`"sub"`)),
		same("claims that are null", Invalid, raw("null")),
		same("claims without an end", Invalid, raw(`{"sub":"x"`)),
	}
}

// unsigned makes a right token without a signature.
func unsigned(alg string) func(*Issuer) []string {
	return func(i *Issuer) []string {
		return bearer(SignWith(nil, map[string]any{"alg": alg, "kid": i.kid(0)}, i.Claims()))
	}
}

// secret makes a right token with something public as the shared secret of HS256.
func secret(of func(*Issuer) []byte) func(*Issuer) []string {
	return func(i *Issuer) []string {
		_, kid := i.Key()
		return bearer(SignWith(of(i), map[string]any{"alg": "HS256", "kid": kid}, i.Claims()))
	}
}

// part changes a part of a right token that was signed.
func part(n int, change func([]byte) []byte) func(*Issuer) []string {
	return value(func(token string) string {
		parts := strings.Split(token, ".")
		was, _ := base64.RawURLEncoding.DecodeString(parts[n])
		parts[n] = encode(change(was))
		return "Bearer " + strings.Join(parts, ".")
	})
}

// raw signs a text in place of claims.
func raw(text string) func(*Issuer) []string {
	return func(i *Issuer) []string {
		key, kid := i.Key()
		return bearer(SignWith(key, map[string]any{"alg": "RS256", "kid": kid}, text))
	}
}
