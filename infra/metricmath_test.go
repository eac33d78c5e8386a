package infra

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// reading is a metric's point; there is none without samples.
type reading struct {
	value float64
	there bool
}

// formula computes a point from those of the metrics, in the order of a judge's metrics.
type formula func([]reading) reading

// math reads a formula of CloudWatch's metric math, the part that the alarms use (CloudWatch
// user guide, "Using math expressions with CloudWatch metrics"): numbers, names, FILL, IF,
// arithmetic, comparisons, && and ||. What it does not know is a panic, so that no alarm is
// simulated as something else.
type math struct {
	tokens []string
	names  map[string]formula
}

// mathToken finds one; a character that belongs to none is left over.
var mathToken = regexp.MustCompile(`[A-Za-z_]\w*|[0-9.]+|[><=]=|&&|\|\||[-+*/()<>,]|\S`)

// parsed returns the formula of a text.
func parsed(text string, names map[string]formula) formula {
	m := &math{mathToken.FindAllString(text, -1), names}
	f := m.binary(0)
	if m.peek() != "" {
		panic(fmt.Sprintf("%s: %q is unexpected", text, m.peek()))
	}
	return f
}

// peek returns the next token, "" at the end.
func (m *math) peek() string {
	if len(m.tokens) == 0 {
		return ""
	}
	return m.tokens[0]
}

// next consumes the next token.
func (m *math) next() string {
	text := m.peek()
	m.tokens = m.tokens[min(1, len(m.tokens)):]
	return text
}

// take consumes an expected token.
func (m *math) take(want string) {
	if got := m.next(); got != want {
		panic(fmt.Sprintf("%q in place of %q", got, want))
	}
}

// levels are the operators, those that bind weakest first.
var levels = [][]string{{"||"}, {"&&"}, {">=", "<=", "==", ">", "<"}, {"+", "-"}, {"*", "/"}}

func (m *math) binary(level int) formula {
	if level == len(levels) {
		return m.operand()
	}
	left := m.binary(level + 1)
	for slices.Contains(levels[level], m.peek()) {
		left = combined(left, m.next(), m.binary(level+1))
	}
	return left
}

// combined has no point where one of both has none.
func combined(a formula, op string, b formula) formula {
	compute := map[string]func(x, y float64) float64{
		"||": func(x, y float64) float64 { return truth(x != 0 || y != 0) },
		"&&": func(x, y float64) float64 { return truth(x != 0 && y != 0) },
		">=": func(x, y float64) float64 { return truth(x >= y) },
		"<=": func(x, y float64) float64 { return truth(x <= y) },
		"==": func(x, y float64) float64 { return truth(x == y) },
		">":  func(x, y float64) float64 { return truth(x > y) },
		"<":  func(x, y float64) float64 { return truth(x < y) },
		"+":  func(x, y float64) float64 { return x + y },
		"-":  func(x, y float64) float64 { return x - y },
		"*":  func(x, y float64) float64 { return x * y },
		"/":  func(x, y float64) float64 { return x / y },
	}[op]
	return func(points []reading) reading {
		x, y := a(points), b(points)
		return reading{compute(x.value, y.value), x.there && y.there}
	}
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func (m *math) operand() formula {
	text := m.next()
	if text == "(" {
		f := m.binary(0)
		m.take(")")
		return f
	}
	if value, err := strconv.ParseFloat(text, 64); err == nil {
		return func([]reading) reading { return reading{value, true} }
	}
	if m.peek() == "(" {
		return m.call(text)
	}
	if m.names[text] == nil {
		panic(fmt.Sprintf("%q is not known", text))
	}
	return m.names[text]
}

// call reads the arguments of a function.
func (m *math) call(name string) formula {
	m.take("(")
	args := []formula{m.binary(0)}
	for m.peek() == "," {
		m.take(",")
		args = append(args, m.binary(0))
	}
	m.take(")")
	switch {
	case name == "FILL" && len(args) == 2:
		return func(points []reading) reading {
			if r := args[0](points); r.there {
				return r
			}
			return args[1](points)
		}
	case name == "IF" && len(args) == 3:
		return func(points []reading) reading {
			switch r := args[0](points); {
			case !r.there:
				return r
			case r.value != 0:
				return args[1](points)
			}
			return args[2](points)
		}
	}
	panic(fmt.Sprintf("%s of %d is not known", name, len(args)))
}

func TestTheMathOfTheAlarms(t *testing.T) {
	points := []reading{{7, true}, {}}
	names := map[string]formula{
		"a": func(p []reading) reading { return p[0] },
		"b": func(p []reading) reading { return p[1] },
	}
	for text, want := range map[string]string{
		"a":                  "7",
		"b":                  "none",
		"a + b":              "none",
		"FILL(b, 0.5) + a":   "7.5",
		"FILL(a, 1)":         "7",
		"a - 2 - 1":          "4",
		"1 + 2 * a":          "15",
		"(1 + 2) * a / 3":    "7",
		"a >= 7 && a > 7":    "0",
		"a >= 7 || a > 7":    "1",
		"a < 8 && a <= 7":    "1",
		"1 == 2 || 1 == 1":   "1",
		"IF(a == 7, 3, b)":   "3",
		"IF(a == 8, 3, b)":   "none",
		"IF(b > 0, 1, 1)":    "none",
		"0 && 0 || 1":        "1",
		"1 || 0 && 0":        "1",
		"2 > 1 + 0.5 && 1":   "1",
		"IF(a>=0.2*a, a, 0)": "7",
	} {
		got := "none"
		if r := parsed(text, names)(points); r.there {
			got = fmt.Sprint(r.value)
		}
		if got != want {
			t.Errorf("%s is %s, not %s", text, got, want)
		}
	}
	for _, text := range []string{"", "a +", "(a", "a b", "c", "MAX(a, 1)", "IF(a, 1)", "a != 1", "a = 1", "a % 2"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is read", text)
				}
			}()
			parsed(text, names)
		}()
	}
}
