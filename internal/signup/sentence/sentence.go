// Package sentence says refusals in the words and the language of the operator.
//
// A refusal is a stable code, for programs and for support, and one sentence,
// for the person. The English sentences are in the program. An operator may give
// others, by locale and code, in the stage file:
//
//	sentences:
//	  de:
//	    email-missing: Bitte gib eine E-Mail-Adresse an
//
// The locale is the caller's word: the proof named locale, or the attribute. It
// chooses among these sentences and does nothing else, so it need not be
// believed; what it names is never repeated. It is looked up as it stands, then
// without its last part (de-AT, de), then as en, then in the program's English.
//
// The sentence carries no code unless the policy says showCode: true. Then every
// sentence ends in it, in brackets: "Bitte gib eine E-Mail-Adresse an
// [email-missing]". Without it, a client finds the code by the sentence: the
// decoders (package infra/client/refusal, infra/client/js/refusal.mjs) know the
// English, and `go run ./infra/cmd/ops explain -json` writes the table of a stage for
// them. Showing the code is for operators who want to hear it from people on the
// phone; a table is for those whose apps have words of their own.
//
// Everything here is pure and safe for concurrent use.
package sentence

import (
	"maps"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// MaxLetters is how long a sentence may be, its code included: it becomes a part
// of a URL, and of a line above a form.
const MaxLetters = 120

// Table has every sentence of every locale. Make it with Compile; a nil Table
// says everything as it is. It is never changed.
type Table struct {
	// locales has for each locale, in small letters, the refusals that differ
	// from the program's, by code; those of the locales that it falls back on are
	// in it.
	locales map[string]map[string]deny.Refusal
	// english is what is said to everybody else.
	english map[string]deny.Refusal
}

// Compile makes the table of the sentences that stand at path, for the refusals
// that the rules can give. The faults are all that is wrong with the sentences;
// the table then has the sound ones. It shares nothing with the section.
func Compile(path string, section policy.Sentences, known []deny.Refusal, showCode bool) (*Table, policy.Faults) {
	c := compiler{known: known, showCode: showCode}
	own := c.locales(path, section)
	t := &Table{locales: make(map[string]map[string]deny.Refusal, len(own))}
	t.english = c.said(own["en"])
	for locale := range own {
		words := make(map[string]string)
		for _, from := range parents(locale) {
			maps.Copy(words, own[from])
		}
		t.locales[locale] = c.said(words)
	}
	return t, c.faults
}

// Say gives the refusal in a locale: the code stays, the sentence may change. The
// zero Refusal stays zero, and one that the table does not know stays as it is.
// It does not allocate.
func (t *Table) Say(r deny.Refusal, locale string) deny.Refusal {
	if t == nil || r == (deny.Refusal{}) {
		return r
	}
	if said, ok := t.in(locale)[r.Code]; ok {
		return said
	}
	return r
}

// in finds the sentences for a locale.
func (t *Table) in(locale string) map[string]deny.Refusal {
	var space [maxLocale]byte
	for name := normal(space[:0], locale); len(name) > 0; name = parent(name) {
		if words, found := t.locales[string(name)]; found {
			return words
		}
	}
	return t.english
}

// Locale gives the locale to speak: the one that the sign-up asks for, and where
// it asks for none, that of the attribute. The form knows better than the
// profile.
func Locale(asked, attribute string) string {
	if asked != "" {
		return asked
	}
	return attribute
}
