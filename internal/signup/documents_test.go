package signup_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/policy/strict"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// elsewhere matches the faults that only the whole stage shows.
var elsewhere = regexp.MustCompile(`anybody can register|not an organisation's domain|no client may write|can be written after sign-up`)

// The test reads the table of bad documents that synth is tested with, without a stage
// around them: Compile reports every fault of the section.
func TestEveryBadDocumentHasTheseFaults(t *testing.T) {
	table, err := os.ReadFile("../../infra/settings/testdata/bad-policies.txt")
	if err != nil {
		t.Fatal(err)
	}
	judged := 0
	for part := range strings.SplitSeq("\n"+string(table), "\n# ") {
		name, rest, _ := strings.Cut(part, "\n")
		document, want := "signUp:\n", []string(nil)
		for line := range strings.Lines(rest) {
			if fault, ok := strings.CutPrefix(line, "> "); !ok {
				document += "  " + line
			} else if _, fault, _ = strings.Cut(fault, ": policy."); !elsewhere.MatchString(fault) {
				want = append(want, strings.TrimSuffix(fault, "\n"))
			}
		}
		var file struct {
			SignUp policy.SignUp `yaml:"signUp"`
		}
		if _, err := strict.Decode(name, []byte(document), &file); err != nil || want == nil {
			continue // it has no policy, or a sound one
		}
		judged++
		_, err := signup.Compile(file.SignUp)
		if err == nil {
			t.Errorf("%s: no fault", name)
			continue
		}
		got := strings.Split(err.Error(), "\n")
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if judged < 60 {
		t.Errorf("%d documents", judged)
	}
}
