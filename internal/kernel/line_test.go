package kernel_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// mending is an error that does or does not pass by itself.
type mending bool

func (m mending) Error() string { return "broken" }
func (m mending) Lasting() bool { return !bool(m) }

// Each row is a kind of answer and what the line says; nil is a key that must be
// absent.
func TestTheLineSaysWhatHappened(t *testing.T) {
	refusal := deny.Refusal{Code: "domain", Sentence: "Please use another address"}
	sum := sha256.Sum256([]byte("us-east-1_x#u"))
	for _, test := range []struct {
		name, doc string
		room      decide
		want      map[string]any
	}{
		{"nothing to tell", event, answers(kernel.Decision{}, nil), map[string]any{
			"message": "invocation", "level": "INFO", "outcome": "ok", "trigger": "PreSignUp_SignUp", "failed": 0.0,
			"code": nil, "rule": nil, "wouldRefuse": nil, "cause": nil, "user": nil, "observed": nil, "lasting": nil,
			"refused": 0.0, "degraded": 0.0, "slow": 0.0, // by which calls are counted
		}},
		{"a user", event, answers(kernel.Decision{User: "u"}, nil), map[string]any{
			"user": hex.EncodeToString(sum[:])[:12],
		}},
		{"a refusal and its rule", event, answers(kernel.Decision{Rule: "domains"}, refusal), map[string]any{
			"level": "INFO", "outcome": "refused", "code": "domain", "rule": "domains", "refused": 1.0, "failed": 0.0, "cause": nil,
		}},
		{"a rule that takes something away", event, answers(kernel.Decision{Outcome: "demoted", Code: "domain", Rule: "domains"}, nil), map[string]any{
			"level": "INFO", "outcome": "demoted", "code": "domain", "rule": "domains", "refused": 0.0, "failed": 0.0, "cause": nil,
		}},
		{"a rule that only observes", event, answers(kernel.Decision{Observed: []string{"domain"}}, nil), map[string]any{
			"outcome": "ok", "wouldRefuse": "[domain]", "observed": 1.0, "refused": 0.0,
		}},
		{"less than there should be", event, answers(kernel.Decision{Degraded: true}, nil), map[string]any{
			"level": "WARN", "outcome": "degraded", "degraded": 1.0, "failed": 0.0, "cause": nil,
		}},
		{"a failure", event, answers(kernel.Decision{}, fmt.Errorf("reading: %w", errors.New(canary))), map[string]any{
			"level": "ERROR", "outcome": "failed", "failed": 1.0, "cause": "*errors.errorString", "lasting": nil,
		}},
		{"a failure that waiting does not mend", event, answers(kernel.Decision{}, fmt.Errorf("reading: %w", mending(false))), map[string]any{
			"outcome": "failed", "failed": 1.0, "lasting": 1.0,
		}},
		{"a failure that passes", event, answers(kernel.Decision{}, mending(true)), map[string]any{"outcome": "failed", "lasting": nil}},
		{"less than there should be, until somebody acts", event, answers(kernel.Decision{Degraded: true, Cause: mending(false)}, nil), map[string]any{
			"level": "WARN", "outcome": "degraded", "lasting": 1.0,
		}},
		{"a refusal that says why, until somebody acts", event, answers(kernel.Decision{Degraded: true, Cause: mending(false)}, refusal), map[string]any{
			"level": "WARN", "outcome": "refused", "code": "domain", "refused": 1.0, "degraded": 1.0, "failed": 0.0, "cause": "kernel_test.mending", "lasting": 1.0,
		}},
		{"an unknown source", strings.Replace(event, "PreSignUp_SignUp", "Other", 1), nil, map[string]any{
			"level": "ERROR", "outcome": "unknown", "trigger": "unknown", "cause": "the trigger source or version is unknown",
		}},
		{"an unknown version", strings.Replace(event, `"1"`, `"9"`, 1), nil, map[string]any{
			"outcome": "unknown", "trigger": "PreSignUp_SignUp",
		}},
		{"no event", "{", nil, map[string]any{"outcome": "failed", "trigger": "unknown"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, line, _ := run(t, kernel.Open, test.doc, test.room)
			for key, want := range test.want {
				got, there := line[key]
				if there != (want != nil) || fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%s: got %v, want %v", key, got, want)
				}
			}
		})
	}
}

