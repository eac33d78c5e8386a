package main

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger/triggertest"
)

func TestTheMirrorIsWrittenAndTheEventReturned(t *testing.T) {
	triggertest.Recording{
		Events: "../../events", Name: "postauthentication", Cases: 12,
		Sources: cognito.PostAuthenticationSources(), NewChain: newChain,
	}.Run(t)
}
