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

// identifiers has the characters of PRECIS's IdentifierClass (RFC 8264 §4.2) that may
// have any neighbours, as ranges: the first character and the last.
//
// It is made from golang.org/x/text/secure/precis, which costs a function 0.2 ms and half
// a megabyte at every start when it is linked, called or not. A test compares the two.
//
//go:embed identifiers.txt
var identifiers string

// caseMapped returns the name in lower case as PRECIS maps it (RFC 8265 §3.3,
// UsernameCaseMapped), and false for a name that PRECIS refuses or would change in more
// than case. It refuses zero-width joiners everywhere: PRECIS allows them where some
// scripts need them, but they are invisible.
func caseMapped(name string) (mapped string, ok bool) {
	if ascii(name) {
		return email.Lower(name), true
	}
	if !utf8.ValidString(name) || !norm.NFC.IsNormalString(name) || !identifier(name) || !bidirule.ValidString(name) {
		return "", false
	}
	return norm.NFC.String(lower(name)), true
}

// lower maps letters as Unicode does without a language: one by one, except for the one
// capital whose lower-case letter is two characters.
func lower(name string) string {
	return strings.Map(unicode.ToLower, strings.ReplaceAll(name, "\u0130", "i\u0307"))
}

// identifier reports whether every character of a name may be where it is.
func identifier(name string) bool {
	var first, last rune // the range of the previous character
	for i, r := range name {
		if first < r && r <= last {
			continue
		}
		char := name[i : i+utf8.RuneLen(r)]
		if special, ok := stands(r, name[:i], name[i+len(char):], name); special {
			if !ok {
				return false
			}
			continue
		}
		from, to, _ := table.Floor(identifiers, char)
		if to < char {
			return false
		}
		first, _ = utf8.DecodeRuneInString(from)
		last, _ = utf8.DecodeRuneInString(to)
	}
	return true
}

// stands judges the characters that are in no range: those of ASCII, and those of RFC
// 5892's appendix A, which may have certain neighbours only. That appendix also forbids
// mixing two kinds of Arabic digits; bidirule refuses such names (AN and EN, RFC 5893
// §2).
func stands(r rune, before, after, name string) (special, ok bool) {
	switch {
	case r < utf8.RuneSelf:
		return true, ' ' < r && r < 0x7f
	case r == '\u00b7': // middle dot, as in Catalan
		return true, strings.HasSuffix(before, "l") && strings.HasPrefix(after, "l")
	case r == '\u0375': // Greek numeral sign
		next, _ := utf8.DecodeRuneInString(after)
		return true, unicode.Is(unicode.Greek, next)
	case r == '\u05f3', r == '\u05f4': // Hebrew punctuation
		last, _ := utf8.DecodeLastRuneInString(before)
		return true, unicode.Is(unicode.Hebrew, last)
	case r == '\u30fb': // Katakana middle dot
		return true, strings.ContainsFunc(name, japanese)
	}
	return false, false
}

func japanese(r rune) bool { return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han) }
