// Package check says whether a password is that of a hash which package hash has read. It
// links the cryptography for it; only what has to check passwords imports it.
//
// Each algorithm is one function. bcrypt, argon2 and scrypt are x/crypto's, PBKDF2 is Go's,
// crypt(3) is go-crypt's. What Firebase, phpass and the frameworks do around them is short and
// stands here. What belongs to the app and not to the hash, a pepper or a project's signer key,
// is in Keys.
//
// A password is compared in constant time. It is in no error.
package check
