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
		if modeOf(rule) == policy.Off {
			reflect.ValueOf(rule).Elem().FieldByName("Mode").SetString(string(policy.Observe))
		}
	}
	return rules
}
