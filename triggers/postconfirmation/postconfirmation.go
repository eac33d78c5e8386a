package main

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func newChain(env trigger.Environment, store users.Recorder, mirror *users.Mirror) *trigger.Chain {
	return trigger.Handle(trigger.Function[cognito.PostConfirmation]{
		Name:      "postconfirmation",
		Sources:   cognito.PostConfirmationSources(),
		Versions:  []string{"1"},
		OnFailure: trigger.Open,
		View:      (*cognito.Event).PostConfirmation,
		Decide: func(ctx context.Context, e cognito.PostConfirmation) (trigger.Decision, error) {
			seen := users.Seen(e.Header, e.Attributes, trigger.EventTime(ctx))
			writes, err := users.Confirmed(ctx, store, mirror, seen)
			return trigger.Decision{Outcome: writes.Outcome(), User: seen.Key.Sub}, err
		},
	}, env)
}
