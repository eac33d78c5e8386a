package userpool

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"sync/atomic"
)

// keyPair signs ID tokens with one key and access tokens with another, as AWS does
// (guide, "Understanding the access token"). Each key is made once, when first needed.
// RSA keys take time to make, so Start asks for those of its pool in the background.
type keyPair struct {
	id, access func() (*signingKey, error)
	made       [2]atomic.Pointer[signingKey] // those that were made so far
}

type signingKey struct {
	kid     string
	private *rsa.PrivateKey
}

func newKeyPair() *keyPair {
	k := &keyPair{}
	k.set([2]*signingKey{})
	return k
}

func (k *keyPair) both() []func() (*signingKey, error) {
	return []func() (*signingKey, error){k.id, k.access}
}

// set takes keys of before; for nil one is made.
func (k *keyPair) set(before [2]*signingKey) {
	once := func(i int) func() (*signingKey, error) {
		k.made[i].Store(before[i])
		return sync.OnceValues(func() (*signingKey, error) {
			if before[i] != nil {
				return before[i], nil
			}
			key, err := newSigningKey()
			k.made[i].Store(key)
			return key, err
		})
	}
	k.id, k.access = once(0), once(1)
}

func newSigningKey() (*signingKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("making a signing key: %w", err)
	}
	return keyOf(private), nil
}

func keyOf(private *rsa.PrivateKey) *signingKey {
	kid := sha256.Sum256(private.N.Bytes())
	return &signingKey{kid: base64.StdEncoding.EncodeToString(kid[:]), private: private}
}

// sign makes a JSON Web Token with RS256. The header has kid and alg, as on AWS (guide,
// "Understanding the identity (ID) token").
func (k *signingKey) sign(claims map[string]any) (string, error) {
	header, err := json.Marshal(map[string]string{"kid": k.kid, "alg": "RS256"})
	if err != nil {
		return "", fmt.Errorf("encoding a token header: %w", err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encoding the claims: %w", err)
	}
	signed := base64URL(header) + "." + base64URL(payload)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(nil, k.private, crypto.SHA256, digest[:])
	if err != nil {
		return "", fmt.Errorf("signing a token: %w", err)
	}
	return signed + "." + base64URL(signature), nil
}

// verify returns the payload of a token that this key signed.
func (k *signingKey) verify(token string) ([]byte, bool) {
	signed, signature, found := cutLast(token, ".")
	_, payload, _ := strings.Cut(signed, ".")
	raw, err := base64.RawURLEncoding.DecodeString(signature)
	if !found || err != nil {
		return nil, false
	}
	digest := sha256.Sum256([]byte(signed))
	if rsa.VerifyPKCS1v15(&k.private.PublicKey, crypto.SHA256, digest[:], raw) != nil {
		return nil, false
	}
	body, err := base64.RawURLEncoding.DecodeString(payload)
	return body, err == nil
}

type jwk struct {
	Alg string `json:"alg"`
	E   string `json:"e"`
	Kid string `json:"kid"`
	Kty string `json:"kty"`
	N   string `json:"n"`
	Use string `json:"use"`
}

func (k *signingKey) jwk() jwk {
	return jwk{
		Alg: "RS256", Kty: "RSA", Use: "sig", Kid: k.kid,
		E: base64URL(big.NewInt(int64(k.private.E)).Bytes()), N: base64URL(k.private.N.Bytes()),
	}
}

// jwks returns the public half of both keys, the ID token's first.
func (p *keyPair) jwks() ([]jwk, error) {
	var out []jwk
	for _, key := range p.both() {
		k, err := key()
		if err != nil {
			return nil, err
		}
		out = append(out, k.jwk())
	}
	return out, nil
}

func base64URL(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
