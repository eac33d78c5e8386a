package support

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// TokenQuestion is what a TokenPreview answers: the tokens of a user and an app client.
type TokenQuestion struct {
	// Stage names the settings.
	Stage string
	settings.TokenSettings
	// Client is the name of a client of the stage, or an app client's id.
	Client string
	// ClientID and Pool are the ids in the tokens; of one that is "" a stand-in of that length is.
	ClientID, Pool string
	// Profile is the token profile to assume for the client; "" is its own.
	Profile string
	// Source is the event's trigger source; "" is the one that fits the client's profile.
	Source cognito.Source
	// Tenant is the requested one.
	Tenant string
	// User is the user; the zero value is one without a row.
	User Subject
	// StoreDead says that the store does not answer.
	StoreDead bool
}

// TokenPreview is the answer. Its JSON is for programs; members are only ever added.
type TokenPreview struct {
	Stage   string `json:"stage"`
	Client  string `json:"client"`
	Profile string `json:"profile"`
	Source  string `json:"source"`
	Version string `json:"version"`
	Tenant  string `json:"tenant,omitempty"`
	// NoTenant is the tenant that was asked for and that is none of the user's; the tokens
	// are then as if none had been asked for.
	NoTenant string `json:"noTenant,omitempty"`
	// Refused is the sentence that the user reads; then there are no tokens.
	Refused string `json:"refused,omitempty"`
	// Code is the code of the refusal.
	Code string `json:"code,omitempty"`
	// Demoted is the code of the rule that takes out what was granted.
	Demoted string      `json:"demoted,omitempty"`
	Groups  string      `json:"groups"`
	Tokens  []MadeToken `json:"tokens"`
	Dropped []Missed    `json:"dropped"`
	// Grants has each claim and scope of the profile, and each role of AUTHZ.
	Grants []Grant `json:"grants"`
}

// MadeToken is one token.
type MadeToken struct {
	Token  claims.Token   `json:"token"`
	Claims map[string]any `json:"claims"`
	// Added and Suppressed are the differences from Cognito's own token.
	Added      []SaidClaim `json:"added"`
	Suppressed []string    `json:"suppressed"`
	// ScopesAdded and ScopesSuppressed are those of an access token.
	ScopesAdded      []string `json:"scopesAdded,omitempty"`
	ScopesSuppressed []string `json:"scopesSuppressed,omitempty"`
	AddedBytes       int      `json:"addedBytes"`
	// Budget is negative if it is not known.
	Budget    int  `json:"budget"`
	Truncated bool `json:"truncated"`
	// EncodedBytes is the length of the signed token.
	EncodedBytes int `json:"encodedBytes"`
}

// SaidClaim is one claim that is added or replaced.
type SaidClaim struct {
	Name   string `json:"name"`
	Value  any    `json:"value"`
	Origin string `json:"origin"`
	Bytes  int    `json:"bytes"`
	// Replaces says that Cognito's own value is different.
	Replaces bool `json:"replaces,omitempty"`
}

// Missed is a claim or scope that the token lacks.
type Missed struct {
	Token  claims.Token  `json:"token"`
	Name   string        `json:"name"`
	Reason claims.Reason `json:"reason"`
	Why    string        `json:"why"`
}

// Answer makes the tokens: it passes the event that Cognito would send through the
// function's code, and the answer through the local pool's.
func (q TokenQuestion) Answer() (TokenPreview, error) {
	compiled, err := claims.Compile(q.Policy)
	if err != nil {
		return TokenPreview{}, fmt.Errorf("compiling the policy of the stage %s:\n%w", q.Stage, err)
	}
	profile := cmp.Or(q.Profile, q.Profiles[q.Client], policy.Unknown)
	q.Source = q.sourceFor(profile)
	event, err := q.event()
	if err != nil {
		return TokenPreview{}, err
	}
	access, dead := q.User.access(), error(nil)
	if q.Untouched {
		access, profile = table.Access{}, policy.Unknown
	}
	if q.StoreDead {
		access, profile, dead = table.Access{}, "", errors.New("the store does not answer")
	}
	grant, verdict, refused, err := q.decide(compiled, profile, event, access, dead)
	if err != nil {
		return TokenPreview{}, err
	}
	w := weigher{row: q.User.Authz.Authz, grant: grant, verdict: verdict, refused: refused, dead: q.StoreDead}
	p := TokenPreview{
		Stage: q.Stage, Client: q.Client, Profile: grant.Profile, Source: string(q.Source), Version: "V" + q.Version + "_0",
		Tenant: grant.Tenant, Groups: groupsOf(grant, q.Policy.Profiles[grant.Profile].Groups), Tokens: []MadeToken{}, Dropped: missing(grant),
	}
	if q.Tenant != "" && !q.machine() && !slices.Contains(w.row.AllTenants(), q.Tenant) {
		p.NoTenant = q.Tenant
	}
	if verdict.Demotes {
		p.Demoted = verdict.Refusal.Code
	}
	if refused != nil {
		refusal, _ := errors.AsType[deny.Refusal](refused)
		p.Refused, p.Code, p.Profile, p.Groups, p.Tenant, p.Dropped = refused.Error(), refusal.Code, profile, "", "", []Missed{}
		w.grant = claims.Grant{}
	} else if p.Tokens, err = q.tokens(grant); err != nil {
		return TokenPreview{}, err
	}
	w.name, w.profile = p.Profile, q.Policy.Profiles[p.Profile]
	p.Grants = w.all()
	return p, nil
}

