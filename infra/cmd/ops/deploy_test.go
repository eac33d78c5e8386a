package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go/encoding/cbor"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// fakeAccount is an AWS account with at most one stack, as CloudFormation, STS, CloudWatch
// and the CDK command line show it. It keeps what MiniStack does not: a pool with deletion
// protection is not deleted, neither is a stack with termination protection, and the command
// line sets the latter before it deploys.
type fakeAccount struct {
	t *testing.T

	status   string
	guarded  bool
	watched  bool
	template string
	outputs  map[string]string
	versions []string // ARNs
	red      string   // an alarm

	fails   int      // of the next deployments
	writes  []string // beside those of the command line
	calls   []string // of the command line
	orphans int      // pools that no stack has
	failsAt string   // a call of the command line, once
	cutAt   string   // a call that is done and ends with an error, once
	more    string   // resources of the next template
	lambda  *fakeLambda
}

const (
	testStack   = "CognitoTriggers-test"
	testAccount = "210987654321"
)

// staged makes a project whose stage test is production's, filled in, and an account without
// a stack.
func staged(t *testing.T) *fakeAccount {
	t.Helper()
	prod, err := os.ReadFile("../../stages/prod.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := &fakeAccount{t: t, outputs: map[string]string{}, lambda: deployedAt(t)}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	for _, service := range []string{"CLOUDFORMATION", "STS", "CLOUDWATCH"} {
		t.Setenv("AWS_ENDPOINT_URL_"+service, server.URL)
	}
	a.stage("account: \"" + testAccount + "\"\nregion: eu-central-1\nemail: {cognitoDefault: true}\n" +
		strings.NewReplacer("trigger-suite-prod", "acme-sign-in", "app.example.com", "app.acme.org").Replace(string(prod)))
	return a
}

// stage writes the stage's file.
func (a *fakeAccount) stage(text string) {
	a.t.Helper()
	if err := errors.Join(os.MkdirAll(stagesFolder, 0o755), os.WriteFile(settings.StageFile(stagesFolder, "test"), []byte(text), 0o600)); err != nil {
		a.t.Fatal(err)
	}
}

// ops calls the command; answer is what somebody types, "" if there is no terminal.
func (a *fakeAccount) ops(answer string, args ...string) outcome {
	a.t.Helper()
	var out, err bytes.Buffer
	a.calls = nil
	status := run(a.t.Context(), slices.Insert(args, 1, "--stage", "test"), terminal{
		in: strings.NewReader(answer), out: &out, err: &err, getenv: func(string) string { return "" },
		now: func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) }, sleep: shortly, interactive: answer != "", cdk: a.cdk,
	})
	return outcome{out.String(), err.String(), status}
}

// expect calls the command and compares status, what it says and the writing calls of the
// command line.
func (a *fakeAccount) expect(status int, text string, calls []string, args ...string) {
	a.t.Helper()
	got := a.ops("", args...)
	var wrote []string
	for _, call := range a.calls {
		if !strings.HasPrefix(call, "synth") {
			wrote = append(wrote, call)
		}
	}
	if got.status != status || !strings.Contains(got.out+got.err, text) || !slices.Equal(wrote, calls) {
		a.t.Errorf("ops %s: status %d, not %d\n%s%s(wanted: %s)\nthe command line was called\n  %s\nnot\n  %s",
			strings.Join(args, " "), got.status, status, got.out, got.err, text, strings.Join(wrote, "\n  "), strings.Join(calls, "\n  "))
	}
}

const poolAndTable = `"Pool":{"Type":"AWS::Cognito::UserPool","DeletionPolicy":"RetainExceptOnCreate","Properties":{"DeletionProtection":"%s"}},
	"Table":{"Type":"AWS::DynamoDB::GlobalTable","DeletionPolicy":"RetainExceptOnCreate","Properties":{"Replicas":[{"DeletionProtectionEnabled":%t}]}}`

