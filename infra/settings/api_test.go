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

// A browser sends small letters, a path is lost, and no API of AWS reaches this machine.
func TestR93_AnOriginIsOneThatABrowserSendsAndAnAppOneThatTheAPIReaches(t *testing.T) {
	for origin, valid := range map[string]bool{
		"https://shop.example.org": true, "http://localhost:3000": true, "httpx://shop": false,
		"https://Shop.example.org": false, "https://shop.example.org/callback": false, "shop.example.org": false,
	} {
		s := sound()
		s.API = API{On: true, App: origin}
		if faults := s.Faults(Given{}); (faults.Err() == nil) != valid {
			t.Errorf("%s: %v", origin, faults.Err())
		}
		unreachable := slices.ContainsFunc(s.Warnings(Given{}), func(f policy.Fault) bool {
			return f.Path == "api.app" && f.Problem == "is on this machine, which no API of AWS reaches"
		})
		if unreachable != (origin == "http://localhost:3000") {
			t.Errorf("%s: warned as an app on this machine: %v", origin, unreachable)
		}
	}
}
