// Package claims decides what a token says beyond Cognito's own claims.
//
// [Compile] compiles the policy's tokens section once. [Policy.For] then answers every
// token event from the app client's profile, the user's AUTHZ row, which only servers
// write, and what the pool itself says of the user. The room is pure: no I/O, no clock,
// no AWS.
//
//   - The caller has no authority. A request holds one word of the caller's choice, the
//     tenant asked for, which selects among the tenants that the row lists. An attribute
//     is a source only if the policy says that nobody writes it, or that its operator
//     answers for it; and a claim with an attribute's name that is not said takes
//     Cognito's own out of the ID token.
//   - Claims only grant. A missing row or a failed store removes grants and adds none.
//     What takes a right away is a refusal. That needs a row, or a profile that refuses a
//     user whose row cannot be read (whenStoreIsDown).
//   - What a profile suppresses stays suppressed. A client without a known profile has
//     the built-in profile policy.Unknown, which grants nothing and suppresses what any
//     profile does.
//   - Cognito's own names are refused when the policy is compiled, when a row is read
//     and again when the response is written.
//   - Groups are left alone unless the profile has a rule for them: a reply then has no
//     groupOverrideDetails, since an empty or null one takes every group away (developer
//     guide, "Pre token generation Lambda trigger"). Groups made of roles are written
//     complete. Groups are taken away in the two forms that the guide documents.
//
// A mistake in a row is never an error: the claim is left out and listed in
// [Grant.Dropped], like every claim beyond the profile's budget. A mistake in a policy
// is always an error, except what a V1_0 event cannot say, which [Unsayable] finds at
// synth.
package claims

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// request is everything that may decide about a token. The zero value gets an empty
// grant.
type request struct {
	version string // of the event; an unknown one grants nothing
	client  string // the app client's id, as Cognito says it
	source  cognito.Source
	profile string // of the app client; policy.Unknown if the policy has none of that name
	row     table.Authz
	tenant  string // the tenant asked for; it counts if the row lists it
	groups  cognito.GroupConfiguration
	// attributes are looked up by the names that the policy has as sources.
	attributes map[string]string
}

// ask builds the request: nothing else of an event decides. A machine has no user,
// whatever the event says. A row that could not be read grants nothing.
func ask(profile string, e cognito.TokenGeneration, access table.Access, readErr error) request {
	r := request{version: e.Version, client: e.ClientID, source: e.Source, profile: profile}
	if e.Machine() {
		return r
	}
	if readErr == nil {
		r.row = access.Authz
	}
	r.tenant, r.groups, r.attributes = e.AskedTenant, e.Groups, e.Attributes
	return r
}

func (r request) machine() bool { return r.source == cognito.TokenClientCredentials }

// known reports whether version and source can carry tokens.
func (r request) known() bool {
	return slices.Contains([]string{"1", "2", "3"}, r.version) && r.source.In(cognito.TokenGenerationSources())
}

// Token names one of the two tokens that the trigger may change.
type Token string

// The two tokens.
const (
	ID     Token = "id"
	Access Token = "access"
)

// Policy is the compiled tokens section. It never changes and is safe for concurrent
// use. The zero value grants nothing; it refuses like every other policy.
type Policy struct {
	profiles map[string]*profile
	// users and machines are the two built-in profiles.
	users, machines profile
}
