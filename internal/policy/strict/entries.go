package strict

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// entry is one key of a mapping.
type entry struct {
	key   string
	text  bool // written as a text, not as a number, true or null
	path  string
	line  int
	value ast.Node
}

// entries returns the keys of a mapping in order. It adds a fault for each merge key,
// complex key and repetition and leaves it out; fix says what to write if node is none. A
// single value is not repeated then: in the place of a secret's keys it may be the secret.
func (d *decoder) entries(path string, node ast.Node, fix string) []entry {
	mapping, ok := node.(ast.MapNode)
	if _, single := node.(ast.ScalarNode); !ok && single {
		d.fault(lineOf(node), path, "must be a mapping, not a single value", fix)
		return nil
	}
	if !ok {
		d.mismatch(path, node, "a mapping", fix)
		return nil
	}
	var found []entry
	first := make(map[string]int)
	for pairs := mapping.MapRange(); pairs.Next(); {
		e, ok := d.entry(path, pairs.KeyValue())
		if !ok {
			continue
		}
		if line, repeated := first[e.key]; repeated {
			d.fault(e.line, e.path, fmt.Sprintf("the key is given twice, first on line %d", line), "keep one of the two")
			continue
		}
		first[e.key] = e.line
		d.lines.at[e.path] = e.line
		found = append(found, e)
	}
	return found
}

// entry reads one key, or adds a fault.
func (d *decoder) entry(path string, pair *ast.MappingValueNode) (entry, bool) {
	line := lineOf(pair)
	switch key := pair.Key.(type) {
	case *ast.MergeKeyNode:
		d.fault(line, path, "has a merge key (<<)", "write the keys out")
		return entry{}, false
	case *ast.StringNode:
		if glued(pair, key) {
			d.fault(line, policy.Child(path, key.Value), "the colon after the key has no blank behind it", "add the blank, or put a key with a colon in quotes")
			return entry{}, false
		}
		return entry{key.Value, true, policy.Child(path, key.Value), line, pair.Value}, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode, *ast.InfinityNode, *ast.NanNode:
		name := key.GetToken().Value
		return entry{name, false, policy.Child(path, name), line, pair.Value}, true
	}
	d.fault(line, path, "has a key that is not plain text", "write key: value")
	return entry{}, false
}

// glued reports whether a key without quotes is followed by a colon without a blank. YAML
// reads {custom:plan: x} as the key custom:plan, go-yaml v1.19.2 as the key custom.
func glued(pair *ast.MappingValueNode, key *ast.StringNode) bool {
	colon, value := pair.Start, pair.Value.GetToken()
	return key.Token.Type == token.StringType && colon.Next == value &&
		value.Position.Line == colon.Position.Line && value.Position.Column == colon.Position.Column+1
}

// lineOf returns the line on which a reader sees a node begin.
func lineOf(node ast.Node) int {
	switch n := node.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle {
			return lineOf(n.Values[0])
		}
	case *ast.MappingValueNode:
		return lineOf(n.Key)
	}
	return node.GetToken().Position.Line
}
