package export

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// bounded ends a row that is too long: a quote that is never closed would make one of the rest of
// the file.
type bounded struct {
	from io.Reader
	row  int
}

var errLong = fmt.Errorf("a row is longer than %d bytes: is a quote not closed?", maxRow)

func (b *bounded) Read(to []byte) (int, error) {
	if b.row > maxRow {
		return 0, errLong
	}
	n, err := b.from.Read(to[:min(len(to), 4<<10)]) // csv reads ahead: only little counts to the wrong row
	b.row += n
	return n, err
}

// table reads CSV.
type table struct {
	source *bounded
	csv    *csv.Reader
	places []int // of each column that is asked for; -1 is a constant
}

// heading finds the columns.
func (t *table) heading(asked []column) error {
	t.csv.ReuseRecord = true
	names, err := t.csv.Read()
	if wrong, is := errors.AsType[*csv.ParseError](err); is {
		return Fault{wrong.Line, wrong.Column, wrong.Err.Error(), "correct the heading"}
	}
	if err != nil {
		return fmt.Errorf("reading the heading: %w", err)
	}
	for _, c := range asked {
		at := slices.Index(names, c.name)
		switch {
		case c.name == "":
			at = -1
		case at < 0:
			// Without a heading the names are somebody's cells.
			return Fault{1, 1, fmt.Sprintf("there is no column %.40q for %s", c.name, c.word), fmt.Sprintf("name one of the %d of the heading, which is the first line", len(names))}
		case slices.Contains(names[at+1:], c.name):
			return Fault{1, 1, fmt.Sprintf("the column %.40q is there twice", c.name), "rename one of them"}
		}
		t.places = append(t.places, at)
	}
	return nil
}

func (t *table) read(row *Row) error {
	t.source.row = 0
	cells, err := t.csv.Read()
	if wrong, is := errors.AsType[*csv.ParseError](err); is {
		if errors.Is(err, csv.ErrFieldCount) {
			return Fault{wrong.Line, 1, fmt.Sprintf("it has %d cells, and the heading another number", len(cells)), "separate cells by commas, and write those that have one in quotes"}
		}
		return Fault{wrong.Line, wrong.Column, wrong.Err.Error(), `write the cell in quotes, and each quote in it as ""`}
	}
	if err != nil {
		if errors.Is(err, io.EOF) {
			return io.EOF
		}
		return fmt.Errorf("reading the export behind line %d: %w", row.Line, err)
	}
	row.Line, _ = t.csv.FieldPos(0)
	for i, at := range t.places {
		if at < 0 {
			continue
		}
		line, place := t.csv.FieldPos(at)
		if row.values[i], row.at[i] = strings.TrimSpace(cells[at]), place; !utf8.ValidString(cells[at]) {
			return Fault{line, place, row.asked[i].word + ": it is not UTF-8", "write the file in UTF-8"}
		}
	}
	return nil
}
