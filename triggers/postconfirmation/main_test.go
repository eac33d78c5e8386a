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
		Events: "../../events", Name: "postconfirmation",
		Sources: cognito.PostConfirmationSources(),
		NewChain: func(env kernel.Environment, store users.Mirrored, mirror *users.Mirror) *kernel.Chain {
			return newChain(env, store, mirror)
		},
	}.Run(t)
}
