package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// undone warns of each written rule that judges at sign-up only what a user may change
// afterwards: UpdateUserAttributes undoes it.
func (s *Settings) undone(given Given) policy.Faults {
	way := s.selfServiceAway()
	if way == "" {
		return nil
	}
	var warnings policy.Faults
	for path, rules := range s.ruleSets() {
		holds := "write the rule in policy.signUp, with holds: token"
		if path == signUpRoot {
			holds = "write holds: token beside it"
		}
		for key, rule := range rules.Undone().All() {
			for _, name := range judged(rule) {
				if who := s.changer(given, name); who != "" {
					warnings.Add(policy.Child(path, key), fmt.Sprintf("%q is judged at sign-up only, and can be written after it by %s", name, who), holds+way)
				}
			}
		}
	}
	return warnings
}

// selfServiceAway says how else to keep users from changing what was judged; "" means that
// no token of a user can. The built-in profile suppresses what any profile does.
func (s *Settings) selfServiceAway() string {
	if s.tokenVersion() == V1_0 {
		return " (tokenVersion V1_0 cannot take self-service away)"
	}
	var users, lacking []string
	for _, name := range slices.Sorted(maps.Keys(s.Policy.Tokens.Profiles)) {
		profile := s.Policy.Tokens.Profiles[name]
		if profile.Machine {
			continue
		}
		users = append(users, name)
		if !slices.Contains(profile.Access.Scopes.Suppress, cognito.SelfService) {
			lacking = append(lacking, name)
		}
	}
	const line = ", or take self-service away by the line scopes: {suppress: [" + cognito.SelfService + "]} below access of "
	switch {
	case len(users) == 0:
		return line + "a profile for users"
	case len(lacking) == 0:
		return ""
	}
	return line + "each of the profiles " + strings.Join(lacking, ", ")
}

// judged returns the attributes that a rule looks at.
func judged(rule any) []string {
	switch r := rule.(type) {
	case *policy.Attributes:
		names := slices.Concat(r.Required, slices.Collect(maps.Keys(r.Values)))
		slices.Sort(names)
		return slices.Compact(names)
	case *policy.Phone:
		return []string{"phone_number"}
	case *policy.Email, *policy.Domains, *policy.Disposable, *policy.Relay, *policy.Roles:
		return []string{"email"}
	}
	return nil
}
