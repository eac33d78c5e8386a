package main

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// varying is what differs from run to run in a line of logs.
var varying = regexp.MustCompile(`(?m)^[-0-9]+ [:.0-9]+|[0-9.]+ ms| +$`)

// The same verb, by the same calls as on AWS.
func TestR67_LogsReadsTheLocalCloud(t *testing.T) {
	o := startLocal(t)
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
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
	_ = user
	_ = kernel.UserHash
	_ = triggers.Names
	_ = time.Now
	_ = home
	_ = file
}
