package main

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
)

func TestTheMirrorIsWrittenAndTheEventReturned(t *testing.T) {
	kerneltest.Recording{
		Events: "../../events", Name: "postauthentication",
		Sources: cognito.PostAuthenticationSources(), NewChain: newChain,
	}.Run(t)
}
