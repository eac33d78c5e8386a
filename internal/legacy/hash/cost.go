package hash

import (
	"math"
	"math/bits"
)

// Cost is what one check takes.
type Cost struct {
	CPU   float64 // milliseconds on a whole processor of Lambda (1,769 MiB)
	Bytes int     // of memory
}

// What is beyond is refused before anything is computed or allocated: nobody waits for it.
const (
	maxCPU   = 20_000 // milliseconds
	maxBytes = 1 << 30
)

// MostCPU is what a check may take on a whole processor, in milliseconds, to be of use at a sign-in:
// more memory makes no processor faster, and argon2 alone uses several.
const MostCPU = 1500

// nanoseconds is the time of one unit of work: of bcrypt's 2^cost, argon2's KiB times passes,
// scrypt's N·r·p, and of one round of what else a digest drives. It is the best of 25 on an
// AMD EPYC with Go 1.26, and half as much again, since no two processors are alike. What Go has
// no assembly for on Lambda's arm64, argon2 and SHA-512, was measured without (purego).
var nanoseconds = map[string]float64{
	"bcrypt": 68_000, "argon2": 770, "scrypt": 280,
	"md5": 210, "sha1": 210, "sha256": 250, "sha512": 800,
}

// Cost returns what a check of the kind takes. The zero kind takes nothing.
func (k Kind) Cost() Cost {
	f := k.format()
	if f == nil {
		return Cost{}
	}
	// Floats: what a text says may overflow a product of integers.
	a, b, c := float64(k.Params[0]), float64(k.Params[1]), float64(k.Params[2])
	units, bytes, unit := max(a, 1), 0.0, f.digest
	switch f.algorithm {
	case Bcrypt:
		units, unit = math.Exp2(a), "bcrypt"
	case Argon2:
		units, bytes, unit = a*b, 1024*a, "argon2"
	case Scrypt:
		units, bytes, unit = a*b*c, 128*b*(a+c), "scrypt"
	case Firebase:
		units, bytes, unit = math.Exp2(a)*b, 128*b*math.Exp2(a), "scrypt"
	case PHPass:
		units = math.Exp2(a)
	case PBKDF2, Crypt, Digest:
	}
	return Cost{CPU: units * nanoseconds[unit] / 1e6, Bytes: int(min(bytes, math.MaxInt32))}
}

// valid refuses parameters that the algorithm does not have, or that cost too much.
func (k Kind) valid() error {
	f, a, b, c := k.format(), k.Params[0], k.Params[1], k.Params[2]
	ok := f.params == 0 || a >= 1
	switch f.algorithm {
	case Bcrypt:
		ok = a >= 4
	case Argon2: // RFC 9106 §3.1
		ok = b >= 1 && c >= 1 && c <= 255 && a >= 8*c
	case Scrypt: // RFC 7914 §2
		ok = a >= 2 && bits.OnesCount(uint(a)) == 1 && b >= 1 && c >= 1
	case Firebase:
		ok = a >= 1 && b >= 1
	case Crypt: // "rounds" below are raised to it (crypt(3), SHA-crypt)
		ok = f.params == 0 || a >= 1000
	case PBKDF2, PHPass, Digest:
	}
	if cost := k.Cost(); !ok || cost.CPU > maxCPU || cost.Bytes > maxBytes {
		return ErrCap
	}
	return nil
}
