package main

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger"
)

func newChain(env trigger.Environment, rules *signup.Policy) *trigger.Chain {
	return trigger.Handle(trigger.Function[cognito.PreSignUp]{
		Name:      "presignup",
		Sources:   cognito.PreSignUpSources(),
		Versions:  []string{"1"},
		OnFailure: trigger.Closed,
		View:      (*cognito.Event).PreSignUp,
		Decide: func(_ context.Context, e cognito.PreSignUp) (trigger.Decision, error) {
			return decide(rules, e)
		},
	}, env)
}

// decide asks the policy. An allowed sign-up goes back as it came: Cognito has
// filled in that nothing is confirmed or verified.
func decide(rules *signup.Policy, e cognito.PreSignUp) (trigger.Decision, error) {
	verdict := rules.Check(signup.Applicant{
		Origin:     origin(e.Source),
		UserName:   e.UserName,
		Attributes: e.Attributes,
		ClientID:   e.ClientID,
	})
	decision := trigger.Decision{Outcome: "allowed", Rule: verdict.Rule, Observed: verdict.Observed}
	if verdict.Refused() {
		return decision, verdict.Refusal
	}
	return decision, nil
}

// origin says who asked for the account; the sources are those of newChain.
func origin(source cognito.Source) policy.Origin {
	switch source {
	case cognito.PreSignUpAdmin:
		return policy.Admin
	case cognito.PreSignUpExternal:
		return policy.External
	}
	return policy.Self
}
