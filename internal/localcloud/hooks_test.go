package localcloud

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// hooked is a stack whose one function serves every trigger that the pool fires.
func hooked() object {
	changed := resources()
	wired := object{}
	for _, name := range userpool.Fires() {
		wired[name] = triggerOf(name, "Sign")
	}
	property(changed, "Pool")["LambdaConfig"] = wired
	property(changed, "Pool")["EmailConfiguration"] = object{"EmailSendingAccount": "DEVELOPER"}
	property(changed, "Web")["ExplicitAuthFlows"] = []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_CUSTOM_AUTH"}
	return changed
}

// triggerOf is a function in LambdaConfig; some triggers have a version, too.
func triggerOf(name, function string) any {
	if name == "InboundFederation" {
		return object{"LambdaArn": arnOf(function), "LambdaVersion": "V1_0"}
	}
	return arnOf(function)
}

// startHooked starts it with the app's functions.
func startHooked(t *testing.T, log io.Writer, onMail func(userpool.Message)) (*Cloud, *journal) {
	t.Helper()
	j, dir := &journal{}, assembly(t, hooked())
	binary := filepath.Join(dir, "asset.1", "bootstrap")
	if err := os.Remove(binary); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", "build", "-o", binary, "./testdata/hooks").CombinedOutput(); err != nil {
		t.Fatalf("building the functions: %v\n%s", err, out)
	}
	opts := Options{AssemblyDir: dir, OnInvocation: j.add, Log: log}
	opts.Pool.OnMail = onMail
	cloud, err := Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	return cloud, j
}

// sources are the triggers that were fired, in the order of their start: they are reported in
// any order.
func (j *journal) sources(t *testing.T, cloud *Cloud) (fired []string) {
	t.Helper()
	all := j.all(t, cloud)
	slices.SortFunc(all, func(a, b lambdahost.Invocation) int { return a.Start.Compare(b.Start) })
	for _, seen := range all {
		var event struct{ TriggerSource string }
		if err := json.Unmarshal(seen.Event, &event); err != nil {
			t.Fatal(err)
		}
		fired = append(fired, event.TriggerSource)
	}
	return fired
}

// A process with the types of aws-lambda-go, wired by a template, serves the triggers.
func TestR59_AnAppsOwnFunctionsServeTheirTriggers(t *testing.T) {
	var sent []userpool.Message
	var log bytes.Buffer
	cloud, j := startHooked(t, &log, func(m userpool.Message) { sent = append(sent, m) })
	web, _ := cloud.Client("web")
	api, client, bea := cognitoOf(cloud), aws.String(web.ID), aws.String("bea@example.com")
	enter := func(flow types.AuthFlowType, password, door string) (*cognito.InitiateAuthOutput, error) {
		return api.InitiateAuth(t.Context(), &cognito.InitiateAuthInput{
			ClientId: client, AuthFlow: flow, ClientMetadata: map[string]string{"door": door},
			AuthParameters: map[string]string{"USERNAME": *bea, "PASSWORD": password},
		})
	}
	if _, err := enter(types.AuthFlowTypeUserPasswordAuth, "wrong", ""); err == nil || !strings.Contains(err.Error(), "UserLambdaValidationException: UserMigration failed with error Bad password.") {
		t.Errorf("a wrong password: %v", err)
	}
	if out, err := enter(types.AuthFlowTypeUserPasswordAuth, "old one", ""); err != nil || out.AuthenticationResult == nil {
		t.Fatalf("the migrated user: %+v, %v", out, err)
	}
	if _, err := enter(types.AuthFlowTypeUserPasswordAuth, "old one", "closed"); err == nil || !strings.Contains(err.Error(), "PreAuthentication failed with error closed today.") {
		t.Errorf("PreAuthentication: %v", err)
	}
	begun, err := enter(types.AuthFlowTypeCustomAuth, "", "")
	if err != nil {
		t.Fatal(err)
	}
	out, err := api.RespondToAuthChallenge(t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: client, ChallengeName: begun.ChallengeName, Session: begun.Session, ChallengeResponses: map[string]string{"USERNAME": *bea, "ANSWER": "8"},
	})
	if err != nil || out.AuthenticationResult == nil {
		t.Fatalf("CUSTOM_AUTH: %+v, %v", out, err)
	}
	if _, err := api.ForgotPassword(t.Context(), &cognito.ForgotPasswordInput{ClientId: client, Username: bea}); err != nil {
		t.Fatal(err)
	}
	if len(sent) != 1 || sent[0].Text != "For bea@example.com: "+sent[0].Code || sent[0].Subject != "Your verification code" {
		t.Errorf("sent %+v", sent)
	}
	if want := []string{
		"UserMigration_Authentication",
		"UserMigration_Authentication", "PreAuthentication_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication",
		"PreAuthentication_Authentication",
		"DefineAuthChallenge_Authentication", "CreateAuthChallenge_Authentication", "VerifyAuthChallengeResponse_Authentication",
		"DefineAuthChallenge_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication",
		"CustomMessage_ForgotPassword",
	}; !slices.Equal(j.sources(t, cloud), want) {
		t.Errorf("fired %q\nwant  %q", j.sources(t, cloud), want)
	}
	if strings.Contains(log.String(), "old one") {
		t.Error("the log has the password")
	}
}

func TestR59_ATriggerWhoseFunctionDoesNotRunStopsTheStart(t *testing.T) {
	changed := hooked()
	changed["Script"] = object{"Type": "AWS::Lambda::Function", "Properties": object{"Runtime": "nodejs22.x", "FunctionName": "script"}}
	wired := property(changed, "Pool")["LambdaConfig"].(object)
	for name := range wired {
		wired[name] = triggerOf(name, "Script")
		cloud, err := Start(t.Context(), Options{AssemblyDir: assembly(t, changed)})
		if err == nil {
			_ = cloud.Close()
		}
		want := "UserPool.LambdaConfig." + name + " (arn:aws:lambda:us-east-1:000000000000:function:script): the function does not run here and is not called: only a function of this stack with the runtime provided.* does"
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
		wired[name] = triggerOf(name, "Sign")
	}
}
