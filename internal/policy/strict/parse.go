package strict

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// parse returns the syntax tree of src, or what the parser says against it.
func parse(src []byte) (*ast.File, yaml.Error) {
	tokens := lexer.Tokenize(string(src))
	if deep := tooNested(tokens); deep != nil {
		return nil, &yaml.SyntaxError{Message: fmt.Sprintf("brackets or marks are nested more than %d levels deep", maxDepth), Token: deep}
	}
	// entries finds all duplicate keys; the parser would stop at the first.
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	detailed, _ := errors.AsType[yaml.Error](err)
	return file, detailed
}

// tabbed reports whether the indentation of a line has a tab.
func tabbed(src []byte, line int) bool {
	text := bytes.Split(src, []byte("\n"))[line-1]
	return bytes.HasPrefix(bytes.TrimLeft(text, " "), []byte("\t"))
}

// tooNested returns the token with which brackets, or several marks on one line (- - -),
// nest deeper than maxDepth, or nil. The parser is recursive and keeps a path per level:
// 64 KB of opening brackets cost it gigabytes. Nesting by indentation needs ever longer
// lines, so the file's size limits it.
func tooNested(tokens token.Tokens) *token.Token {
	var brackets, marks, line int
	for _, t := range tokens {
		if at := t.Position.Line; at != line {
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
			return t
		}
	}
	return nil
}

// unreadable finds what cannot be in a YAML text: a wrong encoding, and control
// characters that YAML 1.2.2 §5.1 excludes and an editor does not show.
func unreadable(src []byte) (line int, problem string) {
	for line = 1; len(src) > 0; {
		r, size := utf8.DecodeRune(src)
		switch {
		case r == utf8.RuneError && size == 1:
			return line, "a byte here is not UTF-8"
		case r == '\n':
			line++
		case r == '\t':
		case r < ' ', 0x7f <= r && r < 0xa0, r == 0x2028, r == 0x2029, r == 0xfeff:
			return line, fmt.Sprintf("the invisible character %U stands here", r)
		}
		src = src[size:]
	}
	return
}
