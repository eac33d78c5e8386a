package doctor_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// What a deployed stack has and the other subjects have not.
var deployed = []ill{
	{1, "", "", "", "there is no user pool eu-west-1_EXAMPLE12", refused(pool, "ResourceNotFoundException")},
	{29, "", "", "", "there is no table suite", refused("dynamodb DescribeTable", "ResourceNotFoundException")},
	{3, "lambda GetPolicy", "Policy", permission(byCognito, `{"ArnLike":{"AWS:SourceArn":"arn:aws:cognito-idp:eu-west-1:111122223333:userpool/*"},"StringEquals":{"AWS:SourceAccount":"111122223333"}}`), "is a pattern", nil},
	{29, "dynamodb DescribeTable", "Table.GlobalSecondaryIndexes", `[{"IndexName":"byShard","IndexStatus":"ACTIVE"}]`, "the index byEmail is gone", nil},
	{29, "dynamodb DescribeTimeToLive", "TimeToLiveDescription.AttributeName", `"ttl"`, "time to live looks at ttl", nil},
	{32, "cloudwatch DescribeAlarms", "CompositeAlarms.0.ActionsEnabled", `false`, "the alarm suite-page is muted", nil},
	{32, "cloudwatch DescribeAlarms", "CompositeAlarms", `[]`, "the alarm suite-page is gone", nil},
	{36, "iam ListAttachedRolePolicies", "AttachedPolicies", `[{"PolicyName":"ReadReports","PolicyArn":"arn:aws:iam::111122223333:policy/ReadReports"}]`, "managed policy ReadReports", nil},
}

func TestR84_WhatADeployedStackHasIsLookedAt(t *testing.T) {
	for _, c := range deployed {
		s, r := sound(t)
		c.make(t, &s, r)
		if got := result(t, c.check, s, r); got.Status != doctor.Failed || !strings.Contains(got.Findings[0].Text, c.says) {
			t.Errorf("%d is not %q: %+v", c.check, c.says, got)
		}
	}
	for _, trust := range []func(*doctor.Subject, *recorded){
		func(s *doctor.Subject, _ *recorded) { s.Stage.TrustsEmail = []string{"Corp"} },
		func(_ *doctor.Subject, r *recorded) { r.set(t, provider, "IdentityProvider.ProviderType", `"Google"`) },
	} {
		s, r := sound(t)
		r.set(t, provider, "IdentityProvider.AttributeMapping.email_verified", `"email_verified"`)
		trust(&s, r)
		if got := result(t, 27, s, r); got.Status != doctor.Passed {
			t.Errorf("a provider that the stage trusts: %+v", got)
		}
	}
	s, r := sound(t)
	s.TokenVersion = ""
	if got := result(t, 4, s, r); got.Status != doctor.NotAsked {
		t.Errorf("nobody says which version: %+v", got)
	}
	s, r = sound(t)
	s.Stage.PhoneFirst = true
	r.set(t, pool, "UserPool.AccountRecoverySetting", `{"RecoveryMechanisms":[{"Name":"verified_phone_number","Priority":1}]}`)
	if got := result(t, 25, s, r); got.Status != doctor.Passed {
		t.Errorf("the stage asks for it: %+v", got)
	}
	s, r = sound(t)
	r.set(t, "cognito-idp ListUsers", "Users.0.Enabled", "false")
	for _, c := range []struct {
		promised int
		ago      time.Duration
		want     doctor.Status
	}{{0, time.Hour, doctor.Failed}, {48, 48 * time.Hour, doctor.Failed}, {48, 48*time.Hour - time.Second, doctor.Passed}} {
		s.Stage.PromisedHours = c.promised
		r.set(t, "cognito-idp ListUsers", "Users.0.UserLastModifiedDate", fmt.Sprintf("%d.0", now.Add(-c.ago).Unix()))
		if got := result(t, 31, s, r); got.Status != c.want {
			t.Errorf("somebody was suspended %s ago, and %d hours are promised: %+v", c.ago, c.promised, got)
		}
	}
	s, r = sound(t)
	r.set(t, "dynamodb DescribeTable", "Table.DeletionProtectionEnabled", "")
	if got := result(t, 29, s, r); got.Status != doctor.NotAsked {
		t.Errorf("an emulator's table is %+v", got)
	}
}

