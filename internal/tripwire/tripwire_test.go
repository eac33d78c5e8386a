package tripwire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/attachtest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/tripwire"
)

// recorded returns an event of testdata as the change that it is. They are written after the
// records that AWS's guides show (CloudTrail user guide, "CloudTrail record contents"; Lambda
// developer guide, "Logging AWS Lambda API calls"), with invented ids.
func recorded(t *testing.T, name string) tripwire.Change {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return reader.Read(text)
}

// reader watches the pool and the function of the recorded events.
var reader = tripwire.Watch{Subject: doctor.Subject{Pool: pool, Triggers: []doctor.Trigger{{Function: "Suite-PreSignUp-1A2B3C4D5E6F"}}}}

// Who called last did not do it, if the call cannot: a client's change does not empty a hook, and
// a function with a longer name is another one.
func TestR85_ACallThatCannotHaveDoneItIsNotBlamed(t *testing.T) {
	for event, blamed := range map[string]string{
		`{"eventName":"UpdateUserPoolClient","requestParameters":{"userPoolId":"` + pool + `"},`:                               "arn:bob",
		`{"eventName":"UpdateAlias20150331","requestParameters":{"functionName":"presignup"},`:                                 "arn:bob",
		`{"eventName":"UpdateUserPool","requestParameters":{"userPoolId":"` + pool + `2"},`:                                    "arn:bob",
		`{"eventName":"UpdateUserPool","requestParameters":{"userPoolId":"` + pool + `"},`:                                     "arn:alice",
		`{"eventName":"UpdateUserPool20300101","requestParameters":{"userPoolId":"` + pool + `","functionName":"presignup2"},`: "arn:alice",
	} {
		a := attached(t)
		a.remove("PreSignUp")
		a.history = []string{`{"eventName":"UpdateUserPool","eventTime":"2026-11-30T09:00:00Z","userIdentity":{"arn":"arn:bob"},"requestParameters":{"userPoolId":"` + pool + `"}}`}
		w := a.watch()
		r, err := w.Run(t.Context(), w.Read([]byte(`{"detail":`+event+`"userIdentity":{"arn":"arn:alice"}}}`)))
		if err != nil || r.By.Principal != blamed {
			t.Errorf("%s: %+v, error %v", event, r.By, err)
		}
	}
	if got := reader.Read([]byte(`{"detail":{"eventName":"DeleteFunction20150331","userIdentity":{"arn":"x"},"requestParameters":{"functionName":"Suite-PreSignUp-1A2B3C4D5E6F-2"}}}`)); got != (tripwire.Change{}) {
		t.Errorf("of another function: %+v", got)
	}
}

func TestR85_ASoundPoolIsFoundSoundAndLeftAlone(t *testing.T) {
	a := attached(t)
	r := a.run(t, tripwire.Change{})
	if len(r.Wrong)+len(r.Moved)+len(r.Notes)+len(r.Unasked)+len(r.Healed) > 0 || r.Unhealed != "" || slices.Contains(a.Calls, "update") || len(a.Record.Heals) > 0 {
		t.Errorf("%+v", r)
	}
	for _, asked := range a.asked {
		if strings.HasPrefix(asked, "LookupEvents") {
			t.Error("it asks who, and nothing happened")
		}
	}
}

// The run that receives the event finds the hook gone, names who took it and puts it back; the
// pool is then as it was, and the next run finds it sound.
func TestR85_ARemovedHookIsFoundNamedAndHealedInTheRunOfItsEvent(t *testing.T) {
	for _, hooks := range [][]string{{"PreSignUp"}, {"PreTokenGenerationConfig"}, {"PreSignUp", "PreTokenGenerationConfig"}} {
		a := attached(t)
		whole := maps.Clone(a.Hooks())
		a.remove(hooks...)
		r := a.run(t, recorded(t, "UpdateUserPool"))
		if len(r.Wrong) != len(hooks) || len(r.Healed) != len(hooks) || r.Unhealed != "" || !maps.EqualFunc(a.Hooks(), whole, same) {
			t.Errorf("%v: %+v, %v", hooks, r, a.Hooks())
		}
		if r.By.Principal != "arn:aws:sts::111122223333:assumed-role/Platform/terraform" || r.By.EventID != "5d2c6a3e-0b7c-4f5e-9f0a-1c2d3e4f5a6b" || !strings.Contains(r.By.Agent, "Terraform") {
			t.Errorf("it was %+v", r.By)
		}
		if r = a.run(t, tripwire.Change{}); len(r.Wrong) > 0 || len(a.Record.Heals) != 1 {
			t.Errorf("afterwards: %+v, heals %v", r, a.Record.Heals)
		}
	}
}

