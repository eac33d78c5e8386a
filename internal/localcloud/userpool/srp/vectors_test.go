package srp

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"os"
	"testing"
	"time"
)

// testdata/identity-js.json is written by infra/cmd/local/testdata/js/vectors.cjs,
// which calls the client library itself.
func TestR52_TheNumbersAreThoseOfAmazonCognitoIdentityJS(t *testing.T) {
	text, err := os.ReadFile("testdata/identity-js.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			Name, Pool, User, Password, Salt, SecretB, A, B, Verifier, Key, Block, Timestamp, Signature string
		}
	}
	if err := json.Unmarshal(text, &file); err != nil || len(file.Vectors) == 0 {
		t.Fatalf("%d vectors, %v", len(file.Vectors), err)
	}
	for _, c := range file.Vectors {
		t.Run(c.Name, func(t *testing.T) {
			identity := Identity(c.Pool, c.User)
			salt, a, b := digits(t, c.Salt), digits(t, c.A), digits(t, c.SecretB)
			v := Verifier{salt, power(generator, secretOf(salt, identity, c.Password))}
			if got := v.v.Text(16); got != c.Verifier {
				t.Errorf("verifier %s, want %s", got, c.Verifier)
			}
			challenge, err := v.challenge(a, b)
			if err != nil {
				t.Fatal(err)
			}
			if challenge.B != c.B {
				t.Errorf("B is %s, want %s", challenge.B, c.B)
			}
			if got := hex.EncodeToString(challenge.Key); got != c.Key {
				t.Errorf("key %s, want %s", got, c.Key)
			}
			block, err := base64.StdEncoding.DecodeString(c.Block)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(TimestampLayout, c.Timestamp)
			if err != nil {
				t.Fatal(err)
			}
			if !challenge.Key.Proves(identity, block, at, c.Signature) {
				t.Error("the client's signature proves nothing")
			}
		})
	}
}

func digits(t *testing.T, text string) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString(text, 16)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return n
}
