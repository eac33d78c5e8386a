package settings

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Props of an app's own stack are judged without a file.
func TestR73_OnlyWhatIsKeptMustBeFilled(t *testing.T) {
	t.Parallel()
	for disposable, want := range map[bool]int{true: 0, false: 1} {
		if got := (&Settings{Disposable: disposable}).Unfilled(Given{}); len(got) != want {
			t.Errorf("disposable %v: %v", disposable, got)
		}
	}
}

// pinnedStage reads a stage of the text.
func pinnedStage(t *testing.T, text string) (Stage, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "prod.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return LoadStageFor(path, Given{Pool: true, Topic: true})
}

func TestR73_APlaceholderIsNamedWithItsLine(t *testing.T) {
	t.Parallel()
	const pinned = "account: \"210987654321\"\nregion: eu-central-1\nemail: {cognitoDefault: true}\n"
	for text, want := range map[string]string{
		pinned:               "",
		"disposable: true\n": "",
		"region: eu-central-1\nemail: {cognitoDefault: true}\n":                                                     `1: account: is missing: the credentials alone decide where the stage is deployed; pin it before you deploy`,
		"account: \"210987654321\"\nemail: {cognitoDefault: true}\n":                                                `1: region: is missing`,
		"account: \"111122223333\"\nregion: eu-central-1\nemail: {cognitoDefault: true}\n":                          `1: account: "111122223333" is of the account`,
		pinned + "logKeyArn: arn:aws:kms:eu-west-1:111122223333:key/1\n":                                            `4: logKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/1" is of the account`,
		pinned + "api:\n  on: true\n  allowOrigins: [https://acme.org, https://example.net]\n":                      `6: api.allowOrigins[1]: "https://example.net" is a name for examples`,
		pinned + "policy: {tokens: {profiles: {app: {access: {scopes: {add: [\"https://api.example/read\"]}}}}}}\n": "",
	} {
		stage, _ := pinnedStage(t, text)
		found := stage.Placeholders()
		if want == "" {
			if len(found) != 0 {
				t.Errorf("%q: %v", text, found)
			}
			continue
		}
		if len(found) != 1 || !strings.HasPrefix(found[0].String(), stage.File()+":"+want) || found[0].Fix == "" {
			t.Errorf("%q: %v, not one of %s", text, found, want)
		}
		if warnings := strings.Join(stage.Warnings(), "\n"); !strings.Contains(warnings, found[0].String()) {
			t.Errorf("%q: synth warns %q", text, warnings)
		}
	}
}

func TestR73_PlaceholdersOfOneLineAreInOrder(t *testing.T) {
	t.Parallel()
	stage := Stage{Settings: Settings{Account: "210987654321", Region: "eu-central-1", Email: EmailSender{CognitoDefault: true}, ForeignClients: make(map[string]string)}}
	var want []string
	for name := 'a'; name < 'm'; name++ {
		stage.ForeignClients[string(name)] = "app.example"
		want = append(want, "foreignClients."+string(name))
	}
	var got []string
	for _, found := range stage.Placeholders() {
		got = append(got, found.Path)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestR73_WhatNobodyCanOwnIsAPlaceholder(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]bool{
		"https://app.example.com/callback": true, "https://example.org": true, "https://app.example/x": true, "help@example.net": true, "example.com": true,
		"https://EXAMPLE.com:8443/": true, "com.example.app://callback": true, "trigger-suite-prod": true, "arn:aws:sns:eu-west-1:111122223333:on-call": true,
		"https://acme.org/cb": false, "https://acme.org/example": false, "https://examples.com/": false, "https://counterexample.com/": false, "example": false,
		"com.examples.app://cb": false, "my-trigger-suite-prod": false, "arn:aws:sns:eu-west-1:1111222233334:x": false, "https://example.community/": false,
	} {
		stage := Stage{Settings: Settings{Account: "210987654321", Region: "eu-central-1", Email: EmailSender{CognitoDefault: true}, Groups: []string{value}}}
		if found := stage.Placeholders(); (len(found) == 1) != want {
			t.Errorf("%s: %v", value, found)
		}
	}
}

func TestR73_APlaceholderIsFoundBehindAPointer(t *testing.T) {
	t.Parallel()
	for value, want := range map[*string]int{new("https://example.com"): 1, new("https://acme.org"): 0, nil: 0} {
		var faults policy.Faults
		if placeholders(&faults, "key", reflect.ValueOf(value)); len(faults) != want {
			t.Errorf("%v", faults)
		}
	}
}

// The shipped stage for production says what must be filled in, and nothing of the policy.
func TestR73_TheShippedStageForProductionIsNotDeployedAsItIs(t *testing.T) {
	t.Parallel()
	stage, err := FindStage("../stages", "prod")
	if err != nil {
		t.Fatal(err)
	}
	found := fmt.Sprint(stage.Placeholders())
	for _, want := range []string{"account: is missing", "region: is missing", `"trigger-suite-prod" is what the stage is shipped with`, "https://app.example.com/callback", "email: is missing: Cognito's own sender"} {
		if !strings.Contains(found, want) {
			t.Errorf("%s is not in %s", want, found)
		}
	}
	if strings.Contains(found, "policy") {
		t.Error(found)
	}
	if dev, err := FindStage("../stages", "dev"); err != nil || dev.Placeholders() != nil {
		t.Errorf("dev: %v, %v", dev.Placeholders(), err)
	}
}

func TestR73_AccountAndRegionHaveTheirForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"account: \"210987654321\"\nregion: us-gov-west-1\n": "", "region: cn-north-1\n": "",
		"account: 210987654321\n": "account: ", "account: \"21098765432\"\n": `account: "21098765432" is not an account; write its twelve digits`,
		"region: Frankfurt\n": `region: "Frankfurt" is not a Region; write its code`, "region: eu-central-1a\n": `region: "eu-central-1a" is not a Region`,
	} {
		_, err := pinnedStage(t, text)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
