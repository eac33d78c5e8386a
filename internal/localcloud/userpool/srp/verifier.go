package srp

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Identity returns how a user is named in what is hashed: the pool's name, which is what
// follows "_" in its id, and the username.
func Identity(poolID, username string) string {
	_, poolName, _ := strings.Cut(poolID, "_")
	return poolName + username
}

// Verifier is what a pool keeps of a password. A zero Verifier matches no password, and
// has no challenge.
type Verifier struct{ salt, v *big.Int }

// saltBytes is the length of a salt.
const saltBytes = 16

// NewVerifier returns a verifier with a fresh salt.
func NewVerifier(identity, password string) Verifier {
	random := make([]byte, saltBytes)
	rand.Read(random)
	salt := saltOf(random)
	return Verifier{salt, power(generator, secretOf(salt, identity, password))}
}

// Simulated returns a verifier that no password is known to match, and always the same one
// for a name: what a pool shows for a user that it does not have (RFC 5054, section
// 2.5.1.3). The key must be secret.
func Simulated(key []byte, name string) (Verifier, error) {
	bytes, err := hkdf.Expand(sha256.New, key, "verifier of "+name, saltBytes+len(prime.Bytes()))
	if err != nil {
		return Verifier{}, fmt.Errorf("simulating a verifier: %w", err)
	}
	v := number(bytes[saltBytes:])
	return Verifier{saltOf(bytes[:saltBytes]), v.Mod(v, prime)}, nil
}

// ParseVerifier returns the verifier that a client has made of a device's secret. Both
// numbers are bytes as in toByteArray: a set top bit means a negative number, which Amazon
// Cognito refuses too (AWS re:Post, "aws cognito user device tracking issue").
func ParseVerifier(salt, v []byte) (Verifier, error) {
	for _, bytes := range [][]byte{salt, v} {
		if len(bytes) == 0 || bytes[0]&0x80 != 0 {
			return Verifier{}, errors.New("salt and verifier must be positive, with a zero byte before a set top bit")
		}
	}
	parsed := Verifier{number(salt), number(v)}
	if parsed.salt.Sign() == 0 || parsed.v.Sign() == 0 || parsed.v.Cmp(prime) >= 0 {
		return Verifier{}, errors.New("salt and verifier must be greater than 0, the verifier less than N")
	}
	return parsed, nil
}

// saltOf makes a salt of random bytes. Its first digit is not 0: some clients drop leading
// zeros before they hash a salt (amazon-cognito-identity-js), some do not (pycognito).
func saltOf(random []byte) *big.Int {
	if random[0] < 0x10 {
		random[0] |= 0x10
	}
	return number(random)
}

// secretOf returns x.
func secretOf(salt *big.Int, identity, password string) *big.Int {
	return number(hash(pad(salt), hash([]byte(identity+":"+password))))
}

// IsZero reports whether v is of no password.
func (v Verifier) IsZero() bool { return v.v == nil }

// Matches reports whether v is of this password.
func (v Verifier) Matches(identity, password string) bool {
	return !v.IsZero() && power(generator, secretOf(v.salt, identity, password)).Cmp(v.v) == 0
}

// Salt returns the salt in hexadecimal: 32 digits unless a client chose it.
func (v Verifier) Salt() string { return v.salt.Text(16) }

// MarshalText implements encoding.TextMarshaler: salt and v in hexadecimal, "" for the zero
// Verifier.
func (v Verifier) MarshalText() ([]byte, error) {
	if v.IsZero() {
		return nil, nil
	}
	return []byte(v.salt.Text(16) + ":" + v.v.Text(16)), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Verifier) UnmarshalText(text []byte) error {
	if *v = (Verifier{}); len(text) == 0 {
		return nil
	}
	salt, number, _ := strings.Cut(string(text), ":")
	var known, good bool
	v.salt, known = new(big.Int).SetString(salt, 16)
	v.v, good = new(big.Int).SetString(number, 16)
	if !known || !good {
		*v = Verifier{}
		return errors.New("a verifier is two numbers in hexadecimal, salt:v")
	}
	return nil
}
