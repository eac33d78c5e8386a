package strict

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// scalar decodes a text, a boolean or a number.
func (d *decoder) scalar(path string, node ast.Node, into reflect.Value) {
	switch into.Kind() {
	case reflect.String:
		d.text(path, node, into)
	case reflect.Bool:
		d.boolean(path, node, into)
	case reflect.Float32, reflect.Float64:
		d.float(path, node, into)
	default:
		d.integer(path, node, into)
	}
}

// text takes a text as it is written. It does not convert a number or boolean: an account
// id would lose its leading zero, a version 1.10 its last digit.
func (d *decoder) text(path string, node ast.Node, into reflect.Value) {
	switch n := node.(type) {
	case *ast.LiteralNode:
		into.SetString(n.Value.Value)
		return
	case *ast.StringNode:
		if problem, fix := ambiguous(n); problem != "" {
			d.fault(lineOf(node), path, problem, fix)
			return
		}
		into.SetString(n.Value)
		return
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode:
		d.mismatch(path, node, "a text", "write one value")
		return
	}
	d.mismatch(path, node, "a text", "put it in quotes")
}

// ambiguous finds a text without quotes that github.com/goccy/go-yaml v1.19.2 reads as a
// text and YAML 1.2.2 does not: numbers beyond 64 bits, numbers with an exponent and no
// dot, and a colon with a blank inside a flow mapping.
func ambiguous(n *ast.StringNode) (problem, fix string) {
	switch {
	case n.Token.Type != token.StringType: // in quotes
	case numeric(n.Value):
		return "must be a text, not " + policy.Shown(n.Value), "put it in quotes"
	case strings.Contains(n.Value, ": "), strings.HasSuffix(n.Value, ":"):
		return "the text " + policy.Shown(n.Value) + " looks like a key", "put it in quotes, or put keys with a colon in quotes"
	}
	return "", ""
}

// boolean takes true and false only; yes and on are texts in YAML 1.2.
func (d *decoder) boolean(path string, node ast.Node, into reflect.Value) {
	if _, ok := node.(*ast.BoolNode); ok {
		if literal := node.GetToken().Value; literal == "true" || literal == "false" {
			into.SetBool(literal == "true")
			return
		}
	}
	d.mismatch(path, node, "true or false", "write true or false, in small letters and without quotes")
}

// integer takes a plain decimal number that fits. Readers differ on 0x1F, 0o17, 1_000 and
// 017 (octal in YAML 1.1).
func (d *decoder) integer(path string, node ast.Node, into reflect.Value) {
	literal := node.GetToken().Value
	if _, ok := node.(*ast.IntegerNode); !ok || !decimal(literal) {
		d.mismatch(path, node, "a whole number", "write a decimal number, without quotes or leading zeros")
		return
	}
	var err error
	if into.CanInt() {
		var n int64
		n, err = strconv.ParseInt(literal, 10, into.Type().Bits())
		into.SetInt(n)
	} else {
		var n uint64
		n, err = strconv.ParseUint(literal, 10, into.Type().Bits())
		into.SetUint(n)
	}
	if err != nil {
		into.SetZero()
		d.fault(lineOf(node), path, "the number "+policy.Shown(literal)+" is out of range", "use one that fits "+into.Kind().String())
	}
}

// float takes any finite decimal number.
func (d *decoder) float(path string, node ast.Node, into reflect.Value) {
	f, err := strconv.ParseFloat(node.GetToken().Value, into.Type().Bits())
	if !number(node) || err != nil {
		d.mismatch(path, node, "a number", "write a decimal number, without quotes or leading zeros")
		return
	}
	into.SetFloat(f)
}

// freeNumber decodes a number into a value of any kind.
func (d *decoder) freeNumber(path string, node ast.Node, into reflect.Value) {
	n, ok := policy.Number(node.GetToken().Value)
	if !ok || !number(node) {
		d.fault(lineOf(node), path, "the number "+policy.Shown(node.GetToken().Value)+" cannot be kept exactly", "write a decimal number of at most 64 bits, or put it in quotes as a text")
		return
	}
	into.Set(reflect.ValueOf(n))
}

// mismatch adds a fault for a value of the wrong kind.
func (d *decoder) mismatch(path string, node ast.Node, want, fix string) {
	d.fault(lineOf(node), path, fmt.Sprintf("must be %s, not %s", want, kind(node)), fix)
}

// kind returns what a node is, in the words of the faults.
func kind(node ast.Node) string {
	switch n := node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "a mapping"
	case *ast.SequenceNode:
		return "a list"
	case *ast.LiteralNode:
		return "a text of several lines"
	case *ast.StringNode:
		return "the text " + policy.Shown(n.Value)
	}
	return policy.Shown(node.GetToken().Value)
}