// Each role of a stage with everything, as CloudFormation makes it of the template, may do what
// the template says: its managed policies too.
func TestR84_TheRolesOfAWholeStageAreAsItsTemplate(t *testing.T) {
	text, err := os.ReadFile("../../infra/testdata/full.template.json")
	if err != nil {
		t.Fatal(err)
	}
	var tpl struct {
		Resources map[string]struct {
			Type       string
			Properties json.RawMessage
		}
	}
	if err := json.Unmarshal(text, &tpl); err != nil {
		t.Fatal(err)
	}
	s, r := sound(t)
	r.set(t, "cloudformation GetTemplate", "TemplateBody", quoted(string(text)))
	roles, managed := []any{}, 0
	for id, res := range tpl.Resources {
		if res.Type != "AWS::IAM::Role" {
			continue
		}
		var properties struct {
			ManagedPolicyArns []any
			Policies          []struct {
				PolicyName     string
				PolicyDocument any
			}
		}
		if err := json.Unmarshal(res.Properties, &properties); err != nil {
			t.Fatal(err)
		}
		roles = append(roles, map[string]any{"LogicalResourceId": id, "PhysicalResourceId": id, "ResourceType": res.Type})
		var names []string
		for _, p := range properties.Policies {
			document, _ := json.Marshal(made(p.PolicyDocument))
			r.answers["iam GetRolePolicy@"+id] = json.RawMessage(`{"PolicyDocument":` + quoted(string(document)) + `}`)
			names = append(names, p.PolicyName)
		}
		attached := []any{}
		for _, arn := range properties.ManagedPolicyArns {
			managed++
			attached = append(attached, map[string]any{"PolicyName": "p", "PolicyArn": made(arn)})
		}
		r.answers["iam ListRolePolicies@"+id], _ = json.Marshal(map[string]any{"PolicyNames": names})
		r.answers["iam ListAttachedRolePolicies@"+id], _ = json.Marshal(map[string]any{"AttachedPolicies": attached})
	}
	listed, _ := json.Marshal(roles)
	r.set(t, "cloudformation ListStackResources", "StackResourceSummaries", string(listed))
	if got := result(t, 36, s, r); got.Status != doctor.Passed || len(roles) < 8 || managed == 0 {
		t.Errorf("%d roles, %d managed policies: %+v", len(roles), managed, got)
	}
	widened(t, s, r)
}

// widened changes the condition of users' own rows, so that they read others.
func widened(t *testing.T, s doctor.Subject, r *recorded) {
	t.Helper()
	for id, document := range r.answers {
		if !strings.HasPrefix(id, "iam GetRolePolicy@SuiteIdentityOwnRows") {
			continue
		}
		for old, wider := range map[string]string{
			`#${aws:PrincipalTag/sub}`:         `#*`,
			`"dynamodb:LeadingKeys\":[\"USER#`: `"dynamodb:LeadingKeys\":[\"*\",\"USER#`,
			`\"Null\":{\"dynamodb:Attributes\":\"false\",\"dynamodb:LeadingKeys\":\"false\"},`: ``,
			`\"attrsAt\",`:                       ``,
			`\"dynamodb:LeadingKeys\":\"false\"`: `\"dynamodb:LeadingKeys\":\"true\"`,
			`\"dynamodb:LeadingKeys\":[`:         `\"dynamodb:LeadingKeys\":\"USER#\",\"dynamodb:Other\":[`,
		} {
			r.answers[id] = json.RawMessage(strings.Replace(string(document), old, wider, 1))
			if got := result(t, 36, s, r); string(r.answers[id]) == string(document) || got.Status != doctor.Failed {
				t.Errorf("%s for %s: %+v", wider, old, got)
			}
		}
		r.answers[id] = document
	}
}

// made returns a template's value as CloudFormation makes it: a function becomes a text.
func made(value any) any {
	switch v := value.(type) {
	case []any:
		for i := range v {
			v[i] = made(v[i])
		}
	case map[string]any:
		if join, is := v["Fn::Join"].([]any); is {
			var text strings.Builder
			for _, part := range made(join[1]).([]any) {
				text.WriteString(part.(string))
			}
			return text.String()
		}
		for name := range v {
			if name == "Ref" || strings.HasPrefix(name, "Fn::") {
				return "arn:aws:made:eu-west-1:111122223333:" + "one"
			}
			v[name] = made(v[name])
		}
	}
	return value
}
