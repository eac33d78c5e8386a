package settings

import (
	"slices"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// A header proves nothing to an app that others can reach.
func TestR93_SynthWarnsOfAnAppThatIsOnlyInFrontOfIt(t *testing.T) {
	s := sound()
	about := func() bool {
		return slices.ContainsFunc(s.Warnings(Given{}), func(f policy.Fault) bool { return f.Path == "api.app" })
	}
	s.API = API{On: true}
	if about() {
		t.Error("a warning without an app")
	}
	s.API.App = "https://shop.example.org"
	if err := s.Faults(Given{}).Err(); err != nil || !about() {
		t.Errorf("no warning of the app; faults: %v", err)
	}
}
