package signup

import (
	"maps"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

// Compile checks a sign-up policy and compiles it. The error is policy.Faults with every
// mistake of the section, rules in mode off included; paths begin at the document's root
// (signUp.domains.deny[1]). The compiled policy shares nothing with the document.
func Compile(section policy.SignUp) (*Policy, error) {
	const root = "signUp"
	c := &compiler{rules: Rules()}
	everybody := section.Rules.Full()
	p := &Policy{base: make(ruleset, len(c.rules)), clients: make(map[string]ruleset, len(section.Clients))}
	c.put(p.base, root, everybody)
	c.contradictions(root, everybody)
	c.ofClient = true
	clients := policy.Child(root, "clients")
	for _, id := range slices.Sorted(maps.Keys(section.Clients)) {
		p.clients[id] = slices.Clone(p.base)
		c.client(p.clients[id], policy.Child(clients, id), id, section)
	}
	c.unmatched(root, section)
	words, faults := sentence.Compile(policy.Child(root, "sentences"), section.Sentences, Refusals(), section.ShowCode)
	p.words, c.faults = words, append(c.faults, faults...)
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// compiler collects the faults of a section.
type compiler struct {
	rules    []Rule
	faults   policy.Faults
	ofClient bool // these are the rules of an app client
	atToken  bool // these are the rules that hold at a token
}

// rule compiles what all rules have in common.
func (c *compiler) rule(path string, from policy.Rule) rule {
	return rule{
		mode:   c.mode(policy.Child(path, "mode"), from.Mode),
		judges: c.origins(policy.Child(path, "appliesTo"), from.AppliesTo),
	}
}

// mode checks a mode.
func (c *compiler) mode(path string, mode policy.Mode) policy.Mode {
	known := []policy.Mode{policy.Enforce, policy.Observe, policy.Off}
	if mode != "" && !slices.Contains(known, mode) {
		c.faults.Add(path, "there is no mode "+policy.Shown(mode), policy.Choice(mode, known...))
	}
	return mode
}

// origins compiles the origins that a rule judges.
func (c *compiler) origins(path string, list []policy.Origin) origins {
	if list == nil {
		return self
	}
	if len(list) == 0 {
		c.faults.Add(path, "an empty list judges nobody", "write mode: off, or name the origins")
	}
	var set origins
	for i, o := range list {
		switch at := policy.Item(path, i); {
		case !slices.Contains(knownOrigins[:], o):
			c.faults.Add(at, "there is no origin "+policy.Shown(o), policy.Choice(o, knownOrigins[:]...))
		case set.has(o):
			c.faults.Add(at, "the origin "+string(o)+" is listed twice", "remove one of the two")
		default:
			set |= only(o)
		}
	}
	return set
}

// filled adds a fault for an empty list. An absent one is nil.
func filled[T any](c *compiler, path string, list []T, problem, fix string) {
	if list != nil && len(list) == 0 {
		c.faults.Add(path, problem, fix)
	}
}
