package claims

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// quota is how many claims and scopes, existing and added, Cognito takes in one
// pair of tokens (developer guide, "Pre token generation Lambda trigger").
// cognitosOwn is set aside for those that exist without us: at most 18 standard
// and 50 custom attributes, about 30 claims of each token, 50 scopes of a client.
const (
	quota       = 5000
	cognitosOwn = 250
	mostAdded   = quota - cognitosOwn
)

// source is where a claim's value comes from.
type source int

const (
	constant source = iota
	authzRoles
	authzTenant
)

// sourceOf knows the sources by the name that a policy gives them.
func sourceOf(name string) (source, bool) {
	switch name {
	case "authz.roles":
		return authzRoles, true
	case "authz.tenant":
		return authzTenant, true
	}
	return constant, false
}

// token is what one token says.
type token struct {
	claims []claim
	// names holds the names of the claims in small letters.
	names map[string]struct{}
	// extra adds the extra claims of the row.
	extra bool
}

// claim is one declared claim; value is set for a constant only.
type claim struct {
	name  string
	from  source
	value any
}

// Compile checks the section and compiles it. The error is [policy.Faults] with
// paths from the section's root, such as user.id.claims[0].name, and then the
// policy is nil. The result shares no memory with the section.
func Compile(section policy.Tokens) (*Policy, error) {
	c := &compiler{}
	compiled := &Policy{
		user:    c.profile("user", section.User),
		machine: c.machine(section.Machine),
	}
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	return compiled, nil
}

// compiler collects the faults of a section.
type compiler struct{ faults policy.Faults }

func (c *compiler) fault(path, problem, fix string) {
	c.faults = append(c.faults, policy.Fault{Path: path, Problem: problem, Fix: fix})
}

// machine compiles the profile for client credentials: no user, hence no ID
// token and no AUTHZ row.
func (c *compiler) machine(section policy.Profile) profile {
	if !empty(section.ID) {
		c.fault("machine.id", "a machine gets no ID token", "move its claims to machine.access")
	}
	for i, declared := range section.Access.Claims {
		if _, known := sourceOf(declared.From); known {
			c.fault(fmt.Sprintf("machine.access.claims[%d].from", i),
				"a machine is no user and has no AUTHZ row", "use a constant value")
		}
	}
	if section.Access.ExtraClaims {
		c.fault("machine.access.extraClaims",
			"a machine is no user and has no AUTHZ row", "remove it")
	}
	return c.profile("machine", policy.Profile{Access: section.Access})
}

// empty says whether nothing is written in a token's section.
func empty(section policy.Token) bool {
	return len(section.Claims) == 0 && len(section.Scopes) == 0 && !section.ExtraClaims
}

// profile compiles both tokens of one kind of client.
func (c *compiler) profile(path string, section policy.Profile) profile {
	if len(section.ID.Scopes) > 0 {
		c.fault(path+".id.scopes", "an ID token has no scopes", "move them to "+path+".access.scopes")
	}
	compiled := profile{
		id:     c.token(path+".id", ID, section.ID),
		access: c.token(path+".access", Access, section.Access),
		scopes: c.scopes(path+".access.scopes", section.Access.Scopes),
	}
	added := len(section.ID.Claims) + len(section.Access.Claims) + len(section.Access.Scopes)
	compiled.room = mostAdded - added
	if compiled.room < 0 {
		c.fault(path, fmt.Sprintf("it adds %d claims and scopes", added),
			fmt.Sprintf("keep to %d: Cognito takes %d with its own", mostAdded, quota))
	}
	return compiled
}

// token compiles what is added to one token.
func (c *compiler) token(path string, kind Token, section policy.Token) token {
	compiled := token{extra: section.ExtraClaims, names: make(map[string]struct{}, len(section.Claims))}
	for i, declared := range section.Claims {
		at := fmt.Sprintf("%s.claims[%d]", path, i)
		c.name(at+".name", declared.Name, compiled.names)
		compiled.claims = append(compiled.claims, c.claim(at, kind, declared))
	}
	return compiled
}

// name checks a claim's name and remembers it in seen.
func (c *compiler) name(path, name string, seen map[string]struct{}) {
	key := string(appendLower(nil, name))
	_, twice := seen[key]
	seen[key] = struct{}{}
	switch {
	case !usableName(name):
		c.fault(path, fmt.Sprintf("%.40q is no usable claim name", name),
			"use 1 to 128 printable ASCII characters without blanks, quotes and backslashes")
	case reserved(name):
		c.fault(path, fmt.Sprintf("the claim %s belongs to Cognito, which lets no trigger set it", name),
			"choose another name")
	case twice:
		c.fault(path, fmt.Sprintf("the claim %s is declared twice, apart from case", name), "remove one")
	}
}

// claim compiles where the value of a claim comes from.
func (c *compiler) claim(path string, kind Token, declared policy.Claim) claim {
	compiled := claim{name: declared.Name}
	from, known := sourceOf(declared.From)
	switch {
	case declared.From != "" && declared.Value != nil:
		c.fault(path, "the claim has both from and value", "keep one of them")
	case declared.From == "" && declared.Value == nil:
		c.fault(path, "the claim has neither from nor value", "give it one of them")
	case declared.From == "":
		compiled.value = c.value(path+".value", kind, declared)
	case !known:
		c.fault(path+".from", fmt.Sprintf("%.40q is no source", declared.From),
			"use authz.roles or authz.tenant")
	case from == authzRoles && kind == ID && scalarInID(declared.Name):
		c.fault(path+".from", "an ID token takes "+declared.Name+" as a single value only", "choose another name")
	}
	compiled.from = from
	return compiled
}

// value checks a constant and copies it, by way of JSON: what is left are
// string, bool, json.Number, []any and map[string]any.
func (c *compiler) value(path string, kind Token, declared policy.Claim) any {
	encoded, bad := appendValue(nil, declared.Value, 0)
	if bad != "" {
		c.fault(path, "the value cannot be said exactly: "+string(bad),
			"use strings, numbers, booleans, lists or objects, at most 5 levels deep")
		return nil
	}
	if kind == ID && scalarInID(declared.Name) && composite(encoded) {
		c.fault(path, "an ID token takes "+declared.Name+" as a single value only", "use a string, number or boolean")
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		c.fault(path, "the value cannot be read back: "+err.Error(), "")
	}
	return value
}

// composite says whether encoded JSON is a list or an object.
func composite(encoded []byte) bool { return encoded[0] == '[' || encoded[0] == '{' }

// scopes checks the scopes and copies them.
func (c *compiler) scopes(path string, section []string) []string {
	seen := make(map[string]struct{}, len(section))
	for i, scope := range section {
		at := fmt.Sprintf("%s[%d]", path, i)
		if problem := scopeProblem(scope); problem != "" {
			c.fault(at, problem, "use one scope-token of RFC 6749 that is not of Cognito's own")
		} else if _, twice := seen[scope]; twice {
			c.fault(at, "the scope "+scope+" is listed twice", "remove one")
		}
		seen[scope] = struct{}{}
	}
	return append([]string(nil), section...)
}
