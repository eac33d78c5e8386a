// Package strict reads the YAML of stage files and reports everything that is wrong with
// it at once.
//
// A stage file decides who may sign up and what a token says. If a misspelled key were
// ignored, or a number taken for a text, the hole would go unnoticed. So the package
// reads a small, literal part of YAML: one document, every key known and given once,
// every value of its field's kind, no null, anchor, alias, merge key or tag, and only
// true and false for a boolean. Each fault has file, line, path, what is wrong and what
// to do.
//
// The package walks the syntax tree of github.com/goccy/go-yaml and fills a Go struct by
// its yaml tags. It does not use that module's decoding, which stops at the first fault.
// Other packages (signup, users, claims …) judge what a value means: Lines adds file and
// line to their policy.Faults.
//
// It is for synth and for tools. The deployed functions read JSON (package policy) and
// never link it.
package strict

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// The limits of a file. A stage file has a few kilobytes; a bigger one would only strain
// the recursive parser.
const (
	maxBytes = 64 << 10
	maxDepth = 32
)

// Decode reads the YAML document src into the struct that into points to, by its yaml
// tags ("name" and ",inline" for embedded structs; every exported field needs a tag, "-"
// leaves it out; "name,scalar" is the field that a single value in place of its struct
// sets). name is the file's name in the faults.
//
// Fields whose key is absent keep their value, so defaults can be set before. A value of
// type any becomes a string, a bool, an int64 or float64 (see policy.Number), a []any or
// a map[string]any. A list that is in the file is never nil, even if it is empty.
//
// For a faulty document Decode returns Faults, all of them in the order of lines; into
// then holds what was sound, and Lines covers what was found. Any other error says that
// the type of into cannot be decoded.
func Decode(name string, src []byte, into any) (Lines, error) {
	d := decoder{lines: Lines{file: name, at: map[string]int{"": 1}}}
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return Lines{}, fmt.Errorf("decoding %s: a pointer to a struct is needed, not %T", name, into)
	}
	if err := decodable(target.Type().Elem(), nil); err != nil {
		return Lines{}, fmt.Errorf("decoding %s: %w", name, err)
	}
	if node := d.document(src); node != nil {
		d.value("", node, target.Elem(), 0)
	}
	return d.lines, d.faults.sorted().Err()
}

// decoder collects what one call of Decode finds.
type decoder struct {
	lines  Lines
	faults Faults
}

// fault adds a fault.
func (d *decoder) fault(line int, path, problem, fix string) {
	d.faults = append(d.faults, newFault(d.lines.file, line, path, problem, fix))
}

// document returns the root of the one document in src, or nil after a fault.
func (d *decoder) document(src []byte) ast.Node {
	if len(src) > maxBytes {
		d.fault(1, "", fmt.Sprintf("the file has %d bytes, more than the %d allowed", len(src), maxBytes), "move what is not configuration elsewhere")
		return nil
	}
	src = bytes.ReplaceAll(src, []byte("\r\n"), []byte("\n")) // go-yaml v1.19.2 counts some line ends of Windows twice
	if line, problem := unreadable(src); problem != "" {
		d.fault(line, "", problem, "save the file as UTF-8 text")
		return nil
	}
	file, err := parse(src)
	if err != nil {
		line := err.GetToken().Position.Line
		if tabbed(src, line) {
			d.fault(line, "", "the line is indented with a tab, which YAML does not take", "indent with blanks")
		} else {
			d.fault(line, "", strings.Join(strings.Fields(err.GetMessage()), " "), "correct the YAML")
		}
		return nil
	}
	var root ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil:
		case root == nil:
			root = doc.Body
		default:
			d.fault(lineOf(doc.Body), "", "a second document begins here", "keep one document per file and remove the line ---")
			return root
		}
	}
	if root == nil {
		d.fault(1, "", "the file is empty", "write at least one key, or use the file of another stage as a model")
	}
	return root
}
