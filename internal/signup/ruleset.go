package signup

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// The places of the rules, in the order in which they are asked.
const (
	accessRule = iota
	providersRule
	privilegedRule
	emailRule
	domainsRule
	disposableRule
	relayRule
	rolesRule
	phoneRule
	usernameRule
	attributesRule
	challengeRule
	ruleCount
)

// ruleNames are the rules' names in the policy, by their places.
var ruleNames = [ruleCount]string{
	"access", "providers", "privileged", "email", "domains", "disposable", "relay", "roles", "phone", "username", "attributes", "challenge",
}

// Rules gives the names of all rules in the order in which they are asked, each
// time a new list.
func Rules() []string { return slices.Clone(ruleNames[:]) }

// ruleset is all that one app client's sign-ups are judged by.
type ruleset struct {
	rules   [ruleCount]rule
	confirm *confirm
}

// rule is one question to an applicant. The zero value is a rule that is off.
type rule struct {
	observe bool
	judges  origins
	// objects gives the zero Refusal when the rule has nothing against the
	// person.
	objects func(person) deny.Refusal
}

// all gives a section's rules as overrides of nothing.
func all(s *policy.SignUp) policy.Overrides {
	return policy.Overrides{
		Access: &s.Access, Providers: s.Providers, Privileged: s.Privileged, Email: &s.Email, Domains: &s.Domains,
		Disposable: s.Disposable, Relay: s.Relay, Roles: s.Roles, Phone: s.Phone, Username: s.Username,
		Attributes: &s.Attributes, Challenge: &s.Challenge, AutoConfirm: s.AutoConfirm,
	}
}

// put compiles the rules that o has, which stand at path, into their places.
func (c *compiler) put(set *ruleset, path string, o policy.Overrides) {
	place(c, set, path, accessRule, o.Access, (*compiler).access)
	place(c, set, path, providersRule, o.Providers, (*compiler).providers)
	place(c, set, path, privilegedRule, o.Privileged, (*compiler).privileged)
	place(c, set, path, emailRule, o.Email, (*compiler).email)
	place(c, set, path, domainsRule, o.Domains, (*compiler).domains)
	place(c, set, path, disposableRule, o.Disposable, (*compiler).disposable)
	place(c, set, path, relayRule, o.Relay, (*compiler).relay)
	place(c, set, path, rolesRule, o.Roles, (*compiler).roles)
	place(c, set, path, phoneRule, o.Phone, (*compiler).phone)
	place(c, set, path, usernameRule, o.Username, (*compiler).username)
	place(c, set, path, attributesRule, o.Attributes, (*compiler).attributes)
	place(c, set, path, challengeRule, o.Challenge, (*compiler).challenge)
	if o.AutoConfirm != nil {
		set.confirm = c.confirm(policy.Child(path, "autoConfirm"), *o.AutoConfirm)
	}
}

// place compiles one rule into its place, if the section has it.
func place[T any](c *compiler, set *ruleset, path string, at int, section *T, compile func(*compiler, string, T) rule) {
	if section != nil {
		set.rules[at] = compile(c, policy.Child(path, ruleNames[at]), *section)
	}
}
