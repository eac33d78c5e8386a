package kernel_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

const canary = "ada@secret.example"

const event = `{"version":"1","triggerSource":"PreSignUp_SignUp","userPoolId":"us-east-1_x","userName":"` + canary +
	`","request":{"userAttributes":{"email":"` + canary + `"}},"response":{"autoConfirmUser":false}}`

type decide func(context.Context, cognito.PreSignUp, time.Time) (kernel.Decision, error)

// run answers one event and returns the reply, the error and the log line.
func run(t *testing.T, policy kernel.FailurePolicy, doc string, room decide) (reply []byte, line map[string]any, err error) {
	t.Helper()
	var out bytes.Buffer
	chain := kernel.Handle(kernel.Function[cognito.PreSignUp]{
		Name: "presignup", Sources: cognito.PreSignUpSources(), Versions: []string{"1"},
		OnFailure: policy, View: (*cognito.Event).PreSignUp, Decide: room,
	}, kernel.Environment{Timeout: 4 * time.Second, PolicyHash: "abc", Now: time.Now, Log: kernel.NewLog(&out)})
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	reply, err = chain.Invoke(ctx, []byte(doc))
	return reply, oneLine(t, out.String()), err
}

func oneLine(t *testing.T, out string) map[string]any {
	t.Helper()
	if strings.Count(out, "\n") != 1 || len(out) > 8<<10 {
		t.Fatalf("want one line of at most 8 KB, got %q", out)
	}
	if strings.Contains(out, canary) || strings.Contains(out, "secret.example") {
		t.Fatalf("personal data in the log: %s", out)
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(out), &line); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return line
}

func answers(d kernel.Decision, err error) decide {
	return func(context.Context, cognito.PreSignUp, time.Time) (kernel.Decision, error) { return d, err }
}

func TestADecisionReachesTheResponse(t *testing.T) {
	reply, line, err := run(t, kernel.Closed, event, answers(kernel.Decision{Response: []byte(`{"autoConfirmUser":true}`), Outcome: "allowed", User: "u"}, nil))
	if err != nil || !bytes.Contains(reply, []byte(`"response":{"autoConfirmUser":true}`)) {
		t.Errorf("got %s, %v", reply, err)
	}
	for key, want := range map[string]any{
		"requestId": "r-1", "FunctionName": "presignup", "trigger": "PreSignUp_SignUp", "outcome": "allowed",
		"policy": "abc", "level": "INFO", "refused": 0.0, "failed": 0.0, "degraded": 0.0,
	} {
		if line[key] != want {
			t.Errorf("%s: got %v, want %v", key, line[key], want)
		}
	}
	if user, _ := line["user"].(string); len(user) != 12 {
		t.Errorf("user: %v", line["user"])
	}
}

