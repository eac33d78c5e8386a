package settings

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// FunctionSettings are the settings of one trigger function. Each of them costs money or
// sign-ins; none is needed at first.
type FunctionSettings struct {
	// MemoryMiB is the function's memory. Default: 0 means the memory of every function.
	// Example: 512.
	MemoryMiB int `yaml:"memoryMiB" range:"128,10240"`

	// ReservedConcurrency is how many instances of the function may run at a time; the
	// account reserves as many for it. Default: 0, as many as the account has left.
	// Example: 100. WARNING: Lambda rejects events beyond it: sign-ups or sign-ins fail.
	ReservedConcurrency int `yaml:"reservedConcurrency" range:"1,100000"`

	// ProvisionedConcurrency is how many instances of the live version are always ready,
	// so that no cold start slows a sign-in down. Default: 0, none. Example: 2. WARNING:
	// each costs money by the hour, used or not, and a deployment takes minutes longer.
	ProvisionedConcurrency int `yaml:"provisionedConcurrency" range:"1,100000"`
}

// functions checks the settings of single functions.
func (c *checker) functions(s *Settings) {
	for _, name := range slices.Sorted(maps.Keys(s.Functions)) {
		at := policy.Child("functions", name)
		if !slices.Contains(triggers.Names(), name) {
			c.faults.Add(at, fmt.Sprintf("%q is not a trigger", name), policy.Meant(name, triggers.Names(), "use one of "+joined(triggers.Names())))
			continue
		}
		f := s.Functions[name]
		c.limits(at, reflect.ValueOf(f))
		if f.ReservedConcurrency > 0 && f.ProvisionedConcurrency > f.ReservedConcurrency {
			c.faults.Add(at+".provisionedConcurrency", "is more than is reserved", "raise reservedConcurrency, or remove it")
		}
	}
}
