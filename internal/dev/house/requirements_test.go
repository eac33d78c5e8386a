package house

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var (
	requirementLine = regexp.MustCompile(`(?m)^- \*\*(R\d+)\*\* \S`)
	requirementTest = regexp.MustCompile(`\b(?:func Test|")((?:R\d+_?)+)_[A-Z]\w*[("]`)
	requirement     = regexp.MustCompile(`R\d+`)
)

// requirements returns the tests of each requirement. A test may prove several
// (TestR22_R24_…), and some are the subtests of a shared suite ("R32_…").
func requirements(t *testing.T) map[string][]string {
	t.Helper()
	tests := map[string][]string{}
	for _, s := range sources(t) {
		text, err := os.ReadFile(filepath.Join(root, s.path))
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range requirementTest.FindAllStringSubmatch(string(text), -1) {
			for _, name := range requirement.FindAllString(match[1], -1) {
				tests[name] = append(tests[name], s.path+": "+match[0])
			}
		}
	}
	return tests
}

func TestR40_EveryRequirementHasALineAndATest(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "events", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests, lines := requirements(t), map[string]int{}
	for _, match := range requirementLine.FindAllStringSubmatch(string(text), -1) {
		lines[match[1]]++
	}
	for name, n := range lines {
		if n > 1 {
			t.Errorf("%s has %d lines in events/README.md", name, n)
		}
		if len(tests[name]) == 0 {
			t.Errorf("%s is promised in events/README.md, and no test is named after it", name)
		}
	}
	for name, of := range tests {
		if lines[name] == 0 {
			t.Errorf("%s has no line in events/README.md: %v", name, of)
		}
	}
}
