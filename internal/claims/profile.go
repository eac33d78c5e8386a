package claims

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// profile is a compiled profile.
type profile struct {
	name       string
	machine    bool
	id, access token
	groups     policy.Groups
	// tags holds the names of the principal tags in small letters.
	tags map[string]struct{}
	// mostExtras is how many claims a row may add before the quota is reached.
	mostExtras int
}

// token is what changes in one token.
type token struct {
	claims []claim
	// names holds, in small letters, the names that are no row's to give: those of
	// the claims, and those that are suppressed.
	names map[string]struct{}
	// extra adds the extra claims of the row.
	extra    bool
	suppress []string
	scopes   policy.Scopes
	budget   int
	// drop ranks the claims that go first, by their names in small letters.
	drop map[string]int
}

// claim is one declared claim. value and bytes are set for a constant only.
type claim struct {
	name  string
	from  source
	value any
	bytes int
}

// profileOf gives the profile of the request's client. One of the other kind does
// not count: a user's token says nothing of a machine's.
func (p *Policy) profileOf(r request) *profile {
	if named := p.profiles[r.profile]; named != nil && named.machine == r.machine() {
		return named
	}
	if r.machine() {
		return &p.machines
	}
	return &p.people
}

// strictest gives the built-in profile for people or machines: it adds nothing,
// suppresses all that any profile of the kind does, and leaves groups only where
// all do. What a client is not known to see, it does not see, whatever became of
// its row or of the store.
func strictest(profiles map[string]*profile, machine bool) profile {
	built := profile{name: policy.Unknown, machine: machine, groups: policy.KeepGroups}
	for _, name := range sortedKeys(profiles) {
		p := profiles[name]
		if p.machine != machine {
			continue
		}
		built.id.suppress = append(built.id.suppress, p.id.suppress...)
		built.access.suppress = append(built.access.suppress, p.access.suppress...)
		built.access.scopes.Suppress = append(built.access.scopes.Suppress, p.access.scopes.Suppress...)
		if p.groups != policy.KeepGroups {
			built.groups = policy.NoGroups
		}
	}
	for _, names := range []*[]string{&built.id.suppress, &built.access.suppress, &built.access.scopes.Suppress} {
		slices.Sort(*names)
		*names = slices.Compact(*names)
	}
	return built
}
