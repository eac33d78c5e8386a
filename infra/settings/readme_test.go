package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The test loads every YAML example of a README as a part of a stage file: users copy
// them.
func TestTheREADMEsPoliciesAreSound(t *testing.T) {
	t.Parallel()
	rooms, _ := filepath.Glob("../*/README.md")
	found := 0
	for _, file := range append(rooms, "../../README.md") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range strings.Split(string(text), "```yaml\n") {
			if i == 0 {
				continue // the text before the first one
			}
			found++
			example, _, closed := strings.Cut(part, "```")
			if err := loadExample(t, example); err != nil || !closed {
				t.Errorf("%s, example %d: %v\n%s", file, i, err, example)
			}
		}
	}
	if found == 0 {
		t.Error("no example is found")
	}
}

// loadExample loads an example: a stage, or keys of a sound one if it has no domain of its
// own.
func loadExample(t *testing.T, example string) error {
	t.Helper()
	around, _, _ := strings.Cut(soundSettings, "policy:\n")
	if strings.Contains("\n"+example, "\ndomain") {
		around = ""
	}
	if strings.HasPrefix(strings.TrimLeft(example, " "), "pool:") { // maybe in a list: a stage beside a pool that exists
		around, example = "", strings.ReplaceAll("\n"+example, "\n   ", "\n")
	}
	path := filepath.Join(t.TempDir(), "readme.yaml")
	if err := os.WriteFile(path, []byte(around+example), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := LoadStage(path)
	return err
}
