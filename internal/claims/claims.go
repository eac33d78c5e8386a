// Package claims decides what a token says beyond Cognito's own claims.
//
// The policy's tokens section is compiled once ([Compile]); every token request
// is then answered from the app client's profile, the user's server-owned AUTHZ
// row and what the pool itself says of the user ([Policy.For]). The room is pure:
// no I/O, no clock, no AWS.
//
//   - Authority never comes from the caller. Of all that a caller writes,
//     [Request] has a place for one word, the tenant asked for, and that selects
//     among the tenants that the row lists. An attribute is a source only where
//     no app client may write it, and then by the policy's own word.
//   - Claims only grant. A missing row or a dead store takes grants away and adds
//     none; what takes a right away is [Policy.Refused], which needs a row that
//     says so. What a profile takes out of tokens stays out: a client whose
//     profile is not known has the built-in profile policy.Unknown, which grants
//     nothing and takes away what any profile does.
//   - Names that belong to Cognito are refused when the policy is compiled, when
//     a row is read and once more when the response is written.
//   - Groups are left alone unless the profile has a rule for them, and then the
//     override is complete: an empty or null one takes every group away (developer
//     guide, "Pre token generation Lambda trigger").
//
// A row's mistake is never an error: the claim is left out and listed in
// [Grant.Dropped], and so is what goes beyond the profile's budget. A policy's
// mistake is always one, so that nothing dropped is the policy's fault, but for
// what a V1_0 event cannot say ([Unsayable] finds that at synth).
package claims

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
)

// Request is what may decide about a token: the shape of the event, the app
// client's profile, the user's AUTHZ row and what the pool says of the user. The
// zero value is answered with an empty grant.
type Request struct {
	// Version is the event's version: "1", "2" or "3". Another one grants nothing.
	Version string
	// Source is the event's triggerSource. An unknown one grants nothing.
	Source string
	// Machine says that there is no user. It must agree with Source: a
	// contradiction grants nothing.
	Machine bool
	// Profile is the name of the app client's profile. "" and a name that the
	// policy does not have are policy.Unknown.
	Profile string
	// Authz is the user's row; nil means that there is none or that it was not read.
	Authz *Authz
	// StoreFailed says that the row could not be read completely. Nothing of
	// Authz is granted then, but a state in it still refuses.
	StoreFailed bool
	// Tenant is the tenant that the caller asks for, in clientMetadata. It counts
	// if the row lists it.
	Tenant string
	// Groups are the user's groups in the pool, as the event has them.
	Groups EventGroups
	// Attributes are the user's attributes in the pool. Only those that the policy
	// names as a source are looked at. It is never written to.
	Attributes map[string]string
}

// EventGroups is an event's groupConfiguration.
type EventGroups struct {
	Names []string
	// IAMRoles and PreferredRole are the event's JSON, given back as it is where a
	// rule replaces the names; nil where the event has none.
	IAMRoles, PreferredRole []byte
}

// Authz is what the AUTHZ row says of a user. It is only read here.
type Authz struct {
	// Roles are the user's roles, in the order in which a token shows them.
	Roles []string
	// Tenant is the tenant that the user acts for unless another one is asked for;
	// "" is none. Tenants are those that may be asked for.
	Tenant  string
	Tenants []string
	// Status is the row's own word for the user's state; "" is none.
	Status string
	// Suspended and Deleted refuse every token.
	Suspended, Deleted bool
	// Extra holds further claims by name. Values are string, bool, json.Number,
	// int, int64, uint64, float64, []string, []any and map[string]any; the rest
	// is dropped. Numbers of a store belong into json.Number: a float64 rounds.
	Extra map[string]any
	// Version changes with every change of the row; 0 is none.
	Version int64
}

// Token names one of the two tokens that the trigger may change.
type Token string

// The two tokens.
const (
	ID     Token = "id"
	Access Token = "access"
)

// Policy is the compiled tokens section. It never changes and is safe for
// concurrent use. The zero value grants nothing and refuses as every other.
type Policy struct {
	profiles map[string]*profile
	// people and machines are the built-in profile for either kind of client.
	people, machines profile
	clients          map[string]string
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

// known says whether the event is one that tokens can be made for: of V1_0, V2_0
// or V3_0, of a known source, and of a user exactly where there is one.
func (r Request) known() bool {
	if r.Version != "1" && r.Version != "2" && r.Version != "3" {
		return false
	}
	if r.Machine {
		return r.Source == machineSource
	}
	return slices.Contains(userSources, r.Source)
}

// row gives what may be granted from: an empty row where there is none, where it
// cannot be trusted to be whole, and for a machine.
func (r Request) row() *Authz {
	if r.Authz == nil || r.StoreFailed || r.Machine {
		return &Authz{}
	}
	return r.Authz
}
