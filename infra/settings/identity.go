package settings

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// IdentityPool exchanges the ID tokens of users' clients for AWS credentials of a role that a
// claim of the token selects (developer guide, "Using rule-based mapping to assign roles
// to users"). A user whom no rule matches gets none, or with ownRows those of a role that
// reads the user's own rows. There are no guests, and no classic flow, in which the caller
// names the role. Without roles and ownRows there is no identity pool.
type IdentityPool struct {
	// Roles are the roles, at most 25, tried in order; the first that matches is used.
	// Default: none. Example: [{name: Editors, claim: tenant, value: acme}].
	Roles []IdentityRole `yaml:"roles"`
	// OwnRows lets every signed-in user read their own PROFILE and SIGNIN in the table with
	// their own credentials, and nothing else: GetItem and Query, with a projection of
	// columns that are not AUTHZ's. Each of Roles may do so, and a role for users whom no
	// rule matches. WARNING: credentials last an hour, also if the user is suspended
	// meanwhile; and a page of your app that runs foreign script hands these rows to it.
	// Default: false. Example: true.
	OwnRows bool `yaml:"ownRows"`
}

// Made reports whether the stage has an identity pool.
func (p IdentityPool) Made() bool { return len(p.Roles) > 0 || p.OwnRows }

// IdentityRole is a role that the suite makes, and the claim that selects it. It has no
// permissions until you grant some: by ManagedPolicyARNs, or in code by
// IdentityRoles of the CDK construct.
type IdentityRole struct {
	// Name becomes a part of the role's logical id: a letter, then letters and digits. No
	// default. Example: Editors.
	Name string `yaml:"name"`
	// Claim is a claim of the ID token that no user writes, in every client of users: one
	// that the client's profile declares, an extra claim if that profile has id.extraClaims,
	// cognito:groups, or an attribute that nobody writes or that policy.tokens.trusted
	// names. No default. Example: tenant.
	Claim string `yaml:"claim"`
	// Match says how Claim and Value are compared. Contains also matches a part of a word:
	// admins is contained in superadmins, so a value that is a part of another of the
	// stage's groups is refused.
	// Default: "" means MatchEquals. Example: contains.
	Match Match `yaml:"match"`
	// Value is what the claim is compared with, letter by letter; 1 to 128 characters. No
	// default. Example: acme.
	Value string `yaml:"value"`
	// ManagedPolicyARNs are managed policies with the role's permissions. Default: none.
	// Example: [arn:aws:iam::111122223333:policy/ReadReports].
	ManagedPolicyARNs []string `yaml:"managedPolicyArns"`
}

// Match is a way to compare.
type Match string

// The matches.
const (
	MatchEquals     Match = "equals"
	MatchContains   Match = "contains"
	MatchStartsWith Match = "startsWith"
	MatchNotEqual   Match = "notEqual"
)

var (
	roleNameForm  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,31}$`)
	policyARNForm = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/\S+$`)
)

// identityPool checks the identity pool.
func (c *checker) identityPool(s *Settings) {
	const most = 25 // API reference, RulesConfigurationType
	if n := len(s.IdentityPool.Roles); n > most {
		c.faults.Add("identityPool.roles", fmt.Sprintf("has %d entries", n), fmt.Sprintf("Cognito takes %d", most))
	}
	var names []string
	for i, r := range s.IdentityPool.Roles {
		at := policy.Item("identityPool.roles", i)
		names = append(names, r.Name)
		if !roleNameForm.MatchString(r.Name) {
			c.faults.Add(at+".name", fmt.Sprintf("%q is not a name", r.Name), "use a letter, then up to 31 letters and digits")
		} else if slices.Contains([]string{"Pool", "Roles", "Tag", "OwnRows"}, r.Name) { // newIdentityPool in package infra
			c.faults.Add(at+".name", fmt.Sprintf("Identity%s is the stack's", r.Name), "choose another name")
		}
		for _, client := range s.UserClients(c.given) { // without any, that is the fault
			if c.selects(s, at+".claim", r.Claim, client) {
				break
			}
		}
		oneOf(c, at+".match", r.Match, MatchEquals, MatchContains, MatchStartsWith, MatchNotEqual)
		if n := utf8.RuneCountInString(r.Value); n == 0 || n > 128 {
			c.faults.Add(at+".value", fmt.Sprintf("has %d characters", n), "use 1 to 128")
		}
		c.partOfGroup(s, at+".value", r)
		for j, arn := range r.ManagedPolicyARNs {
			if !policyARNForm.MatchString(arn) {
				c.faults.Add(policy.Item(at+".managedPolicyArns", j), fmt.Sprintf("%q is not an ARN of a policy", arn), "write it out, such as arn:aws:iam::111122223333:policy/ReadReports")
			}
		}
	}
	unique(c, "identityPool.roles", names)
}

// partOfGroup adds a fault if another group contains the value: AWS does not say whether
// Contains compares the list's items or its text, and as a text it has parts of words.
func (c *checker) partOfGroup(s *Settings, at string, r IdentityRole) {
	for _, group := range s.Groups {
		if r.Match == MatchContains && r.Claim == "cognito:groups" && r.Value != "" && group != r.Value && strings.Contains(group, r.Value) {
			c.faults.Add(at, fmt.Sprintf("%q is a part of the group %q, whose members may take the role, too", r.Value, group), "rename one of the two")
			return
		}
	}
}

// selects reports whether the claim that selects a role is none which no user writes, in
// the ID token of a client, and adds a fault then.
func (c *checker) selects(s *Settings, at, claim, client string) bool {
	token := s.Policy.Tokens.Profiles[s.Profiles()[client]].ID
	declared := slices.ContainsFunc(token.Claims, func(declared policy.Claim) bool { return declared.Name == claim })
	who, before := s.writer(c.given, claim), len(c.faults)
	switch {
	case claim == "" || len(claim) > 64:
		c.faults.Add(at, fmt.Sprintf("%q is not a claim", claim), "name one of the ID token, such as tenant")
	case declared, claim == "cognito:groups", token.ExtraClaims && claims.NameProblem(claim) == "":
	case who != "" && !s.trusts(claim):
		c.faults.Add(at, fmt.Sprintf("%q can be written by %s, who would take the role", claim, who),
			s.instead(c.given, claim, "use cognito:groups, or a claim that the profile of every client takes from authz.*"))
	case who == "" && !c.given.has(claim):
		c.faults.Add(at, fmt.Sprintf("the ID token of the client %s has no claim %q that no user writes", client, claim),
			"declare it in id.claims of the profile of clients."+client)
	}
	return len(c.faults) > before
}
