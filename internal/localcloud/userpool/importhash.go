package userpool

import (
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/check"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/hash"
)

// importable refuses a hash that an import of this algorithm does not take: "Malformed hash",
// "Parameter out of bounds" and "Algorithm mismatch" (guide, "Troubleshooting password hash
// import errors"), whose sentences in the log are not known. A hash that Cognito's own form
// would write otherwise is malformed, such as a longer sum of scrypt: AWS does not say that it
// takes one. $2x$ of bcrypt is malformed too, as no library here has the fault that it marks.
func importable(algorithm, stored string) error {
	h, malformed := hash.Parse(stored)
	switch as, unfit := h.Convert(); {
	case malformed == nil && unfit != nil:
		return invalidParameter("The password hash %v.", unfit)
	case malformed == nil && as.Algorithm != algorithm:
		return invalidParameter("The password hash is of the algorithm %s, the job of %s.", as.Algorithm, algorithm)
	case malformed != nil || as.Encoded != stored:
		return invalidParameter("The password hash is malformed.")
	}
	return nil
}

// matchesImported reports whether a hash that importable took is that of a password.
func matchesImported(stored, password string) bool {
	h, _ := hash.Parse(stored) // of a user, so importable took it
	fits, err := check.Password(h, password, check.Keys{})
	return err == nil && fits
}
