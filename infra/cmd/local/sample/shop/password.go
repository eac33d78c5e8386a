package shop

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// iterations are few, so that nobody waits for the demo. Django 6.1 takes 1,500,000.
const iterations = 10_000

// Hash returns a password's hash as Django stores it (django.contrib.auth.hashers,
// PBKDF2PasswordHasher): the algorithm, its iterations, the salt and the key.
func Hash(password string) string {
	salt := rand.Text()
	return fmt.Sprintf("pbkdf2_sha256$%d$%s$%s", iterations, salt, base64.StdEncoding.EncodeToString(key(password, salt, iterations)))
}

func key(password, salt string, iterations int) []byte {
	key, err := pbkdf2.Key(sha256.New, password, []byte(salt), iterations, sha256.Size)
	if err != nil {
		panic(err) // only for a length that FIPS 140 refuses
	}
	return key
}

// OlderHash returns a password's hash as the app stored it before it went to Django: bcrypt's, of
// the least cost.
func OlderHash(password string) (string, error) {
	text, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	return string(text), err
}

// fits reports whether a stored hash is of the password.
func fits(stored, password string) bool {
	if strings.HasPrefix(stored, "$2") {
		return bcrypt.CompareHashAndPassword([]byte(stored), []byte(password)) == nil
	}
	parts := strings.Split(stored, "$")
	if len(parts) != 4 || parts[0] != "pbkdf2_sha256" {
		return false
	}
	n, err := strconv.Atoi(parts[1])
	want, failed := base64.StdEncoding.DecodeString(parts[3])
	return err == nil && failed == nil && subtle.ConstantTimeCompare(key(password, parts[2], n), want) == 1
}
