package claims

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// quota is how many claims and scopes, existing and added, Cognito takes in one pair
// of tokens (developer guide, "Pre token generation Lambda trigger"). cognitosOwn is
// reserved for the existing ones: at most 18 standard and 50 custom attributes, about
// 30 claims of each token, the audience among them, 50 scopes of a client.
const (
	quota       = 5000
	cognitosOwn = 250
	mostAdded   = quota - cognitosOwn
)

// Compile checks and compiles the section. The error is [policy.Faults] with paths
// from the section's root, such as profiles.app.id.claims[0].name; the policy is then
// nil. The result shares no memory with the section.
func Compile(section policy.Tokens) (*Policy, error) {
	c := &compiler{section: section}
	compiled := &Policy{profiles: map[string]*profile{}}
	for _, name := range sortedKeys(section.Profiles) {
		path := policy.Child("profiles", name)
		c.profileName(path, name)
		compiled.profiles[name] = c.profile(path, name, section.Profiles[name])
	}
	c.trusted()
	if err := c.faults.Err(); err != nil {
		return nil, err
	}
	compiled.users = strictest(compiled.profiles, false)
	compiled.hide()
	compiled.machines = strictest(compiled.profiles, true)
	return compiled, nil
}

// compiler collects the faults of a section.
type compiler struct {
	faults  policy.Faults
	section policy.Tokens
}

// longestProfile is the longest name of a profile, which is a value in the table.
const longestProfile = 64

func (c *compiler) profileName(path, name string) {
	switch {
	case name == policy.Unknown:
		c.faults.Add(path, "unknown is the built-in profile of clients that have none", "choose another name")
	case name == "" || len(name) > longestProfile || strings.Trim(name, alphanumerics+"_-") != "" || name[0] == '_' || name[0] == '-':
		c.faults.Add(path, policy.Shown(name)+" is no profile name", "use 1 to 64 letters, digits, hyphens and underscores")
	}
}

const alphanumerics = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// IsClientID reports whether a text can be an app client's id. Cognito makes 26 small
// letters and digits; short ones are taken for misspelt names.
func IsClientID(text string) bool {
	return len(text) >= 16 && usableAudience(text)
}

// profile compiles both tokens of one profile.
func (c *compiler) profile(path, name string, section policy.Profile) *profile {
	c.shape(path, section)
	if !section.Machine {
		c.tenantRoles(path, section)
	}
	compiled := &profile{
		name: name, machine: section.Machine,
		id:      c.token(path+".id", ID, section.ID),
		access:  c.token(path+".access", Access, section.Access),
		groups:  c.groups(path+".groups", section.Groups),
		mustAsk: c.storeDown(path+".whenStoreIsDown", section),
		tenantRoles: section.Groups == policy.TenantRolesAsGroups ||
			declares(section.ID, authzTenantRoles) || declares(section.Access, authzTenantRoles),
	}
	compiled.tags = c.tags(path, section)
	added := len(section.ID.Claims) + len(section.Access.Claims) + len(section.Access.Scopes.Add)
	compiled.mostExtras = mostAdded - added
	if compiled.mostExtras < 0 {
		c.faults.Add(path, fmt.Sprintf("it adds %d claims and scopes", added),
			fmt.Sprintf("keep to %d: Cognito takes %d with its own", mostAdded, quota))
	}
	return compiled
}

// shape finds what a profile of its kind cannot have: an ID token has no scopes, and
// a machine has neither ID token nor user.
func (c *compiler) shape(path string, section policy.Profile) {
	if len(section.ID.Scopes.Add) > 0 || len(section.ID.Scopes.Suppress) > 0 || section.ID.Scopes.AllowCognito {
		c.faults.Add(path+".id.scopes", "an ID token has no scopes", "move them to "+path+".access.scopes")
	}
	if section.ID.Audience == policy.ClientAudience {
		c.faults.Add(path+".id.audience", "an ID token is always for its app client", "move it to "+path+".access.audience")
	}
	if !section.Machine {
		return
	}
	if says(section.ID) {
		c.faults.Add(path+".id", "a machine gets no ID token", "move its claims to access")
	}
	for i, declared := range section.Access.Claims {
		if declared.From != "" {
			c.faults.Add(fmt.Sprintf("%s.access.claims[%d].from", path, i), "a machine is not a user, and nothing is known of it", "use a constant value")
		}
	}
	if section.Access.ExtraClaims {
		c.faults.Add(path+".access.extraClaims", "a machine is not a user and has no AUTHZ row", "remove it")
	}
	if section.Groups != "" {
		c.faults.Add(path+".groups", "a machine is in no groups", "remove it")
	}
}

// says reports whether the section changes anything in a token.
func says(section policy.Token) bool {
	return len(section.Claims) > 0 || section.ExtraClaims || len(section.Suppress) > 0 || section.Audience != "" ||
		len(section.Scopes.Add) > 0 || len(section.Scopes.Suppress) > 0
}

// groups checks the rule for groups.
func (c *compiler) groups(path string, rule policy.Groups) policy.Groups {
	switch rule {
	case "":
		return policy.KeepGroups
	case policy.KeepGroups, policy.NoGroups, policy.RolesAsGroups, policy.TenantRolesAsGroups:
	default:
		c.faults.Add(path, policy.Shown(rule)+" is no rule", "use keep, none, roles or tenantRoles")
	}
	return rule
}

// storeDown reports whether the profile refuses a user who cannot be asked for.
func (c *compiler) storeDown(path string, section policy.Profile) bool {
	switch rule := section.WhenStoreIsDown; {
	case rule == "":
	case section.Machine:
		c.faults.Add(path, "a machine is not a user, and nothing is asked of it", "remove it")
	case rule != policy.GrantLess && rule != policy.NoToken:
		c.faults.Add(path, policy.Shown(rule)+" is no rule", "use grantLess or refuse")
	}
	return section.WhenStoreIsDown == policy.NoToken
}

// tags checks that the profile's ID token, which alone becomes tags, has a claim of
// exactly the name of each principal tag, and that no constant among them is a wildcard.
// Another claim of the name would be Cognito's own, with what the user wrote.
func (c *compiler) tags(path string, section policy.Profile) map[string]struct{} {
	tags := map[string]struct{}{}
	declared := slices.Concat(section.ID.Claims, section.Access.Claims)
	for i, name := range section.PrincipalTags {
		at := policy.Item(path+".principalTags", i)
		tags[string(appendLower(nil, name))] = struct{}{}
		same := func(claim policy.Claim) bool { return compareFold(claim.Name, name) == 0 }
		exactly := func(claim policy.Claim) bool { return claim.Name == name }
		extra := section.ID.ExtraClaims && NameProblem(name) == ""
		if !extra && !slices.ContainsFunc(section.ID.Claims, exactly) {
			c.faults.Add(at, "the ID token has no claim "+policy.Shown(name)+" of the profile", "declare it in id.claims, or remove it here")
		}
		for _, claim := range declared {
			if same(claim) && wild(claim.Value) {
				c.faults.Add(at, "the claim "+claim.Name+" is a constant with * or ?, which match more than they say", "change the value")
			}
		}
	}
	return tags
}
