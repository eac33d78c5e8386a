// Package jobfile reads the file of a user import job. It looks like CSV and is not RFC 4180
// (guide, "Importing users into user pools from a CSV file", formatting the CSV file): a value
// is never in quotation marks, a comma in it has a backslash before it, and white space around
// it does not count. So encoding/csv would misread a hash of Argon2, which has commas.
//
// The first line names the columns, in any order. The guide wants all columns of the pool; its
// own example of an import with password hashes leaves most out, so this package takes both.
// What it cannot parse ends the job. A row that is wrong fails alone.
//
// AWS does not say of these what it does, so this is a choice: a backslash that is before no
// comma stays, lines end with LF or CRLF, an empty line is no row, and a row's number is that
// of its line, in which the header is line 1.
package jobfile

import (
	"bytes"
	"fmt"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// The limits of a file, without its header, and of a row in characters (guide, "Quotas in Amazon
// Cognito", user import jobs). AWS does not say which megabyte it means.
const (
	MaxBytes = 100 << 20
	MaxRows  = 500_000
	MaxRow   = 16_000
)

// Row is one user. Its values are by column, without the empty ones. Fault says why the row
// cannot be read, without a value of it; "" if it can.
type Row struct {
	Line   int
	Values map[string]string
	Fault  string
}

// Parse reads the header, counts the rows, and returns what reads them in their order. columns are
// those that a file may have, needed those that it must have. fault is a sentence about the whole
// file, which then has no rows; "" if it can be read.
func Parse(text []byte, columns, needed []string) (rows iter.Seq[Row], fault string) {
	rows = func(func(Row) bool) {}
	switch {
	case bytes.HasPrefix(text, []byte("\ufeff")):
		return rows, "The file begins with a byte order mark."
	case !utf8.Valid(text):
		return rows, "The file is not UTF-8."
	}
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	header := split(first)
	for i, column := range header {
		if !slices.Contains(columns, column) || slices.Contains(header[:i], column) {
			return rows, fmt.Sprintf("Column %d of the header is not one of the user pool, or is there twice.", i+1)
		}
	}
	for _, column := range needed {
		if !slices.Contains(header, column) {
			return rows, fmt.Sprintf("The header lacks the column %s.", column)
		}
	}
	count := 0
	for range lines(rest) {
		if count++; count > MaxRows {
			return rows, fmt.Sprintf("The file has more than %d rows.", MaxRows)
		}
	}
	return func(yield func(Row) bool) {
		for number, line := range lines(rest) {
			if !yield(rowOf(header, number, line)) {
				return
			}
		}
	}, ""
}

// lines returns the lines behind the header that are not empty, and their numbers.
func lines(text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		number := 1
		for line := range bytes.Lines(text) {
			number++
			if line = bytes.TrimSpace(line); len(line) > 0 && !yield(number, line) {
				return
			}
		}
	}
}

func rowOf(header []string, number int, line []byte) Row {
	row := Row{Line: number}
	if utf8.RuneCount(line) > MaxRow {
		row.Fault = fmt.Sprintf("The row has more than %d characters.", MaxRow)
		return row
	}
	values := split(line)
	if len(values) != len(header) {
		row.Fault = fmt.Sprintf("The row has %d values, the header %d columns.", len(values), len(header))
		return row
	}
	row.Values = map[string]string{}
	for i, value := range values {
		if value != "" {
			row.Values[header[i]] = value
		}
	}
	return row
}

// split returns the values of a line.
func split(line []byte) (values []string) {
	value, escaped := []byte{}, false
	end := func() {
		values = append(values, strings.TrimSpace(string(value)))
		value = value[:0]
	}
	for _, b := range line {
		switch {
		case b == ',' && escaped:
			value[len(value)-1] = b
		case b == ',':
			end()
		default:
			value = append(value, b)
		}
		escaped = b == '\\'
	}
	end()
	return values
}
