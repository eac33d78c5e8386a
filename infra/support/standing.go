package support

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// standing returns how strict a rule is, whom it judges, and whether it holds at a token.
func standing(rule any) string {
	text := strictness(rule)
	if judges, ok := field(rule, "AppliesTo").([]policy.Origin); ok {
		if len(judges) == 0 {
			judges = []policy.Origin{policy.Self}
		}
		text += ", judges " + strings.Trim(fmt.Sprint(judges), "[]")
	}
	held, may := field(rule, "Held").(policy.Held)
	switch {
	case !may:
		return text
	case held.Holds != policy.HoldsAtToken:
		return text + ", at sign-up only"
	case strictness(rule) != string(policy.Enforce):
		return text + ", at a token too"
	case held.AtToken == policy.Refuse:
		return text + ", at a token too: refuses it"
	case held.AtToken == policy.OnlyObserve:
		return text + ", at a token too: observes it"
	}
	return text + ", at a token too: takes out what was granted"
}

// strictness returns how strict a rule is.
func strictness(rule any) string {
	const harmless = ": it refuses nobody"
	access, ok := rule.(*policy.Access)
	switch mode := modeOf(rule); {
	case ok && (access.Mode == "" || access.Mode == policy.AccessOpen):
		return string(policy.AccessOpen) + harmless
	case ok && access.Observe:
		return string(access.Mode) + ", observed" + harmless
	case ok:
		return string(access.Mode)
	case mode == "" || mode == policy.Enforce:
		return string(policy.Enforce)
	default:
		return string(mode) + harmless
	}
}

// modeOf returns the mode of a rule as it is written; "" for none, and for access, whose mode
// is of another kind.
func modeOf(rule any) policy.Mode {
	mode, _ := field(rule, "Mode").(policy.Mode)
	return mode
}

// field returns a field of a rule; nil for a rule that is nil or has no such field.
func field(rule any, name string) any {
	if rule == nil {
		return nil
	}
	found := reflect.ValueOf(rule).Elem().FieldByName(name)
	if !found.IsValid() {
		return nil
	}
	return found.Interface()
}

// member returns the rule with this key, or nil if it is absent.
func member(of policy.Rules, key string) any {
	for name, rule := range of.All() {
		if name == key {
			return rule
		}
	}
	return nil
}
