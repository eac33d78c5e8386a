package main

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// entry returns the manual's text about a key: the form of its value and the default,
// then its comment.
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
	case kind != nil: // a mapping has the defaults of its keys
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

// item formats an entry of a list.
func item(text string) string { return "- " + strings.TrimLeft(paragraphs("  ", text), " ") }

// link links a label to the section of a title, if there is one.
func link(label, title string) string {
	if title == "" {
		return label
	}
	return "[" + label + "](#" + anchor(title) + ")"
}

// meant matches how a comment begins to explain a zero value.
var meant = regexp.MustCompile(`^(0|""|none given)( means|,) `)

// codes matches words that Markdown would read as markup, or a reader as English.
var codes = regexp.MustCompile("`[^`]*`|" + `\[[^\]]*\]|\{([^{}]|\{([^{}]|\{[^{}]*\})*\})*\}|` +
	`(<[^>]*>|[^\s<"(),;])*(<[^>]*>|[*_@]|[a-z0-9]\.[a-z0-9]|\w[:/]\w)(<[^>]*>|[^\s<"(),;])*`)

// folder matches a package of the sign-up policy, as code has it.
var folder = regexp.MustCompile("package `(signup/[a-z]+)`")

// code puts such words into backquotes, and links packages.
func code(text string) string {
	text = codes.ReplaceAllStringFunc(text, func(word string) string {
		if word[0] == '`' {
			return word
		}
		bare := strings.TrimRight(word, ".:")
		return "`" + bare + "`" + word[len(bare):]
	})
	return folder.ReplaceAllString(text, "[`internal/$1`](../../internal/$1)")
}

// anchor returns the anchor that a Git host makes for a heading.
func anchor(heading string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' {
			return '-'
		}
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

// paragraphs wraps each line of a text at 100 columns.
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

// unbroken matches what stays on one line: a word, or code with the marks around it.
var unbroken = regexp.MustCompile("(?:`[^`]*`|\\S)+")
