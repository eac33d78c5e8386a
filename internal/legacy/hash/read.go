package hash

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// A reader knows one way of writing by how a text begins, and reads it.
type reader struct {
	knows func(text string) bool
	read  func(text string) (Hash, bool)
}

// readers is asked in order. A text that one of them knows is asked of no other.
var readers = []reader{
	{prefix("bcrypt_sha256$"), bcrypt("django-bcrypt-sha256", "bcrypt_sha256$")},
	{prefix("$wp$"), bcrypt("wordpress-bcrypt", "$wp")},
	{prefix("$2", "{bcrypt}", "bcrypt$"), bcrypt("bcrypt", "{bcrypt}", "bcrypt$", "")},
	{prefix("$bcrypt-sha256$"), readPasslibBcrypt},
	{prefix("$argon2", "argon2$", "{argon2"), readArgon2},
	{prefix("$pbkdf2"), readPBKDF2},
	{prefix("pbkdf2_"), readDjangoPBKDF2},
	{prefix("pbkdf2:"), readWerkzeugPBKDF2},
	{prefix("$scrypt$"), readScrypt},
	{prefix("scrypt$"), readDjangoScrypt},
	{prefix("scrypt:"), readWerkzeugScrypt},
	{prefix("$fbscrypt$"), readFirebase},
	{prefix("$1$", "$5$", "$6$", "{CRYPT}"), readCrypt},
	{prefix("$P$", "$H$", "$S$"), readPHPass},
	{prefix("{pbkdf2"), readSpringPBKDF2},
	{prefix("{scrypt", "$e0801$", "$100801$"), readSpringScrypt},
	{prefix("{\"", "[{"), readKeycloak},
	{prefix("{"), readLDAP},
	{isCognito, readCognito},
	{prefix("md5$", "sha1$", "sha256$", "sha512$"), readSalted},
	{isHex, readHex},
	{prefix("A"), readASPNET},
}

func prefix(any ...string) func(string) bool {
	return func(text string) bool {
		for _, p := range any {
			if strings.HasPrefix(text, p) {
				return true
			}
		}
		return false
	}
}

// made returns a hash of salt and sum. It refuses lengths that no library makes, and a
// sum that is so short that a password meets it by chance.
func made(format string, salt, sum []byte, params ...int) (Hash, bool) {
	k := Kind{Format: format}
	if copy(k.Params[:], params); k.format() == nil {
		return Hash{}, false
	}
	h := of(k)
	h.Salt, h.Sum = salt, sum
	if h.Algorithm != Argon2 && len(sum) > h.block() {
		h.Sum = sum[:h.block()]
	}
	exact := h.Algorithm == Digest || h.Algorithm == PHPass || h.Algorithm == Firebase
	return h, len(salt) <= mostSalt && len(sum) >= leastSum && len(sum) <= mostSum && (!exact || len(h.Sum) == h.block())
}

// Lengths in bytes.
const (
	leastSum = 16
	mostSum  = 512
	mostSalt = 1024
)

// parts splits a text into exactly n parts.
func parts(text, separator string, n int) ([]string, bool) {
	all := strings.Split(text, separator)
	return all, len(all) == n
}

// numbersOf reads each text as a number.
func numbersOf(texts ...string) ([]int, bool) {
	all := make([]int, len(texts))
	for i, t := range texts {
		n, ok := number(t)
		if !ok {
			return nil, false
		}
		all[i] = n
	}
	return all, true
}

// anyBase64 is what the writers of hashes put in the place of + and /.
var anyBase64 = strings.NewReplacer(".", "+", "-", "+", "_", "/")

// fromBase64 reads base64 of any of the writers, with padding or without.
func fromBase64(text string) ([]byte, bool) {
	b, err := base64.RawStdEncoding.DecodeString(anyBase64.Replace(strings.TrimRight(text, "=")))
	return b, err == nil
}

func fromHex(text string) ([]byte, bool) {
	b, err := hex.DecodeString(text)
	return b, err == nil
}

// inAlphabet reports whether a text consists of the 64 letters of bcrypt and crypt.
func inAlphabet(text string) bool { return strings.Trim(text, alphabet) == "" }

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// number reads a whole number of at most nine digits, more than any parameter needs.
func number(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 64)
	return int(n), err == nil && len(text) <= 9
}
