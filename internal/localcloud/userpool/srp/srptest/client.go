// Package srptest is a client's half of the Secure Remote Password protocol, for tests. It
// is written after the clients, not after package srp: with strings of hexadecimal digits
// and with the client's formula. Only the group is shared.
package srptest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// Client is one attempt to sign in.
type Client struct{ a, n, g *big.Int }

// New returns a client with the secret number a, which is taken modulo 2 to the 1,024 as
// clients draw it.
func New(a *big.Int) Client {
	n, g := srp.Group()
	return Client{new(big.Int).Mod(a, new(big.Int).Lsh(big.NewInt(1), 1024)), n, g}
}

// A returns SRP_A.
func (c Client) A() string { return new(big.Int).Exp(c.g, c.a, c.n).Text(16) }

// Answer returns the ChallengeResponses to PASSWORD_VERIFIER. KeepsZeros is how pycognito
// treats the salt; the JavaScript clients read it as a number.
func (c Client) Answer(poolID, password string, challenge map[string]string, at time.Time, keepsZeros bool) (map[string]string, error) {
	block, err := base64.StdEncoding.DecodeString(challenge["SECRET_BLOCK"])
	if err != nil {
		return nil, fmt.Errorf("SECRET_BLOCK: %w", err)
	}
	identity := strings.Split(poolID, "_")[1] + challenge["USER_ID_FOR_SRP"]
	timestamp := at.UTC().Format(srp.TimestampLayout)
	mac := hmac.New(sha256.New, c.key(identity, password, challenge["SALT"], challenge["SRP_B"], keepsZeros))
	mac.Write([]byte(identity + string(block) + timestamp))
	return map[string]string{
		"USERNAME": challenge["USER_ID_FOR_SRP"], "TIMESTAMP": timestamp, "PASSWORD_CLAIM_SECRET_BLOCK": challenge["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(mac.Sum(nil)),
	}, nil
}

// Verifier returns what a client sends of a device's secret: g to the x, as few bytes as
// possible.
func Verifier(identity, secret string, salt []byte) []byte {
	n, g := srp.Group()
	inner := sha256.Sum256([]byte(identity + ":" + secret))
	x := sha256.Sum256(append(append([]byte{}, salt...), inner[:]...))
	return g.Exp(g, new(big.Int).SetBytes(x[:]), n).Bytes()
}

func (c Client) key(identity, password, salt, sentB string, keepsZeros bool) []byte {
	if !keepsZeros {
		salt = strings.TrimLeft(salt, "0")
	}
	b := fromHex(sentB)
	uHex := hexHash(padHex(c.A()) + padHex(b.Text(16)))
	x := fromHex(hexHash(padHex(salt) + fmt.Sprintf("%x", sha256.Sum256([]byte(identity+":"+password)))))
	k := fromHex(hexHash(padHex(c.n.Text(16)) + padHex(c.g.Text(16))))
	// S = (B - k g^x) ^ (a + u x)
	base := new(big.Int).Sub(b, k.Mul(k, new(big.Int).Exp(c.g, x, c.n)))
	s := base.Exp(base.Mod(base, c.n), x.Add(c.a, x.Mul(fromHex(uHex), x)), c.n)
	// HKDF with one block of output (RFC 5869).
	first := hmac.New(sha256.New, unhex(padHex(fromHex(uHex).Text(16))))
	first.Write(unhex(padHex(s.Text(16))))
	second := hmac.New(sha256.New, first.Sum(nil))
	second.Write([]byte("Caldera Derived Key\x01"))
	return second.Sum(nil)[:16]
}

func padHex(digits string) string {
	if len(digits)%2 == 1 {
		digits = "0" + digits
	}
	if strings.ContainsAny(digits[:1], "89abcdef") {
		digits = "00" + digits
	}
	return digits
}

func hexHash(digits string) string { return fmt.Sprintf("%x", sha256.Sum256(unhex(digits))) }

func unhex(digits string) []byte {
	bytes, _ := hex.DecodeString(digits)
	return bytes
}

func fromHex(digits string) *big.Int {
	n, _ := new(big.Int).SetString(digits, 16)
	return n
}
