package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/spec"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// slots are the places of an event that can contain a user's data, each with a way to put
// a canary there.
func slots() []func(event map[string]any, canary string) {
	var all []func(map[string]any, string)
	member := func(object, name string) func(map[string]any, string) {
		return func(event map[string]any, canary string) {
			request := event["request"].(map[string]any)
			inner, _ := request[object].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
			}
			inner[name] = canary
			request[object] = inner
		}
	}
	for _, name := range []string{
		"sub", "email", "email_verified", "name", "locale", "phone_number", "given_name", "family_name", "address", "birthdate",
		"gender", "picture", "website", "zoneinfo", "profile", "nickname", "preferred_username", "identities", "custom:plan",
		"cognito:user_status", "cognito:email_alias",
	} {
		all = append(all, member("userAttributes", name))
	}
	for _, object := range []string{"clientMetadata", "validationData", "groupConfiguration", "futureObject"} {
		all = append(all, member(object, "a"), member(object, "tenant"), func(event map[string]any, canary string) {
			member(object, canary)(event, "value")
		})
	}
	for _, name := range []string{"userName", "triggerSource", "version", "region", "userPoolId", "future"} {
		all = append(all, func(event map[string]any, canary string) { event[name] = canary })
	}
	return append(all,
		func(event map[string]any, canary string) {
			event["callerContext"] = map[string]any{"clientId": canary, "awsSdkVersion": canary}
		},
		func(event map[string]any, canary string) { event["response"] = map[string]any{canary: canary} },
		func(event map[string]any, canary string) { event[canary] = canary },
	)
}

// Whatever a caller sends, with the store up and down, no function prints it: every line
// is JSON with a request id, at most 8 KB, and without it.
func TestR20_NothingThatACallerWroteIsPrinted(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	lines, runs := 0, 0
	check := func(i lambdahost.Invocation) {
		if bytes.Contains(i.Event, []byte(`"ResponseURL"`)) {
			return // the stack's custom resource: no caller reaches it
		}
		mu.Lock()
		defer mu.Unlock()
		runs++
		for _, line := range i.LogLines {
			lines++
			var entry struct{ RequestID, Outcome, Function string }
			if err := json.Unmarshal([]byte(line), &entry); err != nil || len(line) > 8<<10 || entry.RequestID != i.RequestID || entry.Outcome == "" {
				t.Errorf("%v: %s", err, line)
			}
			if strings.Contains(strings.ToLower(line), "canary") {
				t.Errorf("personal data: %s", line)
			}
		}
	}
	opts := local(t)
	opts.OnInvocation = check
	cloud, _ := running(t, opts)
	canaries(t, cloud)
	if err := cloud.StopStore(); err != nil {
		t.Fatal(err)
	}
	canaries(t, cloud)
	if err := cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if runs < 300 || lines != runs {
		t.Errorf("%d runs, %d lines: want at least 300, and one line each", runs, lines)
	}
}

// canaries puts a canary into every slot, for every function, with one of its sources.
func canaries(t *testing.T, cloud *localcloud.Cloud) {
	t.Helper()
	var all sync.WaitGroup
	defer all.Wait()
	for _, row := range triggers.All() {
		var common struct{ TriggerSource string }
		text, err := spec.Event("../../..", row.Room, row.Common)
		if err != nil || json.Unmarshal(text, &common) != nil {
			t.Fatal(err)
		}
		all.Go(func() { fill(t, cloud, cloud.Stack.Pool.Triggers[row.Name].FunctionARN, common.TriggerSource) })
	}
}

// fill puts a canary into each slot of an event, one after the other.
func fill(t *testing.T, cloud *localcloud.Cloud, function, source string) {
	for i, put := range slots() {
		event := map[string]any{
			"version": "1", "triggerSource": source, "region": "us-east-1", "userPoolId": cloud.Stack.Pool.ID, "userName": "u",
			"callerContext": map[string]any{"clientId": "c"},
			"request":       map[string]any{"userAttributes": map[string]any{"sub": fmt.Sprint("s", i), "email": "a@b.example", "name": "A"}},
			"response":      map[string]any{},
		}
		put(event, fmt.Sprintf("Canary%d@canary.example\r\n\x1b[31m{\"level\":\"ERROR\"}", i))
		doc, err := json.Marshal(event)
		if err != nil {
			t.Error(err)
			return
		}
		// Other tests check the answer; an error is a refusal here.
		_, _ = cloud.Functions.Invoke(t.Context(), function, doc)
	}
}
