package policy

import (
	"math"
	"strconv"
	"strings"
)

// Number reads a decimal literal as the policy holds numbers wherever a value
// may be of any kind (Claim.Value): int64 when it is whole and fits, float64
// otherwise. YAML and JSON both go through here, so that a document reads the
// same from either. It reports false for what is no finite number, and for a
// whole literal that neither can hold: float64 would round it in silence.
func Number(literal string) (any, bool) {
	if whole(literal) {
		if n, err := strconv.ParseInt(literal, 10, 64); err == nil {
			return n, true
		}
		f, err := strconv.ParseFloat(literal, 64)
		return f, err == nil && literal == strconv.FormatFloat(f, 'f', -1, 64)
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, false
	}
	if f == math.Trunc(f) && -1<<63 <= f && f < 1<<63 {
		return int64(f), true
	}
	return f, true
}

// whole reports whether literal is written as digits with an optional sign.
func whole(literal string) bool {
	if literal != "" && (literal[0] == '-' || literal[0] == '+') {
		literal = literal[1:]
	}
	return literal != "" && strings.Trim(literal, "0123456789") == ""
}
