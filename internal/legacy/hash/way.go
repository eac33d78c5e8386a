package hash

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Way is how a password comes along.
type Way int

// The ways, the easiest first.
const (
	Import   Way = iota // Cognito reads the hash as it is
	Convert             // Cognito reads what Convert makes of it
	AtSignIn            // the trigger checks the password at the first sign-in
	Reset               // nobody can check it: the person chooses a new one
)

// String returns the name that triage prints.
func (w Way) String() string { return [...]string{"import", "convert", "at sign-in", "reset"}[w] }

// Algorithms are PasswordHashingAlgorithm's values (API reference, CreateUserImportJob).
func Algorithms() []string { return []string{"BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"} }

// Imported is a hash for an import job.
type Imported struct {
	Algorithm string // one of Algorithms
	Encoded   string // the value of password_hash, before the CSV file's escapes
}

// limits are Cognito's, by its name of the algorithm (developer guide, "Supported password
// hashing algorithms").
func (h Hash) limits() (name string, most [3]int) {
	switch {
	case h.Algorithm == Bcrypt:
		return "BCRYPT", [3]int{12}
	case h.Algorithm == Argon2 && h.Digest == "id":
		return "ARGON2ID", [3]int{19456, 2, 1}
	case h.Algorithm == Scrypt:
		return "SCRYPT", [3]int{65536, 8, 1}
	case h.Algorithm == PBKDF2 && h.Digest == "sha256":
		return "PBKDF2_SHA256", [3]int{600_000}
	}
	return "", [3]int{}
}

// Way returns how a password of that hash comes along, and why the ways before it do not do.
func (h Hash) Way() (Way, string) {
	name, most := h.limits()
	switch {
	case h.Cost().CPU > MostCPU:
		return Reset, "no function checks it in time"
	case name == "":
		return AtSignIn, "Cognito does not import its algorithm"
	case h.Before != Nothing:
		return AtSignIn, "the password is hashed before " + strings.ToLower(name)
	case h.Text == "" && len(h.Salt) == 0:
		return AtSignIn, "it has no salt"
	case h.Algorithm != Argon2 && len(h.Sum) < h.block():
		return AtSignIn, "its sum is shorter than what Cognito imports"
	}
	for i, n := range h.Params {
		if n > most[i] {
			return AtSignIn, fmt.Sprintf("Cognito imports %s up to %s", name, commas(most))
		}
	}
	if h.encoded() != h.stored {
		return Convert, "Cognito writes " + name + " in another form"
	}
	return Import, ""
}

func commas(n [3]int) string {
	text := ""
	for _, n := range n {
		if n > 0 {
			text += fmt.Sprintf(", %d", n)
		}
	}
	return text[2:]
}

// Convert returns the hash as Cognito imports it; an error if its way is another one.
func (h Hash) Convert() (Imported, error) {
	if way, why := h.Way(); way > Convert {
		return Imported{}, fmt.Errorf("%s cannot be imported: %s", h.Kind, why)
	}
	name, _ := h.limits()
	return Imported{name, h.encoded()}, nil
}

// encoded returns the form that Cognito's guide shows. Its PBKDF2 is passlib's, which
// writes . in the place of +; the guide does not say which of them Cognito reads.
func (h Hash) encoded() string {
	p := h.Params
	salt, sum := base64.RawStdEncoding.EncodeToString(h.Salt), base64.RawStdEncoding.EncodeToString(h.Sum)
	switch h.Algorithm {
	case Argon2:
		return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", p[0], p[1], p[2], salt, sum)
	case Scrypt:
		return fmt.Sprintf("%d$%d$%d$%x$%x", p[0], p[1], p[2], h.Salt, h.Sum)
	case PBKDF2:
		return strings.ReplaceAll(fmt.Sprintf("$pbkdf2-sha256$%d$%s$%s", p[0], salt, sum), "+", ".")
	}
	return h.Text
}
