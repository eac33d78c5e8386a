package challenge

import (
	"strconv"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// The range of what a policy may ask for. An easier proof costs less than the call that
// carries it; a harder one keeps a phone busy for minutes.
const (
	minBits       = 8
	maxBits       = 24
	minAge        = time.Minute
	maxAge        = 24 * time.Hour
	defaultMaxAge = 10 * time.Minute
)

// Compile checks the challenge section of a sign-up policy, which is at path, and returns
// all faults. The caller checks mode and appliesTo, as for every rule. A rule that is off
// is checked too.
func Compile(path string, section policy.Challenge) (Demand, policy.Faults) {
	var faults policy.Faults
	bits, maximum := policy.Child(path, "bits"), policy.Child(path, "maxAge")
	d := Demand{Bits: section.Bits, MaxAge: defaultMaxAge}
	switch {
	case section.Bits == 0 && (section.Mode == policy.Enforce || section.Mode == policy.Observe || section.MaxAge != ""):
		faults.Add(bits, "a challenge without bits asks for nothing", "write bits: 18, which costs a browser a fraction of a second, or remove the challenge")
	case section.Bits != 0 && (section.Bits < minBits || section.Bits > maxBits):
		faults.Add(bits, strconv.Itoa(section.Bits)+" is out of range", "use 8 to 24; each bit doubles the work")
	}
	if section.MaxAge != "" {
		age, err := time.ParseDuration(section.MaxAge)
		switch {
		case err != nil:
			faults.Add(maximum, policy.Shown(section.MaxAge)+" is not a duration", "write minutes as 10m, hours as 2h")
		case age < minAge || age > maxAge:
			faults.Add(maximum, section.MaxAge+" is out of range", "use 1m to 24h; the longer, the longer a proof can be used again")
		}
		d.MaxAge = age
	}
	return d, faults
}
