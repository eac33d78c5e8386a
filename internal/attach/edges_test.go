package attach_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/attachtest"
	"github.com/cognito-triggers/cognito-triggers/internal/doctor"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

// fails makes one call fail, always.
func (w *world) fails(call string, err error) {
	w.Before = func(called string) error {
		if called == call {
			return err
		}
		return nil
	}
}

// count returns how often a call was made.
func (w *world) count(call string) int {
	n := 0
	for _, called := range w.Calls {
		if called == call {
			n++
		}
	}
	return n
}

func TestR83_APreviewChangesNothing(t *testing.T) {
	w := newWorld()
	p, err := w.Attacher("test").Preview(t.Context(), wanted(), pooledit.Options{})
	if err != nil || len(p.Plan.Changes) != 2 || attach.Moved(p.Described, must(json.Marshal(w.Pool))) != nil || string(p.MFA) != w.Second || p.Record.Rev != 0 || !slices.Equal(w.Calls, []string{"load", "describe", "mfa"}) {
		t.Errorf("%v, %+v, %v", err, p, w.Calls)
	}
	_, _ = w.attach(t, wanted())
	if p, err := w.Attacher("test").Preview(t.Context(), wanted(), pooledit.Options{}); err != nil || p.Record.State != attach.Verified || len(p.Plan.Changes) != 0 {
		t.Errorf("%v, %+v", err, p)
	}
	a := w.Attacher("test")
	a.Check = func(ctx, raw) ([]string, error) { return []string{"x"}, errors.New("no") }
	if p, err := a.Preview(t.Context(), wanted(), pooledit.Options{}); !errors.As(err, &attach.Refused{}) || err.Error() != "no" || !slices.Equal(p.Unasked, []string{"x"}) || p.Described == nil {
		t.Errorf("%v, %+v", err, p)
	}
	for call, want := range map[string]string{"load": "reading the record: E", "describe": "describing the pool: E", "mfa": "reading the pool's second factors: E"} {
		w.fails(call, coded("E"))
		if p, err := w.Attacher("test").Preview(t.Context(), wanted(), pooledit.Options{}); err == nil || err.Error() != want || call != "load" && p.Record.Rev == 0 {
			t.Errorf("%s: %v, %+v", call, err, p)
		}
	}
}

func must(raw []byte, err error) raw {
	if err != nil {
		panic(err)
	}
	return raw
}

func TestR83_WhetherThePoolCallsTheSuite(t *testing.T) {
	w := newWorld()
	ours := []string{arn + "a:live"}
	for _, c := range []struct {
		prepare func()
		calls   bool
		err     string
	}{
		{func() {}, false, ""},
		{func() { _, _ = w.attach(t, wanted()) }, true, ""},
		{func() { w.Hooks()["PreSignUp"] = arn + "a:live2" }, false, ""},
		{func() { w.Hooks()["PreSignUp"] = "x" + arn + "a:live" }, false, ""},
		{func() { w.fails("describe", coded("AccessDenied")) }, false, "describing the pool: AccessDenied"},
		{func() { w.Before, w.Gone = nil, true }, false, ""},
	} {
		c.prepare()
		if calls, err := w.Attacher("test").Calls(t.Context(), ours); calls != c.calls || fmt.Sprint(err) != c.err && (err != nil || c.err != "") {
			t.Errorf("calls %t, %v; want %t, %s", calls, err, c.calls, c.err)
		}
	}
}

