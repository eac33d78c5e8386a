package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// fenced finds the blocks of a language in Markdown, also those of a list.
func fenced(text, language string) (blocks []string) {
	for _, m := range regexp.MustCompile("(?m)^( *)```"+language+"\n((?:.*\n)*?) *```$").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, regexp.MustCompile("(?m)^"+m[1]).ReplaceAllString(m[2], ""))
	}
	return blocks
}

// section returns a section of the guide for applications.
func section(t *testing.T, title string) string {
	t.Helper()
	text, err := os.ReadFile("../../client/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(text), "\n## "+title+"\n")
	if !found {
		t.Fatalf("the guide has no section %q", title)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

// Each stage file of the guide is sound, and each command is one that ops takes, beside the
// last stage file before it. No service answers here.
func TestR89_TheGuidesLinesRun(t *testing.T) {
	text := section(t, "You have a pool")
	t.Chdir(t.TempDir())
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	} {
		t.Setenv(name, value)
	}
	if err := os.MkdirAll(stagesFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	calls, stages, file := 0, 0, filepath.Join(stagesFolder, "shop.yaml")
	for _, block := range regexp.MustCompile("(?m)^ *```(yaml|sh)\n(?:.*\n)*? *```$").FindAllString(text, -1) {
		for _, stage := range fenced(block, "yaml") {
			stages++
			if err := os.WriteFile(file, []byte(stage), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := settings.LoadStage(file); err != nil {
				t.Errorf("%v in\n%s", err, stage)
			}
		}
		for line := range strings.Lines(strings.Join(fenced(block, "sh"), "")) {
			if words, is := strings.CutPrefix(strings.TrimSpace(line), "go run ./infra/cmd/ops "); is {
				calls++
				if got := ops(t, strings.Fields(words)...); got.status == misuse {
					t.Errorf("ops %s: %s", words, got.err)
				}
			}
		}
	}
	if calls < 12 || stages != 5 {
		t.Errorf("%d calls and %d stage files are tried", calls, stages)
	}
}
