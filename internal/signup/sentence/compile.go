package sentence

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// compiler collects the faults of the sentences.
type compiler struct {
	known    []deny.Refusal
	showCode bool
	faults   policy.Faults
}

// locales checks the section and returns its sound sentences by locale, in lower case,
// and code.
func (c *compiler) locales(path string, section policy.Sentences) map[string]map[string]string {
	own := make(map[string]map[string]string, len(section))
	for _, written := range slices.Sorted(maps.Keys(section)) {
		at := policy.Child(path, written)
		locale := string(normal(nil, written))
		switch {
		case !wellFormed(locale):
			c.faults.Add(at, policy.Shown(written)+" is not a locale", "write a language such as de, or one with a region such as pt-BR")
		case own[locale] != nil:
			c.faults.Add(at, "the locale "+locale+" is listed twice", "put the two together; case and _ do not count")
		case len(section[written]) == 0:
			c.faults.Add(at, "the locale has no sentence", "remove it, or write one")
		}
		own[locale] = c.sentences(at, section[written])
	}
	return own
}

// sentences checks the sentences of one locale.
func (c *compiler) sentences(path string, written map[string]string) map[string]string {
	sound := make(map[string]string, len(written))
	for _, code := range slices.Sorted(maps.Keys(written)) {
		at := policy.Child(path, code)
		if !slices.ContainsFunc(c.known, func(r deny.Refusal) bool { return r.Code == code }) {
			c.faults.Add(at, "there is no code "+policy.Shown(code), c.codeChoice(code))
			continue
		}
		if problem, fix := flaw(written[code], c.most(code)); problem != "" {
			c.faults.Add(at, problem, fix)
			continue
		}
		sound[code] = written[code]
	}
	return sound
}

// codeChoice returns the fix for an unknown code.
func (c *compiler) codeChoice(word string) string {
	codes := make([]string, len(c.known))
	for i, r := range c.known {
		codes[i] = r.Code
	}
	return policy.Meant(word, codes, "`go run ./infra/cmd/ops explain` lists the codes")
}

// most returns how many letters a sentence may have.
func (c *compiler) most(code string) int {
	if c.showCode {
		return MaxLetters - len(" []") - len(code)
	}
	return MaxLetters
}

// flaw says why a sentence cannot be shown, or returns "". It forbids what would break
// the line, the URL or the text that Cognito makes of the sentence: "PreSignUp failed
// with error <sentence>.".
func flaw(sentence string, most int) (problem, fix string) {
	switch letters := utf8.RuneCountInString(sentence); {
	case strings.TrimSpace(sentence) == "":
		return "the sentence is empty", "write one, or remove the key: English is said then"
	case !utf8.ValidString(sentence):
		return "the sentence is not UTF-8", "write it again"
	case strings.TrimSpace(sentence) != sentence:
		return "the sentence has blanks at an end", "remove them"
	case strings.HasSuffix(sentence, "."):
		return "the sentence ends with a dot", "remove it: Cognito adds one"
	case letters > most:
		return fmt.Sprintf("the sentence has %d letters", letters), fmt.Sprintf("use %d at most", most)
	case strings.ContainsFunc(sentence, invisible):
		return "the sentence has a letter that cannot be seen", "remove control and formatting characters and line breaks"
	case strings.ContainsAny(sentence, "[]<>"):
		return "the sentence has a bracket", "leave out [ ] < and >: a code stands in brackets, and pages may take < for their own"
	}
	return "", ""
}

// invisible reports whether a letter leaves no mark, or moves the marks of others.
// Persian and Indic scripts need the two joiners, French its narrow blanks.
func invisible(r rune) bool {
	switch r {
	case '\u00a0', '\u202f', '\u200c', '\u200d':
		return false
	}
	return !unicode.IsPrint(r)
}

// said returns all refusals, with the operator's words for some of them.
func (c *compiler) said(words map[string]string) map[string]deny.Refusal {
	table := make(map[string]deny.Refusal, len(c.known))
	for _, r := range c.known {
		if own, ok := words[r.Code]; ok {
			r.Sentence = own
		}
		if c.showCode {
			r.Sentence += " [" + r.Code + "]"
		}
		table[r.Code] = r
	}
	return table
}
