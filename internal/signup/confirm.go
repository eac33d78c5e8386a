package signup

import (
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// confirm compiles the exception that confirms users without a code. Unlike a rule, it
// never applies to an unknown origin.
func (c *compiler) confirm(path string, from policy.AutoConfirm) rule {
	origins, domains := policy.Child(path, "origins"), policy.Child(path, "domains")
	if len(from.Origins) == 0 {
		c.faults.Add(origins, "no origin is named, so nobody is confirmed", "write origins: [self], or remove autoConfirm")
	}
	if len(from.Domains) == 0 {
		c.faults.Add(domains, "no domain is named, so nobody is confirmed", "name the domains whose addresses nobody else can have, or remove autoConfirm")
	}
	for i, o := range from.Origins {
		switch o {
		case policy.Admin:
			c.faults.Add(policy.Item(origins, i), "Cognito does not look at this for accounts that an administrator creates", "remove admin")
		case policy.External:
			c.faults.Add(policy.Item(origins, i), "a federated account needs no confirmation", "remove external")
		}
	}
	named, covered := c.origins(origins, from.Origins), c.domainSet(domains, from.Domains)
	return rule{confirms: func(who applicant) bool {
		return who.Origin == policy.Self && named.has(policy.Self) && who.readable && covered.covers(who.email.Domain)
	}}
}

// Warnings returns what a policy may do but its author should know, a Fault each, whose
// Fix says how to avoid it. Synth prints them and goes on.
func Warnings(section policy.SignUp) policy.Faults {
	var warnings policy.Faults
	warn := func(path string, a *policy.AutoConfirm) {
		if a != nil {
			warnings.Add(policy.Child(path, "autoConfirm"),
				"every user who types an address of "+strings.Join(a.Domains, ", ")+" has a confirmed account, without a proof that the address is theirs; the address stays unverified, and its owner finds the account taken",
				"let Cognito send a code (remove autoConfirm), or ask for an invite as well")
		}
	}
	warn("signUp", section.AutoConfirm)
	for _, id := range slices.Sorted(maps.Keys(section.Clients)) {
		warn(policy.Child("signUp.clients", id), section.Clients[id].AutoConfirm)
	}
	return warnings
}
