package support

import (
	"maps"
	"reflect"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// awake returns the rules compiled so that those in mode off answer, too: what would such a
// rule refuse? Rules that contradict one another may be off for that reason: then those
// that are off stay silent.
func awake(section policy.SignUp, asWritten *signup.Policy) *signup.Policy {
	section.Rules = wake(section.Rules)
	section.Clients = maps.Clone(section.Clients)
	for id, rules := range section.Clients {
		section.Clients[id] = wake(rules)
	}
	compiled, err := signup.Compile(section)
	if err != nil {
		return asWritten
	}
	return compiled
}

// wake returns the rules with observe in the place of off.
func wake(rules policy.Rules) policy.Rules {
	rules = rules.Clone()
	for _, rule := range rules.All() {
		if isOff(rule) {
			reflect.ValueOf(rule).Elem().FieldByName("Mode").SetString(string(policy.Observe))
		}
	}
	return rules
}

// isOff reports whether a rule is in mode off. Access has a mode of another kind.
func isOff(rule any) bool {
	mode := reflect.ValueOf(rule).Elem().FieldByName("Mode")
	return mode.IsValid() && mode.Interface() == any(policy.Off)
}

// written returns the keys of the rules that are written down.
func written(rules policy.Rules) []string {
	var keys []string
	for key := range rules.All() {
		keys = append(keys, key)
	}
	return keys
}
