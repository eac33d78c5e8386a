// Package importfile writes Cognito's import file: users of a pool with their attributes and, where a
// job names the algorithm, the hashes of their passwords.
//
// The file is not CSV as others know it (developer guide, "Importing users into user pools from a CSV
// file", Formatting the CSV file and Importing users with password hashes): no value is in quotation
// marks, a comma has a backslash before it, blanks around a value are trimmed, there is no byte order
// mark, a birthdate is mm/dd/yyyy. So encoding/csv is of no use here.
//
// [Header.Line] checks a person by the rules of that page before anything is sent: Cognito would
// leave the user out, with a line number in a log. Where the page does not say how a value is
// written, the value is refused here: a quotation mark, a backslash and a line break.
package importfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// The columns that are no attributes.
const (
	usernameColumn = "cognito:username"
	mfaColumn      = "cognito:mfa_enabled"
	hashColumn     = "password_hash"
)

// Limits of a row in characters, and of a file: 500,000 users, and 100 MB, which are read as 100,000,000
// bytes.
const (
	maxLine  = 16_000
	MaxRows  = 500_000
	MaxBytes = 100_000_000
)

// Header is the first line of a file, with what a pool asks of each person.
type Header struct {
	columns []string
	// required are the attributes that nobody may lack, verify those that the pool verifies by itself.
	required, verify []string
}

// NewHeader returns the header of a pool: its columns, as GetCSVHeader returns them, its required
// attributes, and those of SchemaAttributes and AutoVerifiedAttributes that it verifies by itself
// (email, phone_number). The column of hashes is added where the pool's answer lacks it. A pool that
// verifies nothing takes no import.
func NewHeader(columns, required, verify []string) (Header, error) {
	if !slices.Contains(columns, usernameColumn) {
		return Header{}, fmt.Errorf("the pool's header has no column %s: is it the answer of GetCSVHeader?", usernameColumn)
	}
	if len(verify) == 0 {
		return Header{}, errors.New("the pool verifies neither email nor phone_number by itself, and Cognito then starts no import: set AutoVerifiedAttributes, or move everybody at sign-in")
	}
	columns = slices.Clone(columns)
	if !slices.Contains(columns, hashColumn) {
		columns = append(columns, hashColumn)
	}
	return Header{columns, slices.DeleteFunc(slices.Clone(required), func(name string) bool { return name == "sub" }), slices.Clone(verify)}, nil
}

// Person is a user of the file.
type Person struct {
	Username string
	// Attributes have Cognito's names, and values as its API has them: true, 1985-02-01.
	Attributes map[string]string
	// Hash is the password's, as the job's algorithm wants it. Empty is none: Cognito then sets the
	// user to RESET_REQUIRED.
	Hash string
}

// Unfit says why a person cannot be in a file. It names columns and never repeats a value.
type Unfit string

// Error returns the reason.
func (u Unfit) Error() string { return string(u) }

// String returns the header's line, without a line feed.
func (h Header) String() string { return strings.Join(h.columns, ",") }

// Line returns a person's line, without a line feed. Its error is an Unfit.
func (h Header) Line(p Person) (string, error) {
	if why := h.lacks(p); why != "" {
		return "", Unfit(why)
	}
	for name := range p.Attributes {
		if !slices.Contains(h.columns, name) || slices.Contains([]string{usernameColumn, mfaColumn, hashColumn}, name) {
			return "", Unfit(fmt.Sprintf("the pool has no attribute %s", name))
		}
	}
	var b strings.Builder
	for i, column := range h.columns {
		value, why := p.value(column)
		if why != "" {
			return "", Unfit(column + ": " + why)
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strings.ReplaceAll(value, ",", `\,`))
	}
	if utf8.RuneCountInString(b.String()) > maxLine {
		return "", Unfit(fmt.Sprintf("the line is longer than %d characters", maxLine))
	}
	return b.String(), nil
}

// lacks returns what a person must have and has not. Where a pool verifies one address, that one must
// be verified; of two, one.
func (h Header) lacks(p Person) string {
	if p.Username == "" || strings.ContainsFunc(p.Username, func(r rune) bool { return r == ' ' || r == '\t' }) {
		return "a user name must be there, without blanks"
	}
	for _, name := range h.required {
		if strings.TrimSpace(p.Attributes[name]) == "" {
			return "the pool requires " + name
		}
	}
	verified := false
	for _, name := range []string{"email", "phone_number"} {
		if p.Attributes[name+"_verified"] != "true" {
			continue
		}
		if p.Attributes[name] == "" {
			return name + " is verified and not there"
		}
		if slices.Contains(h.verify, name) {
			verified = true
		}
	}
	if !verified {
		return "no verified " + strings.Join(h.verify, " or ")
	}
	return ""
}

// value returns a column of a person as the file has it, or why it cannot.
func (p Person) value(column string) (text, why string) {
	switch text = p.Attributes[column]; column {
	case usernameColumn:
		text = p.Username
	case hashColumn:
		text = p.Hash
	case "birthdate":
		if text == "" {
			break
		}
		date, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return "", "it is no date: write YYYY-MM-DD"
		}
		text = date.Format("01/02/2006")
	}
	text = strings.TrimSpace(text)
	switch {
	case !utf8.ValidString(text):
		return "", "it is not UTF-8"
	case strings.ContainsAny(text, `"\`):
		return "", "it has a quotation mark or a backslash"
	case strings.ContainsFunc(text, breaks):
		return "", "it has a line break or another control character"
	}
	return text, ""
}

// breaks reports whether some reader ends a line at a character, or the character is a byte order
// mark.
func breaks(r rune) bool {
	return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == 0xfeff
}
