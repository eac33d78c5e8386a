package claims

import (
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Grant is what changes in the tokens of one request. The zero value changes
// nothing: the event goes back as it came. Its slices and values may be shared
// with the policy, the event and other grants: read them, never change them.
type Grant struct {
	// Profile is the name of the profile that was applied, policy.Unknown for the
	// built-in one; "" where none was.
	Profile string
	// Tenant is the tenant that the user acts for; "" is none.
	Tenant     string
	ID, Access Changes
	// Groups replace the user's groups in both tokens; nil leaves them alone.
	Groups *cognito.GroupConfiguration
	// Dropped lists what a row or the policy asked for and the tokens will not say.
	Dropped []Drop
}

// Changes are those of one token.
type Changes struct {
	Claims []NamedClaim
	// Suppress are claims that Cognito leaves out.
	Suppress []string
	// ScopesToAdd and ScopesToSuppress are those of an access token.
	ScopesToAdd, ScopesToSuppress []string
	// Truncated says that something was dropped for the budget; the token then
	// has the claim claims_truncated.
	Truncated bool
	// Added is how many bytes are added to the token's JSON, and Budget how many
	// may be.
	Added, Budget int

	// cognitoScopes says that the operator allows scopes of Cognito's own.
	cognitoScopes bool
}

// NamedClaim is one claim. Its value is string, bool, json.Number, int, int64, uint64,
// float64, []string, []any or map[string]any. A store's numbers are json.Number: a
// float64 rounds.
type NamedClaim struct {
	Name  string
	Value any
	// Origin is where the value comes from: a source as the policy names it
	// (authz.roles, authz.extra.plan, event.groups, attribute:locale …),
	// authz.extra for an extra claim that it does not name, or "constant".
	Origin string
	// Bytes is what the claim adds to the token's JSON, with its comma.
	Bytes int
}

// Drop is one claim or scope left out. The name of a claim of the row is as the
// row has it: any text.
type Drop struct {
	Token  Token
	Name   string
	Reason Reason
}

// Reason is why a claim or a scope was left out; it is fit for a log or a metric.
type Reason string

// The reasons.
const (
	ReservedName  Reason = "reserved-name"  // the name is Cognito's or the suite's
	UnusableName  Reason = "unusable-name"  // the name could be taken for another one
	AmbiguousName Reason = "ambiguous-name" // the row has the name twice, apart from case
	DeclaredName  Reason = "declared-name"  // the policy takes this name from elsewhere
	UnusableValue Reason = "unusable-value" // no token can say the value exactly
	Wildcard      Reason = "wildcard"       // a principal tag with * or ?
	TooMany       Reason = "too-many"       // Cognito's quota of claims and scopes
	OverBudget    Reason = "over-budget"    // the profile's budget of bytes
	EventVersion  Reason = "event-version"  // this event version cannot say it
)

// For returns what the tokens of an event say beyond Cognito's own claims. profile is
// the name of the app client's token profile, "" for none; readErr says that the rows
// in access could not be read. What cannot be said is dropped. The order is that of
// the policy, then the extra claims by name, so that equal questions have equal
// grants. The result shares memory with the event.
//
// The error is a [deny.Refusal]: a user who is known to be suspended or deleted gets
// no token, whatever the source and also when the rest of the store failed (OWASP
// ASVS 5.0 7.4.2). An absent row refuses nobody: users exist before their rows do.
func (p *Policy) For(profile string, e cognito.TokenGeneration, access table.Access, readErr error) (Grant, error) {
	r := ask(profile, e, access, readErr)
	if !r.machine() && access.Denied() {
		return Grant{}, deny.AccountDisabled
	}
	return p.grant(r), nil
}

// grant answers a request. It cannot fail.
func (p *Policy) grant(r request) Grant {
	if !r.known() {
		return Grant{}
	}
	profile := p.profileOf(r)
	w := writer{request: r, profile: profile, extrasLeft: profile.mostExtras}
	w.grant.Profile = profile.name
	w.grant.Tenant = tenant(&r.row, r.tenant)
	if profile.id.extra || profile.access.extra {
		w.extras = extraNames(&r.row)
	}
	w.write()
	return w.grant
}

// Truncated says whether the budget made a token say less.
func (g Grant) Truncated() bool { return g.ID.Truncated || g.Access.Truncated }

// ProfileOf gives the name of the profile that the policy gives an app client, by
// the name that the stack has for it (web, machine) or by its id; policy.Unknown
// for any other.
func (p *Policy) ProfileOf(client string) string {
	if name, ok := p.clients[client]; ok {
		return name
	}
	return policy.Unknown
}
