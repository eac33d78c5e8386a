package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheREADMEsPoliciesAreSound loads every YAML example of the README as a part
// of a stage file: what people copy must be taken.
func TestTheREADMEsPoliciesAreSound(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	around, _, _ := strings.Cut(soundSettings, "policy:\n")
	found := 0
	for i, part := range strings.Split(string(text), "```yaml\n") {
		example, _, closed := strings.Cut(part, "```")
		if i == 0 {
			continue // what stands before the first one
		}
		found++
		if !closed || !strings.HasPrefix(example, "policy:\n") {
			t.Errorf("example %d does not begin with policy:\n%s", i, example)
			continue
		}
		path := filepath.Join(t.TempDir(), "readme.yaml")
		if err := os.WriteFile(path, []byte(around+example), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := LoadStage(path); err != nil {
			t.Errorf("example %d: %v\n%s", i, err, example)
		}
	}
	if found == 0 {
		t.Error("no example is found")
	}
}
