// Package sentence says refusals in the words and the language of the operator.
//
// A refusal is a stable code, for programs and for support, and one sentence, for the
// user. The program has the English sentences. An operator may write others, by locale
// and code, in the stage file:
//
//	sentences:
//	  de:
//	    email-missing: Bitte gib eine E-Mail-Adresse an
//
// The caller chooses the locale: the proof named locale, or the attribute. It only
// selects one of these sentences, so it need not be trusted; a message never repeats it.
// The lookup tries the locale, then the locale without its last part (de-AT, de), then
// en, then the program's English.
//
// A sentence has no code unless the policy says showCode: true. Then every sentence ends
// in it, in brackets: "Bitte gib eine E-Mail-Adresse an [email-missing]". Without it, a
// client finds the code by the sentence: the decoders (package infra/client/refusal,
// infra/client/js/refusal.mjs) know the English, and `go run ./infra/cmd/ops explain
// --json` writes the table of a stage for them. showCode suits operators whose users
// report refusals by phone; the table suits apps that have their own words.
//
// Everything here is pure and safe for concurrent use.
package sentence

import (
	"maps"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// MaxLetters is how long a sentence may be, with its code: it becomes part of a URL, and
// of a line above a form.
const MaxLetters = 120

// Table has every sentence of every locale. Make it with Compile; a nil Table changes no
// refusal. It never changes.
type Table struct {
	// locales has for each locale, in lower case, the refusals by code, with the
	// sentences of the locales that it falls back on.
	locales map[string]map[string]deny.Refusal
	// english has the refusals for all other locales.
	english map[string]deny.Refusal
}

// Compile makes the table of the sentences at path, for the refusals of the rules. The
// table has the sound sentences; the faults say what is wrong with the others. It shares
// nothing with the section.
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

// Say returns the refusal in a locale: the code stays, the sentence may change. It does
// not change the zero Refusal or one that the table does not know. It does not allocate.
func (t *Table) Say(r deny.Refusal, locale string) deny.Refusal {
	if t == nil || r == (deny.Refusal{}) {
		return r
	}
	if said, ok := t.in(locale)[r.Code]; ok {
		return said
	}
	return r
}

// in returns the refusals for a locale.
func (t *Table) in(locale string) map[string]deny.Refusal {
	var space [maxLocale]byte
	for name := normal(space[:0], locale); len(name) > 0; name = parent(name) {
		if words, found := t.locales[string(name)]; found {
			return words
		}
	}
	return t.english
}

// Locale returns the locale to use: the one that the sign-up asks for, or else the
// attribute. The form knows better than the profile.
func Locale(asked, attribute string) string {
	if asked != "" {
		return asked
	}
	return attribute
}
