package support

import (
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// compare returns the differences from Cognito's own token.
func compare(token claims.Token, plain, with map[string]any, changes claims.Changes, groups policy.Groups) MadeToken {
	m := MadeToken{
		Token: token, Claims: with, Added: []SaidClaim{}, Suppressed: []string{}, AddedBytes: changes.Added, Budget: changes.Budget,
		Truncated: changes.Truncated, EncodedBytes: encodedBytes(with),
	}
	origins := map[string]claims.NamedClaim{}
	for _, claim := range changes.Claims {
		origins[claim.Name] = claim
	}
	for _, name := range slices.Sorted(maps.Keys(with)) {
		if name == "scope" || Compact(plain[name]) == Compact(with[name]) {
			continue
		}
		claim, declared := origins[name]
		if !declared {
			claim = unnamed(name, with[name], groups)
		}
		_, replaces := plain[name]
		m.Added = append(m.Added, SaidClaim{name, with[name], claim.Origin, claim.Bytes, replaces})
	}
	for _, name := range slices.Sorted(maps.Keys(plain)) {
		if _, there := with[name]; !there && name != "scope" {
			m.Suppressed = append(m.Suppressed, name)
		}
	}
	before, after := words(plain["scope"]), words(with["scope"])
	m.ScopesAdded, m.ScopesSuppressed = without(after, before), without(before, after)
	return m
}

// unnamed explains a change that is not one of the grant's claims.
func unnamed(name string, value any, groups policy.Groups) claims.NamedClaim {
	c := claims.NamedClaim{Bytes: len(Compact(name)) + len(Compact(value)) + len(":,")}
	switch {
	case strings.HasPrefix(name, "cognito:"):
		c.Origin = "authz." + string(groups)
	case name == "aud":
		c.Origin = "the app client's id"
	default:
		c.Origin = "the budget: the token says less than was granted"
	}
	return c
}

// groupsOf returns what happened to the user's groups.
func groupsOf(grant claims.Grant, rule policy.Groups) string {
	switch {
	case grant.Groups == nil:
		return string(policy.KeepGroups)
	case len(grant.Groups.Names) == 0:
		return string(policy.NoGroups)
	}
	return string(rule)
}

// missing returns what was left out.
func missing(grant claims.Grant) []Missed {
	all := []Missed{}
	for _, d := range grant.Dropped {
		all = append(all, Missed{d.Token, d.Name, d.Reason, why(d.Reason)})
	}
	return all
}

// why returns a reason in words.
func why(reason claims.Reason) string {
	switch reason {
	case claims.ReservedName:
		return "the name belongs to Cognito or to the suite, or breaks Verified Permissions"
	case claims.UnusableName:
		return "the name could be taken for another one"
	case claims.AmbiguousName:
		return "the row has the name twice, apart from case"
	case claims.DeclaredName:
		return "the profile takes this name from elsewhere, or suppresses it"
	case claims.UnusableValue:
		return "the token cannot say the value exactly"
	case claims.Wildcard:
		return "a principal tag with * or ?, which are wildcards in IAM policies"
	case claims.TooMany:
		return "Cognito takes no more claims and scopes"
	case claims.OverBudget:
		return "the token's budget of bytes is full"
	case claims.NoTenant:
		return "roles in a tenant that the token does not say"
	case claims.EventVersion:
		return "this version of the event cannot say it"
	}
	return ""
}

func words(scope any) []string {
	text, _ := scope.(string)
	return strings.Fields(text)
}

func without(list, taken []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(taken, s) })
}
