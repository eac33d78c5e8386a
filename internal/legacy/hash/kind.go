package hash

import (
	"crypto/sha3"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind is a format with the parameters that decide what a check costs. Its text, such as
// bcrypt:13 or argon2id:19456,2,1, is what triage prints and a stage file lists. It is
// comparable. The zero value is no kind.
type Kind struct {
	Format string
	Params [3]int // as many as the format has; the others are 0
}

// ParseKind reads a kind's text. The error says what is wrong with it.
func ParseKind(text string) (Kind, error) {
	name, list, some := strings.Cut(text, ":")
	k := Kind{Format: name}
	f := k.format()
	if f == nil {
		return Kind{}, fmt.Errorf("%q is not a format of password hashes: use one of %s", name, strings.Join(Formats(), ", "))
	}
	var values []string
	if some {
		values = strings.Split(list, ",")
	}
	if len(values) != f.params {
		return Kind{}, fmt.Errorf("%q has %d parameters, and %s has %d: write what triage prints", text, len(values), name, f.params)
	}
	for i, value := range values {
		n, ok := number(value)
		if k.Params[i] = n; !ok || strconv.Itoa(n) != value {
			return Kind{}, fmt.Errorf("%q is not a whole number: write what triage prints", value)
		}
	}
	if err := k.valid(); err != nil {
		return Kind{}, fmt.Errorf("%q: %w", text, err)
	}
	return k, nil
}

// String returns the kind's text.
func (k Kind) String() string {
	text := k.Format
	if f := k.format(); f != nil {
		for i := range f.params {
			text += string(":,,"[i]) + strconv.Itoa(k.Params[i])
		}
	}
	return text
}

// format returns the row of the table; nil if it has no such format.
func (k Kind) format() *format {
	if i := slices.IndexFunc(formats, func(f format) bool { return f.name == k.Format }); i >= 0 {
		return &formats[i]
	}
	return nil
}

// Dummy returns a hash of a kind that no password fits, in the form of a real one: its
// salt and its sum come from SHAKE256 of the seed, and whoever finds a password has
// inverted the kind's algorithm. The kind is one of ParseKind or Parse. The same seed
// makes the same hash.
func Dummy(k Kind, seed []byte) Hash {
	h := of(k)
	bytes := sha3.SumSHAKE256(seed, 16+64)
	switch h.Algorithm {
	case Bcrypt:
		h.Text = fmt.Sprintf("$2b$%02d$%s", k.Params[0], letters(bytes, 22+31))
	case Crypt:
		h.Text = crypted(k, letters(bytes, 8), bytes[8:])
	default:
		h.Salt, h.Sum = bytes[:16], bytes[16:16+h.block()]
	}
	return h
}

// crypted returns a text of crypt(3).
func crypted(k Kind, salt string, sum []byte) string {
	switch k.Format {
	case "sha256-crypt":
		return fmt.Sprintf("$5$rounds=%d$%s$%s", k.Params[0], salt, letters(sum, crypts["5"].sum))
	case "sha512-crypt":
		return fmt.Sprintf("$6$rounds=%d$%s$%s", k.Params[0], salt, letters(sum, crypts["6"].sum))
	}
	return "$1$" + salt + "$" + letters(sum, crypts["1"].sum)
}

// letters returns n letters, one for each byte and then again.
func letters(bytes []byte, n int) string {
	text := make([]byte, n)
	for i := range text {
		text[i] = alphabet[bytes[i%len(bytes)]%64]
	}
	return string(text)
}
