package infra

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

const smsRole = "arn:aws:iam::111122223333:role/sms"

// attached is a suite that attaches a pool of somebody else.
func attached(t testing.TB, change func(*ExistingPool)) template {
	t.Helper()
	s := existing(t, PoolAttach)
	change(&s.ExistingPool)
	return synthesize(t, s)
}

func TestR83_TheStackAttachesThePoolAfterWhatItNeeds(t *testing.T) {
	tpl := attached(t, func(e *ExistingPool) { e.Replace, e.Carry = []settings.Hook{"preSignUp"}, []string{"Tomorrow"} })
	p := tpl.properties(t, settings.AttachType, "Hooks")
	hooks := p["Hooks"].(map[string]any)
	if p["Pool"] != "eu-west-1_AbCdEf123" || len(hooks) != 4 || p["TokenVersion"] != "V3_0" || fmt.Sprint(p["ServiceTimeout"]) != "300" || fmt.Sprint(p["Replace"], p["Carry"]) != "[PreSignUp] [Tomorrow]" || len(p["Deployed"].([]any)) != 4 {
		t.Errorf("the resource has %v", p)
	}
	for _, r := range tpl.resources(settings.AttachType) {
		after := strings.Join(texts(r["DependsOn"]), " ")
		for name := range hooks {
			if !strings.Contains(after, "Suite"+name+"Live") || !strings.Contains(after, "Suite"+name+"Permission") {
				t.Errorf("it is made after %q, without %s", after, name)
			}
		}
	}
	fn := tpl.properties(t, functionType, "Attach")
	if fn["ReservedConcurrentExecutions"] != 1.0 || fn["Timeout"] != 240.0 || at(fn, "Environment", "Variables", "TABLE_NAME") == nil || at(fn, "Environment", "Variables", "SMS_ROLE_ARN") != nil {
		t.Errorf("the function has %v", fn)
	}
}

// The function may touch this pool, its own aliases and rows, and pass one role to Cognito.
func TestR83_WhatAttachMayDo(t *testing.T) {
	for _, role := range []string{"", smsRole} {
		tpl := attached(t, func(e *ExistingPool) { e.SMSRoleARN = role })
		want := []string{
			"logs:CreateLogStream, logs:PutLogEvents on its log group",
			"cognito-idp:DescribeUserPool, cognito-idp:GetUserPoolMfaConfig, cognito-idp:UpdateUserPool on the pool",
			"lambda:GetPolicy, lambda:InvokeFunction on aliases", "lambda:GetPolicy on functions",
			"dynamodb:GetItem, dynamodb:PutItem on the table if keys like ATTACH#*, returning NONE",
		}
		var got []string
		statements := at(tpl.properties(t, roleType, "AttachRole"), "Policies", 0, "PolicyDocument", "Statement").([]any)
		for _, s := range statements {
			s := s.(map[string]any)
			switch s["Sid"] {
			case "TryAliases", "ReadPermissions":
				kind := map[any]string{"TryAliases": "aliases", "ReadPermissions": "functions"}[s["Sid"]]
				if resources := s["Resource"].([]any); len(resources) != 4 || s["Condition"] != nil || strings.Contains(fmt.Sprint(resources), "*") {
					t.Errorf("%v", s)
				}
				got = append(got, strings.Join(texts(s["Action"]), ", ")+" on "+kind)
			case "PassSMSRole":
				exact := map[string]any{
					"Sid": "PassSMSRole", "Effect": "Allow", "Action": "iam:PassRole", "Resource": role,
					"Condition": map[string]any{"StringEquals": map[string]any{"iam:PassedToService": "cognito-idp.amazonaws.com"}},
				}
				if role == "" || !reflect.DeepEqual(s, exact) {
					t.Errorf("%v", s)
				}
			case "UpdatePool":
				arn := fmt.Sprint(s["Resource"])
				if !strings.HasSuffix(arn, ":userpool/eu-west-1_AbCdEf123]]]") || s["Condition"] != nil {
					t.Errorf("%v", arn)
				}
				got = append(got, strings.Join(texts(s["Action"]), ", ")+" on the pool")
			default:
				got = append(got, readable(t, tpl, "Attach", s))
			}
		}
		if !slices.Equal(got, want) || len(statements) != len(want)+min(len(role), 1) {
			t.Errorf("may\n\t%s\nnot\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
}
