package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// question is what a preview answers.
type question struct {
	stage string
	settings.TokenSettings
	// client is web, machine, or an app client's id.
	client string
	// profile is the token profile to assume for the client; "" is its own.
	profile string
	// source is the event's trigger source; "" is the one that fits the client's profile.
	source cognito.Source
	// tenant is the requested one.
	tenant string
	user   subject
	// dead says that the store does not answer.
	dead bool
}

// preview is the answer. Its JSON is for programs; members are only ever added.
type preview struct {
	Stage   string `json:"stage"`
	Client  string `json:"client"`
	Profile string `json:"profile"`
	Source  string `json:"source"`
	Version string `json:"version"`
	Tenant  string `json:"tenant,omitempty"`
	// Refused is the sentence that the user reads; then there are no tokens.
	Refused string `json:"refused,omitempty"`
	// Demoted is the code of the rule that takes out what was granted.
	Demoted string   `json:"demoted,omitempty"`
	Groups  string   `json:"groups"`
	Tokens  []made   `json:"tokens"`
	Dropped []missed `json:"dropped"`
}

// made is one token.
type made struct {
	Token  claims.Token   `json:"token"`
	Claims map[string]any `json:"claims"`
	// Added and Suppressed are the differences from Cognito's own token.
	Added      []said   `json:"added"`
	Suppressed []string `json:"suppressed"`
	// ScopesAdded and ScopesSuppressed are those of an access token.
	ScopesAdded      []string `json:"scopesAdded,omitempty"`
	ScopesSuppressed []string `json:"scopesSuppressed,omitempty"`
	AddedBytes       int      `json:"addedBytes"`
	Budget           int      `json:"budget"`
	Truncated        bool     `json:"truncated"`
	// EncodedBytes is the length of the signed token.
	EncodedBytes int `json:"encodedBytes"`
}

// said is one claim that is added or replaced.
type said struct {
	Name   string `json:"name"`
	Value  any    `json:"value"`
	Origin string `json:"origin"`
	Bytes  int    `json:"bytes"`
	// Replaces says that Cognito's own value is different.
	Replaces bool `json:"replaces,omitempty"`
}

// missed is a claim or scope that the token lacks.
type missed struct {
	Token  claims.Token  `json:"token"`
	Name   string        `json:"name"`
	Reason claims.Reason `json:"reason"`
	Why    string        `json:"why"`
}

// answer makes the tokens: it passes the event that Cognito would send through the
// function's code, and the answer through the local pool's.
func (q question) answer() (preview, error) {
	compiled, err := claims.Compile(q.Policy)
	if err != nil {
		return preview{}, fmt.Errorf("compiling the policy of the stage %s:\n%w", q.stage, err)
	}
	profile := cmp.Or(q.profile, compiled.ProfileOf(q.client))
	q.source = q.sourceFor(profile)
	event, err := q.event()
	if err != nil {
		return preview{}, err
	}
	access, dead := q.user.access(), error(nil)
	if q.dead {
		access, profile, dead = table.Access{}, "", errors.New("the store does not answer")
	}
	grant, verdict, refused, err := q.decide(compiled, profile, event, access, dead)
	if err != nil {
		return preview{}, err
	}
	p := preview{
		Stage: q.stage, Client: q.client, Profile: grant.Profile, Source: string(q.source), Version: "V" + q.Version + "_0",
		Tenant: grant.Tenant, Groups: groupsOf(grant, q.Policy.Profiles[grant.Profile].Groups), Tokens: []made{}, Dropped: missing(grant),
	}
	if verdict.Demotes {
		p.Demoted = verdict.Refusal.Code
	}
	if refused != nil {
		p.Refused, p.Profile, p.Groups = refused.Error(), profile, ""
		return p, nil
	}
	p.Tokens, err = q.tokens(grant)
	return p, err
}

// decide judges the user and grants as the function does. refused is what the user reads.
func (q question) decide(tokens *claims.Policy, profile string, e cognito.TokenGeneration, access table.Access, dead error) (grant claims.Grant, verdict signup.Verdict, refused, err error) {
	held, err := signup.CompileHeld(q.Held)
	if err != nil {
		return grant, verdict, nil, fmt.Errorf("compiling the rules that hold at a token of the stage %s:\n%w", q.stage, err)
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
func (q question) sourceFor(profile string) cognito.Source {
	switch {
	case q.source != "":
		return q.source
	case q.Policy.Profiles[profile].Machine, q.client == claims.MachineClient && q.profile == "":
		return cognito.TokenClientCredentials
	}
	return cognito.TokenAuthentication
}

func (q question) machine() bool { return q.source == cognito.TokenClientCredentials }

// event returns what Cognito would send, read as the function reads it.
func (q question) event() (cognito.TokenGeneration, error) {
	request := map[string]any{"userAttributes": map[string]string{}, "scopes": q.scopes()}
	if !q.machine() {
		request["userAttributes"] = q.user.attributes()
		request["groupConfiguration"] = map[string]any{"groupsToOverride": q.user.Groups, "iamRolesToOverride": []string{}, "preferredRole": nil}
	}
	if q.tenant != "" {
		request["clientMetadata"] = map[string]string{"tenant": q.tenant}
	}
	text, err := json.Marshal(map[string]any{
		"version": q.Version, "triggerSource": q.source, "region": "eu-west-1", "userPoolId": samplePool,
		"userName": q.user.username(), "callerContext": map[string]string{"awsSdkVersion": "preview", "clientId": q.clientID()},
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
func (q question) tokens(grant claims.Grant) ([]made, error) {
	plain, with := q.plain(), q.plain()
	if err := plain.Apply(nil, q.Version); err != nil {
		return nil, fmt.Errorf("making the tokens without the suite: %w", err)
	}
	if err := with.Apply(grant.Response(q.Version), q.Version); err != nil {
		return nil, fmt.Errorf("making the tokens: Cognito would refuse the answer: %w", err)
	}
	all, rule := []made{}, q.Policy.Profiles[grant.Profile].Groups
	if !q.machine() {
		all = append(all, compare(claims.ID, plain.ID, with.ID, grant.ID, rule))
	}
	return append(all, compare(claims.Access, plain.Access, with.Access, grant.Access, rule)), nil
}
