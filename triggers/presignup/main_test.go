package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel/kerneltest"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

const events = "../../events"

func chain(t testing.TB, rules policy.SignUp) *kernel.Chain {
	t.Helper()
	compiled, err := signup.Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	env, _ := kerneltest.Environment()
	return newChain(env, compiled, waiters)
}

// waiters are the names that wait in the events.
func waiters(names []string) (bool, error) {
	return slices.ContainsFunc(names, func(name string) bool {
		return slices.Contains([]string{"waits@example.com", "+4915112345678", "waiter"}, table.FoldName(name))
	}), nil
}

func TestR1_EveryEventOfTheSpecification(t *testing.T) {
	kerneltest.Replay(t, events+"/presignup", cognito.PreSignUpSources(), func(t *testing.T) kerneltest.Invoker {
		return chain(t, kerneltest.Policy(t, events).SignUp)
	})
}

func made() kerneltest.Made {
	flags := map[string]any{"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false}
	return kerneltest.Made{
		Sources: cognito.PreSignUpSources(), Versions: []string{"1"},
		Response: rapid.SampledFrom([]any{flags, nil, []any{}}),
	}
}

// The default policy never sets a flag; only a policy that confirms users does.
func TestR2_R13_TheReplyIsTheEvent(t *testing.T) {
	lenient := chain(t, policy.SignUp{Rules: policy.Rules{
		Email: &policy.Email{Rule: policy.Rule{Mode: policy.Off}},
	}})
	strict := chain(t, kerneltest.Policy(t, events).SignUp)
	form.Check(t, 500, 2_000, 100_000, func(t *rapid.T) {
		event := kerneltest.Events(made()).Draw(t, "event")
		reply, err := lenient.Invoke(t.Context(), event)
		if err != nil || !bytes.Equal(reply, event) {
			t.Fatalf("got %s, %v", reply, err)
		}
		if reply, err := strict.Invoke(t.Context(), event); err == nil && !bytes.Equal(reply, event) {
			t.Fatalf("got %s", reply)
		}
	})
}

// TestR13_AConfirmationVerifiesNothing checks the only response that is ever written.
func TestR13_AConfirmationVerifiesNothing(t *testing.T) {
	rules := policy.SignUp{Rules: policy.Rules{AutoConfirm: &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"example.com"}}}}
	confirming := chain(t, rules)
	confirmations := 0
	for _, c := range kerneltest.Cases(t, events+"/presignup") {
		reply, err := confirming.Invoke(t.Context(), c.Event)
		if err != nil || bytes.Equal(reply, c.Event) {
			continue
		}
		confirmations++
		var got struct {
			TriggerSource string
			Request       struct{ UserAttributes struct{ Email string } }
			Response      map[string]any
		}
		if err := json.Unmarshal(reply, &got); err != nil {
			t.Fatal(err)
		}
		want := map[string]any{"autoConfirmUser": true, "autoVerifyEmail": false, "autoVerifyPhone": false}
		if !reflect.DeepEqual(got.Response, want) || got.TriggerSource != "PreSignUp_SignUp" || !strings.HasSuffix(strings.ToLower(got.Request.UserAttributes.Email), "example.com") {
			t.Errorf("%s: got %s", c.Name, reply)
		}
	}
	if confirmations < 5 {
		t.Errorf("%d confirmations say nothing", confirmations)
	}
}

// TestObserveLogsWhatEnforceRefuses replays every event under the policy with all
// rules in mode observe. None is refused, and the log line has the code that enforce
// refuses with.
func TestObserveLogsWhatEnforceRefuses(t *testing.T) {
	rules := kerneltest.Policy(t, events).SignUp
	rules.Clients = nil
	observing := policy.SignUp{Rules: rules.Clone()}
	for _, rule := range observing.All() {
		if mode := reflect.ValueOf(rule).Elem().FieldByName("Mode"); mode.IsValid() && mode.Type() == reflect.TypeFor[policy.Mode]() {
			mode.SetString(string(policy.Observe))
		}
	}
	refused := 0
	for _, c := range kerneltest.Cases(t, events+"/presignup") {
		said, code := logged(t, rules, c.Event)
		saw, _ := logged(t, observing, c.Event)
		if said.Outcome != "refused" {
			if saw.Outcome != said.Outcome || len(saw.WouldRefuse) > 0 {
				t.Errorf("%s: enforce %+v, observe %+v", c.Name, said, saw)
			}
			continue
		}
		refused++
		if saw.Outcome != "allowed" || len(saw.WouldRefuse) == 0 || saw.WouldRefuse[0] != code || len(said.WouldRefuse) > 0 {
			t.Errorf("%s: enforce %+v, observe %+v", c.Name, said, saw)
		}
	}
	t.Logf("%d events are refused", refused)
	if refused < 20 {
		t.Error("too few to say anything")
	}
}

// line is what a log line says about the decision.
type line struct {
	Outcome, Code string
	WouldRefuse   []string
}

