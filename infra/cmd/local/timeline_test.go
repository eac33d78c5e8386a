package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// observed is a cloud with a timeline, a journey through it, and the place in the timeline up
// to which it was read.
type observed struct {
	*localcloud.Cloud
	*journey.Journey
	steps
}

func watching(t *testing.T) *observed {
	t.Helper()
	opts := local(t)
	opts.Timeline = timeline.New(timeline.Limits{})
	cloud, j := running(t, opts)
	return &observed{cloud, j, steps{Timeline: opts.Timeline}}
}

// fired returns what was fired since the last time.
func (w *observed) fired(t *testing.T) []timeline.Invocation {
	t.Helper()
	if err := w.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w.take()
}

// requests returns the requests to the table of an invocation, one a line.
func requests(in timeline.Invocation) string {
	var all []string
	for _, c := range in.Table {
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %d %s %s", c.Operation, c.Status, c.Error, c.Fault)))
	}
	return strings.Join(all, ", ")
}

// The timeline of a life: each call has the triggers that it fired and no other, and each
// trigger its own requests to the table. None of the journey's secrets is in it. A life in which
// a function ran out of time, as on a busy machine, is lived again from the beginning.
func TestR60_TheTimelineOfALife(t *testing.T) {
	t.Parallel()
	for range 4 {
		if watching(t).lives(t) {
			return
		}
	}
	t.Error("a function ran out of time in every life")
}

// lives reports whether every function had the time to ask the table.
func (w *observed) lives(t *testing.T) bool {
	t.Helper()
	w.fired(t)
	asked := map[string]string{}
	for _, step := range w.Steps() {
		result, err := step.Run(t.Context())
		fired := w.fired(t)
		if slices.ContainsFunc(fired, outOfTime) {
			return false
		}
		if err != nil {
			t.Fatalf("%s: %v", step.Title, err)
		}
		var sources []string
		for _, in := range fired {
			sources = append(sources, in.Source)
			asked[triggers.RoomOf(in.Source)] += requests(in) + "; "
			if in.Call == "" || in.Said.Outcome == "" || triggers.RoomOf(in.Source) == "presignup" && len(in.Table) > 0 {
				t.Errorf("%s: got %+v", step.Title, in)
			}
		}
		if !slices.Equal(sources, step.Fires) {
			t.Errorf("%s fired %v, want %v", step.Title, sources, step.Fires)
		}
		w.silent(t, result.IDToken, result.AccessToken)
	}
	for function, want := range map[string]string{
		"presignup": "", "postconfirmation": "UpdateItem 200", "postauthentication": "UpdateItem 400 ConditionalCheckFailedException", "pretokengeneration": "BatchGetItem 200",
	} {
		if got := strings.Trim(asked[function], "; "); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s asked the table %q, want %q", function, got, want)
		}
	}
	w.conditions(t)
	w.neverMixed(t)
	return true
}

// neverMixed lets a crowd sign up and in at once: a call's triggers are about its user, and a
// trigger's requests to the table are about its event's.
func (w *observed) neverMixed(t *testing.T) {
	t.Helper()
	w.fired(t)
	c := &crowd{t: t, pool: w.Pool, j: w.Journey}
	c.each(10, c.signUp)
	c.each(10, c.signIn)
	users, asked := map[string]int{}, 0
	for _, in := range w.fired(t) {
		var event struct {
			UserName string
			Request  struct{ UserAttributes map[string]string }
		}
		call, _ := w.Call(in.Call)
		if err := json.Unmarshal(in.Event, &event); err != nil || call.Username != event.Request.UserAttributes["email"] {
			t.Errorf("%s of %q is about %q, %v", call.Operation, call.Username, event.Request.UserAttributes["email"], err)
		}
		users[call.Username]++
		for _, r := range in.Table {
			if asked++; !strings.Contains(string(r.Request), event.UserName) {
				t.Errorf("%s of %s asked for %s", in.Source, event.UserName, r.Request)
			}
		}
	}
	for user, n := range users {
		if n != 4 || len(users) != 10 || asked < 10*3 {
			t.Errorf("%s: %d triggers; %d users, %d requests to the table", user, n, len(users), asked)
		}
	}
}