// Each row is a fault, with what a closed and an open function do.
func TestR24_FailurePolicy(t *testing.T) {
	refusal := deny.Refusal{Code: "domain", Sentence: "Please use another address"}
	for _, test := range []struct {
		name, doc string
		room      decide
		refused   bool // a decision: the same under both policies
		outcome   string
		cause     string
	}{
		{"a refusal", event, answers(kernel.Decision{}, refusal), true, "refused", ""},
		{"a wrapped refusal", event, answers(kernel.Decision{}, fmt.Errorf("checking %s: %w", canary, refusal)), true, "refused", ""},
		{"an error with personal data", event, answers(kernel.Decision{}, errors.New(canary)), false, "failed", "*errors.errorString"},
		{"an exhausted budget", event, answers(kernel.Decision{}, fmt.Errorf("%s: %w", canary, context.DeadlineExceeded)), false, "failed", "timeout"},
		{"a network time-out", event, answers(kernel.Decision{}, &net.DNSError{Name: canary, IsTimeout: true}), false, "failed", "timeout"},
		{"an AWS error", event, answers(kernel.Decision{}, awsError{}), false, "failed", "UpdateItem: ThrottlingException"},
		{"an unknown source", strings.Replace(event, "PreSignUp_SignUp", "PreSignUp_"+canary, 1), nil, false, "unknown", kernel.ErrUnknownSource.Error()},
		{"an unknown version", strings.Replace(event, `"1"`, `"9"`, 1), nil, false, "unknown", kernel.ErrUnknownSource.Error()},
		{"a duplicate member", strings.Replace(event, `{"email"`, `{"email":"x","email"`, 1), nil, false, "failed", cognito.ErrDuplicate.Error()},
		{"no JSON", canary, nil, false, "failed", cognito.ErrNotAnEvent.Error()},
		{"nothing", "", nil, false, "failed", cognito.ErrNotAnEvent.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, refused, err := run(t, kernel.Closed, test.doc, test.room)
			want := deny.SignUpUnavailable
			if test.refused {
				want = refusal
			}
			if err != error(want) || refused["code"] != want.Code {
				t.Errorf("closed: got %v, want %v, logged %v", err, want, refused["code"])
			}
			reply, line, err := run(t, kernel.Open, test.doc, test.room)
			if test.refused != (err != nil) || !test.refused && string(reply) != test.doc {
				t.Errorf("open: got %s, %v", reply, err)
			}
			if line["outcome"] != test.outcome || fmt.Sprint(line["cause"]) != orNil(test.cause) {
				t.Errorf("logged %v, %v", line["outcome"], line["cause"])
			}
		})
	}
}

func orNil(s string) string {
	if s == "" {
		return "<nil>"
	}
	return s
}

type awsError struct{}

func (awsError) Error() string     { return canary }
func (awsError) ErrorCode() string { return "ThrottlingException" }
func (awsError) Operation() string { return "UpdateItem" }

// panics returns the ways in which a room can panic.
func panics() map[string]func() {
	var (
		nilMap   map[string]int
		nilPtr   *struct{ a int }
		nilFunc  func()
		nilError error
		list     []int
		anything any = canary
		closed       = make(chan int)
	)
	close(closed)
	return map[string]func(){
		"a string":                   func() { panic(canary) },
		"an error":                   func() { panic(errors.New(canary)) },
		"a wrapped error":            func() { panic(fmt.Errorf("%s: %w", canary, errors.New("x"))) },
		"a refusal":                  func() { panic(deny.Refusal{Code: "x", Sentence: canary}) },
		"a struct":                   func() { panic(struct{ email string }{canary}) },
		"a pointer":                  func() { panic(new(canary)) },
		"a map":                      func() { panic(map[string]string{canary: canary}) },
		"nil":                        func() { panic(nil) },
		"a write to a nil map":       func() { nilMap[canary] = 1 },
		"a nil pointer":              func() { nilPtr.a = 1 },
		"a nil function":             func() { nilFunc() },
		"a nil error's text":         func() { _ = nilError.Error() },
		"an index out of range":      func() { _ = list[len(canary)] },
		"a slice out of range":       func() { _ = list[3:len(canary)] },
		"a failed type assertion":    func() { _ = anything.(int) },
		"a division by zero":         func() { _ = len(canary) / len(list) },
		"a send on a closed channel": func() { closed <- 1 },
		"a second close":             func() { close(closed) },
		"a negative make":            func() { _ = make([]int, len(list)-1) },
		"a runtime.Goexit-like error": func() {
			var e runtime.Error = &runtime.TypeAssertionError{}
			panic(e)
		},
		"a panic in a deferred call": func() { defer func() { panic(canary) }(); panic("first") },
	}
}

func TestR19_PanicsLeakNothingAndTheNextEventIsAnswered(t *testing.T) {
	for name, blow := range panics() {
		t.Run(name, func(t *testing.T) {
			room := func(context.Context, cognito.PreSignUp, time.Time) (kernel.Decision, error) {
				blow()
				return kernel.Decision{}, nil
			}
			if _, _, err := run(t, kernel.Closed, event, room); err != error(deny.SignUpUnavailable) {
				t.Errorf("closed: %v", err)
			}
			reply, line, err := run(t, kernel.Open, event, room)
			if err != nil || string(reply) != event {
				t.Errorf("open: %s, %v", reply, err)
			}
			if cause, _ := line["cause"].(string); !strings.Contains(cause, "panic: ") || !strings.Contains(cause, "kernel_test.") {
				t.Errorf("the line does not say where: %v", line["cause"])
			}
			if reply, _, err := run(t, kernel.Closed, event, answers(kernel.Decision{}, nil)); err != nil || string(reply) != event {
				t.Errorf("the next event: %s, %v", reply, err)
			}
		})
	}
}

