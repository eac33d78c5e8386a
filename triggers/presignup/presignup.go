package main

import (
	"context"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/sentence"
)

// confirmed is the only response that this function writes: the account needs no
// code, and its address and number stay unverified.
const confirmed = `{"autoConfirmUser":true,"autoVerifyEmail":false,"autoVerifyPhone":false}`

// waits reports whether one of the names waits to be moved; nil where nobody does.
type waits func(names []string) (bool, error)

func newChain(env kernel.Environment, rules *signup.Policy, wait waits) *kernel.Chain {
	return kernel.Handle(kernel.Function[cognito.PreSignUp]{
		Name:      "presignup",
		Sources:   cognito.PreSignUpSources(),
		Versions:  []string{"1"},
		OnFailure: kernel.Closed,
		View:      (*cognito.Event).PreSignUp,
		Decide: func(_ context.Context, e cognito.PreSignUp, at time.Time) (kernel.Decision, error) {
			return decide(rules, wait, e, at)
		},
	}, env)
}

// decide asks the policy. An allowed sign-up goes back as it came, since Cognito has
// filled in that nothing is confirmed or verified, unless the policy confirms this
// user without a code.
func decide(rules *signup.Policy, wait waits, e cognito.PreSignUp, now time.Time) (kernel.Decision, error) {
	who := signup.Applicant{
		Origin:     origin(e.Source),
		UserName:   e.UserName,
		Attributes: e.Attributes,
		ClientID:   e.ClientID,
		Invite:     e.Proofs.Invite,
		Challenge:  e.Proofs.Challenge,
		Now:        now,
	}
	if wait != nil {
		var err error
		if who.Waits, err = wait(who.Names()); err != nil {
			return kernel.Decision{}, err
		}
	}
	verdict := rules.Check(who)
	decision := kernel.Decision{Outcome: "allowed", Rule: verdict.Rule, Observed: verdict.Observed}
	if verdict.Refused() {
		return decision, rules.Say(verdict.Refusal, sentence.Locale(e.Proofs.Locale, e.Attributes["locale"]))
	}
	if verdict.Confirm {
		decision.Outcome, decision.Response = "confirmed", []byte(confirmed)
	}
	return decision, nil
}

// origin returns who asked for the account; newChain has the sources.
func origin(source cognito.Source) policy.Origin {
	switch source {
	case cognito.PreSignUpAdmin:
		return policy.Admin
	case cognito.PreSignUpExternal:
		return policy.External
	}
	return policy.Self
}
