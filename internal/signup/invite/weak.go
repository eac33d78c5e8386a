package invite

import "crypto/ed25519"

// weak reports whether a key is a point of small order, for which every caller can make
// signatures: ed25519.Verify accepts such keys (RFC 8032 §5.1.7 does not exclude them).
// In practice the key is all zeros, a placeholder that was never replaced.
func weak(key ed25519.PublicKey) bool {
	var point [ed25519.PublicKeySize]byte
	copy(point[:], key)
	point[len(point)-1] &^= 0x80 // the sign of x
	for _, small := range smallOrder {
		if string(point[:]) == small {
			return true
		}
	}
	return false
}

// smallOrder are the y coordinates of the eight points whose order divides 8,
// little-endian, including those that are not reduced.
var smallOrder = [...]string{
	"\x00" + zeros,
	"\x01" + zeros,
	"\x26\xe8\x95\x8f\xc2\xb2\x27\xb0\x45\xc3\xf4\x89\xf2\xef\x98\xf0\xd5\xdf\xac\x05\xd3\xc6\x33\x39\xb1\x38\x02\x88\x6d\x53\xfc\x05",
	"\xc7\x17\x6a\x70\x3d\x4d\xd8\x4f\xba\x3c\x0b\x76\x0d\x10\x67\x0f\x2a\x20\x53\xfa\x2c\x39\xcc\xc6\x4e\xc7\xfd\x77\x92\xac\x03\x7a",
	"\xec" + ones,
	"\xed" + ones,
	"\xee" + ones,
}

// The other bytes of a coordinate near 0, and of one near the prime 2^255-19.
const (
	zeros = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	ones  = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"
)
