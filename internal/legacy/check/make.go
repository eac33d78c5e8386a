package check

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// Make returns a hash of a password in Cognito's form of one of hash.Algorithms, with small parameters: for
// throw-away users, by which a pool is asked whether it takes that form. A hash of PBKDF2_SHA256
// has a dot, where other encodings have a plus.
func Make(algorithm, password string) (string, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	raw := base64.RawStdEncoding.EncodeToString
	switch algorithm {
	case "BCRYPT":
		text, err := bcrypt.GenerateFromPassword([]byte(password), 4)
		return string(text), err
	case "SCRYPT":
		sum, err := scrypt.Key([]byte(password), salt, 1024, 8, 1, 32)
		return fmt.Sprintf("1024$8$1$%s$%s", hex.EncodeToString(salt), hex.EncodeToString(sum)), err
	case "ARGON2ID":
		return fmt.Sprintf("$argon2id$v=19$m=64,t=1,p=1$%s$%s", raw(salt), raw(argon2.IDKey([]byte(password), salt, 1, 64, 1, 32))), nil
	case "PBKDF2_SHA256":
		for {
			_, _ = rand.Read(salt)
			sum, err := pbkdf2.Key(sha256.New, password, salt, 1000, 32)
			text := strings.ReplaceAll(raw(salt)+"$"+raw(sum), "+", ".")
			if err != nil || strings.Contains(text, ".") {
				return "$pbkdf2-sha256$1000$" + text, err
			}
		}
	}
	return "", fmt.Errorf("there is no algorithm %q", algorithm)
}
