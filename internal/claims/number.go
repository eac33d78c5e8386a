package claims

import (
	"strconv"
	"strings"
)

// numberFlaw checks the text of a json.Number: RFC 8259 §6, and within float64, so
// that no reader finds an infinity in it.
func numberFlaw(text string) flaw {
	if !isNumber(text) {
		return "it is not a JSON number"
	}
	if _, err := strconv.ParseFloat(text, 64); err != nil {
		return "it is larger than a float64 can be"
	}
	return ""
}

// isNumber matches -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
func isNumber(text string) bool {
	text = strings.TrimPrefix(text, "-")
	whole, rest := digits(text)
	if whole == "" || len(whole) > 1 && whole[0] == '0' {
		return false
	}
	if strings.HasPrefix(rest, ".") {
		var fraction string
		if fraction, rest = digits(rest[1:]); fraction == "" {
			return false
		}
	}
	if rest == "" {
		return true
	}
	if rest[0] != 'e' && rest[0] != 'E' {
		return false
	}
	rest = rest[1:]
	if rest != "" && (rest[0] == '+' || rest[0] == '-') {
		rest = rest[1:]
	}
	exponent, rest := digits(rest)
	return exponent != "" && rest == ""
}

// digits splits off the leading decimal digits of a text.
func digits(text string) (leading, rest string) {
	n := 0
	for n < len(text) && '0' <= text[n] && text[n] <= '9' {
		n++
	}
	return text[:n], text[n:]
}
