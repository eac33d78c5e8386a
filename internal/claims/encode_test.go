package claims

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"pgregory.net/rapid"
)

// anyScalar draws values that a token can say, edge cases first.
func anyScalar() *rapid.Generator[any] {
	return rapid.OneOf(
		rapid.SampledFrom([]any{
			int64(math.MaxInt64), int64(math.MinInt64), uint64(math.MaxUint64), 0, -1,
			json.Number("9007199254740993"), json.Number("-0"), json.Number("1.79e308"), json.Number("1E+40"),
			json.Number("0.1000"), json.Number("12345678901234567890123456789012345678"),
			1e308, 1e21, 1e-6, 1e-7, 5e-324, math.MaxFloat64, 0.1, math.Copysign(0, -1),
			"<>&'\"\\/\b\f\n\r\t\x00\x1f\x7f\u2028\u2029\u2030é€𝄞", "", true, false,
		}),
		rapid.String().AsAny(), rapid.Bool().AsAny(), rapid.Int().AsAny(),
		rapid.Int64().AsAny(), rapid.Uint64().AsAny(),
		rapid.Float64().Filter(func(f float64) bool { return math.Abs(f) < maxExactFloat || math.Abs(f) >= 1e21 }).AsAny(),
		rapid.SliceOfN(rapid.String(), 0, 3).Filter(func(list []string) bool { return list != nil }).AsAny(),
	)
}

// sayable draws values that nest up to a depth.
func sayable(depth int) *rapid.Generator[any] {
	if depth == 0 {
		return anyScalar().Filter(func(v any) bool { _, list := v.([]string); return !list })
	}
	inner := sayable(depth - 1)
	return rapid.OneOf(anyScalar(),
		rapid.SliceOfN(inner, 0, 3).Filter(func(list []any) bool { return list != nil }).AsAny(),
		rapid.MapOfN(rapid.String(), inner, 0, 3).Filter(func(m map[string]any) bool { return m != nil }).AsAny())
}

// anyValue draws what a row may hold, unusable values included.
func anyValue(depth int) *rapid.Generator[any] {
	hostile := rapid.SampledFrom([]any{
		nil, math.NaN(), math.Inf(1), math.Inf(-1), 9007199254740993.0, json.Number(""), json.Number("01"),
		json.Number("1,"), json.Number("NaN"), json.Number("1e999"), "\xff", []byte("x"),
		struct{}{},
		float32(1),
		[]any{nil},
		map[string]any{"\xff": 1},
		map[string]any{"a": math.NaN()},
		[]any{[]string{"\xff"}},
		nested(6),
	})
	return rapid.OneOf(sayable(depth), hostile)
}

// byReflection returns a value as encoding/json encodes it.
func byReflection(t interface{ Fatal(...any) }, value any) string {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(buffer.String(), "\n")
}

func TestValuesAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	t.Parallel()
	form.Check(t, 1_000, 10_000, 100_000, func(t *rapid.T) {
		value := sayable(maxDepth).Draw(t, "value")
		got, bad := appendValue(nil, value, 0)
		if want := byReflection(t, value); bad != "" || string(got) != want {
			t.Fatalf("%s %s\nwant %s", got, bad, want)
		}
	})
}

func TestR8_ValuesAreByteExactInTheReply(t *testing.T) {
	t.Parallel()
	extra := policy.Token{ExtraClaims: true, Budget: mostBudget}
	p := compiled(t, one(policy.Profile{ID: extra, Access: extra}))
	fits := func(value any) bool {
		encoded, _ := appendValue(nil, value, 0)
		return !listOfLists(value) && len(encoded) < mostBudget-100
	}
	form.Check(t, 200, 1_000, 10_000, func(t *rapid.T) {
		value := sayable(maxDepth).Filter(fits).Draw(t, "value")
		reply := p.grant(through("p", "3", &table.Authz{Extra: map[string]any{"x": value}})).Response("3")
		want := `"x":` + byReflection(t, value) + `}`
		if n := strings.Count(string(reply), want); n != 2 {
			t.Fatalf("%d times %s in %s", n, want, reply)
		}
	})
}

