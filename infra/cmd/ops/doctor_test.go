package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// described answers as AWS describes a suite that was made of a template: the pool and its
// clients out of it, everything else as package doctor's tests recorded it.
type described map[string]json.RawMessage

func (d described) Ask(_ context.Context, service, operation string, input any) (json.RawMessage, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	var named struct{ ClientId string }
	if err := json.Unmarshal(text, &named); err != nil {
		return nil, err
	}
	for _, key := range []string{service + " " + operation + " " + named.ClientId, service + " " + operation} {
		if body, known := d[key]; known {
			return body, nil
		}
	}
	return nil, errors.New("nobody recorded " + operation)
}

// ofTemplate reads a golden template. What the template refers to becomes a text.
func ofTemplate(t *testing.T, stage string) (described, map[string]string) {
	t.Helper()
	answers := described{}
	read(t, "../../../internal/doctor/testdata/sound.json", &answers)
	var tpl struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
		Outputs map[string]struct{ Value map[string]any }
	}
	read(t, "../../testdata/"+stage+".template.json", &tpl)
	var all struct{ UserPool map[string]any }
	if err := json.Unmarshal(answers["cognito-idp DescribeUserPool"], &all); err != nil {
		t.Fatal(err)
	}
	outputs, ids := map[string]string{}, []any{}
	for name, output := range tpl.Outputs {
		if id, _ := output.Value["Ref"].(string); tpl.Resources[id].Type == "AWS::Cognito::UserPoolClient" {
			outputs[name] = id
		}
	}
	for id, r := range tpl.Resources {
		switch r.Type {
		case "AWS::Cognito::UserPool":
			r.Properties["Id"], r.Properties["Arn"], r.Properties["LambdaConfig"] = all.UserPool["Id"], all.UserPool["Arn"], all.UserPool["LambdaConfig"]
			mfa := map[string]any{"MfaConfiguration": r.Properties["MfaConfiguration"], "SoftwareTokenMfaConfiguration": map[string]any{"Enabled": strings.Contains(fmt.Sprint(r.Properties["EnabledMfas"]), "SOFTWARE_TOKEN")}}
			delete(r.Properties, "EnabledMfas")
			answers.put(t, "cognito-idp GetUserPoolMfaConfig", mfa)
			answers.put(t, "cognito-idp DescribeUserPool", map[string]any{"UserPool": r.Properties})
		case "AWS::Cognito::UserPoolClient":
			ids = append(ids, map[string]any{"ClientId": id})
			if r.Properties["ClientId"] = id; r.Properties["GenerateSecret"] == true {
				r.Properties["ClientSecret"] = "secret"
			}
			answers.put(t, "cognito-idp DescribeUserPoolClient "+id, map[string]any{"UserPoolClient": r.Properties})
		case "AWS::DynamoDB::GlobalTable":
			replica := r.Properties["Replicas"].([]any)[0].(map[string]any)
			answers.put(t, "dynamodb DescribeTable", map[string]any{"Table": replica})
			recovers := map[bool]string{true: "ENABLED", false: "DISABLED"}[strings.Contains(fmt.Sprint(replica), "PointInTimeRecoveryEnabled:true")]
			answers.put(t, "dynamodb DescribeContinuousBackups", map[string]any{"ContinuousBackupsDescription": map[string]any{"PointInTimeRecoveryDescription": map[string]any{"PointInTimeRecoveryStatus": recovers}}})
		}
	}
	answers.put(t, "cognito-idp ListUserPoolClients", map[string]any{"UserPoolClients": ids})
	answers.put(t, "cognito-idp ListIdentityProviders", map[string]any{"Providers": []any{}})
	return answers, outputs
}

func (d described) put(t *testing.T, question string, body any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.ReplaceAll(string(text), `"IndexName":"byEmail"`, `"IndexName":"byEmail","IndexStatus":"ACTIVE"`))
	d[question] = text
}

func read(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}

func TestR84_TheShippedStagesAreSound(t *testing.T) {
	for _, name := range []string{"dev", "prod"} {
		stage, err := settings.LoadStage("../../stages/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		stage.Email.CognitoDefault = name == "prod" // what synth asks of a stage that is kept
		answers, outputs := ofTemplate(t, name)
		s := doctor.Subject{
			Pool: "eu-west-1_EXAMPLE12", Table: "suite", Stack: "CognitoTriggers-" + name, TokenVersion: "V3_0",
			Now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC), Stage: wanted(stage, outputs),
		}
		for _, trigger := range []string{"PreSignUp", "PostConfirmation", "PreTokenGeneration", "PostAuthentication"} {
			s.Triggers = append(s.Triggers, doctor.Trigger{Name: trigger, Function: strings.ToLower(trigger), Alias: settings.LiveAlias})
		}
		results, err := doctor.Examine(t.Context(), doctor.All(), s, answers)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r.Status != doctor.Passed {
				t.Errorf("%s: check %d is %s: %+v %v", name, r.Number, r.Status, r.Findings, r.Unasked)
			}
		}
	}
}
