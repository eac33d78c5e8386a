package signup

import (
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// unmatched finds the entries of a section's lists of domains that no address can match:
// internationalised ones, if the email rule refuses every such domain before the list is
// asked. Users of an app client meet the client's lists. All clients without a list of
// their own meet the section's, so one of them that accepts such domains is enough.
func (c *compiler) unmatched(root string, section policy.SignUp) {
	everybody := section.Rules.Full()
	emails := []*policy.Email{everybody.Email}
	clients := policy.Child(root, "clients")
	ids := slices.Sorted(maps.Keys(section.Clients))
	for _, id := range ids {
		emails = append(emails, section.In(id).Email)
	}
	c.unmatchedBy(root, everybody, emails...)
	for _, id := range ids {
		c.unmatchedBy(policy.Child(clients, id), section.Clients[id], section.In(id).Email)
	}
}

// unmatchedBy checks the lists of r, whose users have passed one of these email rules.
func (c *compiler) unmatchedBy(path string, r policy.Rules, emails ...*policy.Email) {
	judge := func(at string, entries []string, judged origins) {
		if slices.ContainsFunc(emails, func(e *policy.Email) bool { return takesIDN(e, judged) }) {
			return
		}
		for i, entry := range entries {
			if domain, _, ok := domainEntry(entry); ok && email.IDN(domain) {
				c.faults.Add(policy.Item(at, i), policy.Shown(entry)+" can never match, because email refuses internationalised domains", "write idn: true under email, or remove the entry")
			}
		}
	}
	if r.Domains != nil {
		at, judged := policy.Child(path, "domains"), named(r.Domains.AppliesTo)
		judge(policy.Child(at, "allow"), r.Domains.Allow, judged)
		judge(policy.Child(at, "deny"), r.Domains.Deny, judged)
	}
	if r.Disposable != nil {
		judge(policy.Child(policy.Child(path, "disposable"), "except"), r.Disposable.Except, named(r.Disposable.AppliesTo))
	}
	if r.AutoConfirm != nil {
		judge(policy.Child(policy.Child(path, "autoConfirm"), "domains"), r.AutoConfirm.Domains, self)
	}
}

// takesIDN reports whether an internationalised domain can pass the email rule and reach
// a rule that judges these origins.
func takesIDN(e *policy.Email, judged origins) bool {
	enforced := e.Mode == "" || e.Mode == policy.Enforce
	return e.IDN || !enforced || judged&^named(e.AppliesTo) != 0
}

// named returns the origins of a list; another call finds its faults.
func named(list []policy.Origin) origins {
	if list == nil {
		return self
	}
	var set origins
	for _, o := range list {
		set |= only(o)
	}
	return set
}
