package main

import (
	"encoding/json"
	"errors"
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
	refused(t, failed, []string{"dist/outputs.local.json", "while make local runs"}, "dossier", address, "--stage", "local")

	outputs := map[string]string{
		settings.LocalCognitoOutput: o.cloud.Endpoints().CognitoIDP, settings.LocalDynamoDBOutput: o.cloud.Endpoints().DynamoDB, settings.LocalStageOutput: "dev",
		"UserPoolId": o.cloud.Stack.Pool.ID, "TableName": o.cloud.Table(), "PreSignUpFunctionName": "f",
	}
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
	if err := o.cloud.Close(); err != nil {
		t.Fatal(err)
	}
	refused(t, failed, []string{"is make local running?"}, "dossier", address, "--stage", "local")
}
