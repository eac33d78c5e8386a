package house

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The top level is fixed. What a build or a test leaves there, such as a binary of go build,
// would be committed with the next change.
func TestTheTopLevelHoldsNothingElse(t *testing.T) {
	fixed := strings.Fields("triggers infra internal events cdk.json go.mod go.sum Makefile README.md LICENSE CHANGELOG.md CONTRIBUTING.md SECURITY.md dist cdk.out")
	entries, err := os.ReadDir("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(fixed, name) {
			t.Errorf("%s does not belong to the top level: remove it", name)
		}
	}
}
