package tripwire_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/attach/attachtest"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
	"github.com/cognito-triggers/cognito-triggers/internal/tripwire"
)

const (
	pool    = "eu-west-1_One"
	poolARN = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + pool
	alias   = "arn:aws:lambda:eu-west-1:111122223333:function:"
)

type object = map[string]any

// account is AWS: a pool, the functions behind it and CloudTrail's history.
type account struct {
	*attachtest.World
	asked   []string
	history []string // CloudTrailEvent, the newest first
	// answers take the place of the sound ones, by operation; an error is one of AWS.
	answers map[string]any
	// onLookup, if set, is called when the history is asked.
	onLookup func()
}

// attached is an account whose pool calls the suite, as package attach made it.
func attached(t *testing.T) *account {
	t.Helper()
	a := &account{World: attachtest.New(pool, object{"CustomMessage": alias + "theirs"}), answers: map[string]any{}}
	a.Pool["Arn"] = poolARN
	if _, err := a.Attacher("deployment").Attach(t.Context(), a.watch().Want(), pooledit.Options{}); err != nil {
		t.Fatal(err)
	}
	a.Calls = nil
	return a
}

func (a *account) watch() tripwire.Watch {
	w := tripwire.Watch{PoolARN: poolARN, Port: a, Clock: a, Subject: doctor.Subject{Pool: pool, TokenVersion: "V3_0"}}
	for _, name := range []string{"PreSignUp", "PreTokenGeneration"} {
		w.Subject.Triggers = append(w.Subject.Triggers, doctor.Trigger{Name: name, Function: strings.ToLower(name), Alias: "live", Version: "7"})
	}
	attacher := a.Attacher("tripwire")
	w.Attacher = &attacher
	return w
}

// run runs a watch and fails with its error.
func (a *account) run(t *testing.T, event tripwire.Change) tripwire.Report {
	t.Helper()
	r, err := a.watch().Run(t.Context(), event)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// remove takes a hook out, as somebody else's UpdateUserPool does.
func (a *account) remove(names ...string) {
	for _, name := range names {
		delete(a.Hooks(), name)
	}
}

// Ask is doctor.Port.
func (a *account) Ask(ctx context.Context, service, operation string, input any) (json.RawMessage, error) {
	text, _ := json.Marshal(input)
	a.asked = append(a.asked, operation+" "+string(text))
	if operation == "LookupEvents" && a.onLookup != nil {
		a.onLookup()
	}
	if service == "" {
		return nil, fmt.Errorf("%s names no service", operation)
	}
	if answer, given := a.answers[operation]; given {
		if err, is := answer.(error); is {
			return nil, err
		}
		return json.Marshal(answer)
	}
	switch operation {
	case "DescribeUserPool":
		described, err := a.Describe(ctx)
		return json.RawMessage(`{"UserPool":` + string(described) + `}`), err
	case "GetFunctionConfiguration":
		return json.RawMessage(`{"State":"Active"}`), nil
	case "GetPolicy":
		policy := object{"Statement": []any{object{
			"Effect": "Allow", "Principal": object{"Service": "cognito-idp.amazonaws.com"}, "Action": "lambda:InvokeFunction",
			"Condition": object{"ArnLike": object{"AWS:SourceArn": poolARN}, "StringEquals": object{"AWS:SourceAccount": "111122223333"}},
		}}}
		raw, _ := json.Marshal(policy)
		return json.Marshal(object{"Policy": string(raw)})
	case "GetAlias":
		return json.RawMessage(`{"FunctionVersion":"7"}`), nil
	case "GetFunctionConcurrency":
		return json.RawMessage(`{}`), nil
	case "DescribeTrails":
		return json.RawMessage(`{"trailList":[{"TrailARN":"arn:trail"}]}`), nil
	case "GetTrailStatus":
		return json.RawMessage(`{"IsLogging":true}`), nil
	case "GetEventSelectors":
		return json.RawMessage(`{"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true}]}`), nil
	case "LookupEvents":
		return a.lookup(string(text))
	}
	return nil, fmt.Errorf("%s %s is not expected", service, operation)
}

func (a *account) lookup(input string) (json.RawMessage, error) {
	events := []any{}
	for _, e := range a.history {
		var named struct{ EventName string }
		if json.Unmarshal([]byte(e), &named) != nil || strings.Contains(input, `"AttributeValue":"`+named.EventName+`"`) {
			events = append(events, object{"CloudTrailEvent": e})
		}
	}
	return json.Marshal(object{"Events": events})
}

// texts returns the findings' texts.
func texts(found []tripwire.Finding) string {
	var all []string
	for _, f := range found {
		all = append(all, fmt.Sprint(f.Check, ": ", f.Text))
	}
	return strings.Join(all, "; ")
}
