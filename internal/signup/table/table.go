// Package table searches a text of sorted lines as a dictionary.
//
// The tables of the sign-up rules (disposable domains, number plans, look-alike letters)
// are embedded as text: one line per entry, a key and after a blank its value, in the
// order of the keys' bytes, each line with a line feed. Such a text is in the program's
// read-only memory, is ready before the function starts, needs no allocation for a
// lookup, and shows in a diff what a refresh has changed.
package table

import "strings"

// Floor returns the entry with the greatest key that is not greater than wanted. value is
// "" if the line has none; ok is false if every key is greater. lines must be as the
// package describes; otherwise the result is undefined.
func Floor(lines, wanted string) (key, value string, ok bool) {
	low, high := 0, len(lines) // both begin a line; the answer is before high
	for low < high {
		start := low + strings.LastIndexByte(lines[low:low+(high-low)/2], '\n') + 1
		if behind(lines[start:], wanted) {
			high = start
			continue
		}
		end := strings.IndexByte(lines[start:], '\n')
		if end < 0 {
			return "", "", false
		}
		key, ok, low = lines[start:start+end], true, start+end+1
	}
	if i := strings.IndexByte(key, ' '); i >= 0 { // strings.Cut takes twice the time
		key, value = key[:i], key[i+1:]
	}
	return key, value, ok
}

// behind reports whether the key at the beginning of text is greater than wanted. It
// compares bytes up to the first difference: cutting the key out first would take twice
// the time of a whole search.
func behind(text, wanted string) bool {
	for i := range min(len(text), len(wanted)) {
		switch c := text[i]; {
		case ends(c):
			return false
		case c != wanted[i]:
			return c > wanted[i]
		}
	}
	return len(text) > len(wanted) && !ends(text[len(wanted)])
}

// ends reports whether a byte ends a key.
func ends(c byte) bool { return c == ' ' || c == '\n' }

// Find returns the value of exactly this key.
func Find(lines, wanted string) (value string, ok bool) {
	key, value, ok := Floor(lines, wanted)
	if !ok || key != wanted {
		return "", false
	}
	return value, true
}

// Prefix returns the value of the key that wanted begins with. No key may be a prefix of
// another one.
func Prefix(lines, wanted string) (value string, ok bool) {
	// A key between that prefix and wanted would begin with the prefix.
	key, value, ok := Floor(lines, wanted)
	if !ok || !strings.HasPrefix(wanted, key) {
		return "", false
	}
	return value, true
}
