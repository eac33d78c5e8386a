// Package idn tells whether an internationalised domain name is spelled as IDNA spells
// it.
//
// It reads the ASCII form only (A-labels, xn--…), which is what mail servers see, and
// accepts only the one form of each name. It rejects a label that cannot be decoded, that
// decodes to plain ASCII or to characters that RFC 5892 does not allow in names, or whose
// name has another ASCII form. It never translates or maps a name to another.
//
// It is a room of its own because golang.org/x/net/idna folds and maps, which the
// packages that compare identities may not do (R7).
package idn

import (
	"unicode"

	"golang.org/x/net/idna"
)

// Strict reports whether every label of a domain in lower-case ASCII is plain, or an
// A-label in its one form, by IDNA2008's rules for registration, which include those for
// right-to-left names and for joiners. It allocates; call it only if email.IDN is true.
func Strict(domain string) bool {
	name, err := idna.Registration.ToUnicode(domain)
	if err != nil {
		return false
	}
	for _, r := range name {
		if !allowed(r) {
			return false
		}
	}
	back, err := idna.Registration.ToASCII(name)
	return err == nil && back == domain
}

// allowed reports whether a name may have the character (RFC 5892 §2.1 and appendix A).
// golang.org/x/net/idna follows UTS #46, which allows symbols and emoji.
func allowed(r rune) bool {
	switch r {
	case '-', '.', '\u200c', '\u200d', '\u00b7', '\u0375', '\u05f3', '\u05f4', '\u30fb':
		return true
	}
	return unicode.In(r, unicode.Ll, unicode.Lo, unicode.Lm, unicode.Mn, unicode.Mc, unicode.Nd)
}
