// Package export reads the users table that the old app has exported: CSV (RFC 4180) with a
// heading, or JSON lines, an object a line. It reads one row after the other, however long the
// file is, and only the columns that are asked for are decoded: who asks for hashes never holds
// a name.
//
// An export has its own names. [Columns] says which of its columns is what: the words of this
// project (name, hash, last, username) and Cognito's attribute names on the left, the export's
// on the right.
//
// What is wrong with a row is a [Fault] with its line and column, and never repeats a cell: a
// fault is printed, and a cell may be a hash. The reader goes on behind the row.
package export

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
)

// maxRow is the bytes of a row: more than Cognito stores of a user (fifty attributes of 2,048
// characters, and a row of 16,000 characters in an import).
const maxRow = 128 << 10

// Fault is what is wrong with a row. Line counts from 1, and so does At, in bytes of the line.
type Fault struct {
	Line, At     int
	Problem, Fix string
}

// Error returns the fault as LINE:AT: what is wrong: what to do. It has no byte of a cell.
func (f Fault) Error() string {
	return fmt.Sprintf("%d:%d: %s: %s", f.Line, f.At, f.Problem, f.Fix)
}

// Row is a row of an export. It is valid until the next one is read.
type Row struct {
	// N is its number, from 0, and Line where it begins, from 1.
	N, Line int

	asked  []column
	values []string
	at     []int // where each value begins, from 1
}

// Get returns what the row says of a word that was asked for, without blanks around it; empty if
// it says nothing.
func (r Row) Get(word string) string {
	for i, c := range r.asked {
		if c.word == word {
			return r.values[i]
		}
	}
	return ""
}

// Fault returns a fault of what the row says of a word.
func (r Row) Fault(word, problem, fix string) Fault {
	f := Fault{Line: r.Line, At: 1, Problem: word + ": " + problem, Fix: fix}
	for i, c := range r.asked {
		if c.word == word {
			f.At = r.at[i]
		}
	}
	return f
}

// Reader reads an export. It must not be used concurrently.
type Reader struct {
	row  Row
	rows interface {
		// read fills the row's values and places.
		read(*Row) error
	}
}

// NewReader returns a reader of the columns that are asked for: an empty list is all of them. The
// format is told by the first byte: no heading of CSV begins with a brace. Its error is a Fault
// where the heading lacks a column.
func NewReader(from io.Reader, columns Columns, words ...string) (*Reader, error) {
	r := &Reader{row: Row{N: -1, Line: 1}}
	for _, c := range columns {
		if len(words) == 0 || slices.Contains(words, c.word) {
			r.row.asked = append(r.row.asked, c)
		}
	}
	r.row.values, r.row.at = make([]string, len(r.row.asked)), make([]int, len(r.row.asked))
	text := bufio.NewReaderSize(from, maxRow)
	if mark, _ := text.Peek(3); string(mark) == "\ufeff" { // a spreadsheet writes it
		_, _ = text.Discard(3)
	}
	switch begin, err := text.Peek(1); {
	case errors.Is(err, io.EOF):
		return nil, Fault{1, 1, "the file is empty", "write a heading and a row, or an object a line"}
	case err != nil:
		return nil, fmt.Errorf("reading the export: %w", err)
	case begin[0] == '{':
		r.rows = &objects{text: text, met: map[string]bool{}}
		return r, nil
	}
	source := &bounded{from: text}
	t := &table{source: source, csv: csv.NewReader(source)}
	r.rows = t
	return r, t.heading(r.row.asked)
}

// Next returns the next row, or io.EOF behind the last one. After a Fault it may be called again;
// every other error is the file's.
func (r *Reader) Next() (Row, error) {
	r.row.N++
	for i, c := range r.row.asked {
		r.row.values[i], r.row.at[i] = c.constant, 1
	}
	return r.row, r.rows.read(&r.row)
}

// Each reads every row. A fault is reported, and its row passed over; the number of faults comes
// back. An error of do ends it.
func (r *Reader) Each(do func(Row) error, report func(Fault)) (faults int, err error) {
	for {
		row, err := r.Next()
		if err == nil {
			err = do(row)
		}
		fault, is := errors.AsType[Fault](err)
		switch {
		case is:
			faults++
			report(fault)
		case errors.Is(err, io.EOF):
			if o, is := r.rows.(*objects); is {
				for _, fault := range o.unmet(r.row.asked) {
					faults++
					report(fault)
				}
			}
			return faults, nil
		case err != nil:
			return faults, err
		}
	}
}
