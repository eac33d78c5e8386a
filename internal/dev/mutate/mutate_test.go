package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
)

const tiny = "./testdata/tiny"

// mutate runs the command on the tiny package and returns its output.
func mutate(t *testing.T, allow string, flags ...string) (string, error) {
	t.Helper()
	form.Often(t, 0, 1, 1) // it builds and runs tests, many times
	name := filepath.Join(t.TempDir(), "allow.txt")
	if err := os.WriteFile(name, []byte(allow), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	err := run(t.Context(), append(append([]string{"-allow", name}, flags...), tiny), &out, &out)
	return out.String(), err
}

func reasons(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("testdata/tiny.txt")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEveryFateIsTold(t *testing.T) {
	t.Parallel()
	out, err := mutate(t, reasons(t), "-v")
	if err != nil {
		t.Errorf("every living mutant has a reason: %v", err)
	}
	for _, want := range []string{
		"listed     line 14   tiny.go Longest comparison: most < len(word) → most <= len(word)\n             An equal length is assigned to itself.\n",
		"listed     line 22   tiny.go Forgotten empty:",
		"timed out  line 27   tiny.go Countdown deletion: n-- → {}\n",
		"17 mutants: 15 killed, 2 alive (2 listed with a reason), 1 uncovered\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "Adult") {
		t.Errorf("a killed mutant is in the table:\n%s", out)
	}
}

func TestALivingMutantWithoutAReasonFails(t *testing.T) {
	t.Parallel()
	out, err := mutate(t, "", "-only", "Longest|Forgotten")
	if !errors.Is(err, errAlive) {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{"alive      line 14   tiny.go Longest comparison:", "uncovered  line 22   tiny.go Forgotten empty:"} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
}

func TestAStaleEntryFails(t *testing.T) {
	t.Parallel()
	killed := "tiny.go Adult zero: return age >= limit → return false\n\tIt once lived.\n"
	out, err := mutate(t, reasons(t)+killed)
	if !errors.Is(err, errAlive) || !strings.Contains(out, "stale      ") || !strings.Contains(out, "tiny.go Adult zero: return age >= limit → return false") {
		t.Errorf("%v:\n%s", err, out)
	}
	if out, err := mutate(t, reasons(t)+killed, "-only", "Adult"); err != nil {
		t.Errorf("a part of the mutants makes no entry stale: %v\n%s", err, out)
	}
}

func TestOnlyTheChosenTestsAreRun(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{{"-run", "Longest"}, {"-skip", "Adult"}} {
		out, err := mutate(t, "", append(flags, "-only", "Adult")...)
		if !errors.Is(err, errAlive) || !strings.Contains(out, "0 killed, 3 alive (0 listed with a reason), 3 uncovered") {
			t.Errorf("%v: %v\n%s", flags, err, out)
		}
	}
}

func TestAnAllowFileIsReadStrictly(t *testing.T) {
	a, err := parseAllowed("f", "# why\n\nkey one\n\ta reason\n\tof two lines\nkey two\n\tanother\n")
	if err != nil || a.reasons["key one"] != "a reason of two lines" || a.reasons["key two"] != "another" {
		t.Errorf("got %q, %v", a.reasons, err)
	}
	for text, want := range map[string]string{
		"key\n":                     `no reason is given for "key"`,
		"\ta reason\n":              "f:1: a reason stands before",
		"key\n\ta\n\nkey\n\tb\n":    "f:4: the entry is listed twice",
		"key one\nkey two\n\twhy\n": `no reason is given for "key one"`,
	} {
		if _, err := parseAllowed("f", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestUsageAsksForPackages(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), nil, &out, &out); err == nil || !strings.Contains(err.Error(), "name the packages") {
		t.Errorf("got %v", err)
	}
}