func TestR8_ExactNumbersStayExact(t *testing.T) {
	for text, value := range map[string]any{
		"9223372036854775807":                    int64(math.MaxInt64),
		"-9223372036854775808":                   int64(math.MinInt64),
		"18446744073709551615":                   uint64(math.MaxUint64),
		"9007199254740993":                       json.Number("9007199254740993"),
		"9007199254740991":                       9007199254740991.0,
		"-9007199254740991":                      -9007199254740991.0,
		"1e+308":                                 1e308,
		"1e+21":                                  1e21,
		"1e-7":                                   1e-7,
		"1e-10":                                  1e-10,
		"0.000001":                               1e-6,
		"99999999999999999999999999999999999999": json.Number("99999999999999999999999999999999999999"),
		"1.10":                                   json.Number("1.10"),
		"1E+2":                                   json.Number("1E+2"),
	} {
		if got, bad := appendValue(nil, value, 0); bad != "" || string(got) != text {
			t.Errorf("%v is written %s, %s; want %s", value, got, bad, text)
		}
	}
}

// A document decoded without UseNumber has rounded large integers; that is found.
func TestR8_ARoundedNumberIsFound(t *testing.T) {
	var value any
	if err := json.Unmarshal([]byte("9007199254740993"), &value); err != nil {
		t.Fatal(err)
	}
	for _, rounded := range []any{value, -value.(float64), 999999999999999868928.0} {
		if _, bad := appendValue(nil, rounded, 0); bad == "" {
			t.Errorf("%v passes", rounded)
		}
	}
}

func TestNumbersAreJSONNumbers(t *testing.T) {
	for _, text := range []string{
		"0", "-0", "7", "-7", "10", "120", "0.5", "-0.05", "1e5", "1E5", "1e+5", "1e-5", "1.5e05", "0e0", "1e308", "1e-999",
	} {
		if bad := numberFlaw(text); bad != "" || !json.Valid([]byte(text)) {
			t.Errorf("%q: %s", text, bad)
		}
	}
	for _, text := range []string{
		"", "-", "+1", "01", "-01", "00", ".5", "1.", "1.e5", "1e", "1e+", "1e-", "1x", "e5", "1.5x", "1 ", " 1",
		"0x10", "1_000", "NaN", "Infinity", "-Inf", "null", "1e1.5", "1e5x", "--1", "１",
	} {
		if isNumber(text) || numberFlaw(text) == "" {
			t.Errorf("%q passes for a number", text)
		}
	}
	for _, text := range []string{"1e309", "-1e309", "1" + strings.Repeat("0", 309)} {
		if !isNumber(text) || numberFlaw(text) == "" {
			t.Errorf("%q passes: a reader would find an infinity", text)
		}
	}
}

func FuzzNumber(f *testing.F) {
	for _, seed := range []string{"0", "-0.5e+10", "01", "1.", "", "1e309", "NaN"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		looksLike := text != "" && strings.Trim(text, " \t\r\n") == text && strings.ContainsAny(text[:1], "-0123456789")
		if want := looksLike && json.Valid([]byte(text)); isNumber(text) != want {
			t.Errorf("isNumber(%q) is %v, encoding/json says %v", text, !want, want)
		}
	})
}

func TestDepthIsCountedInListsAndObjects(t *testing.T) {
	object := any("x")
	for depth := range 8 {
		for _, value := range []any{nested(depth), object} {
			if _, bad := appendValue(nil, value, 0); (bad == "") != (depth <= maxDepth) {
				t.Errorf("depth %d of %v: %q", depth, value, bad)
			}
		}
		object = map[string]any{"k": object}
	}
	ring := map[string]any{}
	ring["k"] = []any{ring}
	if _, bad := appendValue(nil, ring, 0); bad == "" {
		t.Error("a value that contains itself passes")
	}
	if _, bad := appendValue(nil, []any{[]any{[]any{[]any{[]any{[]string{}}}}}}, 0); bad == "" {
		t.Error("a list of strings at depth 6 passes")
	}
}
