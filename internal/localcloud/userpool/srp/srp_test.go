package srp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp/srptest"
)

const pool = "eu-central-1_AbCdEf123"

var noon = time.Date(2026, 9, 5, 12, 0, 0, 0, time.UTC)

// Any user name and any password in Unicode, both ways to read the salt. The client is
// not this package's code.
func TestR52_ARightPasswordProvesItselfAndAnotherDoesNot(t *testing.T) {
	form.Check(t, 10, 20, 500, func(t *rapid.T) {
		user, password := rapid.StringN(1, -1, 128).Draw(t, "user"), rapid.String().Draw(t, "password")
		other := rapid.String().Draw(t, "other")
		keepsZeros := rapid.Bool().Draw(t, "keepsZeros")
		client := srptest.New(new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 128, 128).Draw(t, "a")))
		identity := srp.Identity(pool, user)
		verifier := srp.NewVerifier(identity, password)
		if !verifier.Matches(identity, password) || verifier.Matches(identity, password+"x") {
			t.Fatal("the verifier is not of the password")
		}
		for _, typed := range []string{password, other} {
			challenge, err := verifier.Challenge(client.A())
			if err != nil {
				t.Fatal(err)
			}
			answer, err := client.Answer(pool, typed, map[string]string{
				"SALT": verifier.Salt(), "SRP_B": challenge.B, "SECRET_BLOCK": "AAEC", "USER_ID_FOR_SRP": user,
			}, noon, keepsZeros)
			if err != nil {
				t.Fatal(err)
			}
			proves := challenge.Key.Proves(identity, []byte{0, 1, 2}, noon, answer["PASSWORD_CLAIM_SIGNATURE"])
			if proves != (typed == password) {
				t.Fatalf("the password %q: proved %v with %q", password, proves, typed)
			}
			for name, forged := range map[string]bool{
				"another block": challenge.Key.Proves(identity, []byte{0, 1}, noon, answer["PASSWORD_CLAIM_SIGNATURE"]),
				"another time":  challenge.Key.Proves(identity, []byte{0, 1, 2}, noon.Add(time.Second), answer["PASSWORD_CLAIM_SIGNATURE"]),
				"another user":  challenge.Key.Proves(identity+"x", []byte{0, 1, 2}, noon, answer["PASSWORD_CLAIM_SIGNATURE"]),
			} {
				if forged {
					t.Fatalf("the signature is good for %s", name)
				}
			}
		}
	})
}

// With an A that N divides, the secret is 0 whatever the password.
func TestAnAThatNeedsNoPasswordIsRefused(t *testing.T) {
	n, _ := srp.Group()
	verifier := srp.NewVerifier("x", "y")
	twice, large := new(big.Int).Lsh(n, 1).Text(16), "1"+strings.Repeat("0", len(n.Text(16)))
	for _, a := range []string{"0", "00", "-0", n.Text(16), "0" + n.Text(16), twice, "", "-1", "+2", "1_2", " 2", "xyz", "0x12", large} {
		want := "SRP_A is not a number in hexadecimal of at most 3,072 bits"
		if a == "0" || a == "00" || strings.HasSuffix(a, n.Text(16)) {
			want = "SRP_A is divisible by N"
		}
		if _, err := verifier.Challenge(a); err == nil || err.Error() != want {
			t.Errorf("A = %q: %v", a, err)
		}
	}
	if _, err := verifier.Challenge("00" + strings.ToUpper(new(big.Int).Sub(n, big.NewInt(2)).Text(16))); err != nil {
		t.Errorf("A in capitals with leading zeros: %v", err)
	}
}

func TestNoPasswordMatchesNone(t *testing.T) {
	var none srp.Verifier
	if none.Matches("x", "") || !none.IsZero() {
		t.Error("a zero verifier matches a password")
	}
	if _, err := none.Challenge("2"); err == nil || err.Error() != "a challenge needs a verifier" {
		t.Errorf("the challenge of a zero verifier: %v", err)
	}
}

func TestEachChallengeAndEachVerifierIsAnother(t *testing.T) {
	one, two := srp.NewVerifier("x", "y"), srp.NewVerifier("x", "y")
	if one.Salt() == two.Salt() {
		t.Errorf("two verifiers have the salt %s", one.Salt())
	}
	first, err := one.Challenge("2")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := one.Challenge("2"); err != nil || first.B == again.B || string(first.Key) == string(again.Key) {
		t.Errorf("two challenges have the number %s and the key %x, %v", first.B, first.Key, err)
	}
}

// A salt that begins with zeros is another one to clients that drop them.
func TestNoSaltBeginsWithAZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, key := rapid.String().Draw(t, "name"), rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "key")
		verifier, err := srp.Simulated(key, name)
		if err != nil {
			t.Fatal(err)
		}
		if salt := verifier.Salt(); len(salt) != 32 || salt[0] == '0' {
			t.Fatalf("salt %q", salt)
		}
	})
}

func TestASimulatedVerifierIsTheSameForANameAndSecretToTheKey(t *testing.T) {
	salt := func(key, name string) string {
		v, err := srp.Simulated([]byte(strings.Repeat(key, 32)), name)
		if err != nil {
			t.Fatal(err)
		}
		return v.Salt()
	}
	bob := salt("a", "bob")
	if again := salt("a", "bob"); bob != again {
		t.Errorf("two salts for one name: %s, %s", bob, again)
	}
	if bob == salt("a", "bab") || bob == salt("b", "bob") {
		t.Error("the salt tells another name's or another pool's")
	}
}

func TestATimeIsSignedInOneForm(t *testing.T) {
	key := srp.Key("key")
	for text, good := range map[string]bool{
		"Sat Sep 5 12:00:00 UTC 2026": true, "Sat Sep 05 12:00:00 UTC 2026": false, "Sat Sep  5 12:00:00 UTC 2026": false,
		"sat sep 5 12:00:00 UTC 2026": false, "Sun Sep 5 12:00:00 UTC 2026": false, "Sat Sep 5 12:00:00.5 UTC 2026": false,
	} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte("ada" + "block" + text))
		at, err := time.Parse(srp.TimestampLayout, text)
		if err != nil {
			t.Fatal(err)
		}
		if key.Proves("ada", []byte("block"), at, base64.StdEncoding.EncodeToString(mac.Sum(nil))) != good {
			t.Errorf("%q: proved %v", text, !good)
		}
	}
}

func ExampleIdentity() {
	fmt.Println(srp.Identity(pool, "ada"))
	// Output: AbCdEf123ada
}
