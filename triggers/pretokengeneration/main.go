// Command pretokengeneration is the pre token generation trigger: it puts what the
// team's server granted a user into the ID and the access token.
//
// It degrades: when the store does not answer, tokens have no claims from the store, since
// a claim only grants. Groups stay as they came, unless the token profile has a rule for
// them or, where the app client's profile cannot be read, any profile has. It refuses users
// who are suspended or deleted, or whose status is there and cannot be read. Users to whom
// a rule objects that holds at a token get one without what was granted, or none; that rule
// does not judge an event of an unknown source or version.
//
// While the store is down, a suspended user whom infra/client/directory or ops authz also
// disabled in Cognito gets nothing: Cognito itself refuses. Another suspended user gets
// tokens that say nothing of the rows, or none where the token profile says
// whenStoreIsDown: refuse.
package main

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func main() { kernel.Start(setup) }

func setup(ctx context.Context, getenv func(string) string) (*kernel.Chain, error) {
	store, err := dynamo.Open(getenv)
	if err != nil {
		return nil, err
	}
	defer store.Warm(ctx, 1)() // while the policy is compiled; it makes one read
	document, env, err := kernel.Configure(getenv, "pretokengeneration")
	if err != nil {
		return nil, err
	}
	tokens, err := claims.Compile(document.Tokens)
	if err != nil {
		return nil, err
	}
	held, err := signup.CompileHeld(document.AtToken)
	if err != nil {
		return nil, err
	}
	mirror, err := users.CompileMirror(document.Mirror)
	if err != nil {
		return nil, err
	}
	newChain(env, issuer{store: store.Offline(), tokens: tokens, held: held, mirror: mirror}).Rehearse(ctx)
	return newChain(env, issuer{store: store, tokens: tokens, held: held, mirror: mirror}), nil
}
