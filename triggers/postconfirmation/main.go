// Command postconfirmation is the post confirmation trigger: it writes a confirmed
// user's PROFILE.
//
// It fails open. The user is already confirmed and Cognito will not call again ("User
// cannot be confirmed. Current status is CONFIRMED"), so an error would only show a
// failure to a user who made no mistake. The next event of the user writes the row
// instead.
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
	// Connect while the policy is compiled, once: a first federated sign-in writes two rows
	// and opens the second connection itself.
	defer store.Warm(ctx, 1)()
	document, env, err := kernel.Configure(getenv, "postconfirmation")
	if err != nil {
		return nil, err
	}
	mirror, err := users.CompileMirror(document.Mirror)
	if err != nil {
		return nil, err
	}
	newChain(env, store.Offline(), mirror).Rehearse(ctx)
	return newChain(env, store, mirror), nil
}

func newChain(env kernel.Environment, store users.Recorder, mirror *users.Mirror) *kernel.Chain {
	return kernel.Handle(kernel.Function[cognito.PostConfirmation]{
		Name:      "postconfirmation",
		Sources:   cognito.PostConfirmationSources(),
		Versions:  []string{"1"},
		OnFailure: kernel.Open,
		View:      (*cognito.Event).PostConfirmation,
		Decide: func(ctx context.Context, e cognito.PostConfirmation, at time.Time) (kernel.Decision, error) {
			seen := users.Seen(e.Header, e.Attributes, at)
			writes, err := users.Confirmed(ctx, store, mirror, seen)
			return kernel.Decision{Outcome: writes.Outcome(), User: seen.Key.Sub}, err
		},
	}, env)
}
