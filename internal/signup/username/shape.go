package username

import (
	_ "embed" // confusables.txt
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/table"
)

// confusables maps characters to those that they look like.
//
//go:embed confusables.txt
var confusables string

// shapeOf returns what a name looks like, whatever its characters are: two names of one
// shape can be mistaken for each other.
//
// It is the skeleton of UTS #39 §4, and then that of its lower-case letters: for Unicode
// a 0 looks like a capital O and an I like an l, and users do not know which case a pool
// shows. The caller has refused names with zero-width joiners.
func (l *looks) shapeOf(name string) string {
	shape := name
	if !plain(name) {
		shape = decomposed(l.replaced(decomposed(name), true))
	}
	if lower := email.Lower(shape); lower != shape {
		// Only ASCII has changed; other characters already stand for themselves.
		return l.replaced(lower, false)
	}
	return shape
}

// decomposed splits characters from their marks.
func decomposed(name string) string {
	if ascii(name) {
		return name
	}
	return norm.NFD.String(name)
}

// looks caches what characters look like, by their last byte: the characters of a name
// come again, at the latest in its lower-case form, and searching for each is most of
// what a foreign name costs. The zero value is empty.
type looks [64]struct{ char, like string }

// replaced returns the name with each character replaced by the one that all its
// look-alikes share, those beyond ASCII only if foreign.
func (l *looks) replaced(name string, foreign bool) string {
	if !foreign && !strings.ContainsAny(name, lookAlikes) {
		return name
	}
	var b strings.Builder
	b.Grow(len(name))
	for i, r := range name {
		char := name[i : i+utf8.RuneLen(r)]
		if foreign || r < utf8.RuneSelf {
			char = l.like(char)
		}
		b.WriteString(char)
	}
	return b.String()
}

// lookAlikes are the ASCII characters that have an entry, which a test checks: looking up
// all of them would take most of the time of an ordinary name.
const lookAlikes = "\"%01I`m|"

// like returns what a character looks like, or the character itself.
func (l *looks) like(char string) string {
	known := &l[int(char[len(char)-1])%len(l)]
	if known.char != char {
		known.char, known.like = char, char
		if other, ok := prototype(char); ok {
			known.like = other
		}
	}
	return known.like
}

// prototype looks a character up in the table.
func prototype(char string) (string, bool) {
	if char[0] < utf8.RuneSelf && strings.IndexByte(lookAlikes, char[0]) < 0 {
		return "", false
	}
	return table.Find(confusables, char)
}

// plain reports whether a name is evidently its own skeleton.
func plain(name string) bool { return ascii(name) && !strings.ContainsAny(name, lookAlikes) }
