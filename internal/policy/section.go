package policy

import "github.com/cognito-triggers/cognito-triggers/triggers"

// Sections returns the names of the sections that a function works with, by the
// function's folder; nil for one that has no policy. A function is shipped these and
// requires these, so that it neither carries rules that it does not apply nor starts
// without one that it should.
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
