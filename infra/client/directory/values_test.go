package directory_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// The limits are DynamoDB's: 38 digits, and 1E-130 to 9.99…E+125.
func TestWhichNumbersTheTableKeeps(t *testing.T) {
	const digits38 = "12345678901234567890123456789012345678"
	for _, kept := range []string{
		"0", "-0", "0.0", "-0.00e-5", "0e99999999999999999999", "7", "-7.5", "1e0",
		digits38, "-" + digits38, digits38 + "000", "0.000" + digits38, digits38[:20] + "." + digits38[20:], "-0.00" + digits38 + "0",
		"1e125", "1E+125", "9.99e125", "10e124", "0.1e126", "1" + strings.Repeat("0", 125),
		"1e-130", "9.99e-130", "10e-131", "0.1e-129", "0." + strings.Repeat("0", 129) + "1",
	} {
		if !directory.Keepable(json.Number(kept)) {
			t.Errorf("%s is refused", kept)
		}
	}
	for _, refused := range []string{
		digits38 + "9", "-" + digits38 + ".9", "1." + strings.Repeat("0", 37) + "1", "0." + digits38 + "9",
		"1e126", "10e125", "0.1e127", "-1e126", "1" + strings.Repeat("0", 126), "1e99999999999999999999", "1e9223372036854775807", "12e9223372036854775807",
		"1e-131", "0.1e-130", "-9.99e-131", "0." + strings.Repeat("0", 130) + "1", "1e-99999999999999999999", "0.01e-9223372036854775808",
	} {
		if directory.Keepable(json.Number(refused)) {
			t.Errorf("%s is let through", refused)
		}
	}
}

func TestValuesAreComparedAsTheTableKeepsThem(t *testing.T) {
	n := func(text string) any { return json.Number(text) }
	list := func(items ...any) any { return items }
	object := func(pairs ...any) any {
		out := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			out[pairs[i].(string)] = pairs[i+1]
		}
		return out
	}
	for _, same := range [][2]any{
		{n("1.50"), n("1.5")},
		{n("1e3"), n("1000")},
		{n("0"), n("-0.00")},
		{n("-2"), n("-2.0")},
		{n("0.05"), n("5E-2")},
		{list(n("1.0"), "a", true, nil), list(n("1"), "a", true, nil)},
		{object("a", list(n("10"))), object("a", list(n("1e1")))},
		{list(), list()},
		{map[string]any(nil), object()},
	} {
		if !directory.SameValue(same[0], same[1]) {
			t.Errorf("%v is not %v", same[0], same[1])
		}
	}
	for _, other := range [][2]any{
		{n("1"), n("-1")},
		{n("1"), n("10")},
		{n("1"), n("1.1")},
		{n("12"), n("21")},
		{n("1"), "1"},
		{true, false},
		{"a", "b"},
		{"", nil},
		{list(), object()},
		{list(n("1")), list(n("1"), n("1"))},
		{list(n("1"), n("2")), list(n("2"), n("1"))},
		{list("a"), list(n("1"))},
		{object("a", n("1")), object("b", n("1"))},
		{object("a", n("1")), object("a", n("1"), "b", n("1"))},
		{object("a", nil), object("b", nil)},
		{object("a", list(n("1"))), object("a", list(n("2")))},
	} {
		if directory.SameValue(other[0], other[1]) || directory.SameValue(other[1], other[0]) {
			t.Errorf("%v is %v", other[0], other[1])
		}
	}
}
