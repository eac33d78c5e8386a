package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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
	text = []byte(strings.ReplaceAll(string(text), `"IndexName":`, `"IndexStatus":"ACTIVE","IndexName":`))
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

// What a stage says on purpose, as its manual does, is no finding.
func TestR84_WhatAStageSaysOnPurposeIsWanted(t *testing.T) {
	var stage settings.Stage
	stage.IdentityProviders = map[string]settings.IdentityProvider{"Entra": {TrustsEmail: true}, "Corp": {}}
	stage.Recovery = []settings.RecoveryWay{settings.RecoverByPhone, settings.RecoverByEmail}
	if got := wanted(stage, nil); len(got.TrustsEmail) != 1 || got.TrustsEmail[0] != "Entra" || !got.PhoneFirst || wanted(settings.Stage{}, nil).PhoneFirst {
		t.Errorf("%+v", got)
	}
}

// illPool is a pool with a finding of each severity, and an app client with a hostile name.
func illPool(t *testing.T) (doctor.Subject, described) {
	t.Helper()
	answers, _ := ofTemplate(t, "prod")
	var pool struct{ UserPool map[string]any }
	if err := json.Unmarshal(answers["cognito-idp DescribeUserPool"], &pool); err != nil {
		t.Fatal(err)
	}
	pool.UserPool["LambdaConfig"].(map[string]any)["PreSignUp"] = "arn:aws:lambda:eu-west-1:111122223333:function:other"
	pool.UserPool["Foreign"] = 1
	answers.put(t, "cognito-idp DescribeUserPool", pool)
	answers.put(t, "cognito-idp ListUserPoolClients", map[string]any{"UserPoolClients": []any{map[string]any{"ClientId": "x"}}})
	answers.put(t, "cognito-idp DescribeUserPoolClient x", map[string]any{"UserPoolClient": map[string]any{
		"ClientId": "x", "ClientName": hostile, "ClientSecret": "very-secret", "WriteAttributes": []string{"email"},
	}})
	delete(answers, "cloudtrail DescribeTrails")
	s := doctor.Subject{
		Pool: "eu-west-1_EXAMPLE12", Table: "suite", Stack: "CognitoTriggers-prod", TokenVersion: "V3_0", Now: time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC),
		Stage:    &doctor.Stage{Plan: "ESSENTIALS", SelfRules: 1, DefaultMail: true, Clients: map[string]doctor.Client{}},
		Triggers: []doctor.Trigger{{Name: "PreSignUp", Function: "presignup", Alias: "live", Version: "3"}},
	}
	return s, answers
}

func TestGoldenOfAnExamination(t *testing.T) {
	s, answers := illPool(t)
	results, err := doctor.Examine(t.Context(), doctor.All(), s, answers)
	if err != nil {
		t.Fatal(err)
	}
	var text, list bytes.Buffer
	printResults(screen{to: &text}, s, results)
	if err := listChecks(&list, doctor.All()); err != nil {
		t.Fatal(err)
	}
	if i := strings.IndexFunc(text.String(), func(r rune) bool { return r != '\n' && wild(r) }); i >= 0 {
		t.Errorf("a terminal would obey %q", text.String()[i:])
	}
	encoded, err := json.Marshal(results)
	if err != nil || strings.Contains(text.String()+string(encoded), "very-secret") {
		t.Errorf("a secret is printed, or %v", err)
	}
	golden(t, "doctor.txt", text.String())
	golden(t, "doctor-list.txt", list.String())
}

func TestR84_TheStatusOfAnExamination(t *testing.T) {
	failed := func(s doctor.Severity) doctor.Result {
		return doctor.Result{Check: doctor.Check{Severity: s}, Status: doctor.Failed}
	}
	unasked := doctor.Result{Check: doctor.Check{Severity: doctor.Critical}, Status: doctor.NotAsked, Unasked: []string{"x"}}
	for _, c := range []struct {
		results       []doctor.Result
		loose, strict error
	}{
		{nil, nil, nil},
		{[]doctor.Result{failed(doctor.Note)}, nil, nil},
		{[]doctor.Result{failed(doctor.Warning)}, nil, concluded(warned)},
		{[]doctor.Result{unasked}, nil, concluded(warned)},
		{[]doctor.Result{failed(doctor.Warning), unasked, failed(doctor.Critical)}, concluded(critical), concluded(critical)},
	} {
		loose, strict := (&examination{}).verdict(c.results), (&examination{strict: true}).verdict(c.results)
		if !errors.Is(loose, c.loose) || !errors.Is(strict, c.strict) {
			t.Errorf("%+v: %v and %v, not %v and %v", c.results, loose, strict, c.loose, c.strict)
		}
	}
}

func TestSomeChecksCanBeChosen(t *testing.T) {
	if got := must(t, "doctor", "--list", "--only", "35,1"); !strings.HasPrefix(got, "1 ") || strings.Count(got, "asks") != 2 {
		t.Errorf("the list is %s", got)
	}
	if got := must(t, "doctor", "--list", "--json", "--only", "37"); !strings.Contains(got, `"check": 37`) {
		t.Errorf("the list is %s", got)
	}
	refused(t, misuse, []string{"--only 1,99"}, "doctor", "--only", "1,99")
	refused(t, misuse, []string{"--only 1,1"}, "doctor", "--only", "1,1")
	if got := must(t, "doctor", "--list", "--except", "17,24"); strings.Count(got, "asks") != len(doctor.All())-2 || strings.Contains(got, "user names are not case sensitive") {
		t.Errorf("the list is %s", got)
	}
	refused(t, misuse, []string{"--except 99"}, "doctor", "--except", "99")
	refused(t, misuse, []string{"name the suite"}, "doctor")
}

// --watch prints what changes, with who did it, until it is stopped, and ends with what was found
// last.
func TestR85_AWatchPrintsWhatChangesAndEndsWithTheLastLook(t *testing.T) {
	s, answers := illPool(t)
	sound := maps.Clone(answers)
	bad, gone := maps.Clone(answers), errors.New("stopped")
	bad.put(t, "cognito-idp DescribeUserPool", map[string]any{"UserPool": map[string]any{"Arn": "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/x"}})
	bad.put(t, "cloudtrail LookupEvents", map[string]any{"Events": []any{map[string]any{"CloudTrailEvent": `{"eventName":"UpdateUserPool","eventTime":"2026-11-28T09:00:00Z","userIdentity":{"arn":"arn:she"},"requestParameters":{"userPoolId":"` + s.Pool + `"}}`}}})
	for _, asJSON := range []bool{false, true} {
		var out bytes.Buffer
		now, looks := described{}, []described{sound, sound, bad, bad}
		term := terminal{out: screen{to: &out}, now: func() time.Time { return time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC) }, sleep: func(_ context.Context, d time.Duration) error {
			if d < lookEvery { // between two questions
				return nil
			}
			if looks = looks[1:]; len(looks) == 0 {
				return gone
			}
			maps.Copy(now, looks[0])
			return nil
		}}
		maps.Copy(now, looks[0])
		err := (&examination{json: asJSON}).keepWatch(t.Context(), s, now, term)
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if !errors.Is(err, concluded(critical)) || len(lines) != 2 || !strings.Contains(lines[1], "arn:she") || !strings.Contains(lines[1], "PreSignUp has no function") {
			t.Errorf("%v, %q", err, lines)
		}
		if asJSON != json.Valid([]byte(lines[1])) {
			t.Errorf("%s", lines[1])
		}
	}
	refused(t, misuse, []string{"--watch makes"}, "doctor", "--stage", "dev", "--watch", "--only", "1")
}
