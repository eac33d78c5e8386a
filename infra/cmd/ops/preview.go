package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
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

// compare returns the differences from Cognito's own token.
func compare(token claims.Token, plain, with map[string]any, changes claims.Changes, groups policy.Groups) made {
	m := made{
		Token: token, Claims: with, Added: []said{}, Suppressed: []string{}, AddedBytes: changes.Added, Budget: changes.Budget,
		Truncated: changes.Truncated, EncodedBytes: encodedBytes(with),
	}
	origins := map[string]claims.NamedClaim{}
	for _, claim := range changes.Claims {
		origins[claim.Name] = claim
	}
	for _, name := range slices.Sorted(maps.Keys(with)) {
		if name == "scope" || compact(plain[name]) == compact(with[name]) {
			continue
		}
		claim, declared := origins[name]
		if !declared {
			claim = unnamed(name, with[name], groups)
		}
		_, replaces := plain[name]
		m.Added = append(m.Added, said{name, with[name], claim.Origin, claim.Bytes, replaces})
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
	c := claims.NamedClaim{Bytes: len(compact(name)) + len(compact(value)) + len(":,")}
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
func missing(grant claims.Grant) []missed {
	all := []missed{}
	for _, d := range grant.Dropped {
		all = append(all, missed{d.Token, d.Name, d.Reason, why(d.Reason)})
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
