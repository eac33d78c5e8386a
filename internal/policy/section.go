package policy

import "github.com/cognito-triggers/cognito-triggers/triggers"

// Sections returns the names of the policy sections that a function needs, by the
// function's folder; nil for a function without a policy. A function is shipped exactly
// these and requires them: it carries no rules that it does not apply, and does not start
// without one that it should apply.
func Sections(function string) []string {
	for _, t := range triggers.All() {
		if t.Room == function {
			return t.Sections
		}
	}
	if function == "reconcile" {
		return []string{"mirror"}
	}
	return nil
}
