package main

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func newChain(env kernel.Environment, store users.Recorder, mirror *users.Mirror) *kernel.Chain {
	return kernel.Handle(kernel.Function[cognito.PostAuthentication]{
		Name:      "postauthentication",
		Sources:   cognito.PostAuthenticationSources(),
		Versions:  []string{"1"},
		OnFailure: kernel.Open,
		View:      (*cognito.Event).PostAuthentication,
		Decide: func(ctx context.Context, e cognito.PostAuthentication) (kernel.Decision, error) {
			seen := users.Seen(e.Header, e.Attributes, kernel.EventTime(ctx))
			writes, err := users.SignedIn(ctx, store, mirror, seen)
			return kernel.Decision{Outcome: writes.Outcome(), User: seen.Key.Sub}, err
		},
	}, env)
}
