package grants

import (
	"bufio"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// maxRow is the bytes of a row. AUTHZ grants 8 KB at most (package directory); the rest is
// for quotes and escapes.
const maxRow = 64 << 10

// reader reads one row after the other.
type reader interface {
	// next returns the cells of a row and its line, or what is wrong with it; io.EOF behind
	// the last one.
	next() (line int, cells []cell, faults []Fault, err error)
}

// each reads the file's rows from its beginning. What is wrong with a row comes with it. It
// returns the SHA-256 of the file.
func each(file *os.File, do func(Row, []Fault) error) ([]byte, error) {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	sum := sha256.New()
	rows, faults, err := open(file, sum)
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, do(Row{N: -1}, faults)
	}
	for n := 0; ; n++ {
		line, cells, faults, err := rows.next()
		if errors.Is(err, io.EOF) {
			return sum.Sum(nil), nil
		}
		if err != nil {
			return nil, err
		}
		row := Row{N: n, Line: line, at: map[string]int{}}
		row, faults = row.read(cells, faults)
		if err := do(row, faults); err != nil {
			return nil, err
		}
	}
}

// read sets the row's columns and checks them.
func (r Row) read(cells []cell, faults []Fault) (Row, []Fault) {
	for _, c := range cells {
		known, is := find(c.name)
		if !is {
			faults = append(faults, unknown(r.Line, c.at, c.name))
			continue
		}
		r.at[c.name] = c.at
		if problem := known.set(&r, c.json); problem != "" {
			faults = append(faults, r.fault(c.name, problem, "correct it"))
		}
	}
	if len(faults) == 0 {
		faults = r.check()
	}
	return r, faults
}

// unknown is the fault of a column that is none.
func unknown(line, at int, name string) Fault {
	names := make([]string, 0, 9)
	for _, c := range columns() {
		names = append(names, c.name)
	}
	return Fault{line, at, "", fmt.Sprintf("there is no column %.40q", name), policy.Meant(name, names, fmt.Sprintf("the columns are %v", names))}
}

// open tells the formats apart: no heading of CSV begins with a brace.
func open(file io.Reader, sum hash.Hash) (reader, []Fault, error) {
	text := bufio.NewReaderSize(io.TeeReader(file, sum), maxRow)
	if mark, _ := text.Peek(3); string(mark) == "\ufeff" { // a spreadsheet writes it
		_, _ = text.Discard(3)
	}
	begin, err := text.Peek(1)
	switch {
	case errors.Is(err, io.EOF):
		return nil, []Fault{{1, 1, "", "the file is empty", "write a heading and a row, or an object a line"}}, nil
	case err != nil:
		return nil, nil, fmt.Errorf("reading the file: %w", err)
	case begin[0] == '{':
		return &objects{text: text}, nil, nil
	}
	source := &counted{from: text}
	rows := &table{source: source, csv: csv.NewReader(source)}
	faults, err := rows.heading()
	return rows, faults, err
}
