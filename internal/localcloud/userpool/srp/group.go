package srp

import (
	"crypto/sha256"
	"math/big"
)

// primeDigits is the prime of 3,072 bits of RFC 3526, section 4.
const primeDigits = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
	"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
	"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F" +
	"83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B" +
	"E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510" +
	"15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7" +
	"ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C" +
	"BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

// prime, generator and multiplier are N, g and k. Nothing writes to them.
var (
	prime, _   = new(big.Int).SetString(primeDigits, 16)
	generator  = big.NewInt(2)
	multiplier = number(hash(pad(prime), pad(generator)))
)

// Group returns N and g, for a client.
func Group() (n, g *big.Int) { return new(big.Int).Set(prime), new(big.Int).Set(generator) }

// pad returns a number that is not negative as bytes.
func pad(n *big.Int) []byte {
	bytes := n.Bytes()
	if len(bytes) == 0 || bytes[0]&0x80 != 0 {
		return append([]byte{0}, bytes...)
	}
	return bytes
}

func number(bytes []byte) *big.Int { return new(big.Int).SetBytes(bytes) }

func hash(parts ...[]byte) []byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return h.Sum(nil)
}

// power returns base to the exponent, modulo N.
func power(base, exponent *big.Int) *big.Int { return new(big.Int).Exp(base, exponent, prime) }

// product returns a times b, modulo N.
func product(a, b *big.Int) *big.Int {
	c := new(big.Int).Mul(a, b)
	return c.Mod(c, prime)
}
