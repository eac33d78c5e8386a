package attach_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/attachtest"
)

// answers are those of AWS by operation: a text is JSON, an error a refusal. What is not there
// is as it should be.
type answers map[string]any

func (a answers) Ask(_ context.Context, _, operation string, input any) (json.RawMessage, error) {
	switch answer := a[operation].(type) {
	case string:
		return json.RawMessage(answer), nil
	case error:
		return nil, answer
	}
	switch operation {
	case "DescribeUserPool":
		return json.Marshal(map[string]any{"UserPool": attachtest.Described(id, nil)})
	case "GetPolicy":
		return json.Marshal(map[string]string{"Policy": attachtest.Permission})
	case "Invoke":
		return input.(map[string]any)["Payload"].(json.RawMessage), nil
	}
	return json.RawMessage(map[string]string{
		"ListUserImportJobs":      `{"UserImportJobs":[{"JobName":"done","Status":"Succeeded"}]}`,
		"SimulatePrincipalPolicy": `{"EvaluationResults":[{"EvalDecision":"allowed"}]}`,
		"GetEmailIdentity":        `{"VerifiedForSendingStatus":true}`,
	}[operation]), nil
}

// Everything that would break sign-ins, or make AWS refuse the update, is asked and said
// together. What may not be asked is said, too, and refuses nothing.
func TestR83_WhatMustHoldBeforeAPoolCallsTheSuite(t *testing.T) {
	const role, sender = "arn:aws:iam::1:role/sms", "arn:aws:ses:eu-west-1:1:identity/example.org"
	pool := attachtest.Described(id, nil)
	pool["SmsConfiguration"] = object{"SnsCallerArn": role}
	pool["EmailConfiguration"] = object{"EmailSendingAccount": "DEVELOPER", "SourceArn": sender}
	described, _ := json.Marshal(pool)
	sound := attach.Preconditions{Hooks: map[string]string{"PreSignUp": arn + "a:live"}, Role: "", Caller: "arn:aws:iam::1:user/ada", Everything: true}
	if unasked, err := func() ([]string, error) { p := sound; p.Asker = answers{}; return p.Check(t.Context(), described) }(); err != nil || unasked != nil {
		t.Errorf("a sound pool: %v, %v", err, unasked)
	}
	all := answers{}
	for operation, c := range map[string]struct{ bad, against string }{
		"GetPolicy":               {`{"Policy":"{}"}`, "no permission of " + arn + "a:live is for this pool and account; people read"},
		"Invoke":                  {`{"errorMessage":"exit status 1"}`, arn + `a:live does not return an event as it came, but {"errorMessage":"exit status 1"}`},
		"ListUserImportJobs":      {`{"UserImportJobs":[{"JobName":"old","Status":"Failed"},{"JobName":"now","Status":"InProgress"}]}`, `the import "now" runs`},
		"SimulatePrincipalPolicy": {`{"EvaluationResults":[{"EvalDecision":"implicitDeny"}]}`, "may not pass the role of the pool's text messages, " + role},
		"GetEmailIdentity":        {`{"VerifiedForSendingStatus":false}`, "identity example.org is not verified"},
	} {
		all[operation] = c.bad
		p := sound
		p.Asker = answers{operation: c.bad}
		if unasked, err := p.Check(t.Context(), described); err == nil || !strings.Contains(err.Error(), c.against) || unasked != nil || strings.Count(err.Error(), "\n") != 0 {
			t.Errorf("%s: %v, %v", operation, err, unasked)
		}
		p.Asker = answers{operation: coded("AccessDeniedException")}
		if unasked, err := p.Check(t.Context(), described); err != nil || len(unasked) != 1 || !strings.Contains(unasked[0], operation+": AccessDeniedException") {
			t.Errorf("%s may not be asked: %v, %v", operation, err, unasked)
		}
		p.Asker = answers{operation: errors.New("no route")}
		if unasked, err := p.Check(t.Context(), described); err != nil || len(unasked) != 1 || !strings.Contains(unasked[0], "no route") {
			t.Errorf("%s has no answer: %v, %v", operation, err, unasked)
		}
	}
	p := sound
	p.Asker = all
	if _, err := p.Check(t.Context(), described); err == nil || strings.Count(err.Error(), "\n") != len(all)-1 {
		t.Errorf("together: %v", err)
	}
	// The custom resource asks less, and passes the one role that the stage names.
	p = attach.Preconditions{Hooks: sound.Hooks, Asker: all}
	for name, want := range map[string]int{role: 2, "": 3, "other": 3} {
		p.Role = name
		if _, err := p.Check(t.Context(), described); err == nil || strings.Count(err.Error(), "\n") != want-1 {
			t.Errorf("with the role %q: %v", name, err)
		}
	}
	p = sound
	p.Asker, p.Caller = answers{}, ""
	if unasked, err := p.Check(t.Context(), described); err != nil || len(unasked) != 1 || !strings.Contains(unasked[0], "iam:PassRole") {
		t.Errorf("nobody knows the caller: %v, %v", err, unasked)
	}
	plain := maps.Clone(pool)
	plain["SmsConfiguration"], plain["EmailConfiguration"] = nil, object{"EmailSendingAccount": "COGNITO_DEFAULT", "SourceArn": sender}
	described, _ = json.Marshal(plain)
	p.Asker = answers{"GetEmailIdentity": errors.New("asked"), "SimulatePrincipalPolicy": errors.New("asked")}
	if unasked, err := p.Check(t.Context(), described); err != nil || slices.Contains(unasked, "asked") || len(unasked) != 0 {
		t.Errorf("a plain pool: %v, %v", err, unasked)
	}
}
