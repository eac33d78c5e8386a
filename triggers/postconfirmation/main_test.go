package main

import (
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger/triggertest"
)

func TestTheMirrorIsWrittenAndTheEventReturned(t *testing.T) {
	triggertest.Recording{
		Events: "../../events", Name: "postconfirmation", Cases: 18,
		Sources: cognito.PostConfirmationSources(), NewChain: newChain,
	}.Run(t)
}
