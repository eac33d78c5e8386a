// Command postconfirmation is the post confirmation trigger: it writes a
// confirmed user's PROFILE.
//
// It fails open. The user is confirmed already and Cognito will not call again
// ("User cannot be confirmed. Current status is CONFIRMED"), so an error could
// only be shown to somebody who did everything right; the row is written at the
// next sight of the user instead.
package main

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func main() { kernel.Start(setup) }

func setup(ctx context.Context, getenv func(string) string) (*kernel.Chain, error) {
	store, err := dynamo.Open(getenv)
	if err != nil {
		return nil, err
	}
	defer store.Warm(ctx, 1)() // while the policy is compiled; one row; a federated first sign-in, with two, opens the second itself
	document, hash, err := policy.Load(getenv(kernel.PolicyDirVariable), policy.Sections("postconfirmation")...)
	if err != nil {
		return nil, err
	}
	env, err := kernel.NewEnvironment(getenv, hash)
	if err != nil {
		return nil, err
	}
	mirror, err := users.CompileMirror(document.Mirror)
	if err != nil {
		return nil, err
	}
	return newChain(env, store, mirror), nil
}
