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
	_, line, found := strings.Cut(string(text), "GO_BUILD := ")
	line, _, _ = strings.Cut(line, "\n")
	if !found {
		t.Fatal("the Makefile has no GO_BUILD")
	}
	ours := strings.Join(append(append(environment(""), "go", "build"), flags()...), " ")
	if theirs := strings.ReplaceAll(line, "'", ""); ours != theirs {
		t.Errorf("the Makefile builds with\n%s\nthe benchmark with\n%s", theirs, ours)
	}
}
