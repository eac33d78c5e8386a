package claims

import (
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Grant is what changes in the tokens of one request. The zero value changes nothing:
// the event goes back as it came. Slices and values may be shared with the policy,
// the event and other grants; do not change them.
type Grant struct {
	// Profile is the name of the applied profile: policy.Unknown for the built-in
	// one, "" if none was applied.
	Profile string
	// Tenant is the tenant that the user acts for; "" is none.
	Tenant     string
	ID, Access Changes
	// Groups replaces the user's groups in both tokens, and the IAM roles beside them;
	// nil leaves them alone, no Names takes groups and IAM roles away.
	Groups *cognito.GroupConfiguration
	// Dropped lists what the row or the policy asked for and the tokens leave out.
	Dropped []Drop
}

// Changes are the changes to one token.
type Changes struct {
	Claims []NamedClaim
	// Suppress lists the claims that Cognito leaves out.
	Suppress []string
	// ScopesToAdd and ScopesToSuppress are for access tokens.
	ScopesToAdd, ScopesToSuppress []string
	// Truncated reports whether claims were dropped for the budget; the token then
	// has the claim claims_truncated.
	Truncated bool
	// Added is how many bytes the token's JSON grows by, Budget how many it may grow
	// by.
	Added, Budget int

	// cognitoScopes reports whether the operator allows Cognito's own scopes.
	cognitoScopes bool
	// audience is the app client's id if the profile asks for it; "" is none. It has no
	// exported name because nothing but an event may set it.
	audience string
}

// NamedClaim is one claim. Its value is string, bool, json.Number, int, int64,
// uint64, float64, []string, []any or map[string]any. Numbers of the store are
// json.Number, since a float64 rounds.
type NamedClaim struct {
	Name  string
	Value any
	// Origin is the source of the value, in the policy's words (authz.roles,
	// authz.extra.plan, event.groups, attribute:locale …), authz.extra for an extra
	// claim that the policy does not name, or "constant".
	Origin string
	// Bytes is what the claim adds to the token's JSON, with its comma.
	Bytes int
}

// Drop is one claim or scope left out. The name of a row's claim may be any text.
type Drop struct {
	Token  Token
	Name   string
	Reason Reason
}

// Reason is why a claim or a scope was left out. It may go into logs and metrics.
type Reason string

// The reasons.
const (
	ReservedName  Reason = "reserved-name"  // the name is Cognito's, the suite's or an attribute's
	UnusableName  Reason = "unusable-name"  // the name could be taken for another one
	AmbiguousName Reason = "ambiguous-name" // the row has the name twice, apart from case
	DeclaredName  Reason = "declared-name"  // the policy takes this name from elsewhere
	UnusableValue Reason = "unusable-value" // the token cannot say the value exactly
	Wildcard      Reason = "wildcard"       // a principal tag with * or ?
	TooMany       Reason = "too-many"       // Cognito's quota of claims and scopes
	OverBudget    Reason = "over-budget"    // the profile's budget of bytes
	EventVersion  Reason = "event-version"  // this event version cannot say it
	NoTenant      Reason = "no-tenant"      // roles of a tenant that the token does not say
)

// For returns what the tokens of an event say beyond Cognito's own claims. profile is
// the name of the app client's token profile, "" for none. readErr is why the rows in
// access could not be read. What a token cannot say is dropped. Claims stand in the
// order of the policy, then the extra claims by name, so that equal questions have
// equal grants. The result shares memory with the event.
//
// The error is a [deny.Refusal]: a suspended or deleted user gets no token, from no
// source and also when the other row could not be read (OWASP ASVS 5.0 7.4.2), and
// neither does a user whose rows could not be read if the profile says whenStoreIsDown:
// refuse. A missing row refuses no user: users exist before their rows do.
func (p *Policy) For(profile string, e cognito.TokenGeneration, access table.Access, readErr error) (Grant, error) {
	r := ask(profile, e, access, readErr)
	if refusal := p.refusal(r, access, readErr); refusal != nil {
		return Grant{}, refusal
	}
	return p.grant(r), nil
}

// refusal returns why the user of a request gets no token, or nil.
func (p *Policy) refusal(r request, access table.Access, readErr error) error {
	switch {
	case r.machine():
	case access.Denied():
		return deny.AccountDisabled
	case readErr != nil && p.profileOf(r).mustAsk:
		return deny.SignInUnavailable
	}
	return nil
}

// grant answers a request; it cannot fail.
func (p *Policy) grant(r request) Grant {
	if !r.known() {
		return Grant{}
	}
	profile := p.profileOf(r)
	w := writer{request: r, profile: profile, extrasLeft: profile.mostExtras}
	w.grant.Profile = profile.name
	w.grant.Tenant = tenant(&r.row, r.tenant)
	if profile.tenantRoles {
		w.roles, w.ofTenant = rolesIn(&r.row, w.grant.Tenant)
	}
	if profile.id.extra || profile.access.extra {
		w.extras = extraNames(&r.row)
	}
	w.write()
	return w.grant
}

// Truncated reports whether a budget cut a token.
func (g Grant) Truncated() bool { return g.ID.Truncated || g.Access.Truncated }
