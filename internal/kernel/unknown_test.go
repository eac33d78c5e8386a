package kernel_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// Of an event that the function does not know, only a refusal counts. Everything else
// that Unknown answers leaves the event as it came, with the line of an unknown event.
func TestR44_AnUnknownEventIsRefusedOrReturnedAsItCame(t *testing.T) {
	refusal := deny.Refusal{Code: "account-disabled", Sentence: "This account is disabled"}
	known := strings.Replace(event, "PreSignUp_SignUp", "PreSignUp_AdminCreateUser", 1)
	for name, doc := range map[string]string{
		"source": strings.Replace(event, "PreSignUp_SignUp", "PreSignUp_New", 1), "version": strings.Replace(event, `"1"`, `"9"`, 1), "known": known,
	} {
		for answer, unknown := range map[string]decide{
			"refuses":  answers(kernel.Decision{User: "u", Degraded: true, Cause: mending(false)}, refusal),
			"answers":  answers(kernel.Decision{Response: []byte(`{"autoConfirmUser":true}`), Outcome: "ok"}, nil),
			"fails":    answers(kernel.Decision{}, errors.New(canary)),
			"panics":   func(context.Context, cognito.PreSignUp, time.Time) (kernel.Decision, error) { panic(canary) },
			"is unset": nil,
		} {
			var out bytes.Buffer
			chain := kernel.Handle(kernel.Function[cognito.PreSignUp]{
				Sources: cognito.PreSignUpSources(), Versions: []string{"1"}, OnFailure: kernel.Open,
				View: (*cognito.Event).PreSignUp, Decide: answers(kernel.Decision{}, nil), Unknown: unknown,
			}, kernel.Environment{Now: time.Now, Log: kernel.NewLog(&out)})
			reply, err := chain.Invoke(t.Context(), []byte(doc))
			line := oneLine(t, out.String())
			switch {
			case name == "known":
				if err != nil || line["outcome"] != "ok" {
					t.Errorf("%s, Unknown %s: %v, %v", name, answer, err, line)
				}
			case answer == "refuses":
				if err != error(refusal) || line["outcome"] != "refused" || line["refused"] != 1.0 || line["lasting"] != 1.0 || line["failed"] != 0.0 || line["cause"] == nil || line["user"] == nil {
					t.Errorf("%s, Unknown %s: %v, %v", name, answer, err, line)
				}
			case err != nil || string(reply) != doc || line["outcome"] != "unknown" || line["failed"] != 1.0 || line["cause"] != kernel.ErrUnknownSource.Error():
				t.Errorf("%s, Unknown %s: %s, %v, %v", name, answer, reply, err, line)
			}
		}
	}
}

// A closed function has its own refusal for what it does not know, and asks nobody.
func TestR44_AClosedFunctionRefusesWhatItDoesNotKnow(t *testing.T) {
	_, _, err := run(t, kernel.Closed, strings.Replace(event, `"1"`, `"9"`, 1), nil)
	if err != error(deny.SignUpUnavailable) {
		t.Errorf("got %v", err)
	}
}

// A dry run is returned as it came by closed functions, too, and is no failure. It is not
// decided about.
func TestR83_ADryRunIsReturnedAsItCame(t *testing.T) {
	doc := strings.Replace(event, "PreSignUp_SignUp", string(kernel.DryRun), 1)
	for _, policy := range []kernel.FailurePolicy{kernel.Closed, kernel.Open} {
		reply, line, err := run(t, policy, doc, func(context.Context, cognito.PreSignUp, time.Time) (kernel.Decision, error) { panic(canary) })
		if err != nil || string(reply) != doc || line["outcome"] != "dry run" || line["failed"] != 0.0 || line["refused"] != 0.0 {
			t.Errorf("%s, %v, %v", reply, line, err)
		}
	}
}
