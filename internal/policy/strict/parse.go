package strict

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// parse parses src. It turns a panic of the parser into an error: a bad file must not end
// the program with a stack trace.
func parse(src []byte) (file *ast.File, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = errors.New("the YAML parser cannot read this file")
		}
	}()
	tokens := lexer.Tokenize(string(src))
	if line := tooNested(tokens); line > 0 {
		return nil, nested(line)
	}
	// entries finds all duplicate keys; the parser would stop at the first.
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// syntax returns line and message of a parser's error, without its source excerpt.
func syntax(err error) (line int, problem string) {
	var deep nested
	if errors.As(err, &deep) {
		return int(deep), err.Error()
	}
	var detailed yaml.Error
	if !errors.As(err, &detailed) {
		return 1, err.Error()
	}
	return tokenLine(detailed.GetToken()), strings.Join(strings.Fields(detailed.GetMessage()), " ")
}

// tabbed reports whether the indentation of a line has a tab.
func tabbed(src []byte, line int) bool {
	lines := strings.Split(string(src), "\n")
	if line < 1 || line > len(lines) {
		return false
	}
	text := lines[line-1]
	return strings.Contains(text[:len(text)-len(strings.TrimLeft(text, " \t"))], "\t")
}

// nested is the error for a file that is nested too deeply on that line.
type nested int

func (n nested) Error() string {
	return fmt.Sprintf("brackets or marks are nested more than %d levels deep", maxDepth)
}

// tooNested returns the line on which brackets, or several marks on one line (- - -),
// nest deeper than maxDepth, or 0. The parser is recursive and keeps a path per level: 64
// KB of opening brackets cost it gigabytes. Nesting by indentation needs ever longer
// lines, so the file's size limits it.
func tooNested(tokens token.Tokens) int {
	brackets, marks, line := 0, 0, 0
	for _, t := range tokens {
		if at := tokenLine(t); at != line {
			marks, line = 0, at
		}
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			marks++
		}
		if brackets > maxDepth || marks > maxDepth {
			return line
		}
	}
	return 0
}

// unreadable finds what cannot be in a YAML text: a wrong encoding, and control
// characters that YAML 1.2.2 §5.1 excludes and an editor does not show.
func unreadable(src []byte) (line int, problem string) {
	line = 1
	for len(src) > 0 {
		r, size := utf8.DecodeRune(src)
		switch {
		case r == utf8.RuneError && size == 1:
			return line, "a byte here is not UTF-8"
		case r == '\n':
			line++
		case r == '\t', r == '\r' && len(src) > 1 && src[1] == '\n':
		case r < ' ', 0x7f <= r && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff:
			return line, fmt.Sprintf("the invisible character %U stands here", r)
		}
		src = src[size:]
	}
	return line, ""
}
