package iam

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// pattern is a text of a policy, cut into its parts.
type pattern []part

// part is a text, a wildcard or a variable.
type part struct {
	text     string
	wildcard byte   // * or ?
	variable string // a condition key, in lower case
}

// newPattern cuts a text without variables; like makes * and ? wildcards.
func newPattern(text string, like bool) pattern {
	var p pattern
	for text != "" {
		at := strings.IndexAny(text, "*?")
		if !like || at < 0 {
			return append(p, part{text: text})
		}
		p = append(p, part{text: text[:at]}, part{wildcard: text[at]})
		text = text[at+1:]
	}
	return p
}

// Like reports whether a value has the form of a text in which * is any run of characters and ?
// any one.
func Like(text, value string) bool { return newPattern(text, true).matches(value, nil) }

// parsePattern cuts a text with variables (IAM user guide, "IAM policy elements: Variables
// and tags").
func parsePattern(text string, like bool) (pattern, error) {
	var p pattern
	for {
		before, after, found := strings.Cut(text, "${")
		p = append(p, newPattern(before, like)...)
		if !found {
			return p, nil
		}
		name, rest, closed := strings.Cut(after, "}")
		switch {
		case !closed:
			return nil, fmt.Errorf("the value %q", text)
		case modelled(name):
			p = append(p, part{variable: strings.ToLower(name)})
		default:
			return nil, fmt.Errorf("the variable ${%s}", name)
		}
		text = rest
	}
}

// matches reports whether a value has this form. What a variable stands for has no wildcards. A
// variable without a value, or with several, matches nothing.
func (p pattern) matches(value string, keys map[string][]string) bool {
	glyphs := make([]part, 0, len(p))
	for _, of := range p {
		if of.variable != "" {
			values := keys[of.variable]
			if len(values) != 1 {
				return false
			}
			of = part{text: values[0]}
		}
		glyphs = append(glyphs, of)
	}
	return match(glyphs, value)
}

// match goes back to the last * only: an earlier one could take nothing that this one cannot.
func match(p []part, value string) bool {
	back, from := -1, "" // the part after the last *, and what was left when it began
	for i := 0; ; {
		ok := true
		switch {
		case i == len(p):
			if ok = value == ""; ok {
				return true
			}
		case p[i].wildcard == '*':
			i++
			back, from = i, value
			continue
		case p[i].wildcard == '?':
			_, size := utf8.DecodeRuneInString(value)
			ok, value = size > 0, value[size:]
		default:
			value, ok = strings.CutPrefix(value, p[i].text)
		}
		if ok {
			i++
			continue
		}
		if back < 0 || from == "" {
			return false
		}
		_, size := utf8.DecodeRuneInString(from)
		from = from[size:]
		i, value = back, from
	}
}
