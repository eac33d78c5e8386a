package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/refusal"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

// called is a call's output and its exit status.
type called struct {
	out, err string
	status   int
}

// call calls the command as a shell would.
func call(t *testing.T, args ...string) called {
	t.Helper()
	var out, err bytes.Buffer
	status := run(t.Context(), args, terminal{
		out: &out, err: &err, getenv: func(string) string { return "" },
		now: func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 5, time.UTC) },
	})
	return called{out.String(), err.String(), status}
}

// inProject changes to a folder with the project's stage files, and these.
func inProject(t *testing.T, stages map[string]string) {
	t.Helper()
	dev, err := os.ReadFile("../../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(stagesFolder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, from := range stages {
		text := strings.Replace(string(dev), "  signUp:\n", "  signUp:\n"+from, 1)
		if err := os.WriteFile(filepath.Join(stagesFolder, name+".yaml"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestACodeIsExplainedWithTheRuleAsItStands(t *testing.T) {
	inProject(t, map[string]string{"dev": ""})
	stage, err := os.ReadFile(stagesFolder + "/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(stage), "    domains:\n")
	line := strings.Count(before, "\n") + 1
	got := call(t, "explain", "email-domain-denied", "--stage", "dev")
	for _, want := range []string{
		"email-domain-denied\n", "means    the domain of the address", "says     " + signup.EmailDomainDenied.Sentence,
		"stage dev, infra/stages/dev.yaml\n", fmt.Sprintf("infra/stages/dev.yaml:%d policy.signUp.domains, enforce, judges self admin, at a token too: takes out what was granted\n", line),
		"| domains:\n", "|   deny: [blocked.example, mailinator.com]\n",
	} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is not in\n%s", want, got.out)
		}
	}
	if got.status != done || got.err != "" || strings.Contains(got.out, "| attributes") {
		t.Errorf("status %d, %s\n%s", got.status, got.err, got.out)
	}
}

func TestEveryStageIsShownWithoutOne(t *testing.T) {
	inProject(t, map[string]string{
		"a": "    access: {mode: closed, appliesTo: [self, external]}\n",
		"b": "    access:\n      mode: invite\n      observe: true\n    # a remark\n\n    sentences:\n      de: {sign-up-closed: Zu}\n",
		"c": "    clients: {1example23456789: {access: {mode: closed}}}\n",
		"d": "    access:\n      keys: []\n",
	})
	stages, err := settings.DecodeStages(stagesFolder, "")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	found, err := support.Explain("sign-up-closed", stages)
	if err != nil {
		t.Fatal(err)
	}
	printExplained(&out, found)
	for _, want := range []string{
		"stage a, ", "policy.signUp.access, closed, judges self external\n",
		"stage b, ", "policy.signUp.access, invite, observed: it refuses nobody, judges self\n           | access:\n           |   mode: invite\n           |   observe: true\n\n", "  de       Zu\n",
		"stage c, ", "policy.signUp.access is not written down: it refuses nobody, so another", "policy.signUp.clients.1example23456789.access, closed, judges self\n",
		"stage d, ", "policy.signUp.access, open: it refuses nobody",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}

func TestTheListHasEveryCode(t *testing.T) {
	inProject(t, nil)
	got := call(t, "explain")
	for _, code := range support.Codes() {
		if !strings.Contains(got.out, code+" ") {
			t.Errorf("%s is not in the list", code)
		}
	}
	if lines := strings.Count(got.out, "\n"); lines != len(support.Codes()) {
		t.Errorf("%d lines for %d codes", lines, len(support.Codes()))
	}
}

// The written table decodes what the stage's functions say.
func TestTheTableOfAStageIsTheDecoders(t *testing.T) {
	inProject(t, map[string]string{"dev": "    showCode: true\n    sentences:\n      de: {email-missing: Bitte gib eine Adresse an}\n      en: {email-missing: Your address please}\n"})
	got := call(t, "explain", "--json", "--stage", "dev")
	table, err := refusal.ReadTable([]byte(got.out))
	if err != nil || len(table) != len(support.Codes()) {
		t.Fatalf("%d of %d codes, %v: %s", len(table), len(support.Codes()), err, got.err)
	}
	for _, sentence := range []string{"Bitte gib eine Adresse an", "Your address please", signup.EmailMissing.Sentence} {
		if r, ok := table.Decode("PreSignUp failed with error " + sentence + "."); !ok || r.Code != "email-missing" {
			t.Errorf("%s: got %+v", sentence, r)
		}
	}
	var english refusal.Table
	if err := json.Unmarshal([]byte(call(t, "explain", "--json").out), &english); err != nil || !reflect.DeepEqual(english, refusal.English()) {
		t.Errorf("got %v, %v", english, err)
	}
	if only := call(t, "explain", "--json", "email-missing", "--stage", "dev").out; strings.Contains(only, "attribute-missing") || !strings.Contains(only, `"de": "Bitte gib eine Adresse an"`) {
		t.Errorf("got %s", only)
	}
}

func TestAWrongQuestionSaysWhatToAsk(t *testing.T) {
	inProject(t, map[string]string{"dev": "", "odd": "    acces: {}\n"})
	for question, want := range map[string]string{
		"explain email-mising":            `no code "email-mising"; did you mean email-missing?`,
		"explain EMAIL-MISSING":           "did you mean email-missing?",
		"explain captcha":                 "the codes are: account-disabled, ",
		"explain a b":                     "one code at a time",
		"explain email-missing --stage x": `no stage "x" in infra/stages; the stages are: dev, odd`,
		"explain email-missing --stag x":  "-stag",
	} {
		if got := call(t, strings.Fields(question)...); got.status != misuse || got.out != "" || !strings.Contains(got.err, want) {
			t.Errorf("%s: status %d\n%s%s", question, got.status, got.out, got.err)
		}
	}
	got := call(t, "explain", "email-missing", "--stage", "odd")
	src, err := os.ReadFile("infra/stages/odd.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(src), "acces:")
	want := fmt.Sprintf(`infra/stages/odd.yaml:%d: policy.signUp.acces: unknown key "acces"; did you mean access?`, 1+strings.Count(before, "\n"))
	if got.status != failed || !strings.Contains(got.err, want) {
		t.Errorf("status %d, %s", got.status, got.err)
	}
}
