package settings

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// FunctionSettings are the settings that one trigger function does not share with the
// others. Each of them costs money or sign-ins; none is needed to begin with.
type FunctionSettings struct {
	// MemoryMiB is the function's memory, 128 to 10240.
	// Default: 0 means the memory of every function. Example: 512.
	MemoryMiB int `yaml:"memoryMiB"`

	// ReservedConcurrency is how many instances of the function may run at a time;
	// the account keeps as many for it.
	// Default: 0, as many as the account has left. Example: 100.
	// WARNING: Lambda turns events beyond it away: sign-ups or sign-ins fail.
	ReservedConcurrency int `yaml:"reservedConcurrency"`

	// ProvisionedConcurrency is how many instances of the live version stand ready
	// all the time, so that no cold start slows a sign-in down.
	// Default: 0, none. Example: 2.
	// WARNING: each costs money by the hour, used or not, and a deployment takes
	// minutes longer.
	ProvisionedConcurrency int `yaml:"provisionedConcurrency"`
}

// functionSettings judges the settings of single functions.
func (c *checker) functionSettings(s *Settings) {
	for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
		at := policy.Child("functions", name)
		if !slices.Contains(Triggers(), name) {
			fix := "use one of " + joined(Triggers())
			if near := policy.Nearest(name, Triggers()); near != "" {
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
