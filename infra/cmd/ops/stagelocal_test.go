package main

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// In a shell of its own, with another account's variables: --stage local says it all.
func TestR56_TheStageLocalIsWhatMakeLocalServes(t *testing.T) {
	o := startLocal(t)
	o.member()
	project, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("infra", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(project+"/infra/stages", "infra/stages"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_REGION", "eu-west-3")
	t.Setenv("AWS_PROFILE", "nobody") // which is not there
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	refused(t, failed, []string{"dist/outputs.local.json", "while make local runs"}, "dossier", address, "--stage", "local")

	outputs := map[string]string{
		settings.LocalCognitoOutput: o.cloud.Endpoints().CognitoIDP, settings.LocalDynamoDBOutput: o.cloud.Endpoints().DynamoDB, settings.LocalStageOutput: "dev",
		settings.LocalLambdaOutput: o.cloud.Endpoints().Lambda,
	}
	maps.Copy(outputs, o.cloud.Outputs())
	text, err := json.Marshal(map[string]any{settings.StackName(settings.LocalStage): outputs})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll("dist", 0o755), os.WriteFile("dist/outputs.local.json", text, 0o644)); err != nil {
		t.Fatal(err)
	}
	if got := ops(t, "reconcile", "--stage", "local", "--rate", "1000"); got.status != done {
		t.Fatalf("the sweep: %+v", got)
	}
	if got := must(t, "dossier", address, "--stage", "local"); !strings.Contains(got, address) {
		t.Errorf("the dossier is %s", got)
	}
	if got := must(t, "authz", "suspend", address, "--stage", "local"); !strings.Contains(got, "suspended") || strings.Contains(got, "no such user") {
		t.Errorf("suspended: %s", got)
	}
	if got := must(t, "token-preview", "--stage", "local"); !strings.HasPrefix(got, "stage local, client web, profile app") {
		t.Errorf("the preview is of %s", got)
	}
	o.rollsBack()
	if err := o.cloud.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, failed, []string{"is make local running?"}, "dossier", address, "--stage", "local")
	refused(t, failed, []string{"is make local running?"}, "status", "--stage", "local")
}

// rollsBack replaces a function's code, as an edit does, and takes it back.
func (o operated) rollsBack() {
	o.Helper()
	t, name := o.T, o.cloud.Outputs()["PreSignUp"+settings.FunctionNameOutput]
	live := func() string {
		for line := range strings.Lines(must(t, "status", "--stage", "local")) {
			if rest, ok := strings.CutPrefix(line, "PreSignUp"); ok {
				return strings.Join(strings.Fields(rest), " ")
			}
		}
		return ""
	}
	if got := live(); !strings.HasPrefix(got, "1 ") || strings.Contains(got, "rolled back") {
		t.Errorf("deployed: %s", got)
	}
	if _, err := o.cloud.Functions.Replace(name, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	if got := live(); !strings.HasPrefix(got, "2 ") {
		t.Errorf("edited: %s", got)
	}
	if _, err := o.cloud.Functions.Invoke(t.Context(), name+":"+settings.LiveAlias, nil); err == nil {
		t.Error("the new version, which has no code, answers")
	}
	must(t, "rollback", "--stage", "local")
	if got := live(); !strings.HasPrefix(got, "1 ") || !strings.Contains(got, "rolled back: the newest is 2") {
		t.Errorf("rolled back: %s", got)
	}
	if _, err := o.cloud.Functions.Invoke(t.Context(), name+":"+settings.LiveAlias, []byte(`{"version":"1"}`)); err != nil && strings.Contains(err.Error(), "InvalidEntrypoint") {
		t.Errorf("the version of before does not run: %v", err)
	}
	must(t, "rollback", "--stage", "local", "--to", "newest")
	if got := live(); !strings.HasPrefix(got, "2 ") || strings.Contains(got, "rolled back") {
		t.Errorf("forward again: %s", got)
	}
}
