package build

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheFlagsAreTheMakefiles(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	line := variable(t, string(text), "GO_BUILD")
	for _, name := range []string{"TAGS", "TARGET_OS"} {
		line = strings.ReplaceAll(line, "$("+name+")", variable(t, string(text), name))
	}
	ours := strings.Join(append(append(environment(""), "go", "build"), flags()...), " ")
	if theirs := strings.ReplaceAll(line, "'", ""); ours != theirs {
		t.Errorf("the Makefile builds with\n%s\nthe benchmark with\n%s", theirs, ours)
	}
}

// variable returns the Makefile's value of a variable.
func variable(t *testing.T, makefile, name string) string {
	t.Helper()
	for line := range strings.Lines(makefile) {
		if rest, found := strings.CutPrefix(line, name); found {
			if _, value, found := strings.Cut(rest, "= "); found {
				return strings.TrimSpace(value)
			}
		}
	}
	t.Fatalf("the Makefile does not set %s", name)
	return ""
}
