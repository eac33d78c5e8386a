package strict

import (
	"errors"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// number reports whether a node is a number in plain decimal form.
func number(node ast.Node) bool {
	literal := node.GetToken().Value
	switch n := node.(type) {
	case *ast.IntegerNode:
		return decimal(literal)
	case *ast.FloatNode:
		return numeric(literal)
	case *ast.StringNode:
		return n.Token.Type == token.StringType && numeric(literal)
	}
	return false
}

// decimal reports whether a literal is digits without a leading zero, after an optional
// minus.
func decimal(literal string) bool {
	if literal != "" && literal[0] == '-' {
		literal = literal[1:]
	}
	return digits(literal) && (len(literal) == 1 || literal[0] != '0')
}

// digits reports whether a text is one or more digits.
func digits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// numeric reports whether a text is a number by the core schema of YAML 1.2.2 (§10.3.2),
// except hexadecimal and octal ones.
func numeric(text string) bool {
	if strings.Trim(text, "0123456789.eE+-") != "" {
		return false
	}
	_, err := strconv.ParseFloat(text, 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}
