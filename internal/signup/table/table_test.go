package table_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/table"
)

func TestAnEmptyTableHasNothing(t *testing.T) {
	for _, lines := range []string{"", "\n"} {
		if _, ok := table.Find(lines, "a"); ok {
			t.Errorf("%q has a", lines)
		}
	}
	if _, _, ok := table.Floor("b 1\n", "a"); ok {
		t.Error("a key that is greater was found")
	}
	for _, wanted := range []string{"z", "no", "no line feed"} {
		if _, _, ok := table.Floor("no line feed", wanted); ok {
			t.Errorf("half a line was read for %q", wanted)
		}
	}
	if _, _, ok := table.Floor("a", "a"); ok {
		t.Error("half a line was read")
	}
}

func TestTheSearchEqualsAScan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c.1]{1,6}`), 0, 40, rapid.ID[string]).Draw(t, "keys")
		slices.Sort(keys)
		var lines strings.Builder
		values := map[string]string{}
		for _, key := range keys {
			value := rapid.SampledFrom([]string{"", "v", "x y", strings.Repeat("long", 9)}).Draw(t, "value")
			values[key] = value
			lines.WriteString(key)
			if value != "" {
				lines.WriteString(" " + value)
			}
			lines.WriteString("\n")
		}
		wanted := rapid.StringMatching(`[a-c.1 ]{0,7}`).Draw(t, "wanted")
		key, value, ok := table.Floor(lines.String(), wanted)
		at, exact := slices.BinarySearch(keys, wanted)
		if exact {
			at++
		}
		if ok != (at > 0) || ok && (key != keys[at-1] || value != values[key]) {
			t.Fatalf("%q in %q: got %q %q %v", wanted, keys, key, value, ok)
		}
		if value, found := table.Find(lines.String(), wanted); found != exact || value != values[wanted] {
			t.Fatalf("%q in %q: found is %v, %q", wanted, keys, found, value)
		}
	})
}

func TestAPrefixIsFoundInAPrefixFreeTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var keys []string
		for _, key := range rapid.SliceOfN(rapid.StringMatching(`[0-3]{1,5}`), 0, 30).Draw(t, "keys") {
			if !slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, key) || strings.HasPrefix(key, k) }) {
				keys = append(keys, key)
			}
		}
		slices.Sort(keys)
		lines := strings.Join(append(keys, ""), " v\n")
		wanted := rapid.StringMatching(`[0-3]{0,8}`).Draw(t, "wanted")
		want := slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(wanted, k) })
		if value, got := table.Prefix(lines, wanted); got != want || got && value != "v" {
			t.Fatalf("%q in %q: got %q, %v", wanted, keys, value, got)
		}
	})
}
