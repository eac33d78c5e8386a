package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

// The store is down while Ada signs up, confirms and signs in: all of it works. After one
// sign-in with the store back the rows are whole.
func TestR24_AnOutageOfTheStoreStopsNobodyAndHeals(t *testing.T) {
	t.Parallel()
	opts := local(t)
	opts.Ports.DynamoDB = freePort(t) // no process takes it during the outage
	cloud, j := running(t, opts)
	if err := cloud.StopStore(); err != nil {
		t.Fatal(err)
	}
	steps := byTitle(j)
	without := map[string]string{
		"Ada confirms the code from the mail": "DynamoDB: GetItem",
		"Ada signs in":                        "token says roles <nil>, tenant <nil>",
	}
	for _, title := range []string{"Ada signs up", "Ada confirms the code from the mail", "Ada signs in"} {
		_, err := steps[title].Run(t.Context())
		// The call succeeds. The journey's own read of the table cannot, and the claims
		// that only the table could have granted are missing.
		if want := without[title]; want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Fatalf("%s: %v", title, err)
		}
	}
	if err := cloud.StartStore(t.Context()); err != nil {
		t.Fatal(err)
	}
	sub := j.Subs()["Ada"]
	if row, err := j.Row(t.Context(), sub, "PROFILE"); err != nil || row != nil {
		t.Fatalf("the outage was none: %v, %v", row, err)
	}
	for _, title := range []string{"an administrator puts Ada into a group", "the team's server grants Ada a role in two tenants"} {
		if _, err := steps[title].Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := steps["Ada signs in"].Run(t.Context()); err != nil {
		t.Fatalf("Ada is not confirmed, or her token is not whole: %v", err)
	}
	profile, err := j.Row(t.Context(), sub, "PROFILE")
	if err != nil || profile["email"] != "ada@example.com" || profile["createdBy"] != "PostAuthentication_Authentication" {
		t.Errorf("PROFILE: %v, %v", profile, err)
	}
	signIn, err := j.Row(t.Context(), sub, "SIGNIN")
	if err != nil || fmt.Sprint(signIn["signInCount"]) != "1" {
		t.Errorf("SIGNIN: %v, %v", signIn, err)
	}
}

func byTitle(j *journey.Journey) map[string]journey.Step {
	steps := map[string]journey.Step{}
	for _, step := range j.Steps() {
		steps[step.Title] = step
	}
	return steps
}
