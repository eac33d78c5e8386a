// Command presignup is the pre sign-up trigger: it decides who may sign up.
//
// It has no store and reads only the event and its policy, so its answer does not
// depend on whether an account exists. Where a stage moves the people of an old app, it also
// reads which names wait (package legacy/waiting), from a file beside its policy. It fails closed: nothing exists yet, and the
// user may try again. It verifies no address: a sign-up that takes over a verified
// address takes it from its owner (developer guide, "Pre sign-up Lambda trigger",
// autoVerifyEmail). It confirms an account only if the policy names both the origin
// and the domain (policy.AutoConfirm).
package main

import (
	"context"
	"path/filepath"

	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

func main() { kernel.Start(setup) }

func setup(ctx context.Context, getenv func(string) string) (*kernel.Chain, error) {
	document, env, err := kernel.Configure(getenv, "presignup")
	if err != nil {
		return nil, err
	}
	rules, err := signup.Compile(document.SignUp)
	if err != nil {
		return nil, err
	}
	wait, err := open(document.SignUp, getenv(kernel.PolicyDirVariable))
	if err != nil {
		return nil, err
	}
	chain := newChain(env, rules, wait)
	chain.Rehearse(ctx)
	return chain, nil
}

// open opens the names that wait to be moved, which lie beside a policy with the rule about them.
func open(section policy.SignUp, dir string) (waits, error) {
	if section.Waiting == nil {
		return nil, nil
	}
	file, err := waiting.Open(filepath.Join(dir, waiting.FileName))
	if err != nil {
		return nil, err
	}
	return file.HasAny, nil
}
