package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// leaf is a value of the schema that has a list or a range of its own.
type leaf struct {
	path        string
	values      []any
	least, most any
}

// leaves collects the values that a path of keys leads to, also below lists and named
// entries.
func leaves(t *testing.T) []leaf {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var root map[string]any
	if err := json.Unmarshal(src, &root); err != nil {
		t.Fatal(err)
	}
	var found []leaf
	var walk func(path string, schema map[string]any)
	walk = func(path string, schema map[string]any) {
		if name, ok := schema["$ref"].(string); ok {
			schema = root["$defs"].(map[string]any)[strings.TrimPrefix(name, "#/$defs/")].(map[string]any)
		}
		values, _ := schema["enum"].([]any)
		if values != nil || schema["minimum"] != nil {
			found = append(found, leaf{path, values, schema["minimum"], schema["maximum"]})
		}
		if either, ok := schema["anyOf"].([]any); ok { // a single value in place of a mapping has one of its keys
			schema = map[string]any{}
			walk(path, either[0].(map[string]any))
		}
		if items, ok := schema["items"].(map[string]any); ok {
			walk(path+"[]", items)
		}
		if values, ok := schema["additionalProperties"].(map[string]any); ok && path != "functions" {
			walk(path+".name", values)
		}
		properties, _ := schema["properties"].(map[string]any)
		for key, inner := range properties {
			walk(strings.TrimPrefix(path+"."+key, "."), inner.(map[string]any))
		}
	}
	walk("", root)
	return found
}

// with returns the sound stage with one value at a path.
func with(path string, value any) []byte {
	text := fmt.Sprint(value)
	steps := strings.Split(path, ".")
	for i := len(steps) - 1; i >= 0; i-- {
		key, list := strings.CutSuffix(steps[i], "[]")
		if list {
			text = "[" + text + "]"
		}
		if text = key + ": " + text; i > 0 {
			text = "{" + text + "}"
		}
	}
	key, _, _ := strings.Cut(text, ":")
	var kept []string
	for line := range strings.Lines(sound) {
		if !strings.HasPrefix(line, key+":") {
			kept = append(kept, line)
		}
	}
	return []byte(strings.Join(kept, "") + text + "\n")
}

// unknown reports whether synth objects to the value at path itself, not to how it goes
// with the rest.
func unknown(t *testing.T, path string, src []byte) bool {
	t.Helper()
	err := loaded(t, src)
	if err == nil {
		return false
	}
	for line := range strings.Lines(err.Error()) {
		_, problem, here := strings.Cut(line, ": "+strings.ReplaceAll(path, "[]", "[0]")+": ")
		for _, text := range []string{"is not known", "there is no ", "is out of range", "cannot be chosen", "groups must be", "is no rule", "is no audience"} {
			if here && strings.Contains(problem, text) {
				return true
			}
		}
	}
	return false
}

// The lists and ranges of the schema are exactly those of synth.
func TestListsAndRangesAreSynths(t *testing.T) {
	all := leaves(t)
	if len(all) == 0 {
		t.Fatal("the schema has no lists and no ranges")
	}
	for _, l := range all {
		good, bad := l.values, []any{"nonsense"}
		switch {
		case l.least != nil:
			good, bad = []any{l.least, l.most}, []any{l.least.(float64) - 2, l.most.(float64) + 1} // 0 is the default
		case strings.Contains(fmt.Sprint(l.values), " 5"): // days, minutes
			bad = []any{2}
		}
		for _, value := range good {
			if src := with(l.path, value); unknown(t, l.path, src) {
				t.Errorf("synth does not know %s %v: %v", l.path, value, loaded(t, src))
			}
		}
		for _, value := range bad {
			if src := with(l.path, value); !unknown(t, l.path, src) {
				t.Errorf("synth takes %s %v: %v", l.path, value, loaded(t, src))
			}
		}
	}
}
