package support_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/refusal"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

// stageFolder makes a folder with the stage dev, with these lines under policy.signUp.
func stageFolder(t *testing.T, lines string) string {
	t.Helper()
	dev, err := os.ReadFile("../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	text := strings.Replace(string(dev), "  signUp:\n", "  signUp:\n"+lines, 1)
	if err := os.WriteFile(filepath.Join(folder, "dev.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// stageFiles reads that stage.
func stageFiles(t *testing.T, lines string) []settings.Stage {
	t.Helper()
	stages, err := settings.DecodeStages(stageFolder(t, lines), "dev")
	if err != nil {
		t.Fatal(err)
	}
	return stages
}

const spoken = `    sentences:
      de: {attribute-missing: "Bitte fülle alles aus!", email-missing: Das geht leider nicht, email-unusable: Das geht leider nicht}
      pt-BR: {attribute-missing: Preencha tudo}
      en: {attribute-missing: Fill in everything}
`

func TestR66_WhatAPersonReadLeadsToTheRuleInEveryLanguageAndWrapping(t *testing.T) {
	stages := stageFiles(t, spoken)
	for _, sentence := range []string{"Bitte fülle alles aus!", "Preencha tudo", "Fill in everything", "Please fill in all required fields"} {
		wrapped := "PreSignUp failed with error " + sentence + "."
		for _, text := range []string{
			sentence, sentence + ".", " „" + sentence + "“ ", strings.ToUpper(sentence), strings.ReplaceAll(sentence, " ", "  "), sentence + " [attribute-missing]",
			wrapped, "UserLambdaValidationException: " + wrapped, wrapped + " (Service: CognitoIdentityProvider, Status Code: 400, Request ID: 1)",
			"https://app.example/cb?error=invalid_request&error_description=" + url.QueryEscape(wrapped+" "),
			"https://app.example/cb#error_description=" + url.PathEscape(wrapped), "error_description=" + url.QueryEscape(wrapped),
		} {
			found, err := support.Explain(text, stages)
			if err != nil || len(found) != 1 || found[0].Code != "attribute-missing" {
				t.Errorf("%s: %+v, %v", text, found, err)
				continue
			}
			rule := found[0].Stages[0].Rules[0]
			if !strings.Contains(rule.Place, "dev.yaml:") || rule.Path != "policy.signUp.attributes" || rule.Lines[0] != "attributes:" {
				t.Errorf("%s: the rule is %+v", text, rule)
			}
		}
	}
	found, err := support.Explain("Das geht leider nicht", stages)
	if err != nil || len(found) != 2 || found[0].Code != "email-missing" || found[1].Code != "email-unusable" {
		t.Errorf("a sentence of two codes: %+v, %v", found, err)
	}
	if found, err = support.Explain("Das geht leider nicht [email-unusable]", stages); err != nil || len(found) != 1 || found[0].Code != "email-unusable" {
		t.Errorf("with its code: %+v, %v", found, err)
	}
}

// The forms are those that the decoders of applications are tested with.
func TestR66_EveryFormThatTheDecodersReadIsExplained(t *testing.T) {
	stages := stageFiles(t, "    sentences:\n      de: {email-missing: Bitte gib eine E-Mail-Adresse an, email-unusable: Das geht leider nicht, email-domain-denied: Das geht leider nicht}\n")
	text, err := os.ReadFile("../client/js/forms.json")
	if err != nil {
		t.Fatal(err)
	}
	var forms []struct {
		Name, Message, URL string
		Want               *refusal.Refusal
	}
	if err := json.Unmarshal(text, &forms); err != nil || len(forms) == 0 {
		t.Fatalf("%d forms, %v", len(forms), err)
	}
	for _, form := range forms {
		found, err := support.Explain(form.Message+form.URL, stages)
		switch {
		case form.Want != nil && form.Want.Code != "":
			if len(found) != 1 || found[0].Code != form.Want.Code || found[0].Trigger != form.Want.Trigger {
				t.Errorf("%s: %+v, %v", form.Name, found, err)
			}
		case form.Want == nil:
			if _, nobody := errors.AsType[support.Unknown](err); !nobody {
				t.Errorf("%s: %+v, %v", form.Name, found, err)
			}
		}
	}
}

func TestR66_CheckSaysTheFaultsAndWarningsThatLoadingSays(t *testing.T) {
	for name, lines := range map[string]string{"sound": "", "faulty": "    acces: {}\n    sentences: {xx-: {}}\n", "no YAML": "\t- :\n"} {
		folder := stageFolder(t, lines)
		got, err := support.Check(folder, "dev")
		if err != nil {
			t.Fatal(err)
		}
		stage, want := settings.LoadStage(filepath.Join(folder, "dev.yaml"))
		var faults, warnings []string
		for _, f := range got.Faults {
			faults = append(faults, f.String())
		}
		for _, w := range got.Warnings {
			warnings = append(warnings, w.String())
		}
		if got.Sound != (want == nil) || got.Sound != (len(faults) == 0) || want != nil && strings.Join(faults, "\n") != want.Error() || !slices.Equal(warnings, stage.Warnings()) {
			t.Errorf("%s: %+v\nwant %v\n%v", name, got, want, stage.Warnings())
		}
	}
	if _, err := support.Check(t.TempDir(), "qa"); err == nil {
		t.Error("a stage that is not there is sound")
	}
}
