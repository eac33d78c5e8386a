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
	document := s.Document(given)
	document.Tokens.Clients = nil
	return policy.Encode(document, sections...)
}

// ClientProfiles returns which token profile each app client has, in a fixed order, as the
// stack's custom resource takes it (infra/functions/register). ids has those of the clients
// that policy.tokens.clients names by a name of the stack; others stand there by their id.
func (s *Settings) ClientProfiles(ids map[string]string) []any {
	var list []any
	for _, name := range slices.Sorted(maps.Keys(s.Policy.Tokens.Clients)) {
		list = append(list, map[string]any{"Id": cmp.Or(ids[name], name), "Profile": s.Policy.Tokens.Clients[name]})
	}
	return list
}
