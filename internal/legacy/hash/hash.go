package hash

import (
	"errors"
	"fmt"
	"strings"
)

// Hash is a stored password hash, taken apart. It prints as its kind, whatever prints it: a
// hash is a secret. The zero value is no hash. Nobody writes to the bytes.
type Hash struct {
	Kind
	Algorithm Algorithm
	Digest    string // which the algorithm uses: sha256; of argon2 the variant, id or i
	Before    Before
	// Salt and Sum are the bytes, empty where Text is set: the text of bcrypt and of crypt(3),
	// which their libraries read. Of firebase, Text is the signer key, if the stored text has it.
	Salt, Sum []byte
	Text      string
	stored    string
}

// MaxText is the longest text that Parse reads, in bytes. The longest are Keycloak's JSON.
const MaxText = 4096

// Errors of Parse. None repeats the text.
var (
	ErrUnknown = errors.New("the text is no password hash of a known format")
	// ErrMalformed says that a text begins as a known format and does not go on as one.
	ErrMalformed = errors.New("the password hash is cut, changed or of an unknown version of its format")
	ErrCap       = fmt.Errorf("a check of the password hash takes more than %d s or %d MiB, or its parameters are none that its algorithm allows", maxCPU/1000, maxBytes>>20)
)

// Parse takes a stored hash apart. Space around it is passed over. With an error the hash is
// the zero value.
func Parse(stored string) (Hash, error) {
	if len(stored) > MaxText {
		return Hash{}, ErrUnknown
	}
	text := strings.TrimSpace(stored)
	for _, r := range readers {
		if !r.knows(text) {
			continue
		}
		h, ok := r.read(text)
		if !ok {
			return Hash{}, ErrMalformed
		}
		if err := h.valid(); err != nil {
			return Hash{}, err
		}
		h.stored = stored
		return h, nil
	}
	return Hash{}, ErrUnknown
}

// Format prints the kind, whatever the verb. String is the kind's.
func (h Hash) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(h.Kind.String())) }

// MarshalText returns the kind: it is what JSON and package slog show.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.Kind.String()), nil }
