package main

import (
	"context"
	"time"

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
		Decide: func(ctx context.Context, e cognito.PostAuthentication, at time.Time) (kernel.Decision, error) {
			seen := users.Seen(e.Header, e.Attributes, at)
			writes, err := users.SignedIn(ctx, store, mirror, seen)
			return kernel.Decision{Outcome: writes.Outcome(), User: seen.Key.Sub}, err
		},
	}, env)
}
