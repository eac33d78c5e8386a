package check

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/crypto/scrypt"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

// Keys is what a check needs beside the hash. The zero value is for apps without a secret. It
// prints as nothing, whatever prints it.
type Keys struct {
	// Pepper is a secret of the whole app, in each of its passwords; "" is none. Spring's
	// Pbkdf2PasswordEncoder has it as its secret; of any other format it is applied as Peppered says.
	Pepper string
	// Peppered is how: one of Peppers(). "" is append, Devise's.
	Peppered string
	// FirebaseSigner is the project's base64_signer_key, decoded, for hashes whose text has none.
	FirebaseSigner []byte
}

// peppers is how apps put a pepper into a password.
var peppers = map[string]func(password, pepper []byte) []byte{
	"":         func(password, pepper []byte) []byte { return slices.Concat(password, pepper) },
	"append":   func(password, pepper []byte) []byte { return slices.Concat(password, pepper) },
	"prepend":  func(password, pepper []byte) []byte { return slices.Concat(pepper, password) },
	"hmac-hex": func(password, pepper []byte) []byte { return []byte(hex.EncodeToString(mac(password, pepper))) },
	"hmac-base64": func(password, pepper []byte) []byte {
		return []byte(base64.StdEncoding.EncodeToString(mac(password, pepper)))
	},
}

func mac(password, pepper []byte) []byte { return sum(hmac.New(sha256.New, pepper), password) }

// Peppers returns the names of the ways, sorted.
func Peppers() []string { return slices.Sorted(maps.Keys(peppers))[1:] }

// pepper returns the password with the pepper in it.
func (k Keys) pepper(h hash.Hash, password []byte) ([]byte, error) {
	put := peppers[k.Peppered]
	switch {
	case put == nil:
		return nil, errors.New("a pepper cannot be applied in this way: use one of " + strings.Join(Peppers(), ", "))
	case k.Pepper == "" || spring(h):
		return password, nil
	}
	return put(password, []byte(k.Pepper)), nil
}

// ofFirebase encrypts the signer key with a key of scrypt (AES-256-CTR, from zero on):
// github.com/firebase/scrypt, README and crypto_scrypt.
func ofFirebase(h hash.Hash, password []byte, keys Keys) (bool, error) {
	signer := []byte(h.Text)
	if len(signer) == 0 {
		signer = keys.FirebaseSigner
	}
	if len(signer) != len(h.Sum) {
		return false, errors.New("the signer key of the Firebase project is missing or not of this project")
	}
	key, err := scrypt.Key(password, h.Salt, 1<<h.Params[0], h.Params[1], 1, 32)
	block, cipherErr := aes.NewCipher(key)
	if err := errors.Join(err, cipherErr); err != nil {
		return false, err
	}
	sum := make([]byte, len(signer))
	cipher.NewCTR(block, make([]byte, aes.BlockSize)).XORKeyStream(sum, signer)
	return same(sum, h.Sum), nil
}

// Format prints nothing of the keys, whatever the verb.
func (Keys) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("check.Keys")) }

// MarshalText returns nothing of the keys.
func (Keys) MarshalText() ([]byte, error) { return []byte("check.Keys"), nil }
