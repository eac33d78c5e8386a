package grants

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

// objects reads NDJSON: an object a line, blank lines between them.
type objects struct {
	text *bufio.Reader
	line int
}

func (o *objects) next() (line int, cells []cell, faults []Fault, err error) {
	for {
		text, err := o.text.ReadSlice('\n')
		o.line++
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = o.text.ReadSlice('\n')
			}
			return o.line, nil, []Fault{{o.line, 1, "", fmt.Sprintf("it is longer than %d bytes", maxRow), "grant less, or write it without blanks"}}, nil
		case errors.Is(err, io.EOF) && len(text) == 0:
			return 0, nil, nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return 0, nil, nil, fmt.Errorf("reading the file: %w", err)
		case len(bytes.TrimSpace(text)) == 0:
			continue
		case !utf8.Valid(text):
			return o.line, nil, []Fault{{o.line, 1, "", "it is not UTF-8", "write the file in UTF-8"}}, nil
		}
		cells, problem := object(text)
		if problem != "" {
			faults = []Fault{{o.line, 1, "", problem, "write one object a line"}}
		}
		return o.line, cells, faults, nil
	}
}

// object returns the members of a line, which is one object.
func object(line []byte) (cells []cell, problem string) {
	cells, problem = members(line)
	grants := func(c cell) bool { known, _ := find(c.name); return known.grants }
	if problem == "" && !slices.ContainsFunc(cells, grants) {
		problem = "it says nothing of AUTHZ"
	}
	return cells, problem
}
