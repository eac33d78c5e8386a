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
	defer store.Warm(ctx, 1)() // while the policy is compiled; one row. A first federated sign-in writes two and opens the second connection itself
	document, env, err := kernel.Configure(getenv, "postconfirmation")
	if err != nil {
		return nil, err
	}
	mirror, err := users.CompileMirror(document.Mirror)
	if err != nil {
		return nil, err
	}
	return newChain(env, store, mirror), nil
}