// took returns the line of a call that took so long.
func took(t *testing.T, long time.Duration, env kernel.Environment) map[string]any {
	t.Helper()
	now := time.Unix(1_700_000_000, 0)
	var out bytes.Buffer
	env.Now, env.Log = func() time.Time { return now }, kernel.NewLog(&out)
	chain := kernel.Handle(kernel.Function[cognito.PreSignUp]{
		Sources: cognito.PreSignUpSources(), Versions: []string{"1"}, View: (*cognito.Event).PreSignUp,
		Decide: func(context.Context, cognito.PreSignUp, time.Time) (kernel.Decision, error) {
			now = now.Add(long)
			return kernel.Decision{}, nil
		},
	}, env)
	if _, err := chain.Invoke(t.Context(), []byte(event)); err != nil {
		t.Fatal(err)
	}
	return oneLine(t, out.String())
}

func TestTheDurationIsInMilliseconds(t *testing.T) {
	if line := took(t, 12345*time.Microsecond, kernel.Environment{}); line["durationMs"] != 12.345 {
		t.Errorf("got %v", line["durationMs"])
	}
}

func TestR74_ACallIsSlowFromTheStagesTimeOn(t *testing.T) {
	const limit = 1500 * time.Millisecond
	for _, c := range []struct {
		limit, long time.Duration
		want        float64
	}{{limit, limit, 0}, {limit, limit + 1, 1}, {limit, time.Minute, 1}, {limit, 0, 0}, {0, time.Minute, 0}} {
		if line := took(t, c.long, kernel.Environment{Slow: c.limit}); line["slow"] != c.want {
			t.Errorf("%v of %v: slow is %v", c.long, c.limit, line["slow"])
		}
	}
}

// Two suites can share a namespace: the dimension is the function's own name.
func TestR74_TheDimensionIsTheFunctionsName(t *testing.T) {
	line := took(t, 0, kernel.Environment{Function: "Suite-PreSignUp", Namespace: "Acme"})
	metrics := fmt.Sprint(line["_aws"])
	if line["FunctionName"] != "Suite-PreSignUp" || !strings.Contains(metrics, "Dimensions:[[FunctionName]]") || strings.Contains(metrics, "Unit") {
		t.Errorf("the line is %v", line)
	}
}

// dive panics below that many calls of its own.
func dive(depth int) {
	if depth == 0 {
		panic("the bottom")
	}
	dive(depth - 1)
}

func TestAPanicsStackNamesFunctionsAndLines(t *testing.T) {
	frame := regexp.MustCompile(`^\S+\.\S+:[1-9]\d*$`)
	for depth, most := range map[int]int{0: 11, 100: 12} {
		_, line, _ := run(t, kernel.Open, event, func(context.Context, cognito.PreSignUp, time.Time) (kernel.Decision, error) {
			dive(depth)
			return kernel.Decision{}, nil
		})
		cause, _ := line["cause"].(string)
		kind, stack, _ := strings.Cut(cause, " at ")
		frames := strings.Split(stack, " < ")
		if kind != "panic: string" || len(frames) > most || depth == 100 && len(frames) != most {
			t.Errorf("depth %d: %d frames: %s", depth, len(frames), cause)
		}
		for _, f := range frames {
			if !frame.MatchString(f) {
				t.Errorf("depth %d: %q is no function and line", depth, f)
			}
		}
		if !strings.HasSuffix(strings.Split(frames[0], ":")[0], ".dive") {
			t.Errorf("depth %d: the stack begins with %s", depth, frames[0])
		}
	}
}

func TestTheMetricsGoToTheNamespaceOfTheStage(t *testing.T) {
	for namespace, want := range map[string]string{"": "CognitoTriggers", "Suite/prod": "Suite/prod"} {
		var out bytes.Buffer
		chain := kernel.Handle(kernel.Function[cognito.PreSignUp]{
			Sources: cognito.PreSignUpSources(), Versions: []string{"1"}, View: (*cognito.Event).PreSignUp, Decide: answers(kernel.Decision{}, nil),
		}, kernel.Environment{Namespace: namespace, Now: time.Now, Log: kernel.NewLog(&out)})
		if _, err := chain.Invoke(t.Context(), []byte(event)); err != nil || !strings.Contains(out.String(), `"Namespace":"`+want+`"`) {
			t.Errorf("%q: %s, %v", namespace, out.String(), err)
		}
	}
}
