package support

import (
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// Rule is a rule of sign-up as it stands in a stage.
type Rule struct {
	Rule string `json:"rule"`
	// Client is the id of the app client whose own it is; "" is the general one.
	Client string `json:"client,omitempty"`
	// Place is file:line, "" if it holds unwritten.
	Place string `json:"place,omitempty"`
	// Standing says how strict it is, whom it judges, and whether it holds at a token.
	Standing string `json:"standing"`
	// Codes are those of its refusals; none for an exception.
	Codes []string `json:"codes"`
}

// Rules returns the rules that are written down or hold unwritten, in the order in which they
// are asked, and behind each those that app clients have in its place.
func Rules(stage settings.Stage) (all []Rule) {
	section := stage.Policy.SignUp
	for _, row := range signup.Rules() {
		add := func(client, path string, rule any) {
			if rule == nil {
				return
			}
			r := Rule{Rule: row.Name, Client: client, Place: stage.Place(policy.Child(path, row.Name)), Standing: standing(rule), Codes: []string{}}
			for _, refusal := range row.Refusals {
				r.Codes = append(r.Codes, refusal.Code)
			}
			all = append(all, r)
		}
		add("", "policy.signUp", member(section.Full(), row.Name))
		for _, id := range slices.Sorted(maps.Keys(section.Clients)) {
			add(id, policy.Child("policy.signUp.clients", id), member(section.Clients[id], row.Name))
		}
	}
	return all
}
