// Package claims decides what a token says beyond Cognito's own claims.
//
// The policy's tokens section is compiled once ([Compile]); every token event is then
// answered from the app client's profile, the user's server-owned AUTHZ row and what
// the pool itself says of the user ([Policy.For]). The room is pure: no I/O, no clock,
// no AWS.
//
//   - Authority never comes from the caller. Of all that a caller writes, a request
//     has a place for one word, the tenant asked for, and that selects among the
//     tenants that the row lists. An attribute is a source only where no app client
//     may write it, and then by the policy's own word.
//   - Claims only grant. A missing row or a dead store takes grants away and adds
//     none; what takes a right away is a refusal, which needs a row that says so. What a profile takes out of tokens stays out: a client whose
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

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// request is all that may decide about a token. The zero value is answered with an
// empty grant.
type request struct {
	version string // of the event; one that is unknown grants nothing
	source  cognito.Source
	profile string // of the app client; policy.Unknown where the policy has none of that name
	row     table.Authz
	tenant  string // the one asked for, which counts if the row lists it
	groups  cognito.GroupConfiguration
	// attributes are looked at by the names that the policy has for sources.
	attributes map[string]string
}

// ask makes the request: nothing else of an event decides. Of a machine nothing is
// known, whatever the event says; of a row that could not be read nothing is granted.
func ask(profile string, e cognito.TokenGeneration, access table.Access, readErr error) request {
	r := request{version: e.Version, source: e.Source, profile: profile}
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

// Policy is the compiled tokens section. It never changes and is safe for
// concurrent use. The zero value grants nothing and refuses as every other.
type Policy struct {
	profiles map[string]*profile
	// people and machines are the built-in profile for either kind of client.
	people, machines profile
	clients          map[string]string
}
