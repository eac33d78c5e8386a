// Package claims decides what a token says beyond Cognito's own claims.
//
// The policy's tokens section is compiled once ([Compile]); every token request
// is then answered from the compiled policy and the user's server-owned AUTHZ
// row alone ([Policy.For]). The room is pure: no I/O, no clock, no AWS.
//
//   - Authority never comes from the caller. [Request] has no place for
//     clientMetadata or for a user attribute, so neither can become a claim.
//   - Claims only grant. A missing row or a dead store takes grants away and
//     adds none; what takes a right away is [Policy.Refused], which needs a row
//     that says so.
//   - Names that belong to Cognito are refused when the policy is compiled, when
//     a row is read and once more when the response is written.
//   - Groups are left alone: groupOverrideDetails is never written, because an
//     empty or null one takes every group away (developer guide, "Pre token
//     generation Lambda trigger").
//
// A row's mistake is never an error: the claim is left out and listed in
// [Grant.Dropped]. A policy's mistake is always one, so that nothing dropped is
// the policy's fault, but for what a V1_0 event cannot say.
package claims

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// Request is what may decide about a token: the shape of the event and the
// user's AUTHZ row. The zero value is answered with an empty grant.
type Request struct {
	// Version is the event's version: "1", "2" or "3". Another one grants nothing.
	Version string
	// Source is the event's triggerSource. An unknown one grants nothing.
	Source string
	// Machine says that there is no user. It must agree with Source: a
	// contradiction grants nothing.
	Machine bool
	// Authz is the user's row; nil means that there is none or that it was not read.
	Authz *Authz
	// StoreFailed says that the row could not be read completely. Nothing of
	// Authz is granted then, but a state in it still refuses.
	StoreFailed bool
}

// Authz is what the AUTHZ row says of a user. It is only read here.
type Authz struct {
	// Roles are the user's roles, in the order in which a token shows them.
	Roles []string
	// Tenant is the tenant that the user acts for; "" is none.
	Tenant string
	// Suspended and Deleted refuse every token.
	Suspended, Deleted bool
	// Extra holds further claims by name. Values are string, bool, json.Number,
	// int, int64, uint64, float64, []string, []any and map[string]any; the rest
	// is dropped. Numbers of a store belong into json.Number: a float64 rounds.
	Extra map[string]any
}

// Token names one of the two tokens that the trigger may change.
type Token string

// The two tokens.
const (
	ID     Token = "id"
	Access Token = "access"
)

// NamedClaim is one claim. Its value is of a type that [Authz.Extra] names.
type NamedClaim struct {
	Name  string
	Value any
}

// Grant is what is added to the tokens of one request. The zero value adds
// nothing: the event goes back as it came. Its slices and values may be shared
// with the policy and with other grants: read them, never change them.
type Grant struct {
	IDClaims, AccessClaims []NamedClaim
	ScopesToAdd            []string
	// Dropped lists what a row or the policy asked for and the tokens will not say.
	Dropped []Drop
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
	ReservedName  Reason = "reserved-name"  // the name is Cognito's
	UnusableName  Reason = "unusable-name"  // the name could be taken for another one
	AmbiguousName Reason = "ambiguous-name" // the row has the name twice, apart from case
	DeclaredName  Reason = "declared-name"  // the policy takes this name from elsewhere
	UnusableValue Reason = "unusable-value" // no token can say the value exactly
	TooMany       Reason = "too-many"       // Cognito's quota of claims and scopes
	EventVersion  Reason = "event-version"  // this event version cannot say it
)

// Policy is the compiled tokens section. It never changes and is safe for
// concurrent use. The zero value grants nothing and refuses as every other.
type Policy struct {
	user, machine profile
}

// profile is what one kind of client gets.
type profile struct {
	id, access token
	scopes     []string
	// room is how many claims a row may add before the quota is reached.
	room int
}

// The six token sources (developer guide, "Pre token generation trigger
// sources"); the last one has no user.
var userSources = []string{
	"TokenGeneration_HostedAuth",
	"TokenGeneration_Authentication",
	"TokenGeneration_NewPasswordChallenge",
	"TokenGeneration_AuthenticateDevice",
	"TokenGeneration_RefreshTokens",
}

const machineSource = "TokenGeneration_ClientCredentials"

// profileOf gives the profile of the request's client; nil grants nothing.
func (p *Policy) profileOf(r Request) *profile {
	switch {
	case r.Machine && r.Source == machineSource:
		return &p.machine
	case !r.Machine && slices.Contains(userSources, r.Source):
		return &p.user
	}
	return nil
}

// Refused says whether the request gets no token at all, and with which
// sentence: a known suspended or deleted user, whatever the source and also when
// the rest of the store failed (OWASP ASVS 5.0 7.4.2). An absent row refuses
// nobody: users exist before their rows do.
func (p *Policy) Refused(r Request) (deny.Refusal, bool) {
	if r.Authz == nil || !r.Authz.Suspended && !r.Authz.Deleted {
		return deny.Refusal{}, false
	}
	return deny.AccountDisabled, true
}
