package settings

import (
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Running returns the stage of a suite that runs, for which no file is at hand: shipped is
// what its functions decide with (Shipped), s what pool, clients and table say. It has no
// places and no lines.
func Running(name string, s Settings, shipped policy.Document) Stage {
	s.Policy = shipped
	return Stage{Name: name, Settings: s, shipped: &shipped}
}

// Runs reports whether the stage was read from what runs, and not from a file.
func (s *Stage) Runs() bool { return s.shipped != nil }

// ClientOfOutput returns the name of the client whose id an output shows, as ClientOutput
// names it; "" for another output.
func ClientOfOutput(output string) string {
	for _, name := range []string{WebClient, MachineClient} {
		if output == ClientOutput(name) {
			return name
		}
	}
	resource, shows := strings.CutSuffix(output, "Id")
	name, client := strings.CutPrefix(resource, "Client")
	if !shows || !client || name == "" {
		return ""
	}
	return strings.ToLower(name[:1]) + name[1:]
}