func TestTheWorkEndsBeforeTheFunctionDoes(t *testing.T) {
	for _, test := range []struct {
		name        string
		sinceEvent  time.Duration
		left        time.Duration
		withTimeout bool
	}{
		{"a warm function has the whole budget", 0, kernel.WorkBudget, true},
		{"an init that was repeated used a second of it", time.Second, kernel.WorkBudget - time.Second, true},
		{"a clock behind Lambda's adds nothing", -time.Second, kernel.WorkBudget, true},
		{"without a deadline the budget begins on arrival", 0, kernel.WorkBudget, false},
	} {
		inBubble := func(t *testing.T) {
			ctx := t.Context()
			if test.withTimeout {
				deadline, cancel := context.WithDeadline(ctx, time.Now().Add(4*time.Second-test.sinceEvent))
				defer cancel()
				ctx = deadline
			}
			var left time.Duration
			var at time.Time
			chain := kernel.Handle(kernel.Function[cognito.PreSignUp]{
				Sources: cognito.PreSignUpSources(), Versions: []string{"1"}, View: (*cognito.Event).PreSignUp,
				Decide: func(ctx context.Context, _ cognito.PreSignUp, accepted time.Time) (kernel.Decision, error) {
					deadline, _ := ctx.Deadline()
					left, at = time.Until(deadline), accepted
					return kernel.Decision{}, nil
				},
			}, kernel.Environment{Timeout: 4 * time.Second, Now: time.Now, Log: kernel.NewLog(new(bytes.Buffer))})
			if _, err := chain.Invoke(ctx, []byte(event)); err != nil {
				t.Fatal(err)
			}
			if left != test.left {
				t.Errorf("%v left, want %v", left, test.left)
			}
			if since := time.Since(at); since != test.sinceEvent {
				t.Errorf("the event's time is %v ago, want %v", since, test.sinceEvent)
			}
		}
		t.Run(test.name, func(t *testing.T) { synctest.Test(t, inBubble) })
	}
}

func TestTheLineIsAMetricDocument(t *testing.T) {
	_, line, _ := run(t, kernel.Open, event, answers(kernel.Decision{Degraded: true, Cause: awsError{}, Observed: []string{"domain"}}, nil))
	aws, _ := line["_aws"].(map[string]any)
	if ms, _ := aws["Timestamp"].(float64); time.Since(time.UnixMilli(int64(ms))).Abs() > time.Minute {
		t.Errorf("Timestamp: %v", aws["Timestamp"])
	}
	directives, _ := aws["CloudWatchMetrics"].([]any)
	if len(directives) != 1 {
		t.Fatalf("CloudWatchMetrics: %v", aws["CloudWatchMetrics"])
	}
	for _, metric := range directives[0].(map[string]any)["Metrics"].([]any) {
		name := metric.(map[string]any)["Name"].(string)
		if _, number := line[name].(float64); !number {
			t.Errorf("the metric %s has no number in the line", name)
		}
	}
	if line["level"] != "WARN" || line["degraded"] != 1.0 || line["observed"] != 1.0 || line["cause"] != "UpdateItem: ThrottlingException" {
		t.Errorf("got %v", line)
	}
}

func TestAMissingTimeoutIsNamed(t *testing.T) {
	for _, value := range []string{"", "4s", "0", "-1"} {
		_, err := kernel.NewEnvironment(func(string) string { return value }, "")
		if err == nil || !strings.Contains(err.Error(), "FUNCTION_TIMEOUT_MS") || !strings.Contains(err.Error(), "4000") {
			t.Errorf("%q: %v", value, err)
		}
	}
}
