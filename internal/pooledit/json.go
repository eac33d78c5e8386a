package pooledit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"unicode/utf8"
)

type raw = json.RawMessage

// object decodes the members of a JSON object; nil for null and for nothing. It refuses a member
// that comes twice: one of the two would be lost. Values keep their bytes.
func object(text []byte) (map[string]raw, error) {
	switch {
	case len(text) == 0:
		return nil, nil
	case !utf8.Valid(text):
		return nil, errors.New("is not UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	switch start, err := decoder.Token(); {
	case err == nil && start == nil:
		return nil, nil
	case start != json.Delim('{'):
		return nil, errors.New("is not a JSON object")
	}
	all := map[string]raw{}
	for decoder.More() {
		var value raw
		key, err := decoder.Token()
		if err = cmp.Or(err, decoder.Decode(&value)); err != nil {
			return nil, fmt.Errorf("is not JSON: %w", err)
		}
		name := key.(string) // the decoder takes nothing else here
		if all[name] != nil {
			return nil, fmt.Errorf("has %s twice", name)
		}
		all[name] = value
	}
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("is not JSON: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has more than one JSON value")
	}
	return all, nil
}

// encode writes a value without touching the bytes of raw ones, blanks between tokens aside.
func encode(value any) raw {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value) // maps and texts of what was decoded
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// text returns a JSON text; "" if the value is none.
func text(value raw) (s string) {
	_ = json.Unmarshal(value, &s)
	return s
}

// says reports whether a value is there and says something.
func says(value raw) bool {
	return !slices.Contains([]string{"", "null", "{}", "[]", `""`}, string(compact(value)))
}

// compact returns a value without blanks between tokens; nil if it is no JSON.
func compact(value raw) raw {
	var out bytes.Buffer
	_ = json.Compact(&out, value)
	return out.Bytes()
}

// equal compares two values; an absent one, nil, equals null. Numbers are compared by their digits, lists
// of texts as sets: all those of a pool are such, and AWS does not promise their order.
func equal(a, b raw) bool { return reflect.DeepEqual(value(a), value(b)) }

func value(of raw) (v any) {
	decoder := json.NewDecoder(bytes.NewReader(of))
	decoder.UseNumber()
	_ = decoder.Decode(&v)
	return sorted(v)
}

func sorted(v any) any {
	switch v := v.(type) {
	case map[string]any:
		maps.DeleteFunc(v, func(_ string, inner any) bool { return inner == nil })
		for name := range v {
			v[name] = sorted(v[name])
		}
	case []any:
		for i := range v {
			v[i] = sorted(v[i])
		}
		if !slices.ContainsFunc(v, func(inner any) bool { _, is := inner.(string); return !is }) {
			slices.SortFunc(v, func(a, b any) int { return cmp.Compare(a.(string), b.(string)) })
		}
	}
	return v
}
