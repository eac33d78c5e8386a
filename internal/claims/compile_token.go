package claims

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// token compiles the changes to one token.
func (c *compiler) token(path string, kind Token, section policy.Token) token {
	compiled := token{
		extra: section.ExtraClaims, names: make(map[string]struct{}, len(section.Claims)+len(section.Suppress)),
		suppress: slices.Clone(section.Suppress), audience: section.Audience, budget: section.Budget,
		scopes: policy.Scopes{
			Add: slices.Clone(section.Scopes.Add), Suppress: slices.Clone(section.Scopes.Suppress),
			AllowCognito: section.Scopes.AllowCognito,
		},
	}
	for i, declared := range section.Claims {
		at := fmt.Sprintf("%s.claims[%d]", path, i)
		c.name(at+".name", declared.Name, compiled.names)
		compiled.claims = append(compiled.claims, c.claim(at, kind, declared))
	}
	c.suppress(path+".suppress", section.Suppress, compiled.names)
	if kind == Access {
		c.scopes(path+".scopes", section.Scopes)
	}
	if section.Audience != "" && section.Audience != policy.ClientAudience {
		c.faults.Add(path+".audience", policy.Shown(section.Audience)+" is no audience", "use client, or remove it: Cognito takes no other")
	}
	c.budget(path, &compiled)
	compiled.drop = c.drop(path+".drop", section)
	return compiled
}

// name checks a claim's name and adds it to seen.
func (c *compiler) name(path, name string, seen map[string]struct{}) {
	key := string(appendLower(nil, name))
	_, twice := seen[key]
	seen[key] = struct{}{}
	switch {
	case !usableName(name):
		c.faults.Add(path, policy.Shown(name)+" is no usable claim name",
			"use 1 to 128 printable ASCII characters without blanks, quotes and backslashes")
	case key == truncatedClaim:
		c.faults.Add(path, "the claim "+name+" says that a token was cut", "choose another name")
	case barePrefix(name):
		c.faults.Add(path, "with a claim "+name+" every request to Amazon Verified Permissions fails", "choose another name")
	case reserved(name):
		c.faults.Add(path, fmt.Sprintf("the claim %s belongs to Cognito, which lets no trigger set it", name),
			"choose another name")
	case twice:
		c.faults.Add(path, fmt.Sprintf("the claim %s is declared twice, apart from case", name), "remove one")
	}
}

// claim compiles the source of a claim's value.
func (c *compiler) claim(path string, kind Token, declared policy.Claim) claim {
	compiled := claim{name: declared.Name, from: source(declared.From)}
	switch {
	case declared.From != "" && declared.Value != nil:
		c.faults.Add(path, "the claim has both from and value", "keep one of them")
	case declared.From == "" && declared.Value == nil:
		c.faults.Add(path, "the claim has neither from nor value", "give it one of them")
	case declared.From == "":
		compiled.value, compiled.bytes = c.value(path+".value", kind, declared)
	case !compiled.from.known():
		c.unknown(path+".from", compiled.from)
	case compiled.from.list() && kind == ID && scalarInID(declared.Name):
		c.faults.Add(path+".from", "an ID token takes "+declared.Name+" as a single value only", "choose another name")
	}
	if name, ok := compiled.from.attribute(); ok && !c.cleared(name) {
		c.faults.Add(path+".from", "a user can write their own "+name,
			"take the claim from AUTHZ, or name the attribute with a reason under tokens.trusted")
	}
	return compiled
}

// unknown adds the fault of a source that does not exist.
func (c *compiler) unknown(path string, from source) {
	if name, ok := from.extra(); ok && name != "" {
		c.faults.Add(path, "no row may have an extra claim "+policy.Shown(name)+": "+NameProblem(name), "keep it under another name")
		return
	}
	c.faults.Add(path, policy.Shown(string(from))+" is no source", "use "+sources)
}

// cleared reports whether a claim may come from an attribute: nobody writes it, or the
// operator answers for it. What the policy does not say so of is taken for writable.
func (c *compiler) cleared(attribute string) bool {
	_, trusted := c.section.Trusted[attribute]
	return trusted || slices.Contains(c.section.Unwritten, attribute)
}

// trusted finds attributes that are trusted without a reason.
func (c *compiler) trusted() {
	for _, name := range sortedKeys(c.section.Trusted) {
		if strings.TrimSpace(c.section.Trusted[name]) == "" {
			c.faults.Add(policy.Child("trusted", name), "has no reason", "say why no user writes the attribute")
		}
	}
}

