package claims

import "slices"

// An ID token says each attribute that its app client may read, under the attribute's
// name, with what the user wrote. A claim of the policy that has such a name replaces it
// only where it is said. Where it is not (no row, no store, no room, no word for it in the
// event's version, another profile), Cognito's own claim must go too: the user would
// otherwise write the policy's claim. Standard and custom attributes can be suppressed in
// every event version (developer guide, "Claims and scopes reference").

// hide sets what each profile's ID token leaves out unless it says it. A name that the
// policy takes from elsewhere than its attribute is the policy's in the tokens of every
// app client: a value that a user writes through one of them shows in the tokens of all
// (developer guide, "Attribute permissions and scopes").
func (p *Policy) hide() {
	for _, profile := range p.profiles {
		for _, claim := range slices.Concat(profile.id.claims, profile.access.claims) {
			if name, ok := attributeNamed(claim.name); ok && !profile.machine && claim.from != source(attribute+name) {
				p.users.hidden = append(p.users.hidden, name)
			}
		}
	}
	p.users.hidden = sortedSet(p.users.hidden)
	for _, profile := range p.profiles {
		if profile.machine {
			continue // it says nothing of a user
		}
		profile.hidden = slices.Clone(p.users.hidden)
		for _, claim := range profile.id.claims {
			if name, ok := attributeNamed(claim.name); ok {
				profile.hidden = append(profile.hidden, name)
			}
		}
		profile.hidden = sortedSet(profile.hidden)
	}
}

// sortedSet sorts a list and removes repetitions.
func sortedSet(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// hide suppresses Cognito's own claims that the ID token does not replace. A claim that is
// said must not be suppressed too: Cognito would leave it out.
func (w *writer) hide() {
	id := &w.grant.ID
	for _, name := range w.profile.hidden {
		said := slices.ContainsFunc(id.Claims, func(c NamedClaim) bool { return c.Name == name })
		if !said && !slices.Contains(id.Suppress, name) {
			id.Suppress = append(slices.Clip(id.Suppress), name) // the policy's own list stays as it is
		}
	}
}
