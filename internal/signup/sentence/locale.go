package sentence

import (
	"bytes"
	"strings"
)

// maxLocale is the length of the longest name that is looked up; RFC 5646 §4.4.1 asks for
// 35 letters.
const maxLocale = 35

// normal appends the name of a locale in lower case with hyphens: Cognito stores the
// attribute as it is typed, and both de-AT and de_AT are common (OpenID Connect Core
// §5.1). It returns nil for a text that cannot be the name of a locale.
func normal(space []byte, locale string) []byte {
	if len(locale) > maxLocale {
		return nil
	}
	for i := range len(locale) {
		c := locale[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-':
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case c == '_':
			c = '-'
		default:
			return nil
		}
		space = append(space, c)
	}
	return space
}

// parent returns a name without its last part; nothing is left of a single one.
func parent(name []byte) []byte {
	return name[:max(0, bytes.LastIndexByte(name, '-'))]
}

// parents returns the locales whose sentences a locale uses, the weakest first: en, then
// the shorter names, then its own.
func parents(locale string) []string {
	list := []string{"en"}
	for i := range len(locale) {
		if locale[i] == '-' {
			list = append(list, locale[:i])
		}
	}
	return append(list, locale)
}

// wellFormed reports whether a table may have the name: parts of letters and digits, the
// first a language of two or three letters.
func wellFormed(name string) bool {
	parts := strings.Split(name, "-")
	if len(parts[0]) < 2 || len(parts[0]) > 3 || strings.ContainsAny(parts[0], "0123456789") {
		return false
	}
	for _, part := range parts {
		if part == "" || len(part) > 8 {
			return false
		}
	}
	return true
}
