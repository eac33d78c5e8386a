package signup

import "github.com/cognito-triggers/cognito-triggers/internal/policy"

// origins is a set of policy.Origin.
type origins uint8

const (
	self origins = 1 << iota
	admin
	external
	every = self | admin | external
)

// knownOrigins are the names that a policy may use.
var knownOrigins = [...]policy.Origin{policy.Self, policy.Admin, policy.External}

// only returns the set that holds one origin. An unknown name is all of them: every rule
// judges a user of an unforeseen origin.
func only(o policy.Origin) origins {
	switch o {
	case policy.Self:
		return self
	case policy.Admin:
		return admin
	case policy.External:
		return external
	}
	return every
}

// has reports whether the set holds the origin.
func (s origins) has(o policy.Origin) bool { return s&only(o) != 0 }
