package hash

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
)

// readers is asked in order. A text that one of them knows is asked of no other.
var readers = []struct {
	knows func(text string) bool
	read  func(text string) (Hash, bool)
}{
	{prefix("bcrypt_sha256$"), bcrypt("django-bcrypt-sha256", "bcrypt_sha256$")},
	{prefix("$wp$"), bcrypt("wordpress-bcrypt", "$wp")},
	{prefix("$2", "{bcrypt}", "bcrypt$"), bcrypt("bcrypt", "{bcrypt}", "bcrypt$")},
	{prefix("$bcrypt-sha256$"), passlibBcrypt},
	{prefix("$argon2", "argon2$", "{argon2"), argon2},
	{prefix("$pbkdf2"), passlibPBKDF2},
	{prefix("pbkdf2_"), djangoPBKDF2},
	{prefix("pbkdf2:"), werkzeugPBKDF2},
	{prefix("$scrypt$"), passlibScrypt},
	{prefix("scrypt$"), djangoScrypt},
	{prefix("scrypt:"), werkzeugScrypt},
	{prefix("$fbscrypt$"), firebase},
	{prefix("$1$", "$5$", "$6$", "{CRYPT}"), crypt},
	{prefix("$P$", "$H$", "$S$"), phpass},
	{prefix("{pbkdf2"), springPBKDF2},
	{prefix("{scrypt", "$e0801$", "$100801$"), springScrypt},
	{isKeycloak, keycloak},
	{prefix("{"), ldap},
	{prefix("md5$", "sha1$", "sha256$", "sha512$"), salted},
	{isCognito, cognito},
	{isHex, hexadecimal},
	{prefix("A"), aspnet},
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

// fields is a text that is taken apart. What cannot be read makes it bad, and no hash
// is made of it.
type fields struct {
	at  []string
	bad bool
}

// split takes a text apart into n fields. With fewer or more it is bad, and has n.
func split(text, separator string, n int) *fields {
	at := strings.Split(text, separator)
	if len(at) != n {
		return &fields{make([]string, n), true}
	}
	return &fields{at, false}
}

// want makes the text bad if a condition does not hold.
func (f *fields) want(ok bool) { f.bad = f.bad || !ok }

func (f *fields) number(text string) int {
	n, ok := number(text)
	f.want(ok)
	return n
}

// named reads numbers that are written as a=1,b=2, in this order.
func (f *fields) named(text string, names ...string) []int {
	list := split(text, ",", len(names))
	numbers := make([]int, len(names))
	for i, name := range names {
		value, ok := strings.CutPrefix(list.at[i], name+"=")
		f.want(ok)
		numbers[i] = f.number(value)
	}
	return numbers
}

// base64 reads base64 with padding or without, and with what some writers put in the place of
// + and /.
func (f *fields) base64(text string) []byte {
	b, err := base64.RawStdEncoding.DecodeString(anyBase64.Replace(strings.TrimRight(text, "=")))
	f.want(err == nil)
	return b
}

var anyBase64 = strings.NewReplacer(".", "+", "-", "+", "_", "/")

func (f *fields) hex(text string) []byte {
	b, err := hex.DecodeString(text)
	f.want(err == nil)
	return b
}

// Lengths in bytes. No library makes longer ones; of a shorter sum a password is met by chance.
const (
	leastSum = 16
	mostSum  = 512
	mostSalt = 1024
)

// made returns a hash of salt and sum.
func (f *fields) made(format string, salt, sum []byte, params ...int) (Hash, bool) {
	k := Kind{Format: format}
	if copy(k.Params[:], params); f.bad || k.format() == nil {
		return Hash{}, false
	}
	h := of(k)
	h.Salt, h.Sum = salt, sum
	if h.Algorithm != Argon2 {
		h.Sum = sum[:min(len(sum), h.block())]
	}
	exact := h.Algorithm == Digest || h.Algorithm == PHPass || h.Algorithm == Firebase
	return h, len(salt) <= mostSalt && len(sum) >= leastSum && len(sum) <= mostSum && (!exact || len(h.Sum) == h.block())
}

// texted returns a hash whose text a library reads.
func (f *fields) texted(format, text string, params ...int) (Hash, bool) {
	if f.bad {
		return Hash{}, false
	}
	k := Kind{Format: format}
	copy(k.Params[:], params)
	h := of(k)
	h.Text = text
	return h, true
}

// number reads a whole number of at most nine digits, more than any parameter needs.
func number(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 0)
	return int(n), err == nil && len(text) <= 9
}

// inAlphabet reports whether a text consists of the 64 letters of bcrypt, crypt and phpass.
func inAlphabet(text string) bool { return strings.Trim(text, alphabet) == "" }

const alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
