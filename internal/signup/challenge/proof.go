package challenge

import (
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"strings"
)

// The limits of a proof. JavaScript can hold every nonce as an exact number.
const (
	prefix     = "1."
	maxNonce   = 1<<53 - 1
	maxSeconds = 1 << 40
	maxDigits  = len("9007199254740991")
	maxTime    = len("1099511627776")
	maxProof   = len(prefix) + maxTime + len(".") + maxDigits
)

// stamp is a proof's time, as text and as a number.
type stamp struct {
	time    string
	seconds int64
}

// parse reads a proof and reports whether it is one, in its only spelling.
func parse(proof string) (at stamp, nonce uint64, ok bool) {
	if len(proof) > maxProof || !strings.HasPrefix(proof, prefix) {
		return stamp{}, 0, false
	}
	made, written, found := strings.Cut(proof[len(prefix):], ".")
	seconds, sound := number(made, maxSeconds)
	nonce, alsoSound := number(written, maxNonce)
	return stamp{made, int64(seconds)}, nonce, found && sound && alsoSound
}

// number reads decimal digits without a leading zero, up to a limit.
func number(digits string, limit uint64) (uint64, bool) {
	if digits == "" || len(digits) > maxDigits || digits[0] == '0' && len(digits) > 1 {
		return 0, false
	}
	var n uint64
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		n = n*10 + uint64(digits[i]-'0')
	}
	return n, n <= limit
}

// work returns the hash of an attempt. No part holds a line break.
func work(at string, who Subject, nonce uint64) [sha256.Size]byte {
	var space [len(purpose) + maxTime + maxSubject + 3]byte
	seed := append(space[:0], purpose+"\n"...)
	seed = append(seed, at...)
	seed = append(seed, '\n')
	seed = append(seed, who.Email...)
	seed = append(seed, '\n')
	seed = append(seed, who.Phone...)
	inner := sha256.Sum256(seed)
	var attempt [sha256.Size + 8]byte
	copy(attempt[:], inner[:])
	binary.BigEndian.PutUint64(attempt[sha256.Size:], nonce)
	return sha256.Sum256(attempt[:])
}

// zeros counts the leading zero bits.
func zeros(hash [sha256.Size]byte) int {
	n := 0
	for _, b := range hash {
		n += bits.LeadingZeros8(b)
		if b != 0 {
			break
		}
	}
	return n
}
