package signup

import (
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// confirm says whose accounts need no code. A nil one confirms nobody.
type confirm struct {
	origins origins
	domains domainSet
}

// confirms reports whether the account of a person whom no rule refuses is to be
// confirmed. It asks for more than the rules do: the origin must be one of the
// named, and an origin that nobody has foreseen is none.
func (c *confirm) confirms(who person) bool {
	return c != nil && who.Origin == policy.Self && c.origins.has(policy.Self) && who.readable && c.domains.covers(who.email.Domain)
}

// confirm compiles the exception that lets people in without a code.
func (c *compiler) confirm(path string, from policy.AutoConfirm) *confirm {
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
	return &confirm{origins: c.origins(origins, from.Origins), domains: c.domainSet(domains, from.Domains)}
}

// Warnings names what a policy may do and its author should know of: one Fault
// each, whose Fix says how to do without. Synth prints them; they stop nothing.
func Warnings(section policy.SignUp) policy.Faults {
	var warnings policy.Faults
	warn := func(path string, a *policy.AutoConfirm) {
		if a != nil {
			warnings.Add(policy.Child(path, "autoConfirm"),
				"whoever types an address of "+strings.Join(a.Domains, ", ")+" has a confirmed account, without a proof that the address is theirs; the address stays unverified, and its owner finds the account taken",
				"let Cognito send a code (remove autoConfirm), or ask for an invite as well")
		}
	}
	warn("signUp", section.AutoConfirm)
	for _, id := range slices.Sorted(maps.Keys(section.Clients)) {
		warn(policy.Child("signUp.clients", id), section.Clients[id].AutoConfirm)
	}
	return warnings
}
