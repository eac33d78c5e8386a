// Package srp is the user pool's half of the Secure Remote Password protocol, in the form
// that Amazon Cognito's clients speak: a client proves that it has the password and sends
// nothing from which it can be found. RFC 5054 has the protocol, RFC 3526 (section 4) the
// group. AWS publishes no description of its own choices, which are these; the source of
// each is amazon-cognito-identity-js 6.3.21, whose numbers testdata holds.
//
//   - A number becomes bytes as in Java's BigInteger.toByteArray: as few as possible, and a
//     zero byte before a set top bit. So g is one byte where k = H(N | g) is hashed, while
//     RFC 5054 pads it to the length of N.
//   - x = H(salt | H(poolName userID ":" password)). poolName is what follows "_" in the
//     pool's id, userID the user's name in the pool, never an alias.
//   - The shared secret becomes a key of 16 bytes by HKDF (RFC 5869), with u as the salt and
//     "Caldera Derived Key" as the information. The proof is an HMAC with it.
//
// Package math/big takes no constant time. This is for a development machine.
package srp