// cdk is the command line.
func (a *fakeAccount) cdk(_ context.Context, env []string, args ...string) error {
	call := strings.Join(args, " ")
	if a.calls = append(a.calls, call); call == a.failsAt {
		a.failsAt = ""
		return errors.New("no network")
	}
	if !slices.Contains(env, "AWS_REGION=eu-central-1") {
		a.t.Errorf("cdk %v in %v", args, env)
	}
	switch args[0] {
	case "synth":
		protected, mode := slices.Contains(args, "protected=true"), "INACTIVE"
		if protected {
			mode = "ACTIVE"
		}
		dir := args[len(args)-1]
		text := `{"Resources":{` + fmt.Sprintf(poolAndTable, mode, protected) + a.more + `}}`
		return errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, testStack+".template.json"), []byte(text), 0o600))
	case "destroy":
		a.status = ""
		return nil
	}
	text, err := os.ReadFile(filepath.Join(args[slices.Index(args, "--app")+1], testStack+".template.json"))
	if err != nil {
		return err
	}
	err = a.deploy(string(text))
	if call == a.cutAt {
		a.cutAt, err = "", errors.New("the connection was lost")
	}
	return err
}

// deploy is what the command line and CloudFormation do with a template.
func (a *fakeAccount) deploy(template string) error {
	protected, fails := strings.Contains(template, `"ACTIVE"`), a.fails > 0
	a.fails--
	if strings.HasPrefix(a.status, "ROLLBACK_") { // the command line deletes it
		if a.guarded {
			return errors.New("Stack [" + testStack + "] cannot be deleted while TerminationProtection is enabled")
		}
		if a.status == "ROLLBACK_FAILED" {
			a.orphans++ // RetainExceptOnCreate
		}
		a.status = ""
	}
	made := a.status == ""
	a.guarded = protected
	switch {
	case made && fails && protected:
		a.status = "ROLLBACK_FAILED" // "deletion protection is activated"
	case made && fails:
		a.status = "ROLLBACK_COMPLETE"
	case fails:
		a.status = "UPDATE_ROLLBACK_COMPLETE"
	case made:
		a.status, a.template = "CREATE_COMPLETE", template
		return nil
	default:
		a.status, a.template = "UPDATE_COMPLETE", template
		return nil
	}
	return errors.New("the stack is in " + a.status)
}

