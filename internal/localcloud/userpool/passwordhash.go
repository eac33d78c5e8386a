package userpool

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
)

// hashRounds keeps one check near a millisecond: these are throw-away passwords in the
// memory of a development machine.
const hashRounds = 4096

// passwordHash is what the pool keeps of a password; zero matches none.
type passwordHash struct{ salt, hash []byte }

func hashPassword(password string) (passwordHash, error) {
	salt := make([]byte, 16)
	rand.Read(salt)
	hash, err := pbkdf2.Key(sha256.New, password, salt, hashRounds, sha256.Size)
	if err != nil {
		return passwordHash{}, fmt.Errorf("hashing a password: %w", err)
	}
	return passwordHash{salt, hash}, nil
}

func (h passwordHash) matches(password string) bool {
	if h.hash == nil {
		return false
	}
	hash, err := pbkdf2.Key(sha256.New, password, h.salt, hashRounds, sha256.Size)
	return err == nil && subtle.ConstantTimeCompare(hash, h.hash) == 1
}