func TestR83_TheLastAnswersAreRemembered(t *testing.T) {
	w := newWorld()
	for i := range 10 {
		var failure error
		if i%2 == 1 {
			failure = fmt.Errorf("no %d", i)
		}
		if err := w.Attacher("test").Answer(t.Context(), attach.Told(fmt.Sprint(i), failure)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 10 {
		answer, known := w.Record.Answered(fmt.Sprint(i))
		if known != (i >= 2) {
			t.Errorf("%d is known: %t", i, known)
		}
		if want := fmt.Sprintf("no %d", i); known && ((i%2 == 1) != (answer.Err() != nil) || i%2 == 1 && answer.Err().Error() != want || answer.RequestID != fmt.Sprint(i)) {
			t.Errorf("%d: %+v", i, answer)
		}
	}
	for _, call := range []string{"load", "save"} {
		w.fails(call, coded("E"))
		if err := w.Attacher("test").Answer(t.Context(), attach.Answer{}); doctor.Code(err) != "E" {
			t.Errorf("%s: %v", call, err)
		}
	}
}

// An update is sent only after its record is written, and an error says which of them failed
// and whether the pool may have changed.
func TestR83_WhatFailsIsSaid(t *testing.T) {
	for call, c := range map[string]struct {
		err       error
		want      string
		uncertain bool
		updates   int
	}{
		"load":     {coded("Denied"), "reading the record: Denied", false, 0},
		"describe": {coded("Denied"), "describing the pool: Denied", false, 0},
		"mfa":      {coded("Denied"), "reading the pool's second factors: Denied", false, 0},
		"save":     {coded("Denied"), "writing the record: Denied", false, 0},
		"update":   {coded("Denied"), "updating the pool: Denied", false, 1},
	} {
		w := newWorld()
		w.fails(call, c.err)
		if _, err := w.attach(t, wanted()); err == nil || err.Error() != c.want || w.count("update") != c.updates || errors.As(err, &attach.Uncertain{}) != c.uncertain {
			t.Errorf("%s: %v, %v", call, err, w.Calls)
		}
		w.holds(t, call, plain())
	}
}

func TestR83_WhatFailsBeforeTheUpdateEndsTheWork(t *testing.T) {
	w := newWorld()
	w.Before = func(call string) error {
		if call == "describe" && w.count("describe") == 2 {
			return coded("Denied")
		}
		return nil
	}
	if _, err := w.attach(t, wanted()); err == nil || err.Error() != "describing the pool: Denied" || w.count("update") != 0 {
		t.Errorf("%v, %v", err, w.Calls)
	}
	a := newWorld().Attacher("test")
	a.Check = func(ctx, raw) ([]string, error) { return nil, coded("Throttling") } // no error of a call
	w = newWorld()
	a.Pool, a.Records = w, w
	if _, err := a.Attach(t.Context(), wanted(), pooledit.Options{}); !errors.As(err, &attach.Refused{}) || w.count("describe") != 1 {
		t.Errorf("%v, %v", err, w.Calls)
	}
}

func TestR83_WhetherThePoolMayHaveChangedIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		errs []error // of the updates, in turn
		want string
		sure bool
	}{
		"no answer":              {[]error{errors.New("EOF")}, "updating the pool: EOF", false},
		"no answer, then denied": {[]error{errors.New("EOF"), coded("Denied")}, "updating the pool: Denied", false},
		"denied":                 {[]error{coded("Denied")}, "updating the pool: Denied", true},
	} {
		w := newWorld()
		n := 0
		w.Before = func(call string) error {
			if call == "update" {
				n++
				return c.errs[min(n, len(c.errs))-1]
			}
			return nil
		}
		_, err := w.attach(t, wanted())
		if err == nil || err.Error() != c.want || errors.As(err, &attach.Uncertain{}) == c.sure {
			t.Errorf("%s: %v", name, err)
		}
		if w.Record.State != attach.Sent {
			t.Errorf("%s: the record says %s", name, w.Record.State)
		}
	}
}

