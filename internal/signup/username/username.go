// Package username judges the names that users choose.
//
// Other users read a name, so the rules judge how it reads. A name must be one that
// PRECIS accepts (RFC 8265, UsernameCaseMapped: letters, digits and symbols of one
// direction, nothing invisible). It must already have the form that PRECIS maps it to,
// except for case, since Cognito stores what was typed. It must not read like another
// one: like a reserved name in any spelling, or like plain ASCII in letters of another
// script (Unicode's confusables, UTS #39; SOURCE.md says of which version).
//
// Uniqueness is not judged here: only the pool knows which names exist, and it tells only
// those who may know.
package username

import (
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// MaxLength is Cognito's own limit, in characters (API reference, SignUp).
const MaxLength = 128

// The refusals.
var (
	Unusable  = deny.Refusal{Code: "username-unusable", Sentence: "This user name cannot be used, please use letters and digits", Meaning: "the user name has characters that no user name may have (PRECIS, RFC 8265)"}
	Length    = deny.Refusal{Code: "username-length", Sentence: "This user name is too short or too long", Meaning: "the user name has fewer or more characters than the policy says"}
	Reserved  = deny.Refusal{Code: "username-reserved", Sentence: "This user name cannot be chosen, please choose a different one", Meaning: "the user name is reserved, or reads like one that is"}
	LookAlike = deny.Refusal{Code: "username-look-alike", Sentence: "This user name can be mistaken for another one, please use letters of one alphabet", Meaning: "the user name mixes scripts, or is in letters that look like others"}
)

// Rule is a compiled policy.Username. Make it with Compile; nil accepts every name. It
// never changes and is safe for concurrent use.
type Rule struct {
	least, most        int
	reserved           map[string]struct{} // the shapes of reserved names
	mixed, likeAnother bool                // accepted
}

// Objection returns the refusal for a name, or the zero Refusal. It accepts an empty
// name: Cognito asks for one where it is needed. It accepts a UUID, which no user chose.
func (r *Rule) Objection(name string) deny.Refusal {
	if r == nil || name == "" || uuid(name) {
		return deny.Refusal{}
	}
	if len(name) > utf8.UTFMax*MaxLength {
		return Length
	}
	mapped, ok := caseMapped(name)
	if !ok {
		return Unusable
	}
	if n := utf8.RuneCountInString(mapped); n < r.least || n > r.most {
		return Length
	}
	var known looks
	shape := known.shapeOf(mapped)
	typed := shape
	if name != mapped {
		typed = known.shapeOf(name)
	}
	if r.holds(typed) || r.holds(shape) {
		return Reserved
	}
	if !ascii(mapped) {
		used := scriptsOf(mapped)
		if !r.mixed && !used.highlyRestrictive() || !r.likeAnother && used.foreign() && (ascii(typed) || ascii(shape)) {
			return LookAlike
		}
	}
	return deny.Refusal{}
}

func (r *Rule) holds(shape string) bool {
	_, found := r.reserved[shape]
	return found
}

// ascii reports whether a name has only the ASCII characters that PRECIS allows, all but
// blanks and controls (RFC 8264 §9.11); such a name is its own form.
func ascii(name string) bool {
	for i := range len(name) {
		if name[i] <= ' ' || name[i] >= 0x7f {
			return false
		}
	}
	return true
}

// uuid reports whether a name has the form of Cognito's own UUIDs.
func uuid(name string) bool {
	if len(name) != 36 {
		return false
	}
	for i := range len(name) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (name[i] == '-') || !hyphen && !strings.ContainsRune("0123456789abcdef", rune(name[i])) {
			return false
		}
	}
	return true
}
