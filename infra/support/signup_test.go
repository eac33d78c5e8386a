package support_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/signup"
)

const appClient = "1example23456789abcdefghij"

// everyMode is a section with a rule of each mode and an app client with a rule of its own.
func everyMode() policy.SignUp {
	return policy.SignUp{
		Rules: policy.Rules{
			Disposable:  &policy.Disposable{Rule: policy.Rule{Mode: policy.Observe}},
			Relay:       &policy.Relay{Rule: policy.Rule{Mode: policy.Off}},
			Domains:     &policy.Domains{Deny: []string{"mailinator.com"}},
			Phone:       &policy.Phone{Rule: policy.Rule{AppliesTo: []policy.Origin{policy.Admin}}, Required: true},
			AutoConfirm: &policy.AutoConfirm{Origins: []policy.Origin{policy.Self}, Domains: []string{"corp.example"}},
		},
		Clients:   map[string]policy.Rules{appClient: {Domains: &policy.Domains{Deny: []string{"blocked.example"}}}},
		Sentences: policy.Sentences{"de": {"email-domain-denied": "Diese Adresse nicht"}},
	}
}

func preview(t *testing.T, q support.SignUpQuestion) support.SignUpPreview {
	t.Helper()
	q.Stage, q.Now = settings.Stage{Settings: settings.Settings{Policy: policy.Document{SignUp: everyMode()}}}, time.Unix(0, 0)
	p, err := q.Answer()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func does(p support.SignUpPreview) map[string]support.Does {
	all := map[string]support.Does{}
	for _, r := range p.Rules {
		all[r.Rule] = r.Does
	}
	return all
}

func TestR65_EveryRuleSaysWhatItDoesInEveryMode(t *testing.T) {
	p := preview(t, support.SignUpQuestion{Attributes: map[string]string{"email": "x@mailinator.com", "locale": "de-AT"}})
	if p.Decision != support.Refused || p.Rule != "domains" || p.Code != "email-domain-denied" || p.Sentence != "Diese Adresse nicht" {
		t.Errorf("got %+v", p)
	}
	want := map[string]support.Does{
		"email": support.Accepts, "domains": support.Refuses, "disposable": support.WouldRefuse, "relay": support.Accepts,
		"phone": support.JudgesNot, "attributes": support.Accepts, "autoConfirm": support.ConfirmsNot,
	}
	for rule, is := range does(p) {
		if is != want[rule] {
			t.Errorf("%s %s, want %s", rule, is, want[rule])
		}
		delete(want, rule)
	}
	if len(want) > 0 || len(p.Observed) != 1 {
		t.Errorf("missing %v, observed %v", want, p.Observed)
	}
	p = preview(t, support.SignUpQuestion{Client: appClient, Attributes: map[string]string{"email": "x@duck.com"}})
	if p.Decision != support.Allowed || does(p)["relay"] != support.WouldRefuse || !p.Rules[1].OfClient || p.Rules[3].Mode != policy.Off {
		t.Errorf("with the app client's own rule: %+v", p)
	}
	p = preview(t, support.SignUpQuestion{Source: policy.Admin, Attributes: map[string]string{"email": "x@mailinator.com"}})
	if p.Code != signup.PhoneMissing.Code || does(p)["domains"] != support.JudgesNot {
		t.Errorf("for an administrator: %+v", p)
	}
	if p = preview(t, support.SignUpQuestion{Attributes: map[string]string{"email": "x@corp.example"}}); p.Decision != support.Confirmed {
		t.Errorf("of the company: %+v", p)
	}
}

// The file that synth ships is asked as presignup asks it; without it nobody knows.
func TestR104_APreviewKnowsWhoWaits(t *testing.T) {
	var names bytes.Buffer
	if err := waiting.Write(&names, slices.Values([]string{"ada@corp.example"})); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "prod.waiting")
	if err := os.WriteFile(file, names.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(file, email string) (support.SignUpPreview, error) {
		stage := settings.Stage{Settings: settings.Settings{Migration: settings.Migration{Waiting: file}}}
		return support.SignUpQuestion{Stage: stage, Attributes: map[string]string{"email": email}, Now: time.Unix(0, 0)}.Answer()
	}
	if p, err := ask(file, "Ada@corp.example"); err != nil || p.Decision != support.Refused || p.Code != "name-waits" || does(p)["waiting"] != support.Refuses {
		t.Errorf("got %+v, %v", p, err)
	}
	if p, err := ask(file, "bob@corp.example"); err != nil || p.Decision != support.Allowed || does(p)["waiting"] != support.Accepts {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := ask(file+"x", "bob@corp.example"); err == nil || !strings.Contains(err.Error(), "migrate load") {
		t.Errorf("without the file: %v", err)
	}
}
