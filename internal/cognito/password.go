package cognito

import (
	"fmt"
	"io"
	"log/slog"
)

// Password is a password that a user typed. It prints as a fixed word, by every verb of package
// fmt, in JSON and in logs: what prints a view, or a value that holds one, prints no password.
// The zero value is empty.
type Password struct{ text *string } // fmt prints an inner pointer as an address, also of an unexported field

// NewPassword returns the password of a text.
func NewPassword(text string) Password { return Password{&text} }

// Reveal returns the password itself, for who checks it.
func (p Password) Reveal() string {
	if p.text == nil {
		return ""
	}
	return *p.text
}

// hidden is what a password prints as.
const hidden = "(password)"

// String returns the fixed word.
func (Password) String() string { return hidden }

// Format writes the fixed word for every verb.
func (Password) Format(to fmt.State, _ rune) { _, _ = io.WriteString(to, hidden) }

// MarshalText returns the fixed word: JSON and XML have it.
func (Password) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue returns the fixed word.
func (Password) LogValue() slog.Value { return slog.StringValue(hidden) }

// Hide returns the document of an event without the password of its request, for what prints
// events; nil for one that cannot be read.
func Hide(doc []byte) []byte {
	e, err := Parse(doc)
	if err != nil {
		return nil
	}
	var password span
	if e.find(e.request, member{"password", &password}) != nil {
		return nil
	}
	if password.kind(doc) == 0 {
		return doc
	}
	return append(append(append([]byte{}, doc[:password.start]...), `"`+hidden+`"`...), doc[password.end:]...)
}
