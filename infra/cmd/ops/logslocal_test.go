package main

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
)

// varying is what differs from run to run in a line of logs.
var varying = regexp.MustCompile(`^[-0-9]+ [:.0-9]+|[0-9.]+ ms`)

// steady returns the lines without that, and with one space between columns.
func steady(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.Join(strings.Fields(varying.ReplaceAllString(line, "")), " ") + "\n")
	}
	return b.String()
}

// The same verb, by the same calls as on AWS.
func TestR67_LogsReadsTheLocalCloud(t *testing.T) {
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	o := startLocal(t)
	o.member()
	o.signIn()
	if _, err := o.app.SignUp(t.Context(), &cognito.SignUpInput{ClientId: &o.web.ID, Username: new("x@mailinator.com"), Password: new(password)}); err == nil {
		t.Fatal("a disposable address signed up")
	}
	if err := o.cloud.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	outputs := o.cloud.Outputs()
	outputs[settings.LocalCognitoOutput], outputs[settings.LocalDynamoDBOutput] = o.cloud.Endpoints().CognitoIDP, o.cloud.Endpoints().DynamoDB
	outputs[settings.LocalLambdaOutput] = o.cloud.Endpoints().Lambda
	text, err := json.Marshal(map[string]any{settings.StackName(settings.LocalStage): outputs})
	if err != nil {
		t.Fatal(err)
	}
	file := t.TempDir() + "/outputs.json"
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	user, err := o.app.AdminGetUser(t.Context(), &cognito.AdminGetUserInput{UserPoolId: &o.cloud.Stack.Pool.ID, Username: new(address)})
	if err != nil {
		t.Fatal(err)
	}
	hash := kernel.UserHash(o.cloud.Stack.Pool.ID, *user.Username) // which is the sub here
	asked := []string{"logs", "--stage", "local", "--outputs", file}
	all := steady(strings.ReplaceAll(must(t, asked...), hash, "HASH"))
	for _, who := range []string{address, *user.Username} {
		var found []support.Logged
		if err := json.Unmarshal([]byte(must(t, append(asked, "--user", who, "--json")...)), &found); err != nil || len(found) == 0 {
			t.Fatalf("%s: %d lines, %v", who, len(found), err)
		}
		for _, l := range found {
			if l.User != hash || l.Millis <= 0 || l.At.IsZero() {
				t.Errorf("%s: %+v", who, l)
			}
		}
	}
	if text := must(t, append(asked, "--refused")...); strings.Count(text, "\n") != 1 || !strings.Contains(text, "refused") {
		t.Errorf("refused is:\n%s", text)
	}
	t.Chdir(home)
	golden(t, "logs-local.txt", all)
}