func (a *fakeAccount) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.Contains(r.URL.Path, "DescribeAlarms") { // rpcv2Cbor
		w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
		w.Header().Set("Content-Type", "application/cbor")
		_, _ = w.Write(cbor.Encode(cbor.Map{"MetricAlarms": cbor.List{
			cbor.Map{"AlarmName": cbor.String(a.red), "StateValue": cbor.String(map[bool]string{true: "OK", false: "ALARM"}[a.red == ""])},
		}}))
		return
	}
	action := r.FormValue("Action")
	answer := func(result string) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", action, result)
	}
	switch {
	case action == "GetCallerIdentity":
		answer("<Account>" + testAccount + "</Account>")
	case a.status == "" || r.FormValue("StackName") != testStack:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error></ErrorResponse>`)
	case action == "DescribeStacks":
		answer("<Stacks><member>" + a.described() + "</member></Stacks>")
	case action == "GetTemplate":
		escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(a.template)
		answer("<TemplateBody>" + escaped + "</TemplateBody>")
	case action == "UpdateTerminationProtection":
		a.guarded = r.FormValue("EnableTerminationProtection") == "true"
		a.writes = append(a.writes, action)
		answer("<StackId>" + testStack + "</StackId>")
	case action == "ListStackResources":
		var members string
		for _, arn := range a.versions {
			members += "<member><ResourceType>AWS::Lambda::Version</ResourceType><PhysicalResourceId>" + arn + "</PhysicalResourceId></member>"
		}
		answer("<StackResourceSummaries>" + members + "</StackResourceSummaries>")
	default:
		http.Error(w, "not simulated: "+action, http.StatusNotImplemented)
	}
}

func (a *fakeAccount) described() string {
	text := fmt.Sprintf("<StackName>%s</StackName><StackStatus>%s</StackStatus><EnableTerminationProtection>%t</EnableTerminationProtection>", testStack, a.status, a.guarded)
	if a.watched {
		text += "<RollbackConfiguration><RollbackTriggers><member><Arn>a</Arn><Type>AWS::CloudWatch::Alarm</Type></member></RollbackTriggers></RollbackConfiguration>"
	}
	for key, value := range a.outputs {
		text += "<Outputs><member><OutputKey>" + key + "</OutputKey><OutputValue>" + value + "</OutputValue></member></Outputs>"
	}
	return text // one output at most
}

// The calls of the command line.
const (
	publishes  = " --build true --outputs-file dist/outputs.test.json"
	firstPass  = "deploy " + testStack + " --app dist/deploy/test.unprotected" + publishes
	onePass    = "deploy " + testStack + " --app dist/deploy/test" + publishes
	secondPass = onePass + " --require-approval never"
)

func TestR73_AStackIsMadeWithoutProtectionAndProtectedAtOnce(t *testing.T) {
	a := staged(t)
	a.expect(done, "PreSignUp", []string{firstPass + " --quiet", secondPass}, "deploy", "--", "--quiet")
	if !a.guarded || a.status != "UPDATE_COMPLETE" || !strings.Contains(a.template, `"ACTIVE"`) {
		t.Errorf("%s, protected %v: %s", a.status, a.guarded, a.template)
	}
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
	a.stage(strings.Replace(a.whole(), "\ndisposable: false", "\ndisposable: true", 1))
	a.status = ""
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
}

func TestR73_AFailedFirstDeploymentIsRepeated(t *testing.T) {
	a := staged(t)
	a.fails = 1
	a.expect(failed, "ROLLBACK_COMPLETE", []string{firstPass}, "deploy")
	a.expect(done, "PreSignUp", []string{firstPass, secondPass}, "deploy")
	if a.orphans != 0 || !a.guarded || len(a.writes) != 0 {
		t.Errorf("%d orphans, protected %v, %v", a.orphans, a.guarded, a.writes)
	}
}

// A rollback cannot delete a pool with deletion protection, nor the command line a stack with
// termination protection. This is why there are two passes; a stack that was deployed by hand
// in one is freed.
func TestR73_OneProtectedPassThatFailsIsTheEnd(t *testing.T) {
	bare := staged(t)
	protected := `{"Resources":{` + fmt.Sprintf(poolAndTable, "ACTIVE", true) + `}}`
	bare.fails = 1
	first, second := bare.deploy(protected), bare.deploy(protected)
	if bare.status != "ROLLBACK_FAILED" || second == nil || !strings.Contains(second.Error(), "TerminationProtection") {
		t.Fatalf("%v, %v: two passes would not be needed", first, second)
	}
	bare.failsAt = secondPass
	bare.expect(unprotected, "is made and UNPROTECTED", []string{firstPass, secondPass}, "deploy")
	bare.expect(done, "PreSignUp", []string{onePass}, "deploy")
	if !slices.Equal(bare.writes, []string{"UpdateTerminationProtection"}) || !bare.guarded {
		t.Errorf("%v, protected %v", bare.writes, bare.guarded)
	}
}

func TestR73_AFailedUpdateIsRepeated(t *testing.T) {
	a := staged(t)
	a.ops("", "deploy")
	a.fails = 1
	a.expect(failed, "UPDATE_ROLLBACK_COMPLETE", []string{onePass}, "deploy")
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
}

func TestR73_AStackWhoseSecondPassFailedSaysSoUntilItIsProtected(t *testing.T) {
	a := staged(t)
	a.failsAt = secondPass
	a.expect(unprotected, "CognitoTriggers-test is made and UNPROTECTED", []string{firstPass, secondPass}, "deploy")
	a.expect(unprotected, "UNPROTECTED against deletion: pool:Pool, table:Table, stack:CognitoTriggers-test", nil, "status")
	a.failsAt = onePass
	a.expect(unprotected, "CognitoTriggers-test is made and UNPROTECTED", []string{onePass}, "deploy")
	a.guarded = true // as the command line leaves it when CloudFormation fails after it
	a.expect(unprotected, "UNPROTECTED against deletion: pool:Pool, table:Table; deploy", nil, "status", "--json")
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
	a.expect(done, "PreSignUp", nil, "status")
}

func TestR73_AFirstPassThatEndsAfterTheStackWasMadeSaysSo(t *testing.T) {
	a := staged(t)
	a.cutAt = firstPass
	a.expect(unprotected, "CognitoTriggers-test is made and UNPROTECTED: deploy again (cdk deploy: the connection was lost)", []string{firstPass}, "deploy")
	a.expect(done, "PreSignUp", []string{onePass}, "deploy")
}

func TestR73_AnotherProgramsStackOfThatNameIsLeftAlone(t *testing.T) {
	a := staged(t)
	a.status, a.template = "UPDATE_COMPLETE", `{"Resources":{"Files":{"Type":"AWS::S3::Bucket"},"Users":{"Type":"AWS::Cognito::UserPool"}}}`
	a.expect(failed, "is not of this suite, and nothing was changed", nil, "deploy")
	a.expect(failed, "is not of this suite, and nothing was changed", nil, "destroy", "--yes", testStack)
}

// A stage that becomes disposable takes every guard away at once.
func TestR73_WhatIsKeptNoLongerIsALoss(t *testing.T) {
	kept, not := resource{Type: poolType, DeletionPolicy: "RetainExceptOnCreate"}, resource{Type: poolType, DeletionPolicy: "Delete"}
	for _, c := range []struct {
		before, after resource
		want          int
	}{{kept, not, 1}, {kept, kept, 0}, {not, kept, 0}, {not, not, 0}} {
		lost := losses(stackTemplate{map[string]resource{"Pool": c.before}}, stackTemplate{map[string]resource{"Pool": c.after}})
		if len(lost) != c.want || c.want > 0 && (lost[0].name != "pool:Pool" || !strings.Contains(lost[0].why, "is kept no longer")) {
			t.Errorf("%+v to %+v loses %v", c.before, c.after, lost)
		}
	}
}

func TestR73_WhatIsNotOursOrNotReadyIsNotDeployed(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		status   int
		text     string
		args     []string
	}{
		"another account":   {testAccount, "123456789012", failed, "these credentials are of account 210987654321, and the stage test belongs to 123456789012 (infra/stages/test.yaml:1): nothing was deployed", nil},
		"another Region":    {"", "", misuse, "--region us-east-1: the stage test belongs to eu-central-1 (infra/stages/test.yaml:2)", []string{"--region", "us-east-1"}},
		"no account":        {"account: \"" + testAccount + "\"\n", "", failed, "infra/stages/test.yaml:1: account: is missing", nil},
		"a placeholder":     {"app.acme.org/callback", "app.example.com/callback", failed, `"https://app.example.com/callback" is a name for examples`, nil},
		"nobody's e-mails":  {"email: {cognitoDefault: true}\n", "", failed, "infra/stages/test.yaml:1: email: is missing: Cognito's own sender", nil},
		"a fault":           {"disposable: false", "disposabel: false", failed, "disposabel", nil},
		"a time":            {"", "", misuse, "1 to 180", []string{"--watch", "181"}},
		"another word":      {"", "", misuse, `unexpected argument "prod"`, []string{"prod"}},
		"a stage elsewhere": {"", "", misuse, `there is no stage "qa"`, []string{"--stage", "qa"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := staged(t)
			a.stage(strings.Replace(a.whole(), c.old, c.new, 1))
			args := append([]string{"deploy"}, c.args...)
			if name == "a stage elsewhere" {
				refused(t, c.status, []string{c.text}, args...)
				return
			}
			a.expect(c.status, c.text, nil, args...)
			if len(a.calls)+len(a.writes) > 0 {
				t.Errorf("called %v, %v", a.calls, a.writes)
			}
		})
	}
}

// whole returns the stage's file.
func (a *fakeAccount) whole() string {
	text, err := os.ReadFile(settings.StageFile(stagesFolder, "test"))
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}

func TestR73_AStackInTheMiddleOfSomethingIsLeftAlone(t *testing.T) {
	for status, text := range map[string]string{
		"UPDATE_IN_PROGRESS": "wait until", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "wait until", "UPDATE_ROLLBACK_FAILED": "cdk rollback CognitoTriggers-test",
		"DELETE_FAILED": "make destroy", "CREATE_FAILED": "cdk rollback",
	} {
		t.Run(status, func(t *testing.T) {
			a := staged(t)
			a.status = status
			a.expect(failed, text, nil, "deploy")
			a.expect(failed, "nothing was deleted", nil, "prune")
		})
	}
	a := staged(t)
	a.status = ""
	a.expect(failed, "the stack CognitoTriggers-test is not there", nil, "prune")
}

func TestNobodySitsAtTheNullDevice(t *testing.T) {
	null, err := os.Open(os.DevNull)
	if err != nil || isTerminal(null) {
		t.Errorf("%v; a pipeline is asked, and not told what to pass", err)
	}
}

func TestR73_WhatWouldBeLostIsNamedAndAskedFor(t *testing.T) {
	const had = `,"Admins":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"GroupName":"admins","UserPoolId":{"Ref":"Pool"}}},
		"Web":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"UserPoolId":{"Ref":"Pool"}}},
		"Domain":{"Type":"AWS::Cognito::UserPoolDomain","Properties":{"Domain":"acme","UserPoolId":{"Ref":"Pool"}}},
		"Scopes":{"Type":"AWS::Cognito::UserPoolResourceServer","Properties":{"Identifier":"app","UserPoolId":{"Ref":"Pool"}}},
		"Role":{"Type":"AWS::IAM::Role"}`
	const has = `,"Web":{"Type":"AWS::Cognito::UserPoolClient","Properties":{"GenerateSecret":true,"UserPoolId":{"Ref":"Pool"}}},
		"Domain":{"Type":"AWS::Cognito::UserPoolDomain","Properties":{"Domain":"other","UserPoolId":{"Ref":"Pool"}}},
		"Scopes":{"Type":"AWS::Cognito::UserPoolResourceServer","Properties":{"Identifier":"app","Scopes":[1],"UserPoolId":{"Ref":"Pool"}}}`
	a := staged(t)
	a.more = had
	a.ops("", "deploy")
	a.expect(done, "PreSignUp", []string{onePass}, "deploy") // nothing changes
	a.more = has
	const all = "group:admins,domain:acme,client:Web"
	a.expect(misuse, "--yes '"+all+"'", nil, "deploy")
	a.expect(misuse, "domain:acme is replaced, because its Domain changes", nil, "deploy", "--yes", "group:admins,client:Web")
	for answer, want := range map[string]int{"no\n": failed, "yes\n": done} {
		a.template = `{"Resources":{` + fmt.Sprintf(poolAndTable, "ACTIVE", true) + had + `}}`
		got := a.ops(answer, "deploy")
		if got.status != want || !strings.Contains(got.err, "client:Web is replaced, because its GenerateSecret changes") || !strings.Contains(got.err, "group:admins is deleted, and with it its memberships") || strings.Contains(got.err, "Scopes") {
			t.Errorf("%q: %d, %s", answer, got.status, got.err)
		}
	}
	a.template = `{"Resources":{` + fmt.Sprintf(poolAndTable, "ACTIVE", true) + had + `}}`
	a.expect(done, "PreSignUp", []string{onePass}, "deploy", "--yes", all)
	a.template = `{"Resources":{` + strings.ReplaceAll(fmt.Sprintf(poolAndTable, "ACTIVE", true), `"Pool":`, `"Old":`) + `}}`
	a.expect(misuse, "pool:Old leaves the stack with every user; it is kept", nil, "deploy")
}

func TestR73_ADeploymentIsTakenBackByTheAlarmsOfTheStack(t *testing.T) {
	a := staged(t)
	got := a.ops("", "deploy", "--watch", "15")
	if got.status != done || !strings.Contains(got.err, "A first deployment is not watched") {
		t.Errorf("%d %s", got.status, got.err)
	}
	a.expect(misuse, "has no output WatchAlarmArns", nil, "deploy", "--watch", "15")
	const arn = "arn:aws:cloudwatch:eu-central-1:210987654321:alarm:"
	a.outputs[settings.WatchOutput] = arn + "one," + arn + "two"
	const flag = " --rollback-trigger-alarm-arns "
	a.expect(done, "PreSignUp", []string{onePass + flag + arn + "one" + flag + arn + "two --monitoring-time-minutes 15"}, "deploy", "--watch", "15")
	a.red = "two"
	a.expect(failed, "the alarm two is red", nil, "deploy", "--watch", "15")
	a.watched = true
	a.expect(done, "PreSignUp", []string{onePass + flag + "none"}, "deploy")
}

func TestR73_DestroyNamesWhatGoesAndWhatStays(t *testing.T) {
	a := staged(t)
	a.more = `,"Admins":{"Type":"AWS::Cognito::UserPoolGroup","Properties":{"GroupName":"admins"}},"Logs":{"Type":"AWS::Logs::LogGroup","DeletionPolicy":"RetainExceptOnCreate"}`
	a.expect(failed, "there is no stack CognitoTriggers-test in eu-central-1", nil, "destroy")
	a.ops("", "deploy")
	a.expect(failed, "is protected against deletion, and nothing was destroyed", nil, "destroy", "--yes", testStack)
	a.guarded = false
	a.expect(misuse, "stays: logs:Logs, pool:Pool, table:Table\ngoes:  group:admins\n", nil, "destroy")
	a.expect(done, "", []string{"destroy CognitoTriggers-test --force -c stage=test"}, "destroy", "--yes", testStack)
	a.stage(strings.Replace(a.whole(), testAccount, "123456789012", 1))
	a.expect(failed, "nothing was destroyed", nil, "destroy", "--yes", testStack)
}

func TestR73_PruneSparesWhatIsNamedYoungOrAmongTheNewest(t *testing.T) {
	a := staged(t)
	api := a.lambda
	signUp := api.functions["stack-PreSignUp"]
	signUp.versions = nil
	for n := 1; n <= 9; n++ {
		signUp.versions = append(signUp.versions, release(n, "aaaaaaaaaaaa", fmt.Sprintf("%02d", n)))
	}
	signUp.live, signUp.also = "2", "3"
	a.status, a.versions = "UPDATE_COMPLETE", []string{"arn:aws:lambda:eu-west-1:1:function:stack-PreSignUp:4"}
	a.expect(done, "PreSignUp: would delete 1 of 9 versions: 1\n", nil, "prune", "--keep", "2", "--older", "60d", "--dry-run")
	if len(api.updates) != 0 {
		t.Errorf("a dry run calls %v", api.updates)
	}
	a.expect(done, "PreSignUp: deleted 4 of 9 versions: 1, 5, 6, 7\n", nil, "prune", "--keep", "2")
	want := []string{"stack-PreSignUp-1", "stack-PreSignUp-5", "stack-PreSignUp-6", "stack-PreSignUp-7"}
	if !slices.Equal(api.updates, want) {
		t.Errorf("deleted %v", api.updates)
	}
	a.expect(misuse, "--keep takes 2 or more", nil, "prune", "--keep", "1")
	a.expect(misuse, "--older", nil, "prune", "--older", "soon")
	var parsed []pruned
	if err := json.Unmarshal([]byte(a.ops("", "prune", "--json", "--dry-run").out), &parsed); err != nil || len(parsed) != 4 {
		t.Errorf("%v, %v", parsed, err)
	}
}
