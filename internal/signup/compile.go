package signup

import (
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// Compile checks a sign-up policy and makes it ready for use. The error is
// policy.Faults with every mistake of the section, rules in mode off included;
// the paths begin at the document's root (signUp.domains.deny[1]). The compiled
// policy shares nothing with the document.
func Compile(section policy.SignUp) (*Policy, error) {
	c := compiler{rules: make([]rule, 0, 3)}
	c.email(section.Email)
	c.domains(section.Domains)
	c.attributes(section.Attributes)
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	return &Policy{rules: c.rules}, nil
}

// compiler collects the rules, in the order in which they are asked, and what
// is wrong with them.
type compiler struct {
	rules  []rule
	faults policy.Faults
}

func (c *compiler) fault(path, problem, fix string) {
	c.faults = append(c.faults, policy.Fault{Path: path, Problem: problem, Fix: fix})
}

func (c *compiler) email(e policy.Email) {
	if r, on := c.rule("email", e.Rule); on {
		r.objects = usableEmail(e.Required)
		c.rules = append(c.rules, r)
	}
}

func (c *compiler) domains(d policy.Domains) {
	r, on := c.rule("domains", d.Rule)
	denied := c.domainSet("signUp.domains.deny", d.Deny)
	if on && len(denied) > 0 {
		r.objects = allowedDomain(denied)
		c.rules = append(c.rules, r)
	}
}

func (c *compiler) attributes(a policy.Attributes) {
	r, on := c.rule("attributes", a.Rule)
	c.attributeNames("signUp.attributes.required", a.Required)
	if on && len(a.Required) > 0 {
		r.objects = completeAttributes(slices.Clone(a.Required))
		c.rules = append(c.rules, r)
	}
}

// rule reads what all rules have in common, and whether the rule is on.
func (c *compiler) rule(name string, from policy.Rule) (r rule, on bool) {
	path := policy.Child("signUp", name)
	switch from.Mode {
	case "", policy.Enforce, policy.Observe, policy.Off:
	default:
		c.fault(policy.Child(path, "mode"), "there is no mode "+shown(string(from.Mode)), choice(string(from.Mode), "enforce", "observe", "off"))
	}
	return rule{
		name:    name,
		observe: from.Mode == policy.Observe,
		judges:  c.origins(policy.Child(path, "appliesTo"), from.AppliesTo),
	}, from.Mode != policy.Off
}

// origins reads the origins that a rule judges.
func (c *compiler) origins(path string, list []policy.Origin) origins {
	if list == nil {
		return self
	}
	if len(list) == 0 {
		c.fault(path, "an empty list judges nobody", "write mode: off, or name the origins")
	}
	var set origins
	for i, o := range list {
		switch at := policy.Item(path, i); {
		case !slices.Contains(knownOrigins[:], string(o)):
			c.fault(at, "there is no origin "+shown(string(o)), choice(string(o), knownOrigins[:]...))
		case set.has(o):
			c.fault(at, "the origin "+string(o)+" is there twice", "remove one of the two")
		default:
			set |= only(o)
		}
	}
	return set
}

// domainSet reads a list of domains.
func (c *compiler) domainSet(path string, entries []string) map[string]struct{} {
	set := make(map[string]struct{}, len(entries))
	for i, entry := range entries {
		domain, err := email.ParseDomain(entry)
		if err != nil {
			problem, fix := domainFault(entry)
			c.fault(policy.Item(path, i), problem, fix)
			continue
		}
		if _, twice := set[domain]; twice {
			c.fault(policy.Item(path, i), "the domain "+domain+" is there twice", "remove one of the two; case does not count")
		}
		set[domain] = struct{}{}
	}
	return set
}

// choice says which of the possible words was probably meant, or all of them.
func choice(word string, known ...string) string {
	if near := policy.Nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	last := len(known) - 1
	return "use " + strings.Join(known[:last], ", ") + " or " + known[last]
}
