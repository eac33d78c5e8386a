package directory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
)

// maxDigits is how many digits of a number DynamoDB keeps, maxExponent how large a
// number may be (developer guide, "Supported data types", Number). It would refuse
// others with an error that names no claim.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// normalize returns a claim's value in the types in which a row is read back, without
// shared memory, or the problem for which it cannot be granted.
func normalize(name string, value any) (any, string) {
	encoded, problem := claims.EncodeValue(name, value)
	if problem != "" {
		return nil, problem
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var plain any
	if err := decoder.Decode(&plain); err != nil {
		return nil, "the value cannot be read back: " + err.Error()
	}
	return plain, unstorable(plain)
}

// unstorable returns what is wrong with a number that the table cannot keep; "" is
// nothing.
func unstorable(value any) (problem string) {
	switch v := value.(type) {
	case json.Number:
		if !keepable(string(v)) {
			return fmt.Sprintf("the table keeps numbers of at most %d digits up to 1E+%d: write it as a string", maxDigits, maxExponent)
		}
	case []any:
		for _, item := range v {
			if problem = unstorable(item); problem != "" {
				return problem
			}
		}
	case map[string]any:
		for _, item := range v {
			if problem = unstorable(item); problem != "" {
				return problem
			}
		}
	}
	return ""
}

// keepable reports whether the table keeps a JSON number exactly.
func keepable(number string) bool {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	size := len(digits) - len(fraction) // the number is 0.digits × 10^(size + exponent)
	significant := strings.TrimRight(digits, "0")
	if significant == "" {
		return true
	}
	if exponent != "" {
		e, err := strconv.Atoi(exponent)
		if err != nil || e > 1000 || e < -1000 {
			return false
		}
		size += e
	}
	return len(significant) <= maxDigits && size <= maxExponent && size > minExponent
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

// sameValue reports whether two normalized values are equal. It compares numbers by
// value: the table returns 1.50 as 1.5.
func sameValue(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && sameNumber(string(a), string(b))
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameValue(a[i], b[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name := range a {
			if other, there := b[name]; !there || !sameValue(a[name], other) {
				return false
			}
		}
		return true
	}
	return a == b
}

func sameNumber(a, b string) bool {
	x, okX := new(big.Rat).SetString(a)
	y, okY := new(big.Rat).SetString(b)
	return okX && okY && x.Cmp(y) == 0
}
