package kernel_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

func TestTheEnvironmentIsReadInMilliseconds(t *testing.T) {
	for value, want := range map[string]time.Duration{"4000": 4 * time.Second, "1": time.Millisecond} {
		env, err := kernel.NewEnvironment(func(name string) string {
			return map[string]string{"FUNCTION_TIMEOUT_MS": value, "METRICS_NAMESPACE": "Suite/prod"}[name]
		}, "hash")
		if err != nil || env.Timeout != want || env.PolicyHash != "hash" || env.Namespace != "Suite/prod" || env.Now == nil || env.Log == nil {
			t.Errorf("%s: got %+v, %v", value, env, err)
		}
	}
}

// The function's name on AWS is the dimension of its metrics; what is slow is the stage's.
func TestR74_TheEnvironmentSaysWhatIsSlowAndWhoCounts(t *testing.T) {
	read := func(slow string) (kernel.Environment, error) {
		return kernel.NewEnvironment(func(name string) string {
			return map[string]string{"FUNCTION_TIMEOUT_MS": "4000", "SLOW_MS": slow, "AWS_LAMBDA_FUNCTION_NAME": "Suite-PreSignUp"}[name]
		}, "hash")
	}
	for text, want := range map[string]time.Duration{"": 0, "1500": 1500 * time.Millisecond} {
		if env, err := read(text); err != nil || env.Slow != want || env.Function != "Suite-PreSignUp" {
			t.Errorf("%q: %+v, %v", text, env, err)
		}
	}
	for _, text := range []string{"0", "-1", "soon"} {
		if env, err := read(text); err == nil || !strings.Contains(err.Error(), "SLOW_MS") || env.Slow != 0 {
			t.Errorf("%q: %+v, %v", text, env, err)
		}
	}
}

func TestAFunctionStartsWithItsPolicyAndEnvironment(t *testing.T) {
	const text = `{"mirror":{"attributes":["name"]}}`
	dir := t.TempDir()
	kerneltest.WritePolicy(t, dir, []byte(text))
	getenv := func(timeout string) func(string) string {
		return func(name string) string {
			return map[string]string{"LAMBDA_TASK_ROOT": dir, "FUNCTION_TIMEOUT_MS": timeout}[name]
		}
	}
	document, env, err := kernel.Configure(getenv("4000"), "postconfirmation")
	if err != nil || document.Mirror.Attributes[0] != "name" || env.PolicyHash != policy.Hash([]byte(text)) || env.Timeout != 4*time.Second {
		t.Errorf("got %+v, %+v, %v", document, env, err)
	}
	if _, _, err := kernel.Configure(getenv("4000"), "presignup"); err == nil {
		t.Error("a policy without the function's section is accepted")
	}
	if _, _, err := kernel.Configure(getenv(""), "postconfirmation"); err == nil {
		t.Error("an environment without a time-out is accepted")
	}
}

// decided runs a chain with this time-out and an hour left. It returns the event's
// time that the room saw, and how the room's context ended.
func decided(t *testing.T, timeout time.Duration) (at time.Time, ended error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	var seen context.Context
	chain := kernel.Handle(kernel.Function[cognito.PreSignUp]{
		Sources: cognito.PreSignUpSources(), Versions: []string{"1"}, View: (*cognito.Event).PreSignUp,
		Decide: func(ctx context.Context, _ cognito.PreSignUp, accepted time.Time) (kernel.Decision, error) {
			seen, at = ctx, accepted
			return kernel.Decision{}, ctx.Err()
		},
	}, kernel.Environment{Timeout: timeout, Now: time.Now, Log: kernel.NewLog(new(bytes.Buffer))})
	if _, err := chain.Invoke(ctx, []byte(event)); err != nil {
		t.Fatal(err)
	}
	return at, seen.Err()
}

func TestTheRoomsContextEndsWithTheInvocation(t *testing.T) {
	if _, ended := decided(t, time.Hour); ended == nil {
		t.Error("a room's context outlives the reply")
	}
}

func TestWithoutATimeoutTheEventCameWhenItArrived(t *testing.T) {
	before := time.Now()
	at, _ := decided(t, 0)
	if at.Before(before) || at.After(time.Now()) {
		t.Errorf("the event came at %v, after %v", at, before)
	}
}
