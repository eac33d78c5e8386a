package doctor_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
)

// recorded answers with what testdata/sound.json has: the response syntax of each operation's
// page in AWS's API reference, with the values of a sound suite.
//
// An answer or a refusal that is for one resource alone has its name behind an @.
type recorded struct {
	answers map[string]json.RawMessage
	refuses map[string]error
	asked   map[string]int
	log     []string // the questions with their inputs
}

func (r *recorded) Ask(_ context.Context, service, operation string, input any) (json.RawMessage, error) {
	text, err := json.Marshal(input)
	if err != nil {
		return nil, err
	}
	var of struct{ FunctionName, ClientID, RoleName, Name, TrailName, ProviderName, PolicyName, PaginationToken, NextToken, Marker, TopicArn string }
	if err := json.Unmarshal(text, &of); err != nil {
		return nil, err
	}
	key := service + " " + operation
	r.asked[key]++
	r.log = append(r.log, key+" "+string(text))
	if operation == "GetMetricData" && strings.Contains(string(text), "ThrottleCount") {
		of.Name = "ThrottleCount"
	}
	for _, name := range []string{of.FunctionName, of.ClientID, of.RoleName, of.Name, of.TrailName, of.ProviderName, of.PolicyName, of.PaginationToken, of.NextToken, of.Marker, of.TopicArn} {
		if r.answers[key+"@"+name] != nil || r.refuses[key+"@"+name] != nil {
			key += "@" + name
			break
		}
	}
	if err := r.refuses[key]; err != nil {
		return nil, err
	}
	if operation == "BatchGetItem" && strings.Contains(string(text), `"Keys":[]`) {
		return nil, code("ValidationException")
	}
	body, known := r.answers[key]
	if !known {
		return nil, errors.New("nobody asks that: " + key)
	}
	return body, nil
}

// throttlesNothing leaves calls, of which none is refused.
func throttlesNothing(_ *testing.T, _ *doctor.Subject, r *recorded) {
	r.answers["cloudwatch GetMetricData@ThrottleCount"] = json.RawMessage(`{}`)
}

// code is an error of AWS.
type code string

func (c code) Error() string     { return "User: arn:aws:iam::111122223333:user/ada is not authorized" }
func (c code) ErrorCode() string { return string(c) }

const (
	poolID = "eu-west-1_EXAMPLE12"
	web    = "1example23456789abcdefghij"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// sound returns a suite that every check passes, and its answers.
func sound(t *testing.T) (doctor.Subject, *recorded) {
	t.Helper()
	text, err := os.ReadFile("testdata/sound.json")
	if err != nil {
		t.Fatal(err)
	}
	r := &recorded{refuses: map[string]error{}, asked: map[string]int{}}
	if err := json.Unmarshal(text, &r.answers); err != nil {
		t.Fatal(err)
	}
	s := doctor.Subject{
		Pool: poolID, Table: "suite", Stack: "CognitoTriggers-prod", TokenVersion: "V3_0", Now: now,
		Stage: &doctor.Stage{
			Plan: "ESSENTIALS", SelfRules: 2, Trusted: []string{"custom:role"}, PromisedHours: 48,
			Clients: map[string]doctor.Client{web: {Name: "web", Hidden: []string{"birthdate"}}},
		},
	}
	for _, name := range []string{"PreSignUp", "PostConfirmation", "PreTokenGeneration", "PostAuthentication"} {
		s.Triggers = append(s.Triggers, doctor.Trigger{Name: name, Function: strings.ToLower(name), Alias: "live"})
	}
	r.set(t, "cognito-idp DescribeIdentityProvider", "IdentityProvider.ProviderDetails.MetadataFile", quoted(metadata(t, now.AddDate(1, 0, 0))))
	return s, r
}

// set changes one value of an answer, at a path of members and indexes; "" removes it.
func (r *recorded) set(t *testing.T, question, path, value string) {
	t.Helper()
	body, known := r.answers[question]
	if !known {
		t.Fatalf("%s has no answer", question)
	}
	var all any
	if err := json.Unmarshal(body, &all); err != nil {
		t.Fatal(err)
	}
	all = put(t, all, strings.Split(path, "."), value)
	body, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	r.answers = maps.Clone(r.answers)
	r.answers[question] = body
}

func put(t *testing.T, in any, path []string, value string) any {
	t.Helper()
	if len(path) == 0 {
		var v any
		if err := json.Unmarshal([]byte(value), &v); err != nil {
			t.Fatalf("%s: %v", value, err)
		}
		return v
	}
	switch in := in.(type) {
	case []any:
		in[0] = put(t, in[0], path[1:], value)
		return in
	case map[string]any:
		if len(path) == 1 && value == "" {
			delete(in, path[0])
			return in
		}
		in[path[0]] = put(t, in[path[0]], path[1:], value)
		return in
	}
	if in != nil {
		t.Fatalf("%v is in nothing", path)
	}
	return put(t, map[string]any{}, path, value)
}

func quoted(text string) string {
	body, _ := json.Marshal(text)
	return string(body)
}

// result returns what came of a check.
func result(t *testing.T, number int, s doctor.Subject, r *recorded) doctor.Result {
	t.Helper()
	for _, c := range doctor.All() {
		if c.Number == number {
			results, err := doctor.Examine(t.Context(), []doctor.Check{c}, s, r)
			if err != nil || len(results) != 1 {
				t.Fatalf("%d results, error %v", len(results), err)
			}
			return results[0]
		}
	}
	t.Fatalf("there is no check %d", number)
	return doctor.Result{}
}