// After an update, an error of a look that lasts is an error, and what a pool shows otherwise is
// named.
func TestR83_WhatCannotBeVerifiedIsUncertain(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*world)
		err   error
		want  string
	}{
		"a setting": {func(w *world) { w.Pool["DeletionProtection"] = "INACTIVE" }, nil, "the pool took the update, and ten seconds later it is not as that asked for: look at DeletionProtection"},
		"two":       {func(w *world) { w.Pool["DeletionProtection"], w.Second = "INACTIVE", "{}" }, nil, "look at DeletionProtection, MFA"},
		"denied":    {func(*world) {}, coded("Denied"), "describing the pool: Denied"},
		"busy":      {func(*world) {}, coded("Throttling"), "describing the pool: Throttling"},
	} {
		w := newWorld()
		updated := false
		w.After = func(call string) error {
			if call == "update" {
				updated = true
				c.spoil(w)
			}
			return nil
		}
		w.Before = func(call string) error {
			if updated && call == "describe" {
				return c.err
			}
			return nil
		}
		began := w.Time
		result, err := w.attach(t, wanted())
		if waited := w.Time.Sub(began) > 5*time.Second; waited == (name == "denied") {
			t.Errorf("%s: waited %v", name, w.Time.Sub(began))
		}
		if err == nil || !strings.HasSuffix(err.Error(), c.want) || !errors.As(err, &attach.Uncertain{}) || w.Record.State != attach.Sent {
			t.Errorf("%s: %v, %+v", name, err, w.Record)
		}
		if c.err == nil && len(result.Plan.Changes) != 2 {
			t.Errorf("%s: %+v", name, result)
		}
	}
	// The reply is lost, and somebody edits before the next look.
	w := newWorld()
	w.After = func(call string) error {
		if call == "update" {
			w.After = nil
			w.Pool["DeletionProtection"] = "INACTIVE"
			return errors.New("EOF")
		}
		return nil
	}
	if _, err := w.attach(t, wanted()); !errors.As(err, &attach.Unverified{}) || w.count("update") != 1 {
		t.Errorf("%v, %v", err, w.Calls)
	}
}

// sleepy notes how long is waited.
type sleepy struct {
	*world
	slept []time.Duration
	end   error
}

func (s *sleepy) Sleep(c context.Context, d time.Duration) error {
	s.slept = append(s.slept, d)
	return errors.Join(s.end, s.world.Sleep(c, d))
}

func TestR83_PausesDoubleAndTriesEnd(t *testing.T) {
	const ms = time.Millisecond
	run := func(spoil func(*world), end error) (*sleepy, error) {
		w := newWorld()
		spoil(w)
		s := &sleepy{world: w, end: end}
		_, err := attach.Attacher{Pool: w, Records: w, Clock: s}.Attach(t.Context(), wanted(), pooledit.Options{})
		return s, err
	}
	s, err := run(func(w *world) { w.fails("update", errors.New("EOF")) }, nil)
	if want := []time.Duration{200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 6400 * ms, 12800 * ms, 25600 * ms}; err == nil || !slices.Equal(s.slept, want) {
		t.Errorf("%v, slept %v", err, s.slept)
	}
	s, err = run(func(w *world) {
		w.Before = func(call string) error {
			if call == "describe" {
				w.Pool["EmailVerificationMessage"], w.Pool["EmailVerificationSubject"] = fmt.Sprint(len(w.Calls)), fmt.Sprint(len(w.Calls))
			}
			if call == "mfa" {
				w.Second = fmt.Sprint(len(w.Calls))
			}
			return nil
		}
	}, nil)
	if err == nil || err.Error() != "somebody else changed the pool meanwhile: EmailVerificationMessage, EmailVerificationSubject, MFA" || s.count("describe") != 6 || len(s.slept) != 2 {
		t.Errorf("%v, %v, slept %v", err, s.Calls, s.slept)
	}
	s, err = run(func(w *world) { w.fails("save", attach.ErrOther) }, nil)
	if err == nil || err.Error() != "writing the record: somebody else attaches or detaches this pool at the same time" || s.count("save") != 9 {
		t.Errorf("%v, %v", err, s.Calls)
	}
	over := errors.New("over")
	if s, err = run(func(w *world) { w.fails("update", errors.New("EOF")) }, over); !errors.Is(err, over) || len(s.slept) != 1 || !errors.As(err, &attach.Uncertain{}) {
		t.Errorf("%v, slept %v", err, s.slept)
	}
	old := newWorld().Pool
	w := newWorld()
	s = &sleepy{world: w}
	_, err = attach.Attacher{Pool: staleFor{w, &old, func() bool { return w.count("update") > 0 }}, Records: w, Clock: s}.Attach(t.Context(), wanted(), pooledit.Options{})
	if want := []time.Duration{200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms}; !errors.As(err, &attach.Unverified{}) || !slices.Equal(s.slept, want) {
		t.Errorf("%v, slept %v", err, s.slept)
	}
	w, old = newWorld(), newWorld().Pool
	if _, err = (attach.Attacher{Pool: staleFor{w, &old, func() bool { return w.count("update") > 0 }}, Records: w, Clock: &sleepy{world: w, end: over}}).Attach(t.Context(), wanted(), pooledit.Options{}); !errors.Is(err, over) {
		t.Error(err)
	}
}

