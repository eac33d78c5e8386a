package username

import (
	_ "embed" // identifiers.txt
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/secure/bidirule"
	"golang.org/x/text/unicode/norm"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/table"
)

// identifiers has the characters of PRECIS's IdentifierClass (RFC 8264 §4.2) that
// need no look at their neighbours, as ranges: the first character and the last.
//
// It is made from golang.org/x/text/secure/precis, which costs a function 0.2 ms
// and half a megabyte at every start when it is linked, called or not. A test
// compares the two.
//
//go:embed identifiers.txt
var identifiers string

// caseMapped gives the name in small letters as PRECIS maps them (RFC 8265 §3.3,
// UsernameCaseMapped), and false for a name that PRECIS refuses or would change
// in more than case. Zero-width joiners are refused in every place: PRECIS allows
// them where some scripts need them, and nobody sees them.
func caseMapped(name string) (mapped string, ok bool) {
	if ascii(name) {
		return email.Lower(name), true
	}
	if !utf8.ValidString(name) || !norm.NFC.IsNormalString(name) || !identifier(name) || !bidirule.ValidString(name) {
		return "", false
	}
	return norm.NFC.String(lower(name)), true
}

// lower maps letters as Unicode does without a language: one by one, but for the
// one capital whose small letter is two characters.
func lower(name string) string {
	return strings.Map(unicode.ToLower, strings.ReplaceAll(name, "\u0130", "i\u0307"))
}

// identifier reports whether every character of a name may stand where it is.
func identifier(name string) bool {
	for i, r := range name {
		if !stands(r, name[:i], name[i+utf8.RuneLen(r):], name) {
			return false
		}
	}
	return true
}

// stands judges a character by itself or, for those of RFC 5892's appendix A, by
// its neighbours.
func stands(r rune, before, after, name string) bool {
	switch {
	case r < utf8.RuneSelf:
		return ' ' < r && r < 0x7f
	case r == '\u00b7': // middle dot, as in Catalan
		return strings.HasSuffix(before, "l") && strings.HasPrefix(after, "l")
	case r == '\u0375': // Greek numeral sign
		next, _ := utf8.DecodeRuneInString(after)
		return unicode.Is(unicode.Greek, next)
	case r == '\u05f3', r == '\u05f4': // Hebrew punctuation
		last, _ := utf8.DecodeLastRuneInString(before)
		return unicode.Is(unicode.Hebrew, last)
	case r == '\u30fb': // Katakana middle dot
		return strings.ContainsFunc(name, japanese)
	case '\u0660' <= r && r <= '\u0669': // Arabic digits, not mixed with others
		return !strings.ContainsFunc(name, func(r rune) bool { return '\u06f0' <= r && r <= '\u06f9' })
	case '\u06f0' <= r && r <= '\u06f9':
		return !strings.ContainsFunc(name, func(r rune) bool { return '\u0660' <= r && r <= '\u0669' })
	}
	_, last, ok := table.Floor(identifiers, string(r))
	return ok && string(r) <= last
}

func japanese(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) }
