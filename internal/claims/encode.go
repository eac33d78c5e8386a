package claims

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"
)

// maxDepth is how deep a value may nest; a list of scalars has depth 1.
const maxDepth = 5

// maxExactFloat is 2^53. A float64 from there on, written without exponent, may stand
// for a neighbour that a decoder rounded away.
const maxExactFloat = 1 << 53

// flaw is the reason why no token can say a value exactly; "" is none.
type flaw string

// appendValue appends a value as JSON, as encoding/json writes it without HTML
// escaping. It does without reflection, because it runs for every claim of every
// token. With a flaw, the appended bytes are useless.
func appendValue(dst []byte, value any, depth int) ([]byte, flaw) {
	switch v := value.(type) {
	case string:
		return appendString(dst, v)
	case bool:
		return strconv.AppendBool(dst, v), ""
	case json.Number:
		return append(dst, v...), numberFlaw(string(v))
	case int:
		return strconv.AppendInt(dst, int64(v), 10), ""
	case int64:
		return strconv.AppendInt(dst, v, 10), ""
	case uint64:
		return strconv.AppendUint(dst, v, 10), ""
	case float64:
		return appendFloat(dst, v)
	case []string:
		return appendList(dst, v, depth+1, func(dst []byte, item string) ([]byte, flaw) {
			return appendString(dst, item)
		})
	case []any:
		return appendList(dst, v, depth+1, func(dst []byte, item any) ([]byte, flaw) {
			return appendValue(dst, item, depth+1)
		})
	case map[string]any:
		return appendObject(dst, v, depth+1)
	case nil:
		return dst, "it is null"
	}
	return dst, "its type is none of string, number, boolean, list and object"
}

// appendClaimValue appends a value if the token takes it for the claim. A list holds
// only scalars, and four claims of an ID token are scalars (developer guide, "Pre
// token generation trigger version two"); an object may hold anything.
func appendClaimValue(dst []byte, kind Token, name string, value any) ([]byte, flaw) {
	start := len(dst)
	dst, bad := appendValue(dst, value, 0)
	switch {
	case bad != "":
		return dst, bad
	case listOfLists(value):
		return dst, "it is a list of lists or objects"
	case kind == ID && scalarInID(name) && composite(dst[start:]):
		return dst, "an ID token takes " + flaw(name) + " as a single value only"
	}
	return dst, ""
}

// listOfLists reports whether a value is a list with an item that is not a scalar.
func listOfLists(value any) bool {
	list, _ := value.([]any)
	return slices.ContainsFunc(list, func(item any) bool {
		switch item.(type) {
		case []any, []string, map[string]any:
			return true
		}
		return false
	})
}

// composite reports whether encoded JSON is a list or an object.
func composite(encoded []byte) bool { return encoded[0] == '[' || encoded[0] == '{' }

// appendList appends a JSON array; depth is the array's own. It is generic because a
// string passed as any would cost an allocation.
func appendList[T any](dst []byte, list []T, depth int, item func([]byte, T) ([]byte, flaw)) ([]byte, flaw) {
	if depth > maxDepth {
		return dst, "it nests deeper than 5 levels"
	}
	dst = append(dst, '[')
	for i := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		var bad flaw
		if dst, bad = item(dst, list[i]); bad != "" {
			return dst, bad
		}
	}
	return append(dst, ']'), ""
}

// appendObject appends a JSON object with its keys in byte order; depth is the
// object's own.
func appendObject(dst []byte, object map[string]any, depth int) ([]byte, flaw) {
	if depth > maxDepth {
		return dst, "it nests deeper than 5 levels"
	}
	dst = append(dst, '{')
	for i, key := range sortedKeys(object) {
		if i > 0 {
			dst = append(dst, ',')
		}
		var bad flaw
		if dst, bad = appendString(dst, key); bad != "" {
			return dst, bad
		}
		dst = append(dst, ':')
		if dst, bad = appendValue(dst, object[key], depth); bad != "" {
			return dst, bad
		}
	}
	return append(dst, '}'), ""
}

// sortedKeys returns the keys of an object in byte order.
func sortedKeys[V any](object map[string]V) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// appendFloat writes a number as ECMAScript and encoding/json do.
func appendFloat(dst []byte, f float64) ([]byte, flaw) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return dst, "it is not a finite number"
	}
	size := math.Abs(f)
	if size == 0 || 1e-6 <= size && size < 1e21 {
		if size >= maxExactFloat {
			return dst, "it is a float64 beyond 2^53, which may have been rounded"
		}
		return strconv.AppendFloat(dst, f, 'f', -1, 64), ""
	}
	dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
	if n := len(dst); string(dst[n-4:n-1]) == "e-0" {
		dst[n-2] = dst[n-1] // e-09 is e-9
		dst = dst[:n-1]
	}
	return dst, ""
}

// appendString appends a JSON string. Text that is not UTF-8 is a flaw and not
// replaced: the replacement might be another role.
func appendString(dst []byte, s string) ([]byte, flaw) {
	if !utf8.ValidString(s) {
		return dst, "its text is not UTF-8"
	}
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); i++ {
		if size := escapedBytes(s, i); size > 0 {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, s, i)
			i += size - 1
			start = i + 1
		}
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"'), ""
}

// escapedBytes returns how many bytes of s at i need an escape: none, one, or the
// three of U+2028 and U+2029, which end a line in JavaScript.
func escapedBytes(s string, i int) int {
	switch c := s[i]; {
	case c < ' ', c == '"', c == '\\':
		return 1
	case c == 0xe2 && s[i+1] == 0x80 && s[i+2]&^1 == 0xa8:
		return 3
	}
	return 0
}

// appendEscape appends the escape of the character in s at i.
func appendEscape(dst []byte, s string, i int) []byte {
	const hex = "0123456789abcdef"
	switch c := s[i]; c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case 0xe2:
		return append(dst, '\\', 'u', '2', '0', '2', hex[s[i+2]&0xf])
	default:
		return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&0xf])
	}
}
