package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger"
	"github.com/cognito-triggers/cognito-triggers/internal/trigger/triggertest"
)

const events = "../../events"

func chain(t testing.TB, rules policy.SignUp) *trigger.Chain {
	t.Helper()
	compiled, err := signup.Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	env, _ := triggertest.Environment()
	return newChain(env, compiled)
}

func TestR1_EveryEventOfTheSpecification(t *testing.T) {
	triggertest.Replay(t, events+"/presignup", 30, func(t *testing.T) triggertest.Invoker {
		return chain(t, triggertest.Policy(t, events).SignUp)
	})
}

func made() triggertest.Made {
	flags := map[string]any{"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false}
	return triggertest.Made{
		Sources: cognito.PreSignUpSources(), Versions: []string{"1"},
		Response: rapid.SampledFrom([]any{flags, nil, []any{}}),
	}
}

// The default policy never sets a flag, and neither does any other.
func TestR2_R13_TheReplyIsTheEvent(t *testing.T) {
	lenient := chain(t, policy.SignUp{
		Email: policy.Email{Rule: policy.Rule{Mode: policy.Off}},
	})
	strict := chain(t, triggertest.Policy(t, events).SignUp)
	triggertest.Check(t, 10_000, func(t *rapid.T) {
		event := triggertest.Events(made()).Draw(t, "event")
		reply, err := lenient.Invoke(t.Context(), event)
		if err != nil || !bytes.Equal(reply, event) {
			t.Fatalf("got %s, %v", reply, err)
		}
		if reply, err := strict.Invoke(t.Context(), event); err == nil && !bytes.Equal(reply, event) {
			t.Fatalf("got %s", reply)
		}
	})
}

// clientMetadata and validationData are in no view: whatever they say, the
// answer is the same.
func TestR9_CallersDataDecidesNothing(t *testing.T) {
	strict := chain(t, triggertest.Policy(t, events).SignUp)
	triggertest.Check(t, 10_000, func(t *rapid.T) {
		event := triggertest.Events(made()).Draw(t, "event")
		other := triggertest.WithCallersData(t, event)
		_, err := strict.Invoke(t.Context(), event)
		_, errOther := strict.Invoke(t.Context(), other)
		if err != errOther {
			t.Fatalf("%v became %v for %s", err, errOther, other)
		}
	})
}

func TestR1_ABadPolicyStopsTheStart(t *testing.T) {
	dir := t.TempDir()
	getenv := func(name string) string {
		return map[string]string{trigger.PolicyDirVariable: dir, trigger.TimeoutVariable: "4000"}[name]
	}
	for name, text := range map[string]string{
		"none":            "",
		"no JSON":         "signUp:",
		"no section":      "{}",
		"an unknown key":  `{"signUp":{"emial":{}}}`,
		"an unknown mode": `{"signUp":{"email":{"mode":"on"}}}`,
		"a bad domain":    `{"signUp":{"domains":{"deny":["@x"]}}}`,
	} {
		if text != "" {
			triggertest.WritePolicy(t, dir, []byte(text))
		}
		if _, err := setup(t.Context(), getenv); err == nil {
			t.Errorf("%s: the function started", name)
		}
	}
	good, err := json.Marshal(map[string]any{"signUp": triggertest.Policy(t, events).SignUp})
	if err != nil {
		t.Fatal(err)
	}
	triggertest.WritePolicy(t, dir, good)
	if _, err := setup(t.Context(), getenv); err != nil {
		t.Errorf("a good policy: %v", err)
	}
}