func same(a, b any) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// forAnyPool is a policy whose permission names no pool.
var forAnyPool = object{"Policy": `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"lambda:InvokeFunction"}]}`}

// Each event of Lambda's and Cognito's is alarmed by what it broke, with the name of who did it.
func TestR85_EachRecordedEventIsAlarmedByName(t *testing.T) {
	gone := attachtest.Coded("ResourceNotFoundException")
	for name, c := range map[string]struct {
		does  func(*account)
		wrong string
	}{
		"DeleteUserPool":                 {func(a *account) { a.Gone = true }, "1: there is no user pool eu-west-1_One"},
		"UpdateUserPool":                 {func(a *account) { a.Hooks()["PreSignUp"] = alias + "other" }, "1: PreSignUp calls " + alias + "other, which is not of this suite"},
		"DeleteFunction20150331":         {func(a *account) { a.answers["GetFunctionConfiguration"] = gone }, "2: PreSignUp: there is no presignup"},
		"DeleteAlias20150331":            {func(a *account) { a.answers["GetFunctionConfiguration"] = gone }, "2: PreSignUp: there is no presignup"},
		"AddPermission20150331v2":        {func(a *account) { a.answers["GetPolicy"] = forAnyPool }, "3: PreSignUp: presignup may be called for any pool"},
		"RemovePermission20150331v2":     {func(a *account) { a.answers["GetPolicy"] = gone }, "3: PreSignUp: Cognito may not call presignup:live"},
		"PutFunctionConcurrency20171031": {func(a *account) { a.answers["GetFunctionConcurrency"] = object{"ReservedConcurrentExecutions": 0} }, "8: presignup is stopped"},
		"UpdateAlias20150331":            {func(a *account) { a.answers["GetAlias"] = object{"FunctionVersion": "3"} }, "6: PreSignUp: the alias live points to version 3"},
	} {
		a := attached(t)
		c.does(a)
		r := a.run(t, recorded(t, name))
		if got := texts(slices.Concat(r.Wrong, r.Moved)); !strings.HasPrefix(got, c.wrong) {
			t.Errorf("%s: %s, want %s", name, got, c.wrong)
		}
		if r.By.Event != name || !strings.HasPrefix(r.By.Principal, "arn:aws:") || r.By.At.IsZero() || len(r.Unasked) > 0 {
			t.Errorf("%s: by %+v, not asked %v", name, r.By, r.Unasked)
		}
		if slices.Contains(a.Calls, "update") || len(r.Healed) > 0 || len(a.Record.Heals) > 0 {
			t.Errorf("%s: it changed the pool", name)
		}
	}
}

