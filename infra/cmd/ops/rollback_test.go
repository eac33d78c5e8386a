package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// fakeLambda is Lambda's API for versions and aliases (API reference, GetAlias,
// UpdateAlias, ListVersionsByFunction), a version to a page.
type fakeLambda struct {
	sync.Mutex
	functions map[string]*fakeFunction
	updates   []string
}

type fakeFunction struct {
	live     string
	also     string // gets a part of the calls; "" for none
	revision int
	versions []map[string]string
}

// release is a version: its policy and the day of October on which it was made.
func release(number int, policy, day string) map[string]string {
	return map[string]string{
		"Version": strconv.Itoa(number), "Description": "policy " + policy, "LastModified": "2026-10-" + day + "T09:00:00.123+0000",
	}
}

func (f *fakeLambda) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.Lock()
	defer f.Unlock()
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/2015-03-31/functions/"), "/")
	function, ok := f.functions[parts[0]]
	w.Header().Set("Content-Type", "application/json")
	switch {
	case !ok:
		w.Header().Set("X-Amzn-Errortype", "ResourceNotFoundException")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"Message":"Function not found"}`))
	case r.Method == http.MethodDelete:
		f.updates = append(f.updates, parts[0]+"-"+r.URL.Query().Get("Qualifier"))
		w.WriteHeader(http.StatusNoContent)
	case len(parts) == 2 && parts[1] == "aliases":
		alias := map[string]any{"Name": "live", "FunctionVersion": function.live}
		if function.also != "" {
			alias["RoutingConfig"] = map[string]any{"AdditionalVersionWeights": map[string]any{function.also: 0.1}}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"Aliases": []any{alias}})
	case parts[1] == "versions":
		at, _ := strconv.Atoi(r.URL.Query().Get("Marker"))
		page := map[string]any{"Versions": function.versions[at : at+1]}
		if at+1 < len(function.versions) {
			page["NextMarker"] = strconv.Itoa(at + 1)
		}
		_ = json.NewEncoder(w).Encode(page)
	case r.Method == http.MethodPut:
		var in struct{ FunctionVersion, RevisionId string }
		_ = json.NewDecoder(r.Body).Decode(&in)
		if in.RevisionId != strconv.Itoa(function.revision) {
			w.Header().Set("X-Amzn-Errortype", "PreconditionFailedException")
			w.WriteHeader(http.StatusPreconditionFailed)
			return
		}
		f.updates = append(f.updates, parts[0]+":"+parts[2]+"="+in.FunctionVersion)
		function.live, function.revision = in.FunctionVersion, function.revision+1
		fallthrough
	default:
		_ = json.NewEncoder(w).Encode(map[string]string{"FunctionVersion": function.live, "RevisionId": strconv.Itoa(function.revision)})
	}
}

// deployedAt starts a Lambda with the functions of a stage, all four or without some: code was deployed twice,
// on the 1st and the 5th, and a sign-up rule on the 9th.
func deployedAt(t *testing.T, without ...string) *fakeLambda {
	t.Helper()
	f := &fakeLambda{functions: map[string]*fakeFunction{}}
	outputs := map[string]string{}
	for _, trigger := range triggers.UsualNames() {
		if slices.Contains(without, trigger) {
			continue
		}
		outputs[trigger+"FunctionName"] = "stack-" + trigger
		f.functions["stack-"+trigger] = &fakeFunction{live: "2", versions: []map[string]string{
			{"Version": "$LATEST", "Description": "Decides", "LastModified": "2026-10-09T09:00:00.000+0000"},
			release(1, "aaaaaaaaaaa1", "01"), release(2, "aaaaaaaaaaa2", "05"),
		}}
	}
	if signUp := f.functions["stack-PreSignUp"]; signUp != nil {
		signUp.live, signUp.versions = "3", append(signUp.versions, release(3, "aaaaaaaaaaa3", "09"))
	}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	t.Chdir(t.TempDir())
	text, err := json.Marshal(map[string]any{"CognitoTriggers-test": outputs})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("dist", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("dist", "outputs.test.json"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	fakeStacks{}.deploy(t)
	t.Setenv("AWS_ENDPOINT_URL_LAMBDA", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_CONFIG_FILE", "none")
	return f
}

// expect compares the calls that changed something, and the output.
func (f *fakeLambda) expect(t *testing.T, got string, updates []string, texts ...string) {
	t.Helper()
	if !slices.Equal(f.updates, updates) {
		t.Errorf("Lambda was asked for %q, not for %q", f.updates, updates)
	}
	f.updates = nil
	for _, text := range texts {
		if !strings.Contains(strings.Join(strings.Fields(got), " "), text) {
			t.Errorf("%q is not in\n%s", text, got)
		}
	}
}

// turned are the calls that turn every function: that of the sign-up rules to one
// version, the others to another.
func turned(signUp, others int) []string {
	var calls []string
	for _, trigger := range triggers.UsualNames() {
		to := others
		if trigger == "PreSignUp" {
			to = signUp
		}
		calls = append(calls, fmt.Sprintf("stack-%s:live=%d", trigger, to))
	}
	return calls
}

func TestRollbackTakesTheLastDeploymentBackInOneCallEach(t *testing.T) {
	f := deployedAt(t)
	f.expect(t, must(t, "rollback", "--stage", "test", "--dry-run"), nil, "PreSignUp 3 -> 2 policy aaaaaaaaaaa3 -> aaaaaaaaaaa2 not done, published")
	f.expect(t, must(t, "rollback", "--stage", "test"), []string{"stack-PreSignUp:live=2"},
		"PreSignUp 3 -> 2 policy aaaaaaaaaaa3 -> aaaaaaaaaaa2 live, published 2026-10-05 09:00 UTC",
		"PostConfirmation stays 2 policy aaaaaaaaaaa2 an earlier deployment published it")
	// Now all live ones are of the 5th: one more takes that deployment back.
	f.expect(t, must(t, "rollback", "--stage", "test"), turned(1, 1))
	refused(t, failed, []string{"nothing was changed", "PreSignUp stays at version 1, policy aaaaaaaaaaa1: there is no version before it"},
		"rollback", "--stage", "test")
	f.expect(t, must(t, "rollback", "--stage", "test", "--to", "newest"), turned(3, 2), "PreSignUp 1 -> 3")
}

func TestR80_AStageWithFewerFunctionsIsOperatedAsAny(t *testing.T) {
	f := deployedAt(t, "PreSignUp", "PostConfirmation")
	if got := must(t, "status", "--stage", "test"); strings.Contains(got, "PreSignUp") || !strings.Contains(got, "PostAuthentication") {
		t.Errorf("the status is\n%s", got)
	}
	f.expect(t, must(t, "rollback", "--stage", "test"), []string{"stack-PreTokenGeneration:live=1", "stack-PostAuthentication:live=1"})
	refused(t, failed, []string{"has no output PreSignUpFunctionName: deploy the stage, with that trigger"}, "status", "--stage", "test", "--function", "PreSignUp")
	deployedAt(t, triggers.UsualNames()...)
	refused(t, failed, []string{"has no output PreSignUpFunctionName"}, "status", "--stage", "test")
}

func TestRollbackOfAllAndOfOne(t *testing.T) {
	f := deployedAt(t)
	f.expect(t, must(t, "rollback", "--stage", "test", "--all", "--json"), turned(2, 1), `"policy": "aaaaaaaaaaa3"`)
	f.expect(t, must(t, "rollback", "--stage", "test", "--function", "PreTokenGeneration", "--to", "2"), []string{"stack-PreTokenGeneration:live=2"})
	f.expect(t, must(t, "rollback", "--function", "stack-PreSignUp"), []string{"stack-PreSignUp:live=1"}) // without outputs
	refused(t, failed, []string{"there is no version 7"}, "rollback", "--stage", "test", "--function", "PreSignUp", "--to", "7")
	refused(t, misuse, []string{"--to takes newest"}, "rollback", "--stage", "test", "--to", "2")
	refused(t, misuse, []string{"did you mean PreSignUp?"}, "rollback", "--stage", "test", "--function", "PreSignup")
	refused(t, misuse, []string{"name the functions"}, "rollback")
	refused(t, failed, []string{"dist/outputs.other.json", "pass --function"}, "rollback", "--stage", "other")
	refused(t, failed, []string{"it is not there"}, "rollback", "--function", "no-such-function")
}

// Of two operators at once, the second does not undo what the first did.
func TestRollbackRefusesWhenTheAliasChangedMeanwhile(t *testing.T) {
	f := deployedAt(t)
	o := order{selection: selection{one: "stack-PreSignUp"}}
	api, err := o.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	found, err := o.functions(t.Context(), api)
	if err != nil {
		t.Fatal(err)
	}
	turns, err := o.plan(found)
	if err != nil {
		t.Fatal(err)
	}
	must(t, "rollback", "--function", "stack-PreSignUp")
	if made, err := point(t.Context(), api, turns); err == nil || len(made) != 0 || !strings.Contains(err.Error(), "the alias was changed meanwhile") {
		t.Errorf("%v, %v", made, err)
	}
	f.expect(t, "", []string{"stack-PreSignUp:live=2"})
}

func TestStatusSaysVersionAndPolicyOfEachFunction(t *testing.T) {
	f := deployedAt(t)
	f.expect(t, must(t, "status", "--stage", "test"), nil,
		"PreSignUp 3 aaaaaaaaaaa3 2026-10-09 09:00 UTC", "PostAuthentication 2 aaaaaaaaaaa2 2026-10-05 09:00 UTC")
	if text := must(t, "status", "--stage", "test"); strings.Contains(text, "rolled back") {
		t.Errorf("nothing was:\n%s", text)
	}
	must(t, "rollback", "--stage", "test")
	f.updates = nil
	f.expect(t, must(t, "status", "--stage", "test"), nil, "PreSignUp 2 aaaaaaaaaaa2 2026-10-05 09:00 UTC rolled back: the newest is 3, policy aaaaaaaaaaa3")
	var found []function
	if err := json.Unmarshal([]byte(must(t, "status", "--stage", "test", "--json")), &found); err != nil || len(found) != len(triggers.Usual()) || found[0].Live.Policy != "aaaaaaaaaaa2" || len(found[0].Versions) != 3 {
		t.Errorf("%v, %+v", err, found)
	}
	f.functions["stack-PreSignUp"].live = "$LATEST"
	refused(t, failed, []string{"points to $LATEST, which is none of its versions"}, "status", "--stage", "test")
}

func TestTheTimeOfAVersionIsReadInBothForms(t *testing.T) {
	for _, text := range []string{"2026-10-05T09:00:00.123+0000", "2026-10-05T09:00:00Z", "2026-10-05T09:00:00.123456Z", "2026-10-05T10:00:00+01:00"} {
		if at := lastModified(text); at.UTC().Format("2006-01-02 15:04") != "2026-10-05 09:00" {
			t.Errorf("%s is %v", text, at)
		}
	}
	if at := lastModified("yesterday"); !at.IsZero() || moment(at) != "at an unknown time" {
		t.Errorf("%v, %s", at, moment(at))
	}
}
