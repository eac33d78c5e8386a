package federation

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"math/big"

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
			return &rsa.PublicKey{N: number(k.N), E: int(number(k.E).Int64())}, nil
		case k.Kty == "EC" && k.Crv == "P-256" && t.Method.Alg() == "ES256":
			return &ecdsa.PublicKey{Curve: elliptic.P256(), X: number(k.X), Y: number(k.Y)}, nil
		}
	}
	return nil, errors.New("the provider lists no such key")
}

func number(text string) *big.Int {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return new(big.Int)
	}
	return new(big.Int).SetBytes(raw)
}
