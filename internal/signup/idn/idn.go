// Package idn knows which internationalised domain names are written as IDNA
// writes them.
//
// Only the ASCII form is read (A-labels, xn--…), since that is what mail servers
// see, and only if it is the one form of its name: a label that cannot be decoded,
// decodes to nothing but ASCII, to characters that RFC 5892 does not allow in
// names, or to a name that is written otherwise, is no domain but somebody's
// attempt. Nothing is ever translated into a name or mapped to another.
//
// It is a room of its own because golang.org/x/net/idna folds and maps, which the
// packages that compare identities may not (R7).
package idn

import (
	"unicode"

	"golang.org/x/net/idna"
)

// Strict reports whether a domain in small ASCII letters is made of labels that
// are plain, or A-labels in their one form, by IDNA2008's rules for registration,
// those for right-to-left names and for joiners among them. It allocates; ask it only about
// domains of which email.IDN is true.
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

// allowed reports whether a name may have the character (RFC 5892 §2.1 and
// appendix A). golang.org/x/net/idna goes by UTS #46, which lets symbols and
// emoji be.
func allowed(r rune) bool {
	switch r {
	case '-', '.', '\u200c', '\u200d', '\u00b7', '\u0375', '\u05f3', '\u05f4', '\u30fb':
		return true
	}
	return unicode.In(r, unicode.Ll, unicode.Lo, unicode.Lm, unicode.Mn, unicode.Mc, unicode.Nd)
}