// logged invokes a chain and returns its log line, and the code of its refusal.
func logged(t *testing.T, rules policy.SignUp, event []byte) (l line, code string) {
	t.Helper()
	compiled, err := signup.Compile(rules)
	if err != nil {
		t.Fatal(err)
	}
	env, log := kerneltest.Environment()
	if _, err := newChain(env, compiled, waiters).Invoke(t.Context(), event); err != nil {
		refusal, _ := errors.AsType[deny.Refusal](err)
		code = refusal.Code
	}
	if err := json.Unmarshal(log.Bytes(), &l); err != nil || l.Code != code && l.Outcome == "refused" {
		t.Fatalf("%v: %s", err, log)
	}
	return l, code
}

// An event says nothing about other accounts, so the answers to a taken and to a free
// address are equal, and the function links nothing that could look accounts up.
func TestR21_TheSameBytesWhoeverExists(t *testing.T) {
	strict := chain(t, kerneltest.Policy(t, events).SignUp)
	for _, c := range kerneltest.Cases(t, events+"/presignup") {
		want, wantErr := strict.Invoke(t.Context(), c.Event)
		for range 20 {
			if got, err := strict.Invoke(t.Context(), c.Event); !bytes.Equal(got, want) || err != wantErr {
				t.Fatalf("%s: %s, %v became %s, %v", c.Name, want, wantErr, got, err)
			}
		}
	}
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, store := range []string{"aws-sdk-go-v2", "internal/dynamo", "internal/users", "database/sql"} {
		if strings.Contains(string(out), store) {
			t.Errorf("links %s", store)
		}
	}
}

// clientMetadata and validationData are in no view and change no answer.
func TestR9_CallersDataDecidesNothing(t *testing.T) {
	strict := chain(t, kerneltest.Policy(t, events).SignUp)
	form.Check(t, 500, 2_000, 100_000, func(t *rapid.T) {
		event := kerneltest.Events(made()).Draw(t, "event")
		other := kerneltest.WithCallersData(t, event)
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
		return map[string]string{kernel.PolicyDirVariable: dir, kernel.TimeoutVariable: "4000"}[name]
	}
	for name, text := range map[string]string{
		"none":            "",
		"no JSON":         "signUp:",
		"no section":      "{}",
		"an unknown key":  `{"signUp":{"emial":{}}}`,
		"an unknown mode": `{"signUp":{"email":{"mode":"on"}}}`,
		"a bad domain":    `{"signUp":{"domains":{"deny":["@x"]}}}`,
		"a bad pattern":   `{"signUp":{"attributes":{"values":{"name":{"pattern":"("}}}}}`,
		"a bad client":    `{"signUp":{"clients":{"web":{"relay":{}}}}}`,
		"no provider":     `{"signUp":{"providers":{"allow":[]}}}`,
		"no domain":       `{"signUp":{"autoConfirm":{"origins":["self"]}}}`,
		"a rule as text":  `{"signUp":{"relay":"enforce"}}`,
		"no names":        `{"signUp":{"waiting":{}}}`,
	} {
		if text != "" {
			kerneltest.WritePolicy(t, dir, []byte(text))
		}
		if _, err := setup(t.Context(), getenv); err == nil {
			t.Errorf("%s: the function started", name)
		}
	}
	good, err := json.Marshal(map[string]any{"signUp": kerneltest.Policy(t, events).SignUp})
	if err != nil {
		t.Fatal(err)
	}
	kerneltest.WritePolicy(t, dir, good)
	if _, err := setup(t.Context(), getenv); err != nil {
		t.Errorf("a good policy: %v", err)
	}
}

// A file that says who waits lies beside the policy, as synth ships it. One that cannot be read
// lets nobody in.
func TestR104_NobodySignsUpWithANameThatWaits(t *testing.T) {
	dir := t.TempDir()
	kerneltest.WritePolicy(t, dir, []byte(`{"signUp":{"waiting":{}}}`))
	var names bytes.Buffer
	if err := waiting.Write(&names, slices.Values([]string{"waits@example.com", "+4915112345678", "waiter"})); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, waiting.FileName)
	if err := os.WriteFile(file, names.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	wait, err := open(policy.SignUp{Rules: policy.Rules{Waiting: &policy.Waiting{}}}, dir)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := signup.Compile(policy.SignUp{Rules: policy.Rules{Waiting: &policy.Waiting{}}})
	if err != nil {
		t.Fatal(err)
	}
	env, _ := kerneltest.Environment()
	deployed := newChain(env, rules, wait)
	asked := 0
	for _, c := range kerneltest.Cases(t, events+"/presignup") {
		if !strings.Contains(c.Name, "wait") {
			continue
		}
		asked++
		_, err := deployed.Invoke(t.Context(), c.Event)
		if refused := errors.Is(err, signup.NameWaits); refused != (strings.HasPrefix(c.Name, "self-") && !strings.Contains(c.Name, "not")) || !refused && err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	if asked < 8 {
		t.Errorf("%d events ask", asked)
	}
	if err := os.Truncate(file, 17); err != nil {
		t.Fatal(err)
	}
	for _, c := range kerneltest.Cases(t, events+"/presignup") {
		if c.Name == "self-an-address-that-does-not-wait" {
			if _, err := deployed.Invoke(t.Context(), c.Event); !errors.Is(err, deny.SignUpUnavailable) {
				t.Errorf("with half a file: %v", err)
			}
		}
	}
}
