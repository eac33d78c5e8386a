package signup

import (
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

// AtToken returns what pretokengeneration is shipped of a sign-up section: the rules that
// hold at a token, and the sentences of their refusals. It is empty without such a rule.
func AtToken(section policy.SignUp) policy.SignUp {
	held := policy.SignUp{Rules: section.Held()}
	if held.Rules == (policy.Rules{}) {
		return policy.SignUp{}
	}
	held.ShowCode = section.ShowCode
	var codes []string
	rows := heldRules()
	for key := range held.All() {
		at := slices.IndexFunc(rows, func(r Rule) bool { return r.Name == key })
		for _, refusal := range rows[at].Refusals {
			codes = append(codes, refusal.Code)
		}
	}
	for locale, words := range section.Sentences {
		words = maps.Clone(words)
		maps.DeleteFunc(words, func(code, _ string) bool { return !slices.Contains(codes, code) })
		if len(words) > 0 {
			if held.Sentences == nil {
				held.Sentences = policy.Sentences{}
			}
			held.Sentences[locale] = words
		}
	}
	return held
}

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

// held compiles what the rules have in common that may hold at a token.
func (c *compiler) held(path string, from policy.Rule, held policy.Held) rule {
	r := c.rule(path, from)
	when, does := policy.Child(path, "holds"), policy.Child(path, "atToken")
	moments := []policy.Holds{policy.HoldsAtSignUp, policy.HoldsAtToken}
	sanctions := []policy.Sanction{policy.Demote, policy.Refuse, policy.OnlyObserve}
	switch {
	case held.Holds != "" && !slices.Contains(moments, held.Holds):
		c.faults.Add(when, "there is no moment "+policy.Shown(held.Holds), policy.Choice(held.Holds, moments...))
	case held.Holds != policy.HoldsAtToken:
	case c.ofClient:
		c.faults.Add(when, "what differs for an app client does not count at a token", "remove it; a rule of policy.signUp may hold there")
	case r.judges&(self|external) == 0:
		c.faults.Add(when, "a user whom an administrator created counts as self at a token, so the rule judges nobody there", "add self to appliesTo, or remove holds")
	}
	switch {
	case held.AtToken != "" && !slices.Contains(sanctions, held.AtToken):
		c.faults.Add(does, "there is no sanction "+policy.Shown(held.AtToken), policy.Choice(held.AtToken, sanctions...))
	case held.AtToken != "" && held.Holds != policy.HoldsAtToken:
		c.faults.Add(does, "the rule does not hold at a token", "write holds: token beside it, or remove it")
	}
	r.demotes = c.atToken && held.AtToken != policy.Refuse
	if c.atToken && held.AtToken == policy.OnlyObserve && r.mode != policy.Off {
		r.mode = policy.Observe
	}
	return r
}
