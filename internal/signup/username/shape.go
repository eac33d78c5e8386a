package username

import (
	_ "embed" // confusables.txt
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/table"
)

// confusables has the characters that look like others, and those.
//
//go:embed confusables.txt
var confusables string

// shapeOf gives what a name looks like, whatever its letters are called: two names
// of one shape can be mistaken for each other.
//
// It is the skeleton of UTS #39 §4, and then that of its small letters: for
// Unicode a 0 looks like a capital O and an I like an l, and people do not know
// which case a pool shows. Zero-width joiners are in no name that gets here.
func (l *looks) shapeOf(name string) string {
	shape := name
	if !plain(name) {
		shape = decomposed(l.replaced(decomposed(name), true))
	}
	if lower := email.Lower(shape); lower != shape {
		// Only ASCII has changed; what is beyond stands for itself already.
		return l.replaced(lower, false)
	}
	return shape
}

// decomposed gives a name's characters and marks one by one.
func decomposed(name string) string {
	if ascii(name) {
		return name
	}
	return norm.NFD.String(name)
}

// looks remembers what letters look like, by their last byte: those of a name come
// again, in its small letters at the latest, and to search for each of them is
// most of what a foreign name costs. The zero value knows none.
type looks [64]struct{ char, like string }

// replaced gives the name with each character replaced by the one that all its
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

// lookAlikes are the ASCII characters that have an entry, which a test holds: to
// ask for all of them would be most of the time that an ordinary name takes.
const lookAlikes = "\"%01I`m|"

// like gives what a character looks like, itself if it looks like no other.
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

// prototype looks a character up.
func prototype(char string) (string, bool) {
	if char[0] < utf8.RuneSelf && strings.IndexByte(lookAlikes, char[0]) < 0 {
		return "", false
	}
	return table.Find(confusables, char)
}

// plain reports whether a name is its own skeleton at first sight.
func plain(name string) bool { return ascii(name) && !strings.ContainsAny(name, lookAlikes) }
