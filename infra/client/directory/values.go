package directory

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
)

// DynamoDB keeps 38 digits of a number, from 1E-130 to 9.99…E+125 (developer guide,
// "Supported data types", Number). It would refuse others with an error that names no
// claim.
const (
	maxDigits   = 38
	maxExponent = 125
	minExponent = -130
)

// normalize returns a claim's value in the types in which a row is read back, without
// shared memory, or the problem for which it cannot be granted.
func normalize(name string, value any) (plain any, problem string) {
	encoded, problem := claims.EncodeValue(name, value)
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	_ = decoder.Decode(&plain) // it is JSON, or empty beside a problem
	exact(plain, func(d decimal) {
		if !d.keepable() {
			problem = fmt.Sprintf("the table keeps numbers of at most %d digits up to 1E+%d: write it as a string", maxDigits, maxExponent)
		}
	})
	return plain, problem
}

// decimal is the number ±d.ddd × 10^exponent, whose first and last digit are not 0. Zero
// has no digits. Two are equal if their numbers are.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// decimalOf reads a JSON number.
func decimalOf(number json.Number) decimal {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(string(number)), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	significant := strings.TrimRight(digits, "0")
	if significant == "" {
		return decimal{}
	}
	e, _ := strconv.Atoi(exponent) // "" is 0; what no int can hold becomes the nearest, which is not kept either
	return decimal{strings.HasPrefix(mantissa, "-"), significant, len(digits) - len(fraction) - 1 + e}
}

// keepable reports whether the table keeps the number exactly.
func (d decimal) keepable() bool {
	return len(d.digits) <= maxDigits && d.exponent <= maxExponent && d.exponent >= minExponent
}

// exact returns a normalized value with its numbers as decimals, to be compared: the table
// returns 1.50 as 1.5. It calls each with every number.
func exact(value any, each func(decimal)) any {
	switch v := value.(type) {
	case json.Number:
		d := decimalOf(v)
		each(d)
		return d
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = exact(item, each)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, item := range v {
			out[name] = exact(item, each)
		}
		return out
	}
	return value
}

// same reports whether two normalized values are equal.
func same(a, b any) bool {
	ignore := func(decimal) {}
	return reflect.DeepEqual(exact(a, ignore), exact(b, ignore))
}

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
