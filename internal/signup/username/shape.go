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
// It is the skeleton of UTS #39 §4, taken twice with small letters between: for
// Unicode a 0 looks like a capital O and an I like an l, and people do not know
// which case a pool shows.
func shapeOf(name string) string {
	shape := skeleton(name)
	lower := email.Lower(shape)
	if lower == shape {
		return shape // a skeleton is its own skeleton
	}
	return skeleton(lower)
}

// skeleton is UTS #39's: decomposed, each character replaced by the one that all
// its look-alikes share, decomposed again. Joiners are left out; PRECIS allows no
// other invisible characters.
func skeleton(name string) string {
	if !ascii(name) {
		name = norm.NFD.String(name)
	}
	if plain(name) {
		return name
	}
	var b strings.Builder
	b.Grow(len(name) + len(name)/2)
	for i, size := 0, 0; i < len(name); i += size {
		_, size = utf8.DecodeRuneInString(name[i:])
		char := name[i : i+size]
		if char == "\u200c" || char == "\u200d" {
			continue
		}
		if looks, ok := prototype(char); ok {
			char = looks
		}
		b.WriteString(char)
	}
	if skeleton := b.String(); !ascii(skeleton) {
		return norm.NFD.String(skeleton)
	}
	return b.String()
}

// lookAlikes are the ASCII characters that have an entry, which a test holds: to
// ask for all of them would be most of the time that an ordinary name takes.
const lookAlikes = "\"%01I`m|"

// prototype looks a character up.
func prototype(char string) (string, bool) {
	if char[0] < utf8.RuneSelf && strings.IndexByte(lookAlikes, char[0]) < 0 {
		return "", false
	}
	return table.Find(confusables, char)
}

// plain reports whether a name is its own skeleton at first sight.
func plain(name string) bool { return ascii(name) && !strings.ContainsAny(name, lookAlikes) }
