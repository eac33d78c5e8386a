package settings

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// FunctionSettings are what one trigger function has otherwise than the others.
// Every one of them costs money or sign-ins: none is needed to begin with.
type FunctionSettings struct {
	// MemoryMiB is its memory, 128 to 10240.
	// Default: 0 means that of all, Settings.MemoryMiB. Example: 512.
	MemoryMiB int `yaml:"memoryMiB"`

	// ReservedConcurrency is how many of its instances may run at a time, and how
	// many of the account's are kept for it.
	// Default: 0, as many as the account has left. Example: 100.
	// WARNING: events beyond it are turned away, which are failed sign-ups or
	// sign-ins.
	ReservedConcurrency int `yaml:"reservedConcurrency"`

	// ProvisionedConcurrency is how many instances of the live version stand ready
	// day and night, for sign-ins that no cold start may slow down.
	// Default: 0, none. Example: 2.
	// WARNING: each costs money by the hour, used or not, and a deployment takes
	// minutes longer.
	ProvisionedConcurrency int `yaml:"provisionedConcurrency"`
}

// functionSettings judges the settings of single functions.
func (c *checker) functionSettings(s *Settings) {
	for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
		at := policy.Child("functions", name)
		if !slices.Contains(triggers.Names(), name) {
			fix := "use one of " + joined(triggers.Names())
			if near := policy.Nearest(name, triggers.Names()); near != "" {
				fix = "did you mean " + near + "?"
			}
			c.fault(at, fmt.Sprintf("%q is no trigger", name), fix)
			continue
		}
		f := s.Functions[name]
		between(c, at+".memoryMiB", f.MemoryMiB, 128, 10240)
		between(c, at+".reservedConcurrency", f.ReservedConcurrency, 1, 100_000)
		between(c, at+".provisionedConcurrency", f.ProvisionedConcurrency, 1, 100_000)
		if f.ReservedConcurrency > 0 && f.ProvisionedConcurrency > f.ReservedConcurrency {
			c.fault(at+".provisionedConcurrency", "is more than is reserved", "raise reservedConcurrency, or remove it")
		}
	}
}
