// Package email reads e-mail addresses as identities, for the whole project: who may sign
// up and which PROFILE holds an address must be decided on the same reading, or an
// address that one side accepts means another to the other side.
//
// The grammar is the Dot-string form of RFC 5321 §4.1.2 in ASCII and nothing else: no
// display name, no quoted local part, no comment, no IP literal, no blanks. Parsers
// differ on those forms: net/mail turns "a@evil.com"@x.co into a@evil.com@x.co, and takes
// the Kelvin sign in a domain for what it looks like. Lower of this package lower-cases
// letters, because strings.ToLower and strings.EqualFold join characters that are not
// equal (U+212A and k, U+017F and s): two users would become one (GitHub's password reset
// in 2016, CVE-2019-19844).
//
// An internationalised domain is read only in its ASCII form (xn--…) and never
// translated: names that look alike stay different. Whether it may be used is a rule of
// package signup, which accepts none unless the operator allows it.
//
// An address has two forms. Normal is the identity. Collision goes further, by the rules
// of the best-known providers, and is data to find duplicates with.
//
// Everything here is pure and safe for concurrent use. No error holds any part of the
// address, so that errors may be logged.
package email

import (
	"errors"
	"strings"
)

// The limits of RFC 5321 §4.5.3.1 and of RFC 1035 §2.3.4, in bytes. A path has
// 256 bytes with its angle brackets, an address therefore 254 (RFC 3696
// erratum 1690).
const (
	MaxAddress = 254
	MaxLocal   = 64
	MaxLabel   = 63
)

// The reasons why an address is unusable. Compare them with errors.Is.
var (
	ErrLength = errors.New("the address or its local part is too long")
	ErrNoAt   = errors.New("the address has no @")
	ErrLocal  = errors.New("the local part is not plain ASCII letters, digits and symbols with single dots inside")
	ErrDomain = errors.New("the domain is not a host name of at least two labels")
)

// Address is a usable e-mail address. Make it with Parse; the zero value is not an
// address.
type Address struct {
	// Local is the part before the @ as it was written.
	Local string
	// Domain is the part after the @ in lower case.
	Domain string
}

// Parse reads all of s as one address.
func Parse(s string) (Address, error) {
	if len(s) > MaxAddress {
		return Address{}, ErrLength
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return Address{}, ErrNoAt
	}
	local, domain := s[:at], s[at+1:]
	if len(local) > MaxLocal {
		return Address{}, ErrLength
	}
	if !dotString(local) {
		return Address{}, ErrLocal
	}
	if !hostName(domain) {
		return Address{}, ErrDomain
	}
	return Address{Local: local, Domain: Lower(domain)}, nil
}

// Normal returns the address as an identity: all in lower case. Two addresses with the
// same normal form differ at most in the case of ASCII letters. Mail servers may
// distinguish A@x from a@x (RFC 5321 §2.4); none in common use does, and a
// case-insensitive user pool does not either.
func (a Address) Normal() string { return Lower(a.Local) + "@" + a.Domain }

// String returns the address as it was written, but for the case of the domain.
func (a Address) String() string { return a.Local + "@" + a.Domain }

// dotString reports whether s is atoms with single dots between them.
func dotString(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' {
		return false
	}
	for i := range len(s) {
		if s[i] == '.' && s[i-1] == '.' {
			return false
		}
		if s[i] != '.' && !atext(s[i]) {
			return false
		}
	}
	return true
}

// atext reports whether c may stand in an atom (RFC 5322 §3.2.3).
func atext(c byte) bool {
	return letter(c) || digit(c) || strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0
}
