package srp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Challenge is the pool's answer to a client's number A.
type Challenge struct {
	// B is the pool's number, in hexadecimal.
	B string
	// Key signs the client's proof. It is secret.
	Key Key
}

// Key is what both sides know if the password is right.
type Key []byte

// secretBytes is the length of the pool's secret number (RFC 5054, section 3.1: at least
// 256 bits).
const secretBytes = 32

// Challenge answers a client's A, which is in hexadecimal; zeros may stand before it. It
// refuses an A that is no such number, is longer than N, or is divisible by N, with which
// the secret needs no password (RFC 5054, section 2.5.4).
func (v Verifier) Challenge(a string) (Challenge, error) {
	if v.IsZero() {
		return Challenge{}, errors.New("a challenge needs a verifier")
	}
	parsed, ok := new(big.Int).SetString(a, 16)
	switch {
	case !ok || strings.ContainsAny(a, "+-") || parsed.BitLen() > prime.BitLen():
		return Challenge{}, errors.New("SRP_A is not a number in hexadecimal of at most 3,072 bits")
	case new(big.Int).Mod(parsed, prime).Sign() == 0:
		return Challenge{}, errors.New("SRP_A is divisible by N")
	}
	random := make([]byte, secretBytes)
	rand.Read(random)
	return v.challenge(parsed, number(random))
}

// challenge is Challenge with the pool's secret number b.
func (v Verifier) challenge(a, b *big.Int) (Challenge, error) {
	public := new(big.Int).Add(product(multiplier, v.v), power(generator, b))
	public.Mod(public, prime)
	u := number(hash(pad(a), pad(public)))
	secret := power(product(a, power(v.v, u)), b)
	key, err := hkdf.Key(sha256.New, pad(secret), pad(u), "Caldera Derived Key", 16)
	if err != nil {
		return Challenge{}, fmt.Errorf("deriving the key of a challenge: %w", err)
	}
	return Challenge{public.Text(16), key}, nil
}

// TimestampLayout is the form of TIMESTAMP. The day has no leading zero.
const TimestampLayout = "Mon Jan 2 15:04:05 UTC 2006"

// Proves reports whether a client's signature was made with the key. block is the secret
// block as bytes. The time is signed in TimestampLayout: a client that signs "Sep 05" is
// refused (warrant#12), although package time reads that.
func (k Key) Proves(identity string, block []byte, at time.Time, signature string) bool {
	given, err := base64.StdEncoding.DecodeString(signature)
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(identity))
	mac.Write(block)
	mac.Write([]byte(at.Format(TimestampLayout)))
	return err == nil && hmac.Equal(mac.Sum(nil), given)
}
