package settings

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Shipped returns the policy.json that synth ships beside a function's binary, nil if the
// function has none. It holds only the sections that the function reads, so a change of
// another section does not redeploy it. The app clients' profiles are not in it: they are
// in the table. function is the name of its folder in dist, such as presignup. given is
// what the app passes.
func (s *Settings) Shipped(function string, given Given) ([]byte, error) {
	sections := policy.Sections(function)
	if sections == nil {
		return nil, nil
	}
	return policy.Encode(s.Document(given), sections...)
}

// ClientProfiles returns the Profiles in a fixed order, as the stack's custom resource takes
// them (infra/functions/register). ids has those of the named clients.
func (s *Settings) ClientProfiles(ids map[string]string) []any {
	var list []any
	profiles := s.Profiles()
	for _, name := range slices.Sorted(maps.Keys(profiles)) {
		list = append(list, map[string]any{"Id": cmp.Or(ids[name], name), "Profile": profiles[name]})
	}
	return list
}

// ProfileKeys returns the keys of a stage file that say the Profiles, in order.
func (s *Settings) ProfileKeys() (keys []string) {
	for client := range s.Profiles() {
		key := policy.Child("clients", client) + ".profile"
		if _, foreign := s.ForeignClients[client]; foreign {
			key = policy.Child("foreignClients", client)
		}
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