// value checks a constant and copies it through JSON. The copy holds only string,
// bool, json.Number, []any and map[string]any.
func (c *compiler) value(path string, kind Token, declared policy.Claim) (value any, size int) {
	encoded, bad := appendClaimValue(nil, kind, declared.Name, declared.Value)
	if bad != "" {
		c.faults.Add(path, "the value cannot be said exactly: "+string(bad),
			"use a string, number or boolean, a list of those, or an object, at most 5 levels deep")
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	_ = decoder.Decode(&value) // cannot fail: written above
	return value, claimBytes(declared.Name, encoded)
}

// suppress checks the suppressed claims and adds them to seen.
func (c *compiler) suppress(path string, section []string, seen map[string]struct{}) {
	for i, name := range section {
		key := string(appendLower(nil, name))
		_, twice := seen[key]
		seen[key] = struct{}{}
		switch at := policy.Item(path, i); {
		case hasPrefixFold(name, "cognito:"):
			c.faults.Add(at, policy.Shown(name)+" cannot be suppressed by its name", "groups: none takes groups and roles out")
		case !suppressible(name):
			c.faults.Add(at, policy.Shown(name)+" is no claim that can be suppressed", "remove it")
		case twice:
			c.faults.Add(at, "the claim "+name+" is declared or listed already, and Cognito would suppress it", "remove one")
		}
	}
}

func (c *compiler) scopes(path string, section policy.Scopes) {
	seen := map[string]struct{}{}
	check := func(path string, scopes []string, allowCognito bool) {
		for i, scope := range scopes {
			at := policy.Item(path, i)
			if problem := scopeProblem(scope, allowCognito); problem != "" {
				c.faults.Add(at, problem, "use one scope-token of RFC 6749; allowCognito: true lets aws.cognito.* in")
			} else if _, twice := seen[scope]; twice {
				c.faults.Add(at, "the scope "+scope+" is listed twice", "remove one")
			}
			seen[scope] = struct{}{}
		}
	}
	check(path+".add", section.Add, section.AllowCognito)
	check(path+".suppress", section.Suppress, true)
}

// budget sets how much may be added, and finds constants that do not fit.
func (c *compiler) budget(path string, t *token) {
	if t.budget == 0 {
		t.budget = defaultBudget
	}
	if t.budget < leastBudget || t.budget > mostBudget {
		c.faults.Add(path+".budget", fmt.Sprintf("%d is out of range", t.budget), fmt.Sprintf("use %d to %d", leastBudget, mostBudget))
		return
	}
	fixed := truncatedBytes
	for _, declared := range t.claims {
		fixed += declared.bytes
	}
	for _, scope := range t.scopes.Add {
		fixed += scopeBytes(scope)
	}
	if t.audience != "" {
		fixed += audienceBytes(mostAudience)
	}
	if fixed > t.budget {
		c.faults.Add(path+".budget", fmt.Sprintf("constants, scopes and audience alone are %d bytes, more than the %d allowed", fixed, t.budget),
			"shorten them, or raise the budget")
	}
}

// drop checks the order of dropping and returns each name's rank.
func (c *compiler) drop(path string, section policy.Token) map[string]int {
	ranks := make(map[string]int, len(section.Drop))
	pool := ""
	for i, name := range section.Drop {
		at, key := policy.Item(path, i), string(appendLower(nil, name))
		_, twice := ranks[key]
		ranks[key] = i
		place := slices.IndexFunc(section.Claims, func(claim policy.Claim) bool { return compareFold(claim.Name, name) == 0 })
		from := source(authzExtra + name)
		if place >= 0 {
			from = source(section.Claims[place].From)
		}
		switch {
		case twice:
			c.faults.Add(at, "the claim "+name+" is listed twice", "remove one")
		case place < 0 && !section.ExtraClaims:
			c.faults.Add(at, "the token has no claim "+policy.Shown(name), "remove it")
		case from == constant:
			c.faults.Add(at, "the claim "+name+" is a constant, which is never dropped", "remove it")
		case !from.store():
			pool = name
		case pool != "":
			c.faults.Add(at, "the claim "+name+" is of the AUTHZ row and stands behind "+pool+", which is not",
				"list it before: a user with a row must not have less than one without")
		}
	}
	return ranks
}
