package main

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func TestTheMirrorIsWrittenAndTheEventReturned(t *testing.T) {
	kerneltest.Recording{
		Events: "../../events", Name: "postauthentication",
		Sources: cognito.PostAuthenticationSources(), NewChain: func(env kernel.Environment, store users.Mirrored, mirror *users.Mirror) *kernel.Chain {
			return newChain(env, func(users.Sighting) users.Mirrored { return store }, mirror)
		},
	}.Run(t)
}
