package signup

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/challenge"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/username"
)

// Rules returns the table of rules, each time a new list, in the order in which they are
// asked. It is the one place that connects a field of policy.Rules with its compiler and
// its refusals. It is a function because a package variable would be set before main, at
// every start.
func Rules() []Rule {
	held := heldRules()
	afterUsername := slices.IndexFunc(held, func(r Rule) bool { return r.Name == "attributes" })
	return slices.Concat(
		[]Rule{
			row("access", (*compiler).access, invite.Closed, invite.Missing, invite.Invalid, invite.Expired),
			row("providers", (*compiler).providers, ProviderNotAllowed),
			row("privileged", (*compiler).privileged, AttributePrivileged),
		},
		held[:afterUsername],
		[]Rule{row("username", (*compiler).username, username.Unusable, username.Length, username.Reserved, username.LookAlike)},
		held[afterUsername:],
		[]Rule{
			row("challenge", (*compiler).challenge, challenge.Missing, challenge.Invalid, challenge.Expired),
			row("waiting", (*compiler).waiting, NameWaits),
			row("autoConfirm", (*compiler).confirm),
		},
	)
}

// heldRules returns the rows of the rules that may hold at a token, in their order. The
// function that judges tokens reaches no other compiler, so the linker leaves the others
// out of it.
func heldRules() []Rule {
	return []Rule{
		row("email", (*compiler).email, EmailMissing, EmailUnusable),
		row("domains", (*compiler).domains, EmailUnusable, EmailDomainDenied, EmailDomainNotAllowed),
		row("disposable", (*compiler).disposable, EmailUnusable, EmailDisposable),
		row("relay", (*compiler).relay, EmailUnusable, EmailRelay),
		row("roles", (*compiler).roles, EmailUnusable, EmailRole),
		row("phone", (*compiler).phone, PhoneMissing, PhoneUnusable, PhoneCountry, PhoneCost),
		row("attributes", (*compiler).attributes, AttributeMissing, AttributeLength, AttributeForm),
	}
}

// Rule is a row of the table of rules.
type Rule struct {
	// Name is the rule's key in the policy.
	Name string
	// Refusals are all refusals of the rule. An exception has none: it lets users in and
	// refuses nobody.
	Refusals []deny.Refusal
	compile  func(c *compiler, path string, section any) rule
}

// row returns the row of the rule with this key, whose section is a T.
func row[T any](name string, compile func(*compiler, string, T) rule, refusals ...deny.Refusal) Rule {
	return Rule{name, refusals, func(c *compiler, path string, section any) rule {
		return compile(c, path, *section.(*T))
	}}
}

// Refusals returns every refusal that a Verdict can hold, each time a new list, in the
// order of the rules. The sentences are fixed: they repeat no input, since Cognito
// carries them into the URL of the hosted page, and say nothing about other accounts.
func Refusals() []deny.Refusal {
	var all []deny.Refusal
	for _, r := range Rules() {
		for _, refusal := range r.Refusals {
			if !slices.Contains(all, refusal) {
				all = append(all, refusal)
			}
		}
	}
	return append(all, deny.SignUpUnavailable)
}

// ruleset are the rules for one app client, in the order of the table.
type ruleset []rule

// rule is one compiled rule. The zero value is a rule that is off.
type rule struct {
	name   string // in the policy
	mode   policy.Mode
	judges origins
	// demotes says that an objection takes from a token what was granted, and refuses no
	// user. At sign-up none does.
	demotes bool
	// objects returns the refusal, or the zero Refusal if the rule accepts the user.
	objects func(applicant) deny.Refusal
	// confirms reports whether to confirm the account of a user whom no rule refuses.
	confirms func(applicant) bool
}

// put compiles the rules of from, which is at path, into their places.
func (c *compiler) put(set ruleset, path string, from policy.Rules) {
	for key, section := range from.All() {
		place := slices.IndexFunc(c.rules, func(r Rule) bool { return r.Name == key })
		if place < 0 {
			c.faults.Add(policy.Child(path, key), "no row of the table of rules is for it, so it would refuse nobody", "add its row to internal/signup/rules.go")
			continue
		}
		set[place] = c.rules[place].compile(c, policy.Child(path, key), section)
		set[place].name = key
		if set[place].mode == policy.Off {
			set[place].objects = nil
		}
	}
}

// objection returns the refusal if it is deserved, and the zero Refusal otherwise.
func objection(refusal deny.Refusal, deserved bool) deny.Refusal {
	if deserved {
		return refusal
	}
	return deny.Refusal{}
}

// confirms reports whether an account needs no code.
func (s ruleset) confirms(who applicant) bool {
	for i := range s {
		if s[i].confirms != nil && s[i].confirms(who) {
			return true
		}
	}
	return false
}
