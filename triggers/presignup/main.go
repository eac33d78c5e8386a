// Command presignup is the pre sign-up trigger: it decides who may sign up.
//
// It has no store and reads nothing but the event and its policy, so it answers
// alike whether an account exists or not. It fails closed: nothing exists yet,
// and the person may try again. It verifies nobody's address: an address that is
// taken over by a sign-up would be taken from its owner (developer guide, "Pre
// sign-up Lambda trigger", autoVerifyEmail). It confirms an account only where
// the policy names both the way in and the domain (policy.AutoConfirm).
package main

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

func main() { kernel.Start(setup) }

func setup(_ context.Context, getenv func(string) string) (*kernel.Chain, error) {
	document, hash, err := policy.Load(getenv(kernel.PolicyDirVariable), policy.Sections("presignup")...)
	if err != nil {
		return nil, err
	}
	env, err := kernel.NewEnvironment(getenv, hash)
	if err != nil {
		return nil, err
	}
	rules, err := signup.Compile(document.SignUp)
	if err != nil {
		return nil, err
	}
	return newChain(env, rules), nil
}
