package house

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The top level is fixed. What a build or a test leaves there, such as a binary of go build,
// would be committed with the next change; what git ignores would not.
func TestTheTopLevelHoldsNothingElse(t *testing.T) {
	fixed := strings.Fields("triggers infra internal events cdk.json go.mod go.sum Makefile README.md LICENSE CHANGELOG.md CONTRIBUTING.md SECURITY.md dist cdk.out")
	entries, err := os.ReadDir("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || slices.Contains(fixed, name) {
			continue
		}
		if exec.Command("git", "-C", "../../..", "check-ignore", "-q", name).Run() != nil {
			t.Errorf("%s does not belong to the top level: remove it", name)
		}
	}
}
