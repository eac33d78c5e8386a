package page

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func (c Changes) String() string {
	var b strings.Builder
	for _, line := range c {
		b.WriteString(line.Mark + line.Text + "\n")
	}
	return b.String()
}

func TestR61_ChangedLinesAreMarked(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{`{"a":1,"b":{}}`, `{"a":1,"b":{"c":2}}`, " {\n   \"a\": 1,\n-  \"b\": {}\n+  \"b\": {\n+    \"c\": 2\n+  }\n }\n"},
		{`{"a":1}`, `{"a":1}`, " {\n   \"a\": 1\n }\n"},
		{``, `x`, "+x\n"},
		{`x`, ``, "-x\n"},
		{`{"a":1,"a":2}`, `{"a":2,"a":1}`, " {\n-  \"a\": 1,\n-  \"a\": 2\n+  \"a\": 2,\n+  \"a\": 1\n }\n"},
	} {
		if got := diff([]byte(c.before), []byte(c.after)).String(); got != c.want {
			t.Errorf("%s beside %s:\n%swant\n%s", c.before, c.after, got, c.want)
		}
	}
	if got := diff([]byte(`{"a":1}`), []byte(`{"a":1}`)); got.Any() {
		t.Errorf("equal documents differ: %v", got)
	}
}

// Both texts can be read from the marks, and what is unmarked is as long as it can be.
func TestR61_ADiffLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 1, 12)
		before, after := word.Draw(t, "before"), word.Draw(t, "after")
		var a, b []string
		same := 0
		for _, line := range diff([]byte(strings.Join(before, "\n")), []byte(strings.Join(after, "\n"))) {
			if line.Mark != "+" {
				a = append(a, line.Text)
			}
			if line.Mark != "-" {
				b = append(b, line.Text)
			}
			if line.Mark == " " {
				same++
			}
		}
		if strings.Join(a, "\n") != strings.Join(before, "\n") || strings.Join(b, "\n") != strings.Join(after, "\n") {
			t.Fatalf("%v and %v became %v and %v", before, after, a, b)
		}
		if want := common(before, after); same != want {
			t.Fatalf("%d lines are unmarked, %d could be", same, want)
		}
	})
}

// common is the length of the longest common subsequence, by its definition.
func common(a, b []string) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return 0
	case a[0] == b[0]:
		return 1 + common(a[1:], b[1:])
	}
	return max(common(a[1:], b), common(a, b[1:]))
}

func TestR61_ADiffOfHugeTextsIsBounded(t *testing.T) {
	a, b := strings.Repeat("a\nb\n", 5000), strings.Repeat("c\nd\n", 5000)
	if got := diff([]byte(a), []byte(b)); len(got) != 20_001 {
		t.Errorf("%d lines", len(got))
	}
}
