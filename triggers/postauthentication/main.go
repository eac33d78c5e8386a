// Command postauthentication is the post authentication trigger: it records a
// sign-in and brings the user's PROFILE up to date, creating it where no
// confirmation ever did (users whom an administrator created or imported).
//
// It fails open: an error would deny the sign-in of somebody who has just proved
// who they are, for the sake of a record.
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
	defer store.Warm(ctx, 2)() // while the policy is compiled; two rows at the same time
	document, hash, err := policy.Load(getenv(kernel.PolicyDirVariable), policy.Sections("postauthentication")...)
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
