package signup

import (
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// The refusals of the rule about domains.
var (
	EmailDomainDenied     = deny.Refusal{Code: "email-domain-denied", Sentence: "Addresses of this e-mail provider are not accepted, please use a different one", Meaning: "the domain of the address, or one above it, is on the deny list"}
	EmailDomainNotAllowed = deny.Refusal{Code: "email-domain-not-allowed", Sentence: "Sign-up is for addresses of certain organisations only, please use yours", Meaning: "there is an allow list, and the domain of the address is not on it, or no address was given"}
)

// domainSet holds domains with all of their subdomains.
type domainSet struct {
	// whole maps a domain to whether it belongs to the set itself, not only its
	// subdomains (*.example.com).
	whole   map[string]bool
	deepest int // the most labels of any of them
}

// covers reports whether a domain in lower case belongs to the set. It goes up label by
// label: a comparison of suffixes would take evilamazon.com for amazon.com. It skips
// names that are deeper than every entry, so that a domain of a hundred labels costs no
// more than an ordinary one.
func (s domainSet) covers(domain string) bool {
	at := email.Last(domain, s.deepest)
	if whole, found := s.whole[at]; found && (whole || at != domain) {
		return true
	}
	for parent, ok := email.Parent(at); ok; parent, ok = email.Parent(parent) {
		if _, found := s.whole[parent]; found {
			return true
		}
	}
	return false
}

// domains compiles the rule of the two lists.
func (c *compiler) domains(path string, d policy.Domains) rule {
	r := c.held(path, d.Rule, d.Held)
	filled(c, policy.Child(path, "allow"), d.Allow, "an empty list lets nobody in", "name the domains, or remove the key to let all in")
	allowed := c.domainSet(policy.Child(path, "allow"), d.Allow)
	denied := c.domainSet(policy.Child(path, "deny"), d.Deny)
	for i, entry := range d.Deny {
		if domain, below, ok := domainEntry(entry); ok && allowed.swallows(domain, below) {
			c.faults.Add(policy.Item(policy.Child(path, "deny"), i), policy.Shown(entry)+" is allowed by the list allow, which beats this one, so the entry refuses nobody", "remove one of the two")
		}
	}
	if only := len(d.Allow) > 0; only || len(d.Deny) > 0 {
		r.objects = ofReadable(func(who applicant) deny.Refusal {
			switch {
			case allowed.covers(who.email.Domain):
				return deny.Refusal{}
			case denied.covers(who.email.Domain):
				return EmailDomainDenied
			}
			return objection(EmailDomainNotAllowed, only)
		})
	}
	return r
}

// swallows reports whether an entry lies completely in the set.
func (s domainSet) swallows(domain string, below bool) bool {
	if below {
		return s.covers("a." + domain)
	}
	return s.covers(domain)
}

// domainSet compiles a list of domains.
func (c *compiler) domainSet(path string, entries []string) domainSet {
	set := domainSet{whole: make(map[string]bool, len(entries))}
	for i, entry := range entries {
		domain, below, ok := domainEntry(entry)
		if !ok {
			problem, fix := domainFault(entry)
			c.faults.Add(policy.Item(path, i), problem, fix)
			continue
		}
		if whole, twice := set.whole[domain]; twice {
			problem, fix := "the domain "+domain+" is listed twice", "remove one of the two; case does not count"
			if whole == below {
				problem, fix = domain+" is there already, in the other form", "keep one: "+domain+" covers its sub-domains too, *."+domain+" covers them alone"
			}
			c.faults.Add(policy.Item(path, i), problem, fix)
		}
		set.whole[domain] = !below
		set.deepest = max(set.deepest, email.Labels(domain))
	}
	return set
}

// domainEntry parses an entry: a domain, or all names below one.
func domainEntry(entry string) (domain string, below, ok bool) {
	rest, below := strings.CutPrefix(entry, "*.")
	if !below {
		domain, err := email.ParseDomain(entry)
		return domain, false, err == nil
	}
	// One more label makes a top-level domain a host name too.
	domain, err := email.ParseDomain("a." + rest)
	if err != nil {
		return "", true, false
	}
	return domain[len("a."):], true, true
}

// ofReadable applies objects to the addresses that can be read. A missing one has neither
// local part nor domain, and is on no list.
//
// It refuses an address that cannot be read, whatever the rule: the rule must hold even
// if the email rule is off or only observes, and guessing at such an address is how
// "a@b"@mailinator.com gets past a list that has mailinator.com.
func ofReadable(objects func(applicant) deny.Refusal) func(applicant) deny.Refusal {
	return func(who applicant) deny.Refusal {
		if who.given && !who.readable {
			return EmailUnusable
		}
		return objects(who)
	}
}
