package check

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	gohash "hash"
	"slices"
	"strings"

	"github.com/go-crypt/crypt/algorithm/md5crypt"
	"github.com/go-crypt/crypt/algorithm/shacrypt"
	"golang.org/x/crypto/argon2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

// Password reports whether a password is that of a hash of hash.Parse or hash.Dummy. It
// takes what the hash's Cost says, whether the password fits or not. An error says that the
// hash cannot be checked; it names the format at most. It may be called concurrently.
func Password(h hash.Hash, password string, keys Keys) (bool, error) {
	fits, err := match(h, password, keys)
	if err != nil {
		err = fmt.Errorf("checking a password of %s: %w", h.Kind.Format, err)
	}
	return fits, err
}

func match(h hash.Hash, text string, keys Keys) (bool, error) {
	password, err := keys.pepper(h, []byte(text))
	if h.Text == "" && len(h.Sum) == 0 {
		err = errors.New("no hash") // whatever is asked for no bytes returns them, or panics
	}
	if err != nil {
		return false, err
	}
	switch h.Algorithm {
	case hash.Bcrypt:
		return ofBcrypt(h, password)
	case hash.Argon2:
		return ofArgon2(h, password)
	case hash.PBKDF2:
		sum, err := pbkdf2.Key(digests[h.Digest], string(password), keys.salt(h), h.Params[0], len(h.Sum))
		return same(sum, h.Sum), err
	case hash.Scrypt:
		sum, err := scrypt.Key(password, h.Salt, h.Params[0], h.Params[1], h.Params[2], len(h.Sum))
		return same(sum, h.Sum), err
	case hash.Firebase:
		return ofFirebase(h, password, keys)
	case hash.Crypt:
		return ofCrypt(h, password)
	case hash.PHPass:
		return same(phpass(h, password), h.Sum), nil
	}
	return ofDigest(h, password), nil
}

// digests are those of the formats.
var digests = map[string]func() gohash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

func same(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

// most is how many bytes of a password bcrypt reads.
const most = 72

func ofBcrypt(h hash.Hash, password []byte) (bool, error) {
	switch h.Before {
	case hash.HexSHA256:
		sum := sha256.Sum256(password)
		password = []byte(hex.EncodeToString(sum[:]))
	case hash.Base64HMACSHA256:
		password = encoded(sum(hmac.New(sha256.New, h.Salt), password))
	case hash.Base64HMACSHA384:
		// WordPress takes the space around a password away (wp_hash_password).
		password = encoded(sum(hmac.New(sha512.New384, []byte("wp-sha384")), []byte(strings.Trim(string(password), " \n\r\t\v\x00"))))
	}
	err := bcrypt.CompareHashAndPassword([]byte(h.Text), password[:min(len(password), most)])
	if errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
		return false, nil
	}
	return err == nil, err
}

func encoded(bytes []byte) []byte { return []byte(base64.StdEncoding.EncodeToString(bytes)) }

// sum returns the digest of the parts, one after the other.
func sum(digest gohash.Hash, parts ...[]byte) []byte {
	for _, p := range parts {
		digest.Write(p)
	}
	return digest.Sum(nil)
}

func ofArgon2(h hash.Hash, password []byte) (bool, error) {
	key := argon2.IDKey
	if h.Digest == "i" {
		key = argon2.Key
	}
	p := h.Params
	return same(key(password, h.Salt, uint32(p[1]), uint32(p[0]), uint8(p[2]), uint32(len(h.Sum))), h.Sum), nil
}

func ofCrypt(h hash.Hash, password []byte) (bool, error) {
	decode := shacrypt.Decode
	if h.Digest == "md5" {
		decode = md5crypt.Decode
	}
	digest, err := decode(h.Text)
	if err != nil {
		return false, errors.New("go-crypt does not read it") // its own error repeats the text
	}
	return digest.MatchBytesAdvanced(password)
}

// phpass is the loop of PHP's phpass and of Drupal 7.
func phpass(h hash.Hash, password []byte) []byte {
	digest := digests[h.Digest]()
	sum := sum(digest, h.Salt, password)
	for range 1 << h.Params[0] {
		digest.Reset()
		digest.Write(sum)
		digest.Write(password)
		sum = digest.Sum(sum[:0])
	}
	return sum[:len(h.Sum)]
}

// ofDigest computes both digests that Django and Werkzeug write alike, whichever fits.
func ofDigest(h hash.Hash, password []byte) bool {
	digest := digests[h.Digest]
	if h.Before == hash.SaltLast {
		return same(sum(digest(), password, h.Salt), h.Sum)
	}
	django := same(sum(digest(), h.Salt, password), h.Sum)
	werkzeug := same(sum(hmac.New(digest, h.Salt), password), h.Sum)
	return django || werkzeug
}

// salt returns the salt of PBKDF2. Spring puts its secret behind it.
func (k Keys) salt(h hash.Hash) []byte {
	if !spring(h) {
		return h.Salt
	}
	return slices.Concat(h.Salt, []byte(k.Pepper))
}

func spring(h hash.Hash) bool { return strings.HasPrefix(h.Kind.Format, "spring-pbkdf2-") }
