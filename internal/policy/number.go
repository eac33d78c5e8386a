package policy

import (
	"math"
	"strconv"
	"strings"
)

// Number converts a decimal literal where a value may be of any kind (Claim.Value): int64
// if it is whole and fits, float64 otherwise. YAML and JSON both use it, so that a
// document means the same in either. It reports false for a literal that is not a finite
// number, and for a whole one that neither type can hold: float64 would round it
// silently.
func Number(literal string) (any, bool) {
	f, err := strconv.ParseFloat(literal, 64)
	if whole(literal) {
		if n, err := strconv.ParseInt(literal, 10, 64); err == nil {
			return n, true
		}
		return f, err == nil && literal == strconv.FormatFloat(f, 'f', -1, 64)
	}
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, false
	}
	if f == math.Trunc(f) && -1<<63 <= f && f < 1<<63 {
		return int64(f), true
	}
	return f, true
}

// whole reports whether a literal is digits with an optional sign.
func whole(literal string) bool {
	if literal != "" && (literal[0] == '-' || literal[0] == '+') {
		literal = literal[1:]
	}
	return literal != "" && strings.Trim(literal, "0123456789") == ""
}
