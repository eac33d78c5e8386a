package attach

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// settings decodes an object's members; nil if it is none.
func settings(raw json.RawMessage) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(raw, &members)
	return members
}

// complete returns the members of both.
func complete(a, b map[string]json.RawMessage) map[string]json.RawMessage {
	both := maps.Clone(a)
	if both == nil {
		both = map[string]json.RawMessage{}
	}
	maps.Copy(both, b)
	return both
}

// calls reports whether a hook names one of the functions.
func calls(hook json.RawMessage, arns []string) bool {
	return slices.ContainsFunc(arns, func(arn string) bool { return arn != "" && strings.Contains(string(hook), `"`+arn+`"`) })
}

// equal compares two JSON values; nil is null. Digits count, not the number.
func equal(a, b json.RawMessage) bool {
	return bytes.Equal(a, b) || reflect.DeepEqual(value(a), value(b))
}

func value(raw json.RawMessage) (v any) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	_ = decoder.Decode(&v)
	return v
}

// Moved returns the members in which two descriptions of a pool differ, sorted. The estimate of
// its users is none.
func Moved(a, b json.RawMessage) []string {
	before, after := settings(a), settings(b)
	var names []string
	for name := range complete(before, after) {
		if name != "EstimatedNumberOfUsers" && !equal(before[name], after[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
