package settings

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// FunctionSettings are what one trigger function has otherwise than the others.
// Every one of them costs money or sign-ins: none is needed to begin with.
type FunctionSettings struct {
	// MemoryMiB is its memory.
	// Default: 0 means that of all, Settings.MemoryMiB. Example: 512.
	MemoryMiB int `yaml:"memoryMiB" range:"128,10240"`

	// ReservedConcurrency is how many of its instances may run at a time, and how
	// many of the account's are kept for it.
	// Default: 0, as many as the account has left. Example: 100.
	// WARNING: events beyond it are turned away, which are failed sign-ups or
	// sign-ins.
	ReservedConcurrency int `yaml:"reservedConcurrency" range:"1,100000"`

	// ProvisionedConcurrency is how many instances of the live version stand ready
	// day and night, for sign-ins that no cold start may slow down.
	// Default: 0, none. Example: 2.
	// WARNING: each costs money by the hour, used or not, and a deployment takes
	// minutes longer.
	ProvisionedConcurrency int `yaml:"provisionedConcurrency" range:"1,100000"`
}

// functions judges the settings of single functions.
func (c *checker) functions(s *Settings) {
	for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
		at := policy.Child("functions", name)
		if !slices.Contains(Triggers(), name) {
			c.faults.Add(at, fmt.Sprintf("%q is no trigger", name), policy.Meant(name, Triggers(), "use one of "+joined(Triggers())))
			continue
		}
		f := s.Functions[name]
		if f.ReservedConcurrency > 0 && f.ProvisionedConcurrency > f.ReservedConcurrency {
			c.faults.Add(at+".provisionedConcurrency", "is more than is reserved", "raise reservedConcurrency, or remove it")
		}
	}
}
