package signup

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

// Held are the compiled rules that hold at a token. The zero value has none, and lets
// every user through. It never changes and is safe for concurrent use.
type Held struct {
	rules ruleset
	words *sentence.Table
}

// CompileHeld compiles what AtToken returned, with the compilers of Compile, which has
// judged the whole section at synth. The error is policy.Faults.
func CompileHeld(section policy.SignUp) (Held, error) {
	const root = "atToken"
	c := &compiler{rules: heldRules(), atToken: true}
	rules := make(ruleset, len(c.rules))
	c.put(rules, root, section.Rules)
	rules = slices.DeleteFunc(rules, func(r rule) bool { return r.objects == nil })
	var refusals []deny.Refusal
	for _, r := range c.rules {
		refusals = append(refusals, r.Refusals...)
	}
	words, faults := sentence.Compile(policy.Child(root, "sentences"), section.Sentences, refusals, section.ShowCode)
	if err := append(c.faults, faults...).Err(); err != nil {
		return Held{}, err
	}
	return Held{rules, words}, nil
}

// Check judges the user of a token by the attributes that the user has now; it is as
// pure as Policy.Check. A user of an identity provider is external, every other user
// self, as an event does not say who made the account. Call it for no machine.
//
// An enforced rule that refuses is stronger than one that demotes, whatever their order.
// A missing address is an objection of domains.allow only: a user without an address
// could sign up where email.required judges other origins, or another app client.
func (h Held) Check(attributes map[string]string) Verdict {
	if len(h.rules) == 0 {
		return Verdict{}
	}
	origin := policy.Self
	if cognito.Federated(attributes) {
		origin = policy.External
	}
	return h.rules.judge(meet(Applicant{Origin: origin, Attributes: attributes}))
}

// Say returns a refusal in the policy's words for the user's locale.
func (h Held) Say(r deny.Refusal, locale string) deny.Refusal { return h.words.Say(r, locale) }
