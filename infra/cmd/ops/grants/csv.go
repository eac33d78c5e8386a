package grants

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// counted ends a row that is too long: a quote that is never closed would make one of the
// rest of the file.
type counted struct {
	from io.Reader
	row  int
}

var errLong = fmt.Errorf("a row is longer than %d bytes: is a quote not closed?", maxRow)

func (c *counted) Read(to []byte) (int, error) {
	if c.row > maxRow {
		return 0, errLong
	}
	n, err := c.from.Read(to)
	c.row += n
	return n, err
}

// table reads CSV (RFC 4180).
type table struct {
	source *counted
	csv    *csv.Reader
	names  []string
	cells  []func(string) []byte // by place
}

// heading reads the names of the columns.
func (t *table) heading() (faults []Fault, err error) {
	t.csv.ReuseRecord = true
	names, err := t.csv.Read()
	if wrong, isCSV := errors.AsType[*csv.ParseError](err); isCSV {
		return []Fault{{wrong.Line, wrong.Column, "", wrong.Err.Error(), "correct the heading"}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the heading: %w", err)
	}
	t.names = slices.Clone(names)
	says, grants := false, false
	for i, name := range t.names {
		line, at := t.csv.FieldPos(i)
		known, is := find(name)
		switch {
		case !is:
			faults = append(faults, unknown(line, at, name))
			continue
		case slices.Index(t.names, name) < i:
			faults = append(faults, Fault{line, at, name, "the column is there twice", "remove one of them"})
		}
		t.cells = append(t.cells, known.cell)
		says, grants = says || name == "sub" || name == "email", grants || known.grants
	}
	if len(faults) == 0 && !(says && grants) {
		faults = append(faults, Fault{1, 1, "", "the heading lacks a column", "it has sub or email, and one or more of roles, tenants, tenant, tenantRoles, status, claims"})
	}
	return faults, nil
}

func (t *table) next() (line int, cells []cell, faults []Fault, err error) {
	t.source.row = 0
	record, err := t.csv.Read()
	wrong, isCSV := errors.AsType[*csv.ParseError](err)
	switch {
	case isCSV && errors.Is(err, csv.ErrFieldCount):
		return wrong.Line, nil, []Fault{{wrong.Line, 1, "", fmt.Sprintf("it has %d cells, and the heading %d", len(record), len(t.names)), "separate cells by commas, and write those that have one in quotes"}}, nil
	case isCSV:
		return wrong.StartLine, nil, []Fault{{wrong.Line, max(1, wrong.Column), "", wrong.Err.Error(), `write the cell in quotes, and each quote in it as ""`}}, nil
	case errors.Is(err, errLong):
		line, _ = t.csv.FieldPos(0)
		return 0, nil, nil, fmt.Errorf("line %d: %w", line, err)
	case err != nil:
		return 0, nil, nil, err
	}
	line, _ = t.csv.FieldPos(0)
	for i, text := range record {
		fieldLine, at := t.csv.FieldPos(i)
		if !utf8.ValidString(text) {
			faults = append(faults, Fault{fieldLine, at, t.names[i], "it is not UTF-8", "write the file in UTF-8"})
		}
		if encoded := t.cells[i](text); len(encoded) > 0 {
			cells = append(cells, cell{t.names[i], at, encoded})
		}
	}
	return line, cells, faults, nil
}
