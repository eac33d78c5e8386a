package srp

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"math/big"
	"strings"
	"testing"
)

func TestAVerifierOfADeviceIsTakenAsItIs(t *testing.T) {
	made := NewVerifier("groupdevice", "secret")
	for name, salt := range map[string]*big.Int{
		"random": made.salt, "one": big.NewInt(1), "five": big.NewInt(5), "a top bit": big.NewInt(0x80), "a zero byte inside": big.NewInt(0x7f00),
		"the second byte's top bit": big.NewInt(0x0180),
	} {
		v := power(generator, secretOf(salt, "groupdevice", "secret"))
		parsed, err := ParseVerifier(pad(salt), pad(v))
		if err != nil || !parsed.Matches("groupdevice", "secret") || parsed.Matches("groupdevice", "other") || parsed.Salt() != salt.Text(16) {
			t.Errorf("%s: %v, %v", name, parsed, err)
		}
	}
	largest := new(big.Int).Sub(prime, big.NewInt(1))
	if _, err := ParseVerifier([]byte{1}, pad(largest)); err != nil {
		t.Errorf("N-1: %v", err)
	}
}

// v = 0 makes a secret that needs no password.
func TestAVerifierThatIsNoNumberOfTheGroupIsRefused(t *testing.T) {
	const negative, outside = "must be positive, with a zero byte before a set top bit", "must be greater than 0, the verifier less than N"
	above := new(big.Int).Add(prime, big.NewInt(1))
	for name, c := range map[string]struct {
		salt, v []byte
		why     string
	}{
		"no salt":                {nil, []byte{1}, negative},
		"no verifier":            {[]byte{1}, []byte{}, negative},
		"a negative salt":        {[]byte{0x80}, []byte{1}, negative},
		"a negative verifier":    {[]byte{1}, []byte{0x80, 1}, negative},
		"a verifier without a 0": {[]byte{1}, prime.Bytes(), negative},
		"the salt 0":             {[]byte{0}, []byte{1}, outside},
		"the verifier 0":         {[]byte{1}, []byte{0, 0}, outside},
		"N":                      {[]byte{1}, pad(prime), outside},
		"N + 1":                  {[]byte{1}, pad(above), outside},
	} {
		if got, err := ParseVerifier(c.salt, c.v); err == nil || !got.IsZero() || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}

// The key makes other things as well: what it makes for a verifier is named so.
func TestASimulatedVerifierFillsItsNumbersFromTheKeyAndItsUse(t *testing.T) {
	key := bytes.Repeat([]byte{7}, 32)
	v, err := Simulated(key, "bob")
	if err != nil {
		t.Fatal(err)
	}
	unnamed, err := hkdf.Expand(sha256.New, key, "bob", saltBytes)
	if err != nil {
		t.Fatal(err)
	}
	if v.salt.Cmp(saltOf(unnamed)) == 0 {
		t.Error("the salt is that of any other use of the key")
	}
	longest := 0
	for _, name := range strings.Split("abcdefghijklmnopqrstuvwxyz", "") {
		v, err := Simulated(key, name)
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, v.v.BitLen())
	}
	if longest <= prime.BitLen()-8 {
		t.Errorf("26 verifiers have at most %d bits", longest)
	}
}

func TestASaltKeepsWhatIsRandomOfIt(t *testing.T) {
	for first, want := range map[byte]int64{0x00: 0x10, 0x02: 0x12, 0x0f: 0x1f, 0x10: 0x10, 0xa5: 0xa5} {
		if got := saltOf([]byte{first, 3}); got.Int64() != want<<8+3 {
			t.Errorf("%#x: %x", first, got)
		}
	}
}