// Without an event, CloudTrail's history says who: the newest call that succeeded and was about
// this pool or these functions.
func TestR85_WithoutAnEventTheHistorySaysWho(t *testing.T) {
	event := func(name, who, parameters, more string) string {
		return `{"eventName":"` + name + `","eventTime":"2026-11-30T09:00:00Z","userIdentity":{"arn":"` + who + `"},"requestParameters":` + parameters + more + `}`
	}
	newer := `,"eventTime":"2026-11-30T10:00:00Z"`
	a := attached(t)
	a.remove("PreSignUp")
	a.answers["GetPolicy"] = attachtest.Coded("ResourceNotFoundException")
	a.history = []string{
		"nonsense",
		event("UpdateUserPool", "refused", `{"userPoolId":"`+pool+`"}`, `,"errorCode":"AccessDenied"`),
		event("UpdateUserPool", "another pool", `{"userPoolId":"eu-west-1_Two"}`, ""),
		event("UpdateUserPool", "arn:she", `{"userPoolId":"`+pool+`"}`, ""),
		event("UpdateUserPool", "older", `{"userPoolId":"`+pool+`"}`, ""),
		event("RemovePermission20150331v2", "another function", `{"functionName":"presignup2"}`, newer),
		event("RemovePermission20150331v2", "arn:he", `{"functionName":"`+alias+`presignup:live"}`, newer),
	}
	w := a.watch()
	w.Attacher = nil
	run := func() tripwire.Report { r, _ := w.Run(t.Context(), tripwire.Change{}); return r }
	for _, want := range []string{"arn:he", "arn:she", tripwire.Unknown} {
		if r := run(); r.By.Who() != want {
			t.Errorf("it was %+v, want %s", r.By, want)
		}
		switch want {
		case "arn:he":
			a.history = slices.DeleteFunc(a.history, func(e string) bool { return strings.Contains(e, "Remove") })
		case "arn:she":
			a.answers["LookupEvents"] = attachtest.Coded("AccessDeniedException")
		}
	}
	begin := a.Time
	run()
	if waited := a.Time.Sub(begin); waited < 500*time.Millisecond {
		t.Errorf("two look-ups within %v: two a second are allowed", waited)
	}
}

func TestR85_AServiceThatCallsIsNamedToo(t *testing.T) {
	got := reader.Read([]byte(`{"detail":{"eventName":"UpdateUserPool","requestParameters":{"userPoolId":"` + pool + `"},"userIdentity":{"type":"AWSService","invokedBy":"cloudformation.amazonaws.com"},"userAgent":"` + strings.Repeat("é", 400) + `"}}`))
	if got.Principal != "cloudformation.amazonaws.com" || got.Agent != strings.Repeat("é", 128) {
		t.Errorf("%+v", got)
	}
}

// What is no event of CloudTrail's names nobody, and the run makes every check all the same.
func TestR85_AnEventThatCannotBeReadDoesNoHarm(t *testing.T) {
	for _, event := range []string{
		``, `null`, `7`, `[]`, `{`, `{"detail":7}`, `{"detail":{"eventName":7}}`, `{"detail":{"userIdentity":[]}}`, `{"detail":{"eventName":"X","eventTime":"yesterday"}}`,
		`{"detail-type":"Scheduled Event","detail":{}}`, `{"detail":{"eventName":"UpdateUserPool","errorCode":"AccessDenied","userIdentity":{"arn":"x"},"requestParameters":{"userPoolId":"` + pool + `"}}}`,
	} {
		change := reader.Read([]byte(event))
		a := attached(t)
		a.remove("PreSignUp")
		if r := a.run(t, change); change != (tripwire.Change{}) || len(r.Wrong) != 1 || len(r.Healed) != 1 {
			t.Errorf("%s: %+v, %+v", event, change, r)
		}
	}
	form.Check(t, 100, 1000, 10_000, func(t *rapid.T) {
		text, _ := json.Marshal(rapid.MapOf(rapid.SampledFrom([]string{"detail", "eventName", "userIdentity"}), rapid.OneOf(rapid.String().AsAny(), rapid.Int().AsAny())).Draw(t, "event"))
		reader.Read(text)
	})
}

// What cannot be asked is not sound: the run says so and counts nothing. Of a pool that is gone,
// that is known.
func TestR85_WhatCannotBeAskedIsNotSound(t *testing.T) {
	for operation, critical := range map[string]bool{
		"DescribeUserPool": true, "GetPolicy": true, "GetFunctionConfiguration": true, "GetFunctionConcurrency": true, "GetAlias": false, "DescribeTrails": false,
	} {
		a := attached(t)
		a.answers[operation] = attachtest.Coded("AccessDeniedException")
		if r := a.run(t, tripwire.Change{}); (len(r.Unasked) > 0) != critical || len(r.Wrong) > 0 {
			t.Errorf("%s: %+v", operation, r)
		}
	}
	a := attached(t)
	a.Gone = true
	if r := a.run(t, tripwire.Change{}); len(r.Wrong) != 1 || r.Wrong[0].Subject != "user pool" || len(r.Unasked) > 0 {
		t.Errorf("without the pool: %+v", r)
	}
	a = attached(t)
	a.answers["DescribeTrails"] = object{"trailList": []any{}}
	if r := a.run(t, tripwire.Change{}); len(r.Notes) != 1 || len(r.Wrong)+len(r.Moved) > 0 {
		t.Errorf("without a trail: %+v", r)
	}
}

