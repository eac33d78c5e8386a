package strict

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// value decodes node, which is at path, into a value of any kind.
func (d *decoder) value(path string, node ast.Node, into reflect.Value, depth int) {
	if problem, fix := refused(node); problem != "" {
		d.fault(lineOf(node), path, problem, fix)
		return
	}
	if depth > maxDepth {
		d.fault(lineOf(node), path, fmt.Sprintf("is nested more than %d levels deep", maxDepth), "flatten it")
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		pointed := reflect.New(into.Type().Elem())
		d.value(path, node, pointed.Elem(), depth)
		into.Set(pointed)
	case reflect.Struct:
		d.structure(path, node, into, depth)
	case reflect.Map:
		d.mapping(path, node, into, depth)
	case reflect.Slice:
		d.list(path, node, into, depth)
	case reflect.Interface:
		d.free(path, node, into, depth)
	default:
		d.scalar(path, node, into)
	}
}

// refused finds the parts of YAML that a stage file may not use: with each of them a
// value can differ from what a reader sees.
func refused(node ast.Node) (problem, fix string) {
	switch n := node.(type) {
	case *ast.NullNode:
		return "has no value", "give it one or remove the key"
	case *ast.AnchorNode:
		return "has an anchor (&)", "write the value out"
	case *ast.AliasNode:
		return "is an alias (*)", "write the value out, or put it in quotes if it begins with *"
	case *ast.TagNode:
		return "has a tag (" + policy.Shown(n.GetToken().Value) + ")", "remove the tag, or put the value in quotes if it begins with !"
	case *ast.DirectiveNode:
		return "is a directive (%)", "remove the line"
	}
	return "", ""
}

// structure decodes a mapping whose keys are the fields of a struct, or a single value that
// stands for it.
func (d *decoder) structure(path string, node ast.Node, into reflect.Value, depth int) {
	_, single := node.(ast.ScalarNode)
	if field, ok := Scalar(into.Type()); ok && single {
		d.value(path, node, into.FieldByIndex(field.Index), depth)
		return
	}
	keys, _ := fields(into.Type()) // decodable has checked every type
	for _, e := range d.entries(path, node, "write its keys below it: "+strings.Join(known(keys), ", ")) {
		index, ok := keys[e.key]
		if !ok {
			d.fault(e.line, e.path, "unknown key "+policy.Shown(e.key), policy.Meant(e.key, known(keys), "the keys here are "+strings.Join(known(keys), ", ")))
			continue
		}
		d.value(e.path, e.value, into.FieldByIndex(index), depth+1)
	}
}

// mapping decodes a mapping whose keys the author chooses.
func (d *decoder) mapping(path string, node ast.Node, into reflect.Value, depth int) {
	t := into.Type()
	filled := reflect.MakeMap(t)
	for _, e := range d.entries(path, node, "write key: value lines below it") {
		if !e.text {
			d.fault(e.line, e.path, "the key "+policy.Shown(e.key)+" is not a text", "put it in quotes")
			continue
		}
		value := reflect.New(t.Elem()).Elem()
		d.value(e.path, e.value, value, depth+1)
		filled.SetMapIndex(reflect.ValueOf(e.key).Convert(t.Key()), value)
	}
	into.Set(filled)
}

// list decodes a sequence.
func (d *decoder) list(path string, node ast.Node, into reflect.Value, depth int) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		d.mismatch(path, node, "a list", "write [a, b], or one line per entry that begins with -")
		return
	}
	filled := reflect.MakeSlice(into.Type(), len(sequence.Values), len(sequence.Values))
	for i, item := range sequence.Values {
		at := policy.Item(path, i)
		d.lines.at[at] = lineOf(item)
		d.value(at, item, filled.Index(i), depth+1)
	}
	into.Set(filled)
}

// free decodes a value whose kind the author chooses.
func (d *decoder) free(path string, node ast.Node, into reflect.Value, depth int) {
	if number(node) {
		d.freeNumber(path, node, into)
		return
	}
	var t reflect.Type
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		t = reflect.TypeFor[map[string]any]()
	case *ast.SequenceNode:
		t = reflect.TypeFor[[]any]()
	case *ast.BoolNode:
		t = reflect.TypeFor[bool]()
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		d.freeNumber(path, node, into)
		return
	default:
		t = reflect.TypeFor[string]()
	}
	value := reflect.New(t).Elem()
	d.value(path, node, value, depth)
	into.Set(value)
}
