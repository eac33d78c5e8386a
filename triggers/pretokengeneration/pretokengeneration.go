package main

import (
	"context"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// store is what a token needs of the table: one read, and the write of a missing
// PROFILE.
type store interface {
	users.Reader
	users.Recorder
}

// These are the function's own metrics, beside kernel.Demoted.
const (
	unknownClient = "unknownClient" // the app client has no profile
	truncated     = "truncated"     // a token's size limits cut it
)

// issuer decides about tokens. It is immutable except for the profiles of app clients
// that it remembers.
type issuer struct {
	store   store
	tokens  *claims.Policy
	held    signup.Held
	mirror  *users.Mirror
	clients *memory
}

func newChain(env kernel.Environment, i issuer) *kernel.Chain {
	i.clients = new(memory)
	return kernel.Handle(kernel.Function[cognito.TokenGeneration]{
		Name:      "pretokengeneration",
		Sources:   cognito.TokenGenerationSources(),
		Versions:  []string{"1", "2", "3"},
		OnFailure: kernel.Open,
		Counts:    []string{unknownClient, truncated, kernel.Demoted},
		View:      (*cognito.Event).TokenGeneration,
		Decide:    i.decide,
		Unknown:   i.refuse,
	}, env)
}

// decide reads the rows, judges the user's attributes, asks the policy, and heals a
// missing PROFILE. A user who is suspended reads that before anything about attributes.
func (i issuer) decide(ctx context.Context, e cognito.TokenGeneration, at time.Time) (kernel.Decision, error) {
	var seen users.Sighting
	var verdict signup.Verdict
	if !e.Machine() {
		seen = users.Seen(e.Header, e.Attributes, at)
		verdict = i.held.Check(e.Attributes)
	}
	profile, access, readErr := i.read(ctx, e, seen.Key, at)
	grants := i.tokens.For
	if verdict.Demotes {
		grants = i.tokens.ForDemoted
	}
	grant, refusal := grants(profile, e, access, readErr)
	if refusal != nil {
		return refused(seen.Key, readErr), refusal
	}
	if verdict.Refused() {
		decision := refused(seen.Key, readErr)
		decision.Rule, decision.Observed = verdict.Rule, verdict.Observed
		return decision, i.held.Say(verdict.Refusal, e.Attributes["locale"])
	}
	decision := answer(grant, e.Version, verdict, readErr)
	decision.User = seen.Key.Sub
	if readErr == nil && !access.Known && !e.Machine() {
		i.heal(ctx, seen, &decision)
	}
	return decision, nil
}

// refuse asks the same about an event whose source or version is unknown: a suspended user
// must not get a token by a way that is newer than this function. Nothing is written. An
// event that names no user may be a machine's.
func (i issuer) refuse(ctx context.Context, e cognito.TokenGeneration, at time.Time) (kernel.Decision, error) {
	key := users.Seen(e.Header, e.Attributes, at).Key
	if !key.Valid() {
		return kernel.Decision{}, nil
	}
	profile, access, readErr := i.read(ctx, e, key, at)
	_, refusal := i.tokens.For(profile, e, access, readErr)
	return refused(key, readErr), refusal
}

// refused returns what the log says of a refusal: also why the rows could not be read.
func refused(key users.Key, readErr error) kernel.Decision {
	return kernel.Decision{User: key.Sub, Degraded: readErr != nil, Cause: readErr}
}

// read asks the table for the user's rows and, unless it is remembered, for the app
// client's profile: one request, or none for a machine with a known client. A user
// without a key cannot have grants; that counts as a store that did not answer.
func (i issuer) read(ctx context.Context, e cognito.TokenGeneration, key users.Key, at time.Time) (profile string, access table.Access, err error) {
	profile = i.clients.profile(e.ClientID, at)
	ask := e.ClientID
	if profile != "" {
		ask = ""
	}
	access, err = i.store.Access(ctx, key, ask)
	if err == nil && profile == "" {
		profile = access.ClientProfile
		i.clients.keep(e.ClientID, profile, at)
	}
	if err == nil && !key.Valid() && !e.Machine() {
		err = users.ErrNoUser
	}
	return profile, access, err
}

// answer returns what the tokens carry, and what the log says they lack.
func answer(grant claims.Grant, version string, verdict signup.Verdict, readErr error) kernel.Decision {
	decision := kernel.Decision{
		Response: grant.Response(version), Outcome: "enriched",
		Rule: verdict.Rule, Code: verdict.Refusal.Code, Observed: verdict.Observed,
	}
	if decision.Response == nil {
		decision.Outcome = "unchanged"
	}
	if readErr != nil {
		decision.Degraded, decision.Cause = true, readErr
	} else if grant.Profile == policy.Unknown {
		decision.Outcome, decision.Counted = "unknown client", append(decision.Counted, unknownClient)
	}
	if verdict.Demotes {
		decision.Outcome, decision.Counted = kernel.Demoted, append(decision.Counted, kernel.Demoted)
	}
	if grant.Truncated() {
		decision.Outcome, decision.Counted = decision.Outcome+", truncated", append(decision.Counted, truncated)
	}
	return decision
}

// heal writes a missing PROFILE. The token does not depend on it: if the write fails,
// the user's next event writes it.
func (i issuer) heal(ctx context.Context, seen users.Sighting, decision *kernel.Decision) {
	if _, err := users.Healed(ctx, i.store, i.mirror, seen); err != nil {
		decision.Degraded, decision.Cause = true, err
		return
	}
	decision.Outcome += ", healed"
}
