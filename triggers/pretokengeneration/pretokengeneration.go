package main

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// store is what a token needs of the table: one read, and the write that heals
// a missing PROFILE.
type store interface {
	users.Reader
	users.Recorder
}

// room decides about tokens. It is immutable.
type room struct {
	store  store
	tokens *claims.Policy
	mirror *users.Mirror
}

func newChain(env trigger.Environment, r room) *trigger.Chain {
	return trigger.Handle(trigger.Function[cognito.TokenGeneration]{
		Name:      "pretokengeneration",
		Sources:   cognito.TokenGenerationSources(),
		Versions:  []string{"1", "2", "3"},
		OnFailure: trigger.Open,
		View:      (*cognito.Event).TokenGeneration,
		Decide:    r.decide,
	}, env)
}

func (r room) decide(ctx context.Context, e cognito.TokenGeneration) (trigger.Decision, error) {
	if e.Machine() {
		return r.grant(claims.Request{Version: e.Version, Source: string(e.Source), Machine: true})
	}
	seen := users.Seen(e.Header, e.Attributes, trigger.EventTime(ctx))
	access, readErr := r.read(ctx, seen.Key)
	decision, err := r.grant(claims.Request{
		Version: e.Version, Source: string(e.Source),
		Authz: authz(access), StoreFailed: readErr != nil,
	})
	decision.User = seen.Key.Sub
	if err != nil {
		return decision, err
	}
	if readErr != nil {
		decision.Degraded, decision.Cause = true, readErr
		return decision, nil
	}
	return r.heal(ctx, seen, access, decision), nil
}

// read asks the table. A key that names nobody cannot have been granted
// anything, and counts as a store that did not answer.
func (r room) read(ctx context.Context, key users.Key) (users.Access, error) {
	if !key.Valid() {
		return users.Access{}, users.ErrNoUser
	}
	return r.store.Access(ctx, key)
}

// grant answers from the policy and the row; the error is a refusal.
func (r room) grant(request claims.Request) (trigger.Decision, error) {
	if refusal, refused := r.tokens.Refused(request); refused {
		return trigger.Decision{}, refusal
	}
	response := r.tokens.For(request).Response(request.Version)
	if response == nil {
		return trigger.Decision{Outcome: "unchanged"}, nil
	}
	return trigger.Decision{Response: response, Outcome: "enriched"}, nil
}

// heal writes the PROFILE of a user whom no trigger announced. The token does
// not depend on it: what cannot be written now is written at the next sight.
func (r room) heal(ctx context.Context, seen users.Sighting, access users.Access, decision trigger.Decision) trigger.Decision {
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

// authz translates the row for the room that decides about claims.
func authz(access users.Access) *claims.Authz {
	return &claims.Authz{
		Roles:     access.Authz.Roles,
		Tenant:    access.Authz.Tenant,
		Suspended: access.Authz.Status == users.Suspended,
		Deleted:   access.Deleted,
		Extra:     access.Authz.Extra,
	}
}
