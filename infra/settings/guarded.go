package settings

import (
	"reflect"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Guarded returns the attributes that decide about rights, in order: claims come from them, or
// a rule keeps sign-ups from bringing them along. No app client may write one, except those that
// the stage trusts.
func (s *Settings) Guarded() []string {
	names := s.attributeSources()
	for _, rules := range s.ruleSets() {
		if rules.Privileged != nil && rules.Privileged.Mode != policy.Off {
			names = append(names, rules.Privileged.Attributes...)
		}
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), s.trusts)
}

// SelfRules returns the keys of the rules that refuse people who sign up themselves.
func (s *Settings) SelfRules() (keys []string) {
	for key, each := range s.Policy.SignUp.All() {
		rule, is := reflect.ValueOf(each).Elem().FieldByName("Rule").Interface().(policy.Rule)
		if is && (rule.Mode == "" || rule.Mode == policy.Enforce) && (rule.AppliesTo == nil || slices.Contains(rule.AppliesTo, policy.Self)) {
			keys = append(keys, key)
		}
	}
	return keys
}
