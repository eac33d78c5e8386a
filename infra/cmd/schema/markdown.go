package main

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// entry is what the manual says of a key: the form of its value and the default, then
// its comment.
func entry(label, form string, required bool, kind any, comment string) string {
	text, warning, _ := strings.Cut(comment, "WARNING: ")
	text, example, _ := strings.Cut(text, "Example: ")
	text, fallback, _ := strings.Cut(strings.ReplaceAll(text, "No default.", ""), "Default: ")
	switch fallback = strings.TrimRight(fallback, ". \n"); {
	case required:
		form += "; required"
	case fallback != "":
		form += "; default: " + code(meant.ReplaceAllString(fallback, ""))
	case kind == "boolean":
		form += "; default: false"
	case kind != nil: // a mapping of its own has the defaults of its keys
		form += "; default: none"
	}
	all := label + " (" + form + ")"
	if text = strings.TrimSpace(text); text != "" {
		all += ": " + capital(code(text))
	}
	if example = strings.TrimRight(example, ". \n"); strings.ContainsRune(example, ' ') {
		all += " Example: " + code(example) + "."
	} else if example != "" {
		all += " Example: `" + example + "`."
	}
	if warning != "" {
		all += " **Warning:** " + capital(code(warning))
	}
	return item(all)
}

func capital(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// item is an entry of a list.
func item(text string) string { return "- " + strings.TrimLeft(paragraphs("  ", text), " ") }

// link leads to the section of a path, if there is one.
func link(label, path string) string {
	if path == "" {
		return label
	}
	return "[" + label + "](#" + anchor(path) + ")"
}

// meant is how a comment begins to say what stands for nothing.
var meant = regexp.MustCompile(`^(0|""|none given)( means|,) `)

// codes are words that Markdown would read as marks of its own, or people as English.
var codes = regexp.MustCompile("`[^`]*`|" + `\[[^\]]*\]|\{[^}]*\}+|` +
	`(<[^>]*>|[^\s<"(),;])*(<[^>]*>|[*_@]|[a-z0-9]\.[a-z0-9]|\w[:/]\w)(<[^>]*>|[^\s<"(),;])*`)

// code puts them into backquotes.
func code(text string) string {
	return codes.ReplaceAllStringFunc(text, func(word string) string {
		if word[0] == '`' {
			return word
		}
		bare := strings.TrimRight(word, ".:")
		return "`" + bare + "`" + word[len(bare):]
	})
}

// anchor is the name that a Git host gives a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' {
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
}

func firstSentence(text string) string {
	text, _, _ = strings.Cut(text, "\n")
	first, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(first, ".") + "."
}

// paragraphs breaks each line of a text into lines of at most 100 columns.
func paragraphs(indent, text string) string {
	var all []string
	for paragraph := range strings.Lines(text) {
		all = append(all, wrapped(indent, paragraph))
	}
	return strings.Join(all, "\n")
}

func wrapped(indent, text string) string {
	var lines strings.Builder
	column := 0
	for _, word := range unbroken.FindAllString(text, -1) {
		switch width := utf8.RuneCountInString(word); {
		case column == 0:
			lines.WriteString(indent + word)
			column = len(indent) + width
		case column+1+width > 100:
			lines.WriteString("\n" + indent + word)
			column = len(indent) + width
		default:
			lines.WriteString(" " + word)
			column += 1 + width
		}
	}
	return lines.String() + "\n"
}

// unbroken is what stays on one line: a word, or code with the marks around it.
var unbroken = regexp.MustCompile("(?:`[^`]*`|\\S)+")
