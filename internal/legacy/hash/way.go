package hash

import (
	"encoding/hex"
	"fmt"
	"math"
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

func (w Way) String() string { return [...]string{"import", "convert", "at sign-in", "reset"}[w] }

// Imported is a hash for an import job.
type Imported struct {
	Algorithm string // PasswordHashingAlgorithm: BCRYPT, SCRYPT, ARGON2ID or PBKDF2_SHA256
	Encoded   string // the value of password_hash, before the CSV file's escapes
}

// limits are Cognito's, by its name of the algorithm (developer guide, "Supported password
// hashing algorithms").
func limits(a Algorithm) (name string, most [3]int) {
	switch a {
	case Bcrypt:
		return "BCRYPT", [3]int{12}
	case Argon2id:
		return "ARGON2ID", [3]int{19456, 2, 1}
	case Scrypt:
		return "SCRYPT", [3]int{65536, 8, 1}
	case PBKDF2SHA256:
		return "PBKDF2_SHA256", [3]int{600_000}
	}
	return "", [3]int{}
}

// Way returns how a password of that hash comes along, and why the ways before it do not do.
func (h Hash) Way() (Way, string) {
	name, most := limits(h.Algorithm)
	params := h.costs()
	switch {
	case h.cost().CPU > MostCPU:
		return Reset, "no function checks it in time"
	case name == "":
		return AtSignIn, "Cognito does not import its algorithm"
	case h.Before != Nothing:
		return AtSignIn, "the password is hashed before " + strings.ToLower(name)
	}
	for i, n := range params {
		if n > most[i] {
			return AtSignIn, fmt.Sprintf("Cognito imports %s up to %s", name, commas(most))
		}
	}
	if _, encoded := h.encoded(); encoded != h.stored {
		return Convert, "Cognito writes " + name + " in another form"
	}
	return Import, ""
}

// costs are the parameters, also those of a format whose text has none.
func (h Hash) costs() [3]int {
	if n, ok := fixed[h.Kind.Format]; ok {
		return [3]int{n}
	}
	return h.Params
}

// fixed are the iterations of formats whose text does not say them.
var fixed = map[string]int{"aspnet-v2": 1000, "spring-pbkdf2-sha256": 310_000, "spring-pbkdf2-sha1": 185_000}

// Iterations returns the number of iterations of PBKDF2.
func (h Hash) Iterations() int { return h.costs()[0] }

func commas(n [3]int) string {
	text := ""
	for _, n := range n {
		if n > 0 {
			text += fmt.Sprintf(", %d", n)
		}
	}
	return text[2:]
}

// Convert returns the hash as Cognito imports it; an error if its way is another one. A sum
// of scrypt or PBKDF2 that is longer than 32 bytes is cut: both end with PBKDF2, whose blocks
// do not depend on each other (RFC 8018, 5.2), so the first bytes are what a shorter sum is.
func (h Hash) Convert() (Imported, error) {
	if way, why := h.Way(); way > Convert {
		return Imported{}, fmt.Errorf("%s cannot be imported: %s", h.Kind, why)
	}
	name, encoded := h.encoded()
	return Imported{name, encoded}, nil
}

// size is the length of a sum that Cognito's guide shows.
const size = 32

func (h Hash) encoded() (name, text string) {
	name, _ = limits(h.Algorithm)
	sum := h.Sum[:min(size, len(h.Sum))]
	switch h.Algorithm {
	case Bcrypt:
		return name, h.Text
	case Argon2id: // its sum depends on its length
		return name, fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", h.Params[0], h.Params[1], h.Params[2], raw64.EncodeToString(h.Salt), raw64.EncodeToString(h.Sum))
	case Scrypt:
		return name, fmt.Sprintf("%d$%d$%d$%s$%s", h.Params[0], h.Params[1], h.Params[2], hex.EncodeToString(h.Salt), hex.EncodeToString(sum))
	default:
		return name, fmt.Sprintf("$pbkdf2-sha256$%d$%s$%s", h.Iterations(), ab64.EncodeToString(h.Salt), ab64.EncodeToString(sum))
	}
}

// Cost is what one check takes.
type Cost struct {
	CPU   float64 // milliseconds on a whole processor of Lambda (1,769 MiB)
	Bytes int     // of memory
}

// MostCPU is what a check may take on a whole processor, in milliseconds: more memory makes no
// processor faster, and argon2 alone uses several.
const MostCPU = 1500

// mostMemory bounds what a check may allocate.
const mostMemory = 1 << 30

// Cost returns what a check of the kind takes.
func (k Kind) Cost() Cost { return k.cost() }

// cost goes by figures of a processor of 2026 that was measured, with half as much again: the
// milliseconds of 2^cost rounds of bcrypt, of an iteration of PBKDF2 and crypt, of a block of
// scrypt, of a KiB of argon2.
func (k Kind) cost() Cost {
	f, _ := formatOf(k.Format)
	p, n := k.Params, float64(Hash{Kind: k}.costs()[0])
	memory := func(bytes int, milliseconds float64) Cost { return Cost{1.5 * milliseconds, bytes} }
	switch f.algorithm {
	case Bcrypt:
		return memory(0, math.Exp2(n)*0.0452)
	case Argon2i, Argon2id:
		return memory(p[0]<<10, n*float64(p[1])*0.00051)
	case PBKDF2SHA1, PBKDF2SHA256:
		return memory(0, n*0.00014)
	case PBKDF2SHA512:
		return memory(0, n*0.00034)
	case Scrypt:
		return memory(128*p[0]*p[1], n*float64(p[1]*p[2])*0.000185)
	case FirebaseScrypt:
		blocks := math.Exp2(float64(p[1])) * n // its mem_cost is log2 of N, its rounds are r
		return memory(int(128*blocks), blocks*0.000185)
	case PHPass:
		return memory(0, math.Exp2(n)*0.000084)
	case SHA256Crypt:
		return memory(0, n*0.00025)
	case SHA512Crypt:
		return memory(0, n*0.00035)
	}
	return Cost{CPU: 1}
}
