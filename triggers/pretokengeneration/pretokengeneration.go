package main

import (
	"context"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/tokens"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// store is what a token needs of the table: one read, and the write that heals
// a missing PROFILE.
type store interface {
	users.Reader
	users.Recorder
}

// The room's own metrics.
const (
	unknownClient = "unknownClient" // the app client has no profile
	truncated     = "truncated"     // a token says less than was granted, for its size
)

// room decides about tokens. It is immutable but for what it remembers of app
// clients.
type room struct {
	store   store
	tokens  *claims.Policy
	mirror  *users.Mirror
	clients *memory
}

func newChain(env kernel.Environment, r room) *kernel.Chain {
	r.clients = new(memory)
	return kernel.Handle(kernel.Function[cognito.TokenGeneration]{
		Name:      "pretokengeneration",
		Sources:   cognito.TokenGenerationSources(),
		Versions:  []string{"1", "2", "3"},
		OnFailure: kernel.Open,
		Counts:    []string{unknownClient, truncated},
		View:      (*cognito.Event).TokenGeneration,
		Decide:    r.decide,
	}, env)
}

func (r room) decide(ctx context.Context, e cognito.TokenGeneration) (kernel.Decision, error) {
	at := kernel.EventTime(ctx)
	var seen users.Sighting
	if !e.Machine() {
		seen = users.Seen(e.Header, e.Attributes, at)
	}
	profile, access, readErr := r.read(ctx, e, seen.Key, at)
	decision, err := r.grant(tokens.Request(e, profile, access, readErr))
	decision.User = seen.Key.Sub
	if err != nil {
		return decision, err
	}
	if readErr != nil {
		decision.Degraded, decision.Cause = true, readErr
		return decision, nil
	}
	if e.Machine() {
		return decision, nil
	}
	return r.heal(ctx, seen, access, decision), nil
}

// read asks the table for the person and, unless it is remembered, for the app
// client's profile: one request, and none for a machine whose client is known. A
// person without a key cannot have been granted anything, and counts as a store
// that did not answer.
func (r room) read(ctx context.Context, e cognito.TokenGeneration, key users.Key, at time.Time) (profile string, access table.Access, err error) {
	profile = r.clients.profile(e.ClientID, at)
	ask := e.ClientID
	if profile != "" {
		ask = ""
	}
	access, err = r.store.Access(ctx, key, ask)
	if err == nil && profile == "" {
		profile = access.ClientProfile
		r.clients.keep(e.ClientID, profile, at)
	}
	if err == nil && !key.Valid() && !e.Machine() {
		err = users.ErrNoUser
	}
	return profile, access, err
}

// grant answers from the policy and the rows; the error is a refusal.
func (r room) grant(request claims.Request) (kernel.Decision, error) {
	if refusal, refused := r.tokens.Refused(request); refused {
		return kernel.Decision{}, refusal
	}
	grant := r.tokens.For(request)
	decision := kernel.Decision{Response: grant.Response(request.Version), Outcome: "enriched"}
	if decision.Response == nil {
		decision.Outcome = "unchanged"
	}
	if grant.Profile == policy.Unknown && !request.StoreFailed {
		decision.Outcome, decision.Counted = "unknown client", append(decision.Counted, unknownClient)
	}
	if grant.Truncated() {
		decision.Outcome, decision.Counted = decision.Outcome+", truncated", append(decision.Counted, truncated)
	}
	return decision, nil
}

// heal writes the PROFILE of a user whom no trigger announced. The token does
// not depend on it: what cannot be written now is written at the next sight.
func (r room) heal(ctx context.Context, seen users.Sighting, access table.Access, decision kernel.Decision) kernel.Decision {
	if access.Known {
		return decision
	}
	if _, err := users.Healed(ctx, r.store, r.mirror, seen); err != nil {
		decision.Degraded, decision.Cause = true, err
		return decision
	}
	decision.Outcome += ", healed"
	return decision
}
