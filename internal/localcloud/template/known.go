package template

import (
	"maps"
	"strings"
)

// A property of a resource that is judged has one of four verdicts.
type class int

const (
	// refused: a call succeeds here that fails on AWS, or the other way round. It stops
	// the start unless the caller tolerates it. An unknown property is refused too.
	refused class = iota
	// acts: the user pool obeys it.
	acts
	// harmless: nobody who calls the pool can tell the difference.
	harmless
	// lacking: what it turns on is absent here, and a call that needs it is refused by
	// name. The banner says so.
	lacking
)

// verdict is a class with its reason: why it is harmless, or what follows from ignoring
// it. Why is "" if the property acts.
type verdict struct {
	class class
	why   string
}

// A key of known is a type without the service, and the path to a property in it, without
// the indexes of lists; "*" is any member of an object. "=" and a value at its end judge
// this value alone, in a list each item. A verdict holds for everything below its key,
// unless the class is acts or a longer key says otherwise.
//
// The list follows the CloudFormation template reference of the AWS::Cognito and
// AWS::ApiGatewayV2 types; tests
// compare it with the installed CDK.
func known() map[string]verdict {
	all := actingRows()
	maps.Copy(all, others)
	maps.Copy(all, apiRows())
	return all
}

// knownProperties answers questions about known.
type knownProperties struct {
	rows    map[string]verdict
	parents map[string]bool // paths below which there are others
}

func newKnownProperties(rows map[string]verdict) knownProperties {
	t := knownProperties{rows, map[string]bool{}}
	for key := range t.rows {
		path, _, _ := strings.Cut(key, "=")
		for path, ok := above(path); ok; path, ok = above(path) {
			t.parents[path] = true
		}
	}
	return t
}

// above returns the path to what a property is in.
func above(path string) (string, bool) {
	if at := strings.LastIndex(path, "."); at >= 0 {
		return path[:at], true
	}
	return "", false
}

// verdict judges a value at a path. Text is "" if it is no scalar.
func (t knownProperties) verdict(path, text string) verdict {
	if v, ok := t.rows[path+"="+text]; ok {
		return v
	}
	if v, ok := t.rows[path]; ok {
		return v
	}
	for path, ok := above(path); ok; path, ok = above(path) {
		if v, ok := t.rows[path]; ok && v.class != acts {
			return v
		}
	}
	return unknown
}

var unknown = verdict{refused, "the local cloud does not know what it does"}

// has reports whether a row is about the path, whatever the value.
func (t knownProperties) has(path string) bool {
	return t.verdict(path, "") != unknown || t.decides(path)
}

// decides reports whether the verdict depends on the value.
func (t knownProperties) decides(path string) bool {
	for key := range t.rows {
		if strings.HasPrefix(key, path+"=") {
			return true
		}
	}
	return false
}