func TestARunEndsWithItsContext(t *testing.T) {
	a := attached(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.watch().Run(ctx, tripwire.Change{}); err == nil {
		t.Error("it goes on")
	}
}

// Only a place that is empty and recorded as the suite's is filled, while nobody attaches.
func TestR85_WhatIsNotHealed(t *testing.T) {
	for want, prepare := range map[string]func(*account){
		"PreSignUp is not recorded as the suite's": func(a *account) { delete(a.Record.Places, "PreSignUp") },
		"PreSignUp is not recorded as":             func(a *account) { a.Record = attach.Record{} },
		"an attach is under way":                   func(a *account) { a.Record.State = attach.Sent },
		"PreTokenGenerationConfig is not empty": func(a *account) {
			a.Hooks()["PreTokenGenerationConfig"] = object{"LambdaArn": alias + "pretokengeneration:live", "LambdaVersion": "V2_0"}
		},
		"somebody else's function is there": func(a *account) {
			a.Hooks()["PreTokenGenerationConfig"] = object{"LambdaArn": "theirs", "LambdaVersion": "V2_0"}
		},
		"PostConfirmation is recorded as": func(a *account) {
			a.Record.Places["PostConfirmation"] = attach.Place{Ours: []json.RawMessage{json.RawMessage(`"x"`)}}
		},
		"reading the record: AccessDenied": func(a *account) { a.Before = failing("load") },
		"noting the heal: AccessDenied":    func(a *account) { a.Before = failing("save") },
		"updating the pool: AccessDenied":  func(a *account) { a.Before = failing("update") },
		"this release does not know":       func(a *account) { a.Pool["Novel"] = true },
	} {
		a := attached(t)
		a.remove("PreSignUp")
		prepare(a)
		r := a.run(t, tripwire.Change{})
		if !strings.Contains(r.Unhealed, want) || len(r.Healed) > 0 || a.Hooks()["PreSignUp"] != nil {
			t.Errorf("%s: %+v", want, r)
		}
	}
	a := attached(t)
	a.remove("PreSignUp")
	w := a.watch()
	w.Attacher = nil
	if r, err := w.Run(t.Context(), tripwire.Change{}); err != nil || r.Unhealed != "" || len(r.Wrong) != 1 || len(a.Record.Heals) > 0 {
		t.Errorf("without heal: %+v, %v", r, err)
	}
}

func failing(call string) func(string) error {
	return func(is string) error {
		if is == call {
			return attachtest.Coded("AccessDeniedException")
		}
		return nil
	}
}

// A stage that took a part of the triggers heals that part.
func TestR85_ATriggerThatWasGivenBackIsNotTakenAgain(t *testing.T) {
	a := attached(t)
	place := a.Record.Places["PreSignUp"]
	place.Free = true
	a.Record.Places["PreSignUp"] = place
	a.remove("PreSignUp", "PreTokenGenerationConfig")
	if r := a.run(t, tripwire.Change{}); !strings.HasPrefix(r.Unhealed, "PreSignUp is not recorded") || len(a.Hooks()) != 1 {
		t.Errorf("%+v, %v", r, a.Hooks())
	}
}

// A pipeline that takes the hook out each time is left to win: once an hour, three times a day.
func TestR85_TheFourthHealOfADayIsRefused(t *testing.T) {
	a := attached(t)
	begin := a.Time
	heal := func(after time.Duration) tripwire.Report {
		a.remove("PreSignUp")
		a.Time = begin.Add(after)
		return a.run(t, recorded(t, "UpdateUserPool"))
	}
	for _, c := range []struct {
		after time.Duration
		want  string
	}{
		{0, ""},
		{59 * time.Minute, "healed at 12:00:00, and once an hour"},
		{60 * time.Minute, ""},
		{2*time.Hour + 2*time.Minute, ""},
		{5 * time.Hour, "healed 3 times in a day"},
		{23 * time.Hour, "pool.mode: owner"},
		{24 * time.Hour, ""},
	} {
		r := heal(c.after)
		if (c.want == "") != (len(r.Healed) == 1) || !strings.Contains(r.Unhealed, c.want) || len(r.Wrong) != 1 || r.By.Principal == "" {
			t.Errorf("after %v: %+v, want %q", c.after, r, c.want)
		}
	}
	if len(a.Record.Heals) != 3 {
		t.Errorf("the record has %v", a.Record.Heals)
	}
	a.Record.Heals = []time.Time{a.Time.Add(time.Minute)} // by a clock that is ahead
	if r := heal(30 * time.Hour); len(r.Healed) == 0 {
		t.Errorf("a heal of the past day stops it: %+v", r)
	}
}

// Of two runs at once, whichever comes first and wherever the other one is, one heals.
func TestR85_TwoRunsAtOnceHealOnce(t *testing.T) {
	for call := range 20 {
		a := attached(t)
		whole := maps.Clone(a.Hooks())
		a.remove("PreSignUp")
		var other *tripwire.Report
		count := 0
		a.Before = func(string) error {
			if count++; count == call && other == nil {
				other = &tripwire.Report{}
				*other = a.run(t, tripwire.Change{})
			}
			return nil
		}
		first := a.run(t, tripwire.Change{})
		if other == nil {
			return // after the last call
		}
		healed := len(first.Healed) + len(other.Healed)
		if !maps.EqualFunc(a.Hooks(), whole, same) || len(a.Record.Heals) != 1 || healed < 1 {
			t.Errorf("at call %d: %+v and %+v, heals %v, hooks %v", call, first, *other, a.Record.Heals, a.Hooks())
		}
	}
}

// The history is asked for each call that can have done what was found, by its name in CloudTrail.
func TestR85_TheHistoryIsAskedForTheCallsThatCanHaveDoneIt(t *testing.T) {
	gone := attachtest.Coded("ResourceNotFoundException")
	for want, does := range map[string]func(*account){
		"":               func(*account) {},
		"DeleteUserPool": func(a *account) { a.Gone = true },
		"UpdateUserPool": func(a *account) { a.remove("PreSignUp", "PreTokenGenerationConfig") },
		"DeleteAlias20150331 DeleteFunction20150331":         func(a *account) { a.answers["GetFunctionConfiguration"] = gone },
		"RemovePermission20150331v2":                         func(a *account) { a.answers["GetPolicy"] = gone },
		"AddPermission20150331v2 RemovePermission20150331v2": func(a *account) { a.answers["GetPolicy"] = forAnyPool },
		"UpdateAlias20150331":                                func(a *account) { a.answers["GetAlias"] = object{"FunctionVersion": "3"} },
		"PutFunctionConcurrency20171031":                     func(a *account) { a.answers["GetFunctionConcurrency"] = object{"ReservedConcurrentExecutions": 0} },
		"UpdateAlias20150331 UpdateUserPool":                 func(a *account) { a.answers["GetAlias"] = object{"FunctionVersion": "3"}; a.remove("PreSignUp") },
	} {
		a := attached(t)
		does(a)
		w, begin := a.watch(), a.Time
		w.Attacher = nil
		if _, err := w.Run(t.Context(), tripwire.Change{}); err != nil {
			t.Fatal(err)
		}
		var asked []string
		for _, each := range a.asked {
			if input, is := strings.CutPrefix(each, "LookupEvents "); is {
				var in struct {
					LookupAttributes []struct{ AttributeKey, AttributeValue string }
					MaxResults       int
				}
				if err := json.Unmarshal([]byte(input), &in); err != nil || len(in.LookupAttributes) != 1 || in.LookupAttributes[0].AttributeKey != "EventName" || in.MaxResults != 50 {
					t.Fatalf("%v: %s", err, input)
				}
				asked = append(asked, in.LookupAttributes[0].AttributeValue)
			}
		}
		if got := strings.Join(asked, " "); got != want || a.Time.Sub(begin) != max(0, time.Duration(len(asked)-1))*500*time.Millisecond {
			t.Errorf("asked for %q, want %q, in %v", got, want, a.Time.Sub(begin))
		}
	}
}

// A context that ends between two questions ends the looking up, and what is known is reported.
func TestTheHistoryEndsWithItsContext(t *testing.T) {
	a := attached(t)
	a.answers["GetAlias"] = object{"FunctionVersion": "3"}
	a.remove("PreSignUp")
	ctx, cancel := context.WithCancel(t.Context())
	a.history = []string{`{"eventName":"UpdateAlias20150331","eventTime":"2026-11-30T09:00:00Z","userIdentity":{"arn":"arn:she"},"requestParameters":{"functionName":"function:presignup"}}`}
	a.onLookup = cancel
	if r, err := a.watch().Run(ctx, tripwire.Change{}); err != nil || r.By.Who() != "arn:she" {
		t.Errorf("%+v, %v", r, err)
	}
	if n := len(slices.DeleteFunc(slices.Clone(a.asked), func(q string) bool { return !strings.HasPrefix(q, "LookupEvents") })); n != 1 {
		t.Errorf("it asks %d times", n)
	}
}

// The line has the counts also at 0, and what is not there is left out.
func TestR85_TheLineSaysWhatWhoAndWhatWasDone(t *testing.T) {
	found := func(check int, text string) tripwire.Finding {
		return tripwire.Finding{Check: check, Finding: doctor.Finding{Subject: "PreSignUp", Text: text}}
	}
	by := tripwire.Change{Principal: "arn:she", Agent: "Terraform", Event: "UpdateUserPool", EventID: "id", At: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)}
	const change = `"change":{"principal":"arn:she","agent":"Terraform","event":"UpdateUserPool","eventId":"id","at":"2026-11-30T09:00:00Z"}`
	finding := func(check, text string) string {
		return `{"check":` + check + `,"subject":"PreSignUp","found":"","text":"` + text + `"}`
	}
	for want, r := range map[string]tripwire.Report{
		`{"outcome":"sound","AliasMoved":0,"HooksWrong":0}`:                                                {},
		`{"outcome":"sound","AliasMoved":0,"HooksWrong":0,"who":"arn:she",` + change + `}`:                 {By: by},
		`{"outcome":"sound","AliasMoved":0,"HooksWrong":0,"findings":[` + finding("35", "no trail") + `]}`: {Notes: []tripwire.Finding{found(35, "no trail")}},
		`{"outcome":"not known: a; b","AliasMoved":0,"unasked":["a","b"]}`:                                 {Unasked: []string{"a", "b"}},
		`{"outcome":"not known: a","AliasMoved":0,"unasked":["a"]}`:                                        {Unasked: []string{"a"}},
		`{"outcome":"w (last changed by unknown); healed X","AliasMoved":0,"HooksWrong":1,"who":"unknown","change":{},"findings":[` + finding("1", "w") + `],"healed":["X"]}`: {
			Wrong: []tripwire.Finding{found(1, "w")}, Healed: []string{"X"},
		},
		`{"outcome":"m (last changed by unknown)","AliasMoved":1,"HooksWrong":0,"who":"unknown","change":{},"findings":[` + finding("6", "m") + `]}`: {Moved: []tripwire.Finding{found(6, "m")}},
		`{"outcome":"w; m (last changed by arn:she); healed PreSignUp, X; not healed: y","AliasMoved":1,"HooksWrong":1,"who":"arn:she",` + change +
			`,"findings":[` + finding("1", "w") + `,` + finding("6", "m") + `],"healed":["PreSignUp","X"],"unhealed":"y","unasked":["a"]}`: {
			Wrong: []tripwire.Finding{found(1, "w")}, Moved: []tripwire.Finding{found(6, "m")}, By: by, Healed: []string{"PreSignUp", "X"}, Unhealed: "y", Unasked: []string{"a"},
		},
	} {
		var out bytes.Buffer
		slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == slog.LevelKey || a.Key == slog.MessageKey {
				return slog.Attr{}
			}
			return a
		}})).LogAttrs(t.Context(), slog.LevelInfo, "", r.Attrs()...)
		if got := strings.TrimSpace(out.String()); got != want {
			t.Errorf("the line is\n%s\nnot\n%s", got, want)
		}
	}
}
