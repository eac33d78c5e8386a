package hash

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
)

// Algorithm is what is computed of a password.
type Algorithm int

// The algorithms.
const (
	Bcrypt Algorithm = iota
	Argon2i
	Argon2id
	PBKDF2SHA1
	PBKDF2SHA256
	PBKDF2SHA512
	Scrypt
	FirebaseScrypt // scrypt, and its output is a key that encrypts the project's signer key
	PHPass         // MD5, many times
	MD5Crypt
	SHA256Crypt
	SHA512Crypt
	MD5
	SHA1
	SHA256
)

// Before is what is done with a password before the algorithm sees it.
type Before int

// The preparations.
const (
	Nothing          Before = iota
	HexSHA256               // Django: the hexadecimal SHA-256
	Base64HMACSHA256        // passlib: base64 of HMAC-SHA-256 with the salt as the key
	Base64HMACSHA384        // WordPress: base64 of HMAC-SHA-384 with the key wp-sha384
	SaltFirst               // of a plain digest: the salt stands before the password
	SaltLast                // and here behind it
)

// Kind is a format with its parameters. Its text, such as bcrypt:13 or argon2id:19456,2,1, is
// what triage prints and a stage file lists. The zero value is no kind.
type Kind struct {
	Format string
	Params [3]int // as many as the format has; the others are 0
}

// Hash is a stored password hash, taken apart. It prints as its kind. The zero value is no
// hash.
type Hash struct {
	Kind
	Algorithm Algorithm
	Before    Before
	// Salt and Sum are the bytes, empty where Text is set: the text of bcrypt and of crypt(3),
	// which their libraries read.
	Salt, Sum []byte
	Text      string
	stored    string
}

// ErrUnknown says that a text is no hash of a known format, or one whose parameters nobody
// uses. It does not repeat the text.
var ErrUnknown = errors.New("the format of the hash is not known")

// errCap is a parameter that is beyond what any app uses. Computing it would only burn time.
type errCap struct {
	kind  Kind
	param string
	most  int
}

func (e errCap) Error() string {
	return fmt.Sprintf("%s: %s is more than %d", e.kind, e.param, e.most)
}

// Is makes it an ErrUnknown.
func (errCap) Is(target error) bool { return target == ErrUnknown }

// Parse takes a stored hash apart. The error is ErrUnknown; it does not repeat the text.
func Parse(stored string) (Hash, error) {
	if len(stored) > 1024 {
		return Hash{}, ErrUnknown
	}
	for _, f := range formats() {
		if h, ok := f.parse(stored); ok {
			h.Kind.Format, h.Algorithm, h.Before, h.stored = f.name, f.algorithm, f.before, stored
			if err := f.check(h.Kind); err != nil {
				return Hash{}, err
			}
			return h, nil
		}
	}
	return Hash{}, ErrUnknown
}

// Formats returns the names of all formats, in the order in which Parse tries them.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		if !slices.Contains(names, f.name) {
			names = append(names, f.name)
		}
	}
	return names
}

// ParseKind reads a kind's text. The error says what is wrong with it.
func ParseKind(text string) (Kind, error) {
	name, list, some := strings.Cut(text, ":")
	f, ok := formatOf(name)
	if !ok {
		return Kind{}, fmt.Errorf("%q is not a format of password hashes: use one of %s", name, strings.Join(Formats(), ", "))
	}
	kind := Kind{Format: name}
	var values []string
	if some {
		values = strings.Split(list, ",")
	}
	if len(values) != len(f.params) {
		return Kind{}, fmt.Errorf("%q has %d parameters, and %s has %d: write %s", text, len(values), name, len(f.params), f.form())
	}
	for i, value := range values {
		n, err := strconv.Atoi(value)
		if err != nil || strconv.Itoa(n) != value {
			return Kind{}, fmt.Errorf("%q is not a whole number: write %s", value, f.form())
		}
		kind.Params[i] = n
	}
	return kind, f.check(kind)
}

// String returns the kind's text.
func (k Kind) String() string {
	f, _ := formatOf(k.Format)
	text := k.Format
	for i := range f.params {
		text += string(":,,"[i]) + strconv.Itoa(k.Params[i])
	}
	return text
}

// String returns the kind: a hash is a secret.
func (h Hash) String() string { return h.Kind.String() }

// GoString returns the kind.
func (h Hash) GoString() string { return h.Kind.String() }

// Format prints the kind, whatever the verb.
func (h Hash) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(h.Kind.String())) }

// LogValue returns the kind.
func (h Hash) LogValue() slog.Value { return slog.StringValue(h.Kind.String()) }

// MarshalText returns the kind.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.Kind.String()), nil }
