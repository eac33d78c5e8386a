package page

import (
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
)

// verdicts asks every rule that acts now about the sign-up of an event, at the event's time:
// the log line names only the rules that objected. It returns nothing for another event, and
// where the stage cannot be read.
func (s *suite) verdicts(in timeline.Invocation) []support.RuleVerdict {
	origin, signUp := origins[in.Source]
	if s == nil || !signUp {
		return nil
	}
	event, err := cognito.Parse(in.Event)
	if err != nil {
		return nil
	}
	asks, err := event.PreSignUp()
	if err != nil {
		return nil
	}
	stage, err := s.stage()
	if err != nil {
		return nil
	}
	answer, err := support.SignUpQuestion{
		Stage: stage, Client: asks.ClientID, Source: origin, UserName: asks.UserName, Attributes: asks.Attributes,
		Invite: asks.Proofs.Invite, Challenge: asks.Proofs.Challenge, Locale: asks.Proofs.Locale, Now: in.Start,
	}.Answer()
	if err != nil {
		return nil
	}
	return answer.Rules
}
