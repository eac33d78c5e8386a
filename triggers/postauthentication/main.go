// Command postauthentication is the post authentication trigger: it records a sign-in
// and, if the event says something else than the user's PROFILE, updates that. It creates
// the PROFILE of a user who was never confirmed, because an administrator created or
// imported the user. Where the stage moves the people of an old app, it also ends the wait of
// the person whose first sign-in this is.
//
// It fails open: an error would deny a sign-in that has succeeded, for the sake of a
// record.
package main

import (
	"context"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func main() { kernel.Start(setup) }

func setup(ctx context.Context, getenv func(string) string) (*kernel.Chain, error) {
	store, err := dynamo.Open(getenv)
	if err != nil {
		return nil, err
	}
	defer store.Warm(ctx, 2)() // while the policy is compiled; it writes one row and asks another at a time
	document, env, err := kernel.Configure(getenv, "postauthentication")
	if err != nil {
		return nil, err
	}
	mirror, err := users.CompileMirror(document.Mirror)
	if err != nil {
		return nil, err
	}
	newChain(env, storeOf(store.Offline(), document.Moving), mirror).Rehearse(ctx)
	return newChain(env, storeOf(store, document.Moving), mirror), nil
}

// storeOf returns what writes a sign-in.
func storeOf(store users.Mover, moving bool) func(users.Sighting) users.Mirrored {
	return func(seen users.Sighting) users.Mirrored {
		if moving {
			return users.Moving(store, seen)
		}
		return store
	}
}

func newChain(env kernel.Environment, storeFor func(users.Sighting) users.Mirrored, mirror *users.Mirror) *kernel.Chain {
	return kernel.Handle(kernel.Function[cognito.PostAuthentication]{
		Name:      "postauthentication",
		Sources:   cognito.PostAuthenticationSources(),
		Versions:  []string{"1"},
		OnFailure: kernel.Open,
		View:      (*cognito.Event).PostAuthentication,
		Decide: func(ctx context.Context, e cognito.PostAuthentication, at time.Time) (kernel.Decision, error) {
			seen := users.Seen(e.Header, e.Attributes, at)
			writes, err := users.SignedIn(ctx, storeFor(seen), mirror, seen)
			return kernel.Decision{Outcome: writes.Outcome(), User: seen.Key.Sub}, err
		},
	}, env)
}
