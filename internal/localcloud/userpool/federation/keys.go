package federation

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"
	"slices"

	"github.com/golang-jwt/jwt/v5"
)

// keySet is a provider's public keys (RFC 7517).
type keySet struct {
	Keys []struct {
		Kty, Kid, Use, Crv, N, E, X, Y string
	}
}

// find returns the key that a token names. A token that names none is refused (guide, "OIDC
// user pool IdP authentication flow": its kid must be listed).
func (s keySet) find(t *jwt.Token) (any, error) {
	for _, k := range s.Keys {
		if k.Kid == "" || k.Kid != t.Header["kid"] || k.Use == "enc" {
			continue
		}
		switch {
		case k.Kty == "RSA" && t.Method.Alg() == "RS256":
			n, e := new(big.Int).SetBytes(decoded(k.N)), new(big.Int).SetBytes(decoded(k.E))
			return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
		case k.Kty == "EC" && k.Crv == "P-256" && t.Method.Alg() == "ES256":
			return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, decoded(k.X), decoded(k.Y)))
		}
	}
	return nil, errors.New("the provider lists no such key")
}

// decoded returns nil for a text that is none: no signature is valid by such a key.
func decoded(text string) []byte {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return raw
}