// conditions looks for what a page shows of a request: condition and rows, as they were sent.
func (w *observed) conditions(t *testing.T) {
	t.Helper()
	for _, e := range w.Entries("", 0) {
		c, _ := w.Call(e.ID)
		for _, in := range c.Invocations {
			for _, r := range in.Table {
				var sent struct{ ConditionExpression, TableName string }
				if err := json.Unmarshal(r.Request, &sent); err != nil || (r.Operation == "UpdateItem") != (sent.ConditionExpression != "") || r.Start.Before(in.Start.Add(-10*time.Second)) {
					t.Errorf("%s: %+v, %v", in.Source, r, err)
				}
			}
		}
	}
}

// silent fails if the timeline has a password or a signature of the journey.
func (w *observed) silent(t *testing.T, tokens ...string) {
	t.Helper()
	secrets := []string{w.Password, w.SecondPassword, w.MachineKey}
	for _, token := range tokens {
		secrets = append(secrets, token[strings.LastIndex(token, ".")+1:])
	}
	for _, e := range w.Entries("", 0) {
		c, _ := w.Call(e.ID)
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range secrets {
			if secret != "" && strings.Contains(string(text), secret) {
				t.Errorf("%s has a secret: %s", c.Operation, text)
			}
		}
	}
}

// The store's faults reach the functions, and nobody else.
func TestR69_TheStoresFaultsReachTheFunctionsAndNobodyElse(t *testing.T) {
	t.Parallel()
	w := watching(t)
	walk(t.Context(), t, w.Journey, "Ada signs up", "Ada confirms the code from the mail", "an administrator puts Ada into a group",
		"the team's server grants Ada a role in two tenants", "Ada signs in")
	token := refreshToken(t, w.WebClientID, w.AdaEmail, w.Password, w.Cognito)
	w.fired(t)
	for _, step := range []struct{ position, outcome, request string }{
		{"down", "degraded", "BatchGetItem 0  down"},
		{"throttled", "degraded", "BatchGetItem 400 ThrottlingException throttled"},
		{"slow", "degraded", "BatchGetItem 0  slow"},
		{"", "enriched", "BatchGetItem 200"},
	} {
		if err := w.Turn("store", step.position); err != nil {
			t.Fatal(err)
		}
		out, err := w.Cognito.GetTokensFromRefreshToken(t.Context(), &idp.GetTokensFromRefreshTokenInput{ClientId: &w.WebClientID, RefreshToken: &token})
		if err != nil {
			t.Fatalf("%s: %v", step.position, err)
		}
		token = *out.AuthenticationResult.RefreshToken
		fired := w.fired(t)
		if len(fired) != 1 || fired[0].Said.Outcome != step.outcome || !strings.HasPrefix(requests(fired[0]), step.request) {
			t.Errorf("%s: got %+v with %s", step.position, fired[0].Said, requests(fired[0]))
		}
		if row, err := w.Row(t.Context(), w.Subs()["Ada"], "AUTHZ"); err != nil || row["authzRoles"] == nil {
			t.Errorf("%s: another program reads %v, %v", step.position, row, err)
		}
	}
}

// What comes twice or is replayed changes no row but for the times of what was seen last: an
// event has none of its own, so a replayed one is of now.
func TestR69_WhatComesTwiceOrIsReplayedConverges(t *testing.T) {
	t.Parallel()
	w := watching(t)
	walk(t.Context(), t, w.Journey, "Ada signs up")
	if err := w.Turn("delivery", "twice"); err != nil {
		t.Fatal(err)
	}
	walk(t.Context(), t, w.Journey, "Ada confirms the code from the mail", "an administrator puts Ada into a group", "the team's server grants Ada a role in two tenants", "Ada signs in")
	rows := func() string {
		sign, err := w.Row(t.Context(), w.Subs()["Ada"], "SIGNIN")
		if err != nil || fmt.Sprint(sign["signInCount"]) != "1" {
			t.Errorf("SIGNIN: %v, %v", sign, err)
		}
		profile, err := w.Row(t.Context(), w.Subs()["Ada"], "PROFILE")
		if err != nil {
			t.Fatal(err)
		}
		delete(sign, "lastSignInAt")
		delete(profile, "attrsAt")
		delete(profile, "rev")
		return fmt.Sprint(profile, sign)
	}
	before, twice := rows(), 0
	for _, in := range w.fired(t) {
		if in.Fault != "" {
			twice++
		}
		now, err := w.Replay(t.Context(), in.ID)
		if err != nil || now.ReplayOf != in.ID || now.Said == nil {
			t.Errorf("%s: %+v, %v", in.Source, now, err)
		}
	}
	if after := rows(); after != before || twice < 6 {
		t.Errorf("%d invocations were repeated; replays changed\n%s to\n%s", twice, before, after)
	}
}
