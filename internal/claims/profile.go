package claims

import "github.com/cognito-triggers/cognito-triggers/internal/policy"

// profile is a compiled profile.
type profile struct {
	name       string
	machine    bool
	id, access token
	groups     policy.Groups
	// mustAsk refuses a user whose rows cannot be read.
	mustAsk bool
	// tenantRoles reports whether claims or groups are made of the tenant's roles.
	tenantRoles bool
	// tags holds the names of the principal tags in lower case.
	tags map[string]struct{}
	// hidden lists the claims that Cognito leaves out of the ID token unless the profile
	// says them.
	hidden []string
	// mostExtras is how many claims a row may add before the quota is reached.
	mostExtras int
}

// token is the changes to one token.
type token struct {
	claims []claim
	// names holds, in lower case, the names that no row may set: declared and
	// suppressed claims.
	names map[string]struct{}
	// extra adds the extra claims of the row.
	extra    bool
	suppress []string
	scopes   policy.Scopes
	audience policy.Audience
	budget   int
	// drop ranks the claims to drop first, by their names in lower case.
	drop map[string]int
}

// claim is one declared claim. value and bytes are set for a constant only.
type claim struct {
	name  string
	from  source
	value any
	bytes int
}

// profileOf returns the profile of the request's client. A profile of the other kind
// does not count: a machine's profile says nothing about a user's token.
func (p *Policy) profileOf(r request) *profile {
	if named := p.profiles[r.profile]; named != nil && named.machine == r.machine() {
		return named
	}
	if r.machine() {
		return &p.machines
	}
	return &p.users
}

// strictest returns the built-in profile for users or machines. It adds nothing,
// suppresses what any profile of the kind suppresses, keeps groups only if all do, and
// refuses a user whose rows cannot be read if any does. A client without a known profile
// sees nothing that some profile hides, whatever the row or the store says.
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
		built.mustAsk = built.mustAsk || p.mustAsk
		if p.groups != policy.KeepGroups {
			built.groups = policy.NoGroups
		}
	}
	for _, names := range []*[]string{&built.id.suppress, &built.access.suppress, &built.access.scopes.Suppress} {
		*names = sortedSet(*names)
	}
	return built
}