// Each of these may end well at another try; AWS says so of none else.
func TestR83_WhichRefusalsPass(t *testing.T) {
	passing := []string{
		"ConcurrentModificationException", "InternalErrorException", "InternalFailure", "LimitExceededException", "RequestLimitExceeded",
		"ServiceUnavailable", "ThrottlingException", "Throttling", "TooManyRequestsException",
	}
	for _, code := range append(passing, "InvalidParameterException", "NotAuthorizedException", "FeatureUnavailableInTierException") {
		w := newWorld()
		failed := false
		w.Before = func(call string) error {
			if call == "update" && !failed {
				failed = true
				return coded(code)
			}
			return nil
		}
		if _, err := w.attach(t, wanted()); (err == nil) != slices.Contains(passing, code) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

func TestR83_JSONIsComparedByValueAndDigitsCount(t *testing.T) {
	pool := func(text string) raw { return raw(`{"A":` + text + `,"EstimatedNumberOfUsers":1}`) }
	for _, c := range []struct {
		a, b  string
		moved bool
	}{
		{`{"x":1,"y":[true]}`, `{ "y":[ true], "x":1 }`, false},
		{`12345678901234567890`, `12345678901234567891`, true},
		{`1`, `1.0`, true},
		{`null`, `{}`, true},
		{`"a"`, `"b"`, true},
	} {
		if got := attach.Moved(pool(c.a), pool(c.b)); (len(got) > 0) != c.moved {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
	if got := attach.Moved(raw(`{"A":null,"EstimatedNumberOfUsers":1}`), raw(`{"EstimatedNumberOfUsers":2}`)); got != nil {
		t.Errorf("null is absent: %v", got)
	}
	if got := attach.Moved(raw(`{"E":1,"B":1,"D":1,"A":1,"C":1}`), raw(`no JSON`)); !slices.Equal(got, []string{"A", "B", "C", "D", "E"}) {
		t.Errorf("sorted: %v", got)
	}
	if got := attach.Moved(raw(`no JSON`), raw(`{"A":1}`)); !slices.Equal(got, []string{"A"}) {
		t.Errorf("%v", got)
	}
}

// The newer name of a hook replaces the older one, which comes back.
func TestR83_TheOlderNameOfAHookComesBack(t *testing.T) {
	w := newWorld()
	w.Hooks()["PreTokenGeneration"] = arn + "theirs:1"
	begin := plain()
	begin["PreTokenGeneration"] = arn + "theirs:1"
	replace := pooledit.Options{Replace: []string{"PreTokenGeneration"}, Carry: []string{"Tomorrow"}}
	w.Pool["Tomorrow"] = 7.0
	if _, err := w.Attacher("test").Attach(t.Context(), wanted(), replace); err != nil {
		t.Fatal(err)
	}
	if got := w.Hooks(); got["PreTokenGeneration"] != nil || got["PreTokenGenerationConfig"] == nil || w.Pool["Tomorrow"] != 7.0 || !slices.Equal(w.Record.Carry, []string{"Tomorrow"}) {
		t.Errorf("%v", w.Pool)
	}
	if _, err := w.Attacher("test").Attach(t.Context(), wanted(), replace); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Attacher("test").Undo(t.Context()); err != nil || !reflect.DeepEqual(w.Hooks(), begin) || w.Pool["Tomorrow"] != 7.0 {
		t.Errorf("%v, %v", err, w.Pool)
	}
}

// Hooks of the suite that were set by hand with another version are the suite's, also if the
// process that was to correct them died.
func TestR83_AHookThatWasSetByHandIsTheSuites(t *testing.T) {
	for _, kill := range []bool{false, true} {
		w := newWorld()
		w.Hooks()["PreTokenGenerationConfig"] = object{"LambdaArn": arn + "t:live", "LambdaVersion": "V2_0"}
		if kill {
			w.Before = func(call string) error {
				if call == "update" {
					panic(errKilled)
				}
				return nil
			}
		}
		_ = dying(func() error { _, err := w.attach(t, wanted()); return err })
		w.Before = nil
		if _, err := w.Attacher("test").Undo(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.holds(t, "undone", plain())
	}
}

// Wanted places stay taken when others are given back.
func TestR83_APlaceStaysTakenWhileItIsWanted(t *testing.T) {
	w := newWorld()
	_, _ = w.attach(t, wanted())
	for _, want := range []map[string]string{
		{"PreSignUp": arn + "b:live", "PreTokenGeneration": arn + "t:live"}, {"PreSignUp": arn + "b:live"}, {"PreTokenGeneration": arn + "t:live"},
	} {
		if _, err := w.attach(t, pooledit.Want{Hooks: want, TokenVersion: "V3_0"}); err != nil {
			t.Fatal(err)
		}
		for place, trigger := range map[string]string{"PreSignUp": "PreSignUp", "PreTokenGenerationConfig": "PreTokenGeneration"} {
			if free := w.Record.Places[place].Free; free != (want[trigger] == "") {
				t.Errorf("%v: %s is free: %t", want, place, free)
			}
		}
	}
	w = newWorld()
	w.Hooks()["PreTokenGeneration"] = arn + "theirs:1"
	_, _ = w.Attacher("test").Attach(t.Context(), wanted(), pooledit.Options{Replace: []string{"PreTokenGeneration"}})
	if _, err := w.attach(t, wanted()); err != nil || w.Record.Places["PreTokenGeneration"].Free {
		t.Errorf("%v, %+v", err, w.Record.Places)
	}
}

// A place that was given back is somebody else's again: what they put there since is what comes
// back, and what they took out stays out.
func TestR83_APlaceThatWasGivenBackIsForgottenButForLateUpdates(t *testing.T) {
	w := newWorld()
	w.Hooks()["PreSignUp"] = arn + "theirs:1"
	replace := pooledit.Options{Replace: []string{"PreSignUp"}}
	_, _ = w.Attacher("test").Attach(t.Context(), wanted(), replace)
	if _, err := w.Attacher("test").Undo(t.Context()); err != nil || w.Record.Attached() {
		t.Fatalf("%v, %+v", err, w.Record)
	}
	late := w.Hooks()
	delete(w.Hooks(), "PreSignUp")
	if done, err := w.Attacher("test").Undo(t.Context()); err != nil || done.Left != nil || len(done.Plan.Changes) != 0 {
		t.Errorf("%v, %+v", err, done)
	}
	_, _ = w.attach(t, wanted())
	if !w.Record.Attached() {
		t.Errorf("%+v", w.Record)
	}
	if _, err := w.Attacher("test").Undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.holds(t, "undone", plain())
	late["PreSignUp"] = arn + "a:live" // an update of a process that died arrives
	w.Pool["LambdaConfig"] = late
	if done, err := w.Attacher("test").Undo(t.Context()); err != nil || len(done.Plan.Changes) != 1 || w.Hooks()["PreSignUp"] != nil {
		t.Errorf("%v, %+v, %v", err, done, w.Hooks())
	}
}

func TestR83_AnUndoThatCannotBeSaysWhy(t *testing.T) {
	w := newWorld()
	_, _ = w.attach(t, wanted())
	w.Pool["Policies"] = "text"
	if _, err := w.Attacher("test").Undo(t.Context()); !errors.As(err, &attach.Refused{}) || !errors.As(err, &pooledit.Refusals{}) || !w.Record.Attached() {
		t.Errorf("%v, %+v", err, w.Record)
	}
	w = newWorld()
	_, _ = w.attach(t, wanted())
	w.Gone = true
	w.fails("save", coded("Denied"))
	if done, err := w.Attacher("test").Undo(t.Context()); doctor.Code(err) != "Denied" || !done.Gone {
		t.Errorf("%v, %+v", err, done)
	}
	w.Before = nil
	if _, err := w.Attacher("test").Undo(t.Context()); err != nil || w.Record.State != attach.Undone {
		t.Errorf("%v, %+v", err, w.Record)
	}
	rev := w.Record.Rev
	if _, err := w.Attacher("test").Undo(t.Context()); err != nil || w.Record.Rev != rev {
		t.Errorf("%v, %+v", err, w.Record)
	}
	w = newWorld()
	if _, err := w.Attacher("test").Undo(t.Context()); err != nil || !slices.Equal(w.Calls, []string{"load"}) {
		t.Errorf("%v, %v", err, w.Calls)
	}
	w.fails("load", coded("Denied"))
	if _, err := w.Attacher("test").Undo(t.Context()); doctor.Code(err) != "Denied" || w.count("describe") != 0 {
		t.Errorf("%v, %v", err, w.Calls)
	}
	w = newWorld()
	_, _ = w.attach(t, wanted())
	w.Calls = nil
	w.Before = func(call string) error { // the table goes, not the pool
		if call == "load" && w.count("load") == 2 {
			return coded("ResourceNotFoundException")
		}
		return nil
	}
	if done, err := w.Attacher("test").Undo(t.Context()); err == nil || done.Gone {
		t.Errorf("%v, %+v", err, done)
	}
}

// asked are the questions with their inputs.
type asked struct {
	answers
	all []string
}

func (a *asked) Ask(c context.Context, service, operation string, input any) (raw, error) {
	text, _ := json.Marshal(input)
	a.all = append(a.all, service+" "+operation+" "+string(text))
	return a.answers.Ask(c, service, operation, input)
}

func TestR83_TheQuestionsNameWhatTheyAreAbout(t *testing.T) {
	const role, caller = "arn:aws:iam::1:role/sms", "arn:aws:iam::1:user/ada"
	pool := attachtest.Described(id, nil)
	pool["SmsConfiguration"] = object{"SnsCallerArn": role}
	pool["EmailConfiguration"] = object{"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:eu-west-1:1:identity/example.org"}
	described := must(json.Marshal(pool))
	a := &asked{answers: answers{}}
	p := attach.Preconditions{Asker: a, Hooks: map[string]string{"PreSignUp": arn + "a:live"}, Caller: caller, Everything: true}
	if _, err := p.Check(t.Context(), described); err != nil {
		t.Fatal(err)
	}
	function := arn + "a"
	want := []string{
		`cognito-idp DescribeUserPool {"UserPoolId":"` + id + `"}`,
		`lambda GetPolicy {"FunctionName":"` + function + `","Qualifier":"live"}`,
		`lambda Invoke {"FunctionName":"` + function + `","Payload":{"version":"1","triggerSource":"CognitoTriggers_DryRun","request":{},"response":{}},"Qualifier":"live"}`,
		`iam SimulatePrincipalPolicy {"ActionNames":["iam:PassRole"],"PolicySourceArn":"` + caller + `","ResourceArns":["` + role + `"]}`,
		`cognito-idp ListUserImportJobs {"MaxResults":60,"UserPoolId":"` + id + `"}`,
		`sesv2 GetEmailIdentity {"EmailIdentity":"example.org"}`,
	}
	if !slices.Equal(a.all, want) {
		t.Errorf("asked\n%s\nnot\n%s", strings.Join(a.all, "\n"), strings.Join(want, "\n"))
	}
}

func TestR83_AQuestionIsNamedOrItsAnswerRefuses(t *testing.T) {
	const role = "arn:aws:iam::1:role/sms"
	pool := attachtest.Described(id, nil)
	pool["SmsConfiguration"] = object{"SnsCallerArn": role}
	pool["EmailConfiguration"] = object{"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:eu-west-1:1:identity/example.org"}
	described := must(json.Marshal(pool))
	p := attach.Preconditions{Hooks: map[string]string{"PreSignUp": arn + "a:live"}, Caller: "c", Everything: true}
	all := answers{}
	for _, operation := range []string{"Invoke", "SimulatePrincipalPolicy", "ListUserImportJobs", "GetEmailIdentity"} {
		all[operation] = coded("E")
	}
	p.Asker = all
	unasked, err := p.Check(t.Context(), described)
	if want := []string{
		"whether " + arn + "a:live runs (lambda Invoke: E)", "whether these credentials may pass " + role + " (iam SimulatePrincipalPolicy: E)",
		"whether users are being imported (cognito-idp ListUserImportJobs: E)", "whether the e-mail identity example.org lives (sesv2 GetEmailIdentity: E)",
	}; err != nil || !slices.Equal(unasked, want) {
		t.Errorf("%v, %q", err, unasked)
	}
	for _, status := range []string{"Pending", "InProgress", "Stopping"} {
		p.Asker = answers{"ListUserImportJobs": `{"UserImportJobs":[{"JobName":"j","Status":"` + status + `"}]}`}
		if _, err := p.Check(t.Context(), described); err == nil || err.Error() != `the import "j" runs: wait for its end` {
			t.Errorf("%s: %v", status, err)
		}
	}
	p.Asker = answers{"SimulatePrincipalPolicy": `{"EvaluationResults":[]}`}
	if _, err := p.Check(t.Context(), described); err != nil {
		t.Error(err)
	}
	p = attach.Preconditions{Asker: answers{}, Hooks: p.Hooks}
	if _, err := p.Check(t.Context(), described); err == nil || err.Error() != "the pool sends text messages as "+role+", which the suite may not pass: say pool: {smsRoleArn: "+role+"}" {
		t.Error(err)
	}
	p = attach.Preconditions{Asker: answers{}, Everything: true}
	if unasked, err := p.Check(t.Context(), described); err != nil || !slices.Equal(unasked, []string{"whether these credentials may pass " + role + " (iam:PassRole)"}) {
		t.Errorf("%v, %q", err, unasked)
	}
	for text, want := range map[string]string{"": `{"FunctionName":"","Qualifier":""}`, "x": `{"FunctionName":"","Qualifier":"x"}`, "a:b": `{"FunctionName":"a","Qualifier":"b"}`} {
		a := &asked{answers: answers{}}
		odd := attach.Preconditions{Asker: a, Hooks: map[string]string{"PreSignUp": text}}
		if _, _ = odd.Check(t.Context(), described); !slices.Contains(a.all, "lambda GetPolicy "+want) {
			t.Errorf("%q: asked %v", text, a.all)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Check(over, described); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	pool["EmailConfiguration"] = object{"EmailSendingAccount": "DEVELOPER", "SourceArn": "odd"}
	a := &asked{answers: answers{}}
	p.Asker = a
	if _, err := p.Check(t.Context(), must(json.Marshal(pool))); err != nil || strings.Contains(strings.Join(a.all, " "), "GetEmailIdentity") {
		t.Errorf("%v, %v", err, a.all)
	}
}
