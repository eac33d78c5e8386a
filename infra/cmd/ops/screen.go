package main

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// screen is the output of every verb. What is written may hold what a user chose (a name,
// an attribute, a rule's word), and a terminal obeys control characters: they could hide a
// line, rename the window or type into the shell. So each is written as its code. Only
// mark and overwrite send commands.
type screen struct {
	to io.Writer
	// colours is set if to is a terminal, and its user has not asked for none
	// (https://no-color.org).
	colours bool
}

// Write writes text without control characters but line feeds and tabs.
func (s screen) Write(text []byte) (int, error) {
	if _, err := io.WriteString(s.to, tame(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// tame writes each character that is a command or that changes the direction of others as
// its code, in the form of JSON, so that JSON stays JSON.
func tame(text string) string {
	if !strings.ContainsFunc(text, wild) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case !wild(r):
			b.WriteString(text[:size])
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		text = text[size:]
	}
	return b.String()
}

// wild reports whether a terminal does more with a character than to show it: controls,
// formats such as those of direction, separators of lines, and what is not UTF-8. A joiner
// belongs to the letters of some scripts.
func wild(r rune) bool {
	switch r {
	case '\n', '\t', '\u200c', '\u200d':
		return false
	case '\u2028', '\u2029', utf8.RuneError:
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf)
}

// colour is a way to show a word, by its number (ECMA-48, "Select graphic rendition").
type colour int

const (
	bad   colour = 31 // red
	good  colour = 32 // green
	aside colour = 33 // yellow
)

// mark writes a word in a colour where colours are shown. A colour never says what the word
// does not.
func mark(out io.Writer, c colour, word string) {
	s, ok := out.(screen)
	if !ok || !s.colours {
		fmt.Fprint(out, word)
		return
	}
	fmt.Fprintf(s.to, "\x1b[%dm%s\x1b[0m", c, tame(word))
}

// overwrite goes back to the beginning of the line and clears it. It is for terminals only.
func overwrite(out io.Writer) {
	if s, ok := out.(screen); ok {
		out = s.to
	}
	fmt.Fprint(out, "\r\x1b[K")
}