// Missing returns the grants that the tokens lack.
func (p TokenPreview) Missing() []Grant {
	return slices.DeleteFunc(slices.Clone(p.Grants), func(g Grant) bool { return g.Is != Absent })
}

// decide judges the user and grants as the function does. refused is what the user reads.
func (q TokenQuestion) decide(tokens *claims.Policy, profile string, e cognito.TokenGeneration, access table.Access, dead error) (grant claims.Grant, verdict signup.Verdict, refused, err error) {
	held, err := signup.CompileHeld(q.Held)
	if err != nil {
		return grant, verdict, nil, fmt.Errorf("compiling the rules that hold at a token of the stage %s:\n%w", q.Stage, err)
	}
	if !e.Machine() {
		verdict = held.Check(e.Attributes)
	}
	grants := tokens.For
	if verdict.Demotes {
		grants = tokens.ForDemoted
	}
	grant, refused = grants(profile, e, access, dead)
	if refused == nil && verdict.Refused() {
		refused = held.Say(verdict.Refusal, e.Attributes["locale"])
	}
	return grant, verdict, refused, nil
}

// sourceFor returns the source that fits the profile.
func (q TokenQuestion) sourceFor(profile string) cognito.Source {
	switch {
	case q.Source != "":
		return q.Source
	case q.Policy.Profiles[profile].Machine, q.Clients[q.Client].Machine && q.Profile == "":
		return cognito.TokenClientCredentials
	}
	return cognito.TokenAuthentication
}

func (q TokenQuestion) machine() bool { return q.Source == cognito.TokenClientCredentials }

// event returns what Cognito would send, read as the function reads it.
func (q TokenQuestion) event() (cognito.TokenGeneration, error) {
	request := map[string]any{"userAttributes": map[string]string{}, "scopes": q.scopes()}
	if !q.machine() {
		request["userAttributes"] = q.User.attributes()
		request["groupConfiguration"] = map[string]any{"groupsToOverride": q.User.Groups, "iamRolesToOverride": []string{}, "preferredRole": nil}
	}
	if q.Tenant != "" {
		request["clientMetadata"] = map[string]string{"tenant": q.Tenant}
	}
	pool, region := q.pool()
	text, err := json.Marshal(map[string]any{
		"version": q.Version, "triggerSource": q.Source, "region": region, "userPoolId": pool,
		"userName": q.User.username(), "callerContext": map[string]string{"awsSdkVersion": "preview", "clientId": q.clientID()},
		"request": request, "response": map[string]any{"claimsAndScopeOverrideDetails": nil},
	})
	if err != nil {
		return cognito.TokenGeneration{}, fmt.Errorf("writing the event: %w", err)
	}
	event, err := cognito.Parse(text)
	if err != nil {
		return cognito.TokenGeneration{}, fmt.Errorf("reading the event: %w", err)
	}
	return event.TokenGeneration()
}

// tokens applies the grant to Cognito's own tokens.
func (q TokenQuestion) tokens(grant claims.Grant) ([]MadeToken, error) {
	plain, with := q.plain(), q.plain()
	if err := plain.Apply(nil, q.Version); err != nil {
		return nil, fmt.Errorf("making the tokens without the suite: %w", err)
	}
	if err := with.Apply(grant.Response(q.Version), q.Version); err != nil {
		return nil, fmt.Errorf("making the tokens: Cognito would refuse the answer: %w", err)
	}
	all, rule := []MadeToken{}, q.Policy.Profiles[grant.Profile].Groups
	if !q.machine() {
		all = append(all, compare(claims.ID, plain.ID, with.ID, grant.ID, rule))
	}
	return append(all, compare(claims.Access, plain.Access, with.Access, grant.Access, rule)), nil
}
