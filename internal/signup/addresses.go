package signup

import (
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/idn"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/lists"
)

// The refusals of the rules about addresses.
var (
	EmailMissing    = deny.Refusal{Code: "email-missing", Sentence: "Please give an e-mail address", Meaning: "no e-mail address was given, and the policy requires one"}
	EmailUnusable   = deny.Refusal{Code: "email-unusable", Sentence: "This e-mail address cannot be used, please check it", Meaning: "the address is not one that the parser takes: it has quotes, a comment, a display name, letters beyond ASCII, a domain that begins with xn-- where idn is not on, or is too long"}
	EmailDisposable = deny.Refusal{Code: "email-disposable", Sentence: "Disposable e-mail addresses are not accepted, please use a lasting one", Meaning: "the domain of the address, or one above it, is on the list of services that hand out mailboxes for minutes"}
	EmailRelay      = deny.Refusal{Code: "email-relay", Sentence: "Forwarding addresses are not accepted here, please use your own e-mail address", Meaning: "the address belongs to a service that forwards to a mailbox that stays hidden"}
	EmailRole       = deny.Refusal{Code: "email-role", Sentence: "Please use a personal e-mail address instead of a shared one", Meaning: "the address belongs to an office, such as admin@, and not to one user"}
)

// email compiles the rule that refuses an address which the parser does not accept, an
// internationalised domain unless they are allowed, and a missing address if one is
// required. Otherwise a user without an address (phone, username) passes.
func (c *compiler) email(path string, e policy.Email) rule {
	r := c.held(path, e.Rule, e.Held)
	r.objects = func(who applicant) deny.Refusal {
		if !who.given {
			return objection(EmailMissing, e.Required && !c.atToken)
		}
		return objection(EmailUnusable, !who.readable || email.IDN(who.email.Domain) && (!e.IDN || !idn.Strict(who.email.Domain)))
	}
	return r
}

// disposable compiles the rule against disposable addresses.
func (c *compiler) disposable(path string, d policy.Disposable) rule {
	r := c.held(path, d.Rule, d.Held)
	except := policy.Child(path, "except")
	filled(c, except, d.Except, "an empty list makes no exception", "remove it, or name domains")
	excepted := c.domainSet(except, d.Except)
	r.objects = ofReadable(func(who applicant) deny.Refusal {
		return objection(EmailDisposable, lists.Disposable(who.email.Domain) && !excepted.covers(who.email.Domain))
	})
	return r
}

// relay compiles the rule against forwarding addresses.
func (c *compiler) relay(path string, from policy.Relay) rule {
	r := c.held(path, from.Rule, from.Held)
	r.objects = ofReadable(func(who applicant) deny.Refusal { return objection(EmailRelay, lists.Relay(who.email.Domain)) })
	return r
}

// roles compiles the rule against addresses of offices.
func (c *compiler) roles(path string, from policy.Roles) rule {
	r := c.held(path, from.Rule, from.Held)
	at := policy.Child(path, "names")
	filled(c, at, from.Names, "an empty list refuses nobody", "write mode: off, name local parts, or remove the key to use the built-in list")
	for i, name := range from.Names {
		c.localPart(policy.Item(at, i), name, from.Names[:i])
	}
	is := lists.Role
	if from.Names != nil {
		own := make(map[string]struct{}, len(from.Names))
		for _, name := range from.Names {
			own[name] = struct{}{}
		}
		is = func(local string) bool { _, found := own[lists.Untagged(local)]; return found }
	}
	r.objects = ofReadable(func(who applicant) deny.Refusal { return objection(EmailRole, is(email.Lower(who.email.Local))) })
	return r
}

// localPart checks an entry of the roles.
func (c *compiler) localPart(path, name string, before []string) {
	_, err := email.Parse(name + "@example.com")
	switch {
	case err != nil:
		c.faults.Add(path, policy.Shown(name)+" is not a local part of an address", "write what stands before the @, such as admin")
	case strings.Contains(name, "+"):
		c.faults.Add(path, policy.Shown(name)+" has a tag, which does not count", "write it without the + and what follows")
	case email.Lower(name) != name:
		c.faults.Add(path, policy.Shown(name)+" has capitals, which do not count", "write "+email.Lower(name))
	case slices.Contains(before, name):
		c.faults.Add(path, policy.Shown(name)+" is listed twice", "remove one of the two")
	}
}
