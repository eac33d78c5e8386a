package main

import (
	"bytes"
	"context"
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

// whole returns the stage's file.
func (a *fakeAccount) whole() string {
	text, err := os.ReadFile(settings.StageFile(stagesFolder, "test"))
	if err != nil {
		a.t.Fatal(err)
	}
	return string(text)
}
