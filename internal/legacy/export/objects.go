package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// objects reads JSON lines: an object a line, blank lines between them.
type objects struct {
	text *bufio.Reader
	line int
	met  map[string]bool // the members that were asked for and are there
}

// unmet returns a fault for each member that no line has: its name is misspelled, and all people
// would lack what it says.
func (o *objects) unmet(asked []column) (faults []Fault) {
	for _, c := range asked {
		if c.name != "" && !o.met[c.name] {
			faults = append(faults, Fault{1, 1, fmt.Sprintf("no line has %.40q for %s", c.name, c.word), "correct the column, or leave " + c.word + " out"})
		}
	}
	return faults
}

func (o *objects) read(row *Row) error {
	for {
		text, err := o.text.ReadSlice('\n')
		o.line++
		row.Line = o.line
		if errors.Is(err, bufio.ErrBufferFull) {
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = o.text.ReadSlice('\n')
			}
			return Fault{o.line, 1, fmt.Sprintf("it is longer than %d bytes", maxRow), "write one object a line, without what nobody asks for"}
		}
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return fmt.Errorf("reading the export behind line %d: %w", o.line-1, err)
		case len(bytes.TrimSpace(text)) > 0:
			return o.object(row, text)
		case err != nil:
			return io.EOF
		}
	}
}

// object reads a line. A name that is there twice is a fault: two readers could see two people.
func (o *objects) object(row *Row, text []byte) error {
	fault := func(at int, problem, fix string) error { return Fault{o.line, at, problem, fix} }
	if !utf8.Valid(text) {
		return fault(1, "it is not UTF-8", "write the file in UTF-8")
	}
	if !json.Valid(text) {
		var nothing any
		broken, _ := errors.AsType[*json.SyntaxError](json.Unmarshal(text, &nothing))
		return fault(int(broken.Offset), "it is no JSON", "write one object a line")
	}
	decoder, value := json.NewDecoder(bytes.NewReader(text)), json.RawMessage(nil)
	if brace, _ := decoder.Token(); brace != json.Delim('{') {
		return fault(1, "it is no object", "write one object a line")
	}
	seen := make([]string, 0, 16)
	for decoder.More() {
		name, _ := decoder.Token() // text is valid
		_ = decoder.Decode(&value)
		at := int(decoder.InputOffset()) - len(value) + 1
		for _, other := range seen {
			if other == name {
				return fault(at, "a member is there twice", "write each name once")
			}
		}
		seen = append(seen, name.(string))
		for i, c := range row.asked {
			if c.name == "" || c.name != name {
				continue
			}
			o.met[c.name] = true
			if value[0] == '{' || value[0] == '[' {
				return fault(at, c.word+": it is an object or a list", "write a text, a number, true, false or null")
			}
			row.values[i], row.at[i] = strings.TrimSpace(plain(value)), at
		}
	}
	return nil
}

// plain returns the text of a value that is neither an object nor a list; null is empty.
func plain(value json.RawMessage) string {
	switch value[0] {
	case 'n':
		return ""
	case '"':
		var text string
		_ = json.Unmarshal(value, &text) // it is valid
		return text
	}
	return string(value)
}
