package settings

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// soundStage precedes each case of testdata/bad-stages, without the keys that the case has
// itself.
const soundStage = `monitoring: {noAlarms: true}
domain: {prefix: example}
clients: {web: {callbackUrls: [https://app.example/callback]}}
resourceServer: {identifier: app, scopes: [{name: read}]}
`

// before returns what precedes a case, of as many lines as soundStage.
func before(text string) (lines string) {
	for line := range strings.Lines(soundStage) {
		key, _, _ := strings.Cut(line, " ")
		if strings.Contains("\n"+text, "\n"+key) {
			line = "#\n"
		}
		lines += line
	}
	return lines
}

// usable is the form of a useful fault: file, line, key, what is wrong and what to do.
var usable = regexp.MustCompile(`^bad\.yaml:\d+: [^ ]+: .+; .+$`)

// A file of testdata/bad-stages has the mistakes of a few keys, as that of the bad policies.
// `go test ./infra/settings -run BadStage -update` writes the faults.
func TestEveryBadStageIsRefusedAtSynth(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/bad-stages/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no bad stages: %v", err)
	}
	for _, file := range files {
		var rewritten strings.Builder
		for _, c := range readBad(t, file) {
			_, err := ReadStage("bad.yaml", []byte(before(c.text)+c.text), Given{})
			if err == nil {
				t.Errorf("%s: %s: no fault", file, c.name)
				continue
			}
			got := err.Error() + "\n"
			for line := range strings.Lines(got) {
				if !usable.MatchString(strings.TrimSuffix(line, "\n")) {
					t.Errorf("%s: %s does not say where, what and what to do", c.name, line)
				}
			}
			if got != c.faults && !*update {
				t.Errorf("%s: %s: got\n%swant\n%s", file, c.name, got, c.faults)
			}
			rewritten.WriteString("# " + c.name + "\n" + c.text + "> " + strings.ReplaceAll(strings.TrimSuffix(got, "\n"), "\n", "\n> ") + "\n\n")
		}
		if *update {
			if err := os.WriteFile(file, []byte(rewritten.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
