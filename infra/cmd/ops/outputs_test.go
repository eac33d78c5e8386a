package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// fakeStacks are the outputs of stacks as CloudFormation's DescribeStacks answers them
// (API reference, DescribeStacks, and its error for a name that is not there).
type fakeStacks map[string]map[string]string

func (f fakeStacks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.FormValue("StackName")
	outputs, ok := f[name]
	w.Header().Set("Content-Type", "text/xml")
	switch {
	case r.FormValue("Action") != "DescribeStacks":
		http.Error(w, "not simulated", http.StatusNotImplemented)
	case !ok:
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id %s does not exist</Message></Error></ErrorResponse>`, name)
	default:
		var members strings.Builder
		for _, key := range slices.Sorted(maps.Keys(outputs)) {
			fmt.Fprintf(&members, `<member><OutputKey>%s</OutputKey><OutputValue>%s</OutputValue></member>`, key, outputs[key])
		}
		fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>%s</StackName><StackId>arn:aws:cloudformation:eu-west-1:210987654321:stack/x/y</StackId><StackStatus>UPDATE_COMPLETE</StackStatus><Outputs>%s</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, name, members.String())
	}
}

// deploy starts them.
func (f fakeStacks) deploy(t *testing.T) {
	t.Helper()
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", server.URL)
}

// withoutRegion is a shell that nothing on AWS can be asked from.
func withoutRegion(t *testing.T) {
	t.Helper()
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
}

func TestR75_WithoutAFileTheStackSaysItsOutputs(t *testing.T) {
	newSuite(t).user(t, "8d1c", "ada@example.com", true)
	t.Chdir(t.TempDir())
	suite := map[string]string{"TableName": directorytest.Table, "UserPoolId": pool}
	fakeStacks{
		"CognitoTriggers-prod": suite,
		"Mine":                 {"TableName": "another", "UserPoolId": "eu-west-1_Another12", "StaffTableName": directorytest.Table, "StaffUserPoolId": pool},
		"Bare":                 {},
	}.deploy(t)
	for _, which := range [][]string{{"--stage", "prod"}, {"--stack", "CognitoTriggers-prod"}, {"--stack", "Mine", "--prefix", "Staff"}} {
		if got := must(t, append([]string{"authz", "show", "8d1c"}, which...)...); !strings.Contains(got, "8d1c in "+pool) {
			t.Errorf("%v: %s", which, got)
		}
	}
	for text, which := range map[string][]string{
		"dist/outputs.dev.json, and asking the stack CognitoTriggers-dev for them: it is not in eu-west-1": {"--stage", "dev"},
		"asking the stack Theirs for them: it is not in eu-west-1":                                         {"--stack", "Theirs"},
		"the stack Bare has no output StaffTableName: pass --table and --pool":                             {"--stack", "Bare", "--prefix", "Staff", "--pool", pool},
	} {
		refused(t, failed, []string{text, "--table and --pool"}, append([]string{"authz", "show", "8d1c"}, which...)...)
	}
}

func TestR75_TheStackIsAskedWhereItsFilePinsIt(t *testing.T) {
	newSuite(t).user(t, "8d1c", "ada@example.com", true)
	fakeStacks{"CognitoTriggers-test": {"TableName": directorytest.Table, "UserPoolId": pool}}.deploy(t)
	t.Chdir(t.TempDir())
	show := []string{"authz", "show", "8d1c", "--stage", "test"}
	pinned := func(text string) {
		t.Helper()
		if err := errors.Join(os.MkdirAll(stagesFolder, 0o755), os.WriteFile(settings.StageFile(stagesFolder, "test"), []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("AWS_REGION", "")
	pinned("account: \"210987654321\"\nregion: eu-west-1\n")
	must(t, show...)
	refused(t, misuse, []string{"--region eu-west-3: the stage test belongs to eu-west-1 (infra/stages/test.yaml:2)"}, append(show, "--region", "eu-west-3")...)
	pinned("account: \"333333333333\"\nregion: eu-west-1\n")
	refused(t, failed, []string{"of account 210987654321, and the stage test belongs to 333333333333 (infra/stages/test.yaml:1)"}, show...)
}
