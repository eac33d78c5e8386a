package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// TestMain runs the command itself, as a process of its own that a test can kill.
func TestMain(m *testing.M) {
	if os.Getenv("OPS_PROCESS") != "" {
		main()
	}
	os.Exit(m.Run())
}

// adopted is an account with a pool that nobody's code owns and a stage that is wired to none.
// It plays all services at one address, the pool with the local one.
type adopted struct {
	*testing.T
	pool   string
	server *httptest.Server
	people *userpool.Pool

	mu     sync.Mutex
	row    map[string]any // of the table
	calls  []string
	owner  string                            // the stack that owns the pool
	broken map[string]string                 // an operation's answer
	strike func(call string, done bool) bool // whether the connection is to hang here
	hangs  chan struct{}

	allow    string // IAM's decision
	verified bool   // the e-mail identity
}

const hookARN = "arn:aws:lambda:eu-central-1:123456789012:function:"

// adoptable makes them, under a rule of what an update resets.
func adoptable(t *testing.T, rule userpool.Reset, pool string) *adopted {
	t.Helper()
	a := &adopted{T: t, broken: map[string]string{}, hangs: make(chan struct{}, 1)}
	var err error
	a.people, err = userpool.Start(userpool.Config{ID: "eu-central-1_Home", AccountID: "123456789012"}, userpool.InvokerFunc(nil), userpool.Options{Reset: rule})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.people.Close() })
	a.server = httptest.NewServer(a)
	t.Cleanup(a.server.Close)
	made := map[string]map[string]any{}
	a.raw("CreateUserPool", pool, &made)
	a.pool = made["UserPool"]["Id"].(string)
	t.Chdir(t.TempDir())
	outputs := map[string]string{"UserPoolId": a.pool, "TableName": "mirror", "TokenEventVersion": "V3_0"}
	for _, name := range []string{"PreSignUp", "PreTokenGeneration"} {
		outputs[name+"AliasArn"] = hookARN + name + ":live"
	}
	text, _ := json.Marshal(map[string]any{settings.StackName("prod"): outputs})
	if err := os.WriteFile("outputs.json", text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		t.Setenv(name, os.DevNull)
	}
	t.Setenv("AWS_PROFILE", "")
	for name, value := range map[string]string{"AWS_ENDPOINT_URL": a.server.URL, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": a.server.URL, "AWS_REGION": "eu-central-1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(name, value)
	}
	return a
}

// raw calls the pool, and not over the server.
func (a *adopted) raw(operation, request string, out any) {
	a.Helper()
	reply := a.forward(operation, []byte(request))
	if err := json.Unmarshal(reply.body, out); err != nil || reply.status != http.StatusOK {
		a.Fatalf("%s: %d %s", operation, reply.status, reply.body)
	}
}

type answer struct {
	status int
	body   []byte
}

func (a *adopted) forward(operation string, body []byte) answer {
	request, _ := http.NewRequest(http.MethodPost, a.people.URL(), bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261201/eu-central-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return answer{http.StatusBadGateway, []byte(err.Error())}
	}
	defer reply.Body.Close()
	text, _ := io.ReadAll(reply.Body)
	return answer{reply.StatusCode, text}
}

// described returns the pool, without what every update changes.
func (a *adopted) described() map[string]any {
	a.Helper()
	out := map[string]map[string]any{}
	a.raw("DescribeUserPool", `{"UserPoolId":"`+a.pool+`"}`, &out)
	delete(out["UserPool"], "LastModifiedDate")
	return out["UserPool"]
}

// ServeHTTP plays the services.
func (a *adopted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	call, reply := a.operation(r, body)
	a.mu.Lock()
	a.calls = append(a.calls, call)
	strike := a.strike
	a.mu.Unlock()
	hang := func(done bool) bool {
		if strike == nil || !strike(call, done) {
			return false
		}
		a.hangs <- struct{}{}
		<-r.Context().Done()
		return true
	}
	if hang(false) {
		return
	}
	got := reply()
	if hang(true) {
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(got.status)
	_, _ = w.Write(got.body)
}

// operation names a call and says how it is answered.
func (a *adopted) operation(r *http.Request, body []byte) (string, func() answer) {
	service, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	say := func(status int, format string, args ...any) func() answer {
		return func() answer { return answer{status, fmt.Appendf(nil, format, args...)} }
	}
	if text := a.broken[operation]; text != "" {
		return operation, say(http.StatusBadRequest, `{"__type":%q}`, text)
	}
	switch {
	case service == "AWSCognitoIdentityProviderService":
		return operation, func() answer { return a.forward(operation, body) }
	case service == "DynamoDB_20120810":
		return operation, func() answer { return a.table(operation, body) }
	case strings.HasSuffix(r.URL.Path, "/policy"):
		name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/2015-03-31/functions/"), "/policy")
		if a.broken["policy"] != "" && strings.Contains(name, a.broken["policy"]) {
			return "GetPolicy", say(http.StatusNotFound, `{"__type":"ResourceNotFoundException"}`)
		}
		policy := fmt.Sprintf(`{"Statement":[{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},"ArnLike":{"AWS:SourceArn":"%v"}}}]}`, a.described()["Arn"])
		return "GetPolicy", say(http.StatusOK, `{"Policy":%q}`, policy)
	case strings.HasSuffix(r.URL.Path, "/invocations"):
		return "Invoke", say(http.StatusOK, "%s", body)
	}
	if strings.Contains(string(body), "GetCallerIdentity") {
		return "GetCallerIdentity", say(http.StatusOK, `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::123456789012:assumed-role/ops/ada</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	}
	if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") == "SimulatePrincipalPolicy" {
		if form.Get("PolicySourceArn") != "arn:aws:iam::123456789012:role/ops" || form.Get("ActionNames.member.1") != "iam:PassRole" {
			a.Errorf("asked %s", body)
		}
		return "SimulatePrincipalPolicy", say(http.StatusOK, `<R><SimulatePrincipalPolicyResult><EvaluationResults><member><EvalDecision>%s</EvalDecision></member></EvaluationResults></SimulatePrincipalPolicyResult></R>`, cmp.Or(a.allow, "implicitDeny"))
	}
	if strings.HasPrefix(r.URL.Path, "/v2/email/identities/") {
		return "GetEmailIdentity", say(http.StatusOK, `{"VerifiedForSendingStatus":%t}`, a.verified)
	}
	if a.owner == "" {
		return "DescribeStackResources", say(http.StatusBadRequest, `<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack for %s does not exist</Message></Error></ErrorResponse>`, a.pool)
	}
	return "DescribeStackResources", say(http.StatusOK, `<DescribeStackResourcesResponse><DescribeStackResourcesResult><StackResources><member><StackName>%s</StackName></member></StackResources></DescribeStackResourcesResult></DescribeStackResourcesResponse>`, a.owner)
}

// table plays the row.
func (a *adopted) table(operation string, body []byte) answer {
	a.mu.Lock()
	defer a.mu.Unlock()
	var in struct{ Item map[string]any }
	_ = json.Unmarshal(body, &in)
	if operation == "PutItem" {
		a.row = in.Item
		return answer{http.StatusOK, []byte("{}")}
	}
	text, _ := json.Marshal(map[string]any{"Item": a.row})
	return answer{http.StatusOK, text}
}

func (a *adopted) args(step string, more ...string) []string {
	args := []string{"adopt", step, "--stage", "prod", "--outputs", "outputs.json"}
	if step == "plan" {
		args = append(args, "--owner", "none")
	}
	return append(args, more...)
}

func (a *adopted) call(status int, text, step string, more ...string) outcome {
	a.Helper()
	got := ops(a.T, a.args(step, more...)...)
	if got.status != status || !strings.Contains(got.out+got.err, text) {
		a.Fatalf("ops adopt %s: status %d, want %d\n%s%s(wanted: %s)", step, got.status, status, got.out, got.err, text)
	}
	return got
}

const foreign = `{"PoolName":"people","LambdaConfig":{"CustomMessage":"` + hookARN + `theirs","KMSKeyID":"k"},"EmailVerificationMessage":"{####}!",
	"UserPoolTags":{"team":"a"},"DeletionProtection":"ACTIVE","Policies":{"PasswordPolicy":{"MinimumLength":14,"RequireNumbers":true}}}`

// with returns a pool with the hooks of the suite.
func with(pool map[string]any) map[string]any {
	all := maps.Clone(pool)
	hooks := maps.Clone(pool["LambdaConfig"].(map[string]any))
	hooks["PreSignUp"], hooks["PreTokenGeneration"] = hookARN+"PreSignUp:live", hookARN+"PreTokenGeneration:live" // shown beside the newer place
	hooks["PreTokenGenerationConfig"] = map[string]any{"LambdaArn": hookARN + "PreTokenGeneration:live", "LambdaVersion": "V3_0"}
	all["LambdaConfig"] = hooks
	return all
}

func (a *adopted) holds(doing string, want map[string]any) {
	a.Helper()
	got := a.described()
	for name := range maps.Keys(with(got)) {
		if !reflect.DeepEqual(got[name], want[name]) {
			a.Fatalf("%s: %s is\n%v\nnot\n%v", doing, name, got[name], want[name])
		}
	}
	if len(got) != len(want) {
		a.Fatalf("%s: %d members, not %d", doing, len(got), len(want))
	}
}

func TestR83_AdoptChangesTheHooksAloneAndUndoRestoresThem(t *testing.T) {
	for _, rule := range []userpool.Reset{userpool.ResetDocumented, userpool.ResetMeasured} {
		a := adoptable(t, rule, foreign)
		before := a.described()
		got := a.call(done, "Nothing was changed. Next: ops adopt apply --stage prod --outputs outputs.json", "plan")
		if !strings.Contains(got.out, "PreSignUp\n    - none\n    + \""+hookARN+"PreSignUp:live\"") {
			t.Errorf("the difference is not shown:\n%s", got.out)
		}
		a.holds("planned", before)
		file := "adopt-" + a.pool + ".json"
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		a.call(done, "To take that back: ops adopt undo --stage prod", "apply")
		a.holds("applied", with(before))
		a.call(done, "calls the suite", "apply")
		a.call(done, "calls the suite already", "plan")
		if fmt.Sprint(a.row["pk"]) != "map[S:ATTACH#"+a.pool+"]" || !strings.Contains(fmt.Sprint(a.row), `"state":"verified"`) {
			t.Errorf("the row is %v", a.row)
		}
		if err := os.Remove(file); err != nil { // the row knows it, too
			t.Fatal(err)
		}
		a.call(done, "are as they were before the suite", "undo")
		a.holds("undone", before)
		a.call(done, "holds nothing of the suite", "undo")
		if left, _ := filepath.Glob("adopt-*"); !slices.Equal(left, []string{file}) {
			t.Errorf("files %v", left)
		}
	}
}

func TestR83_WhatAdoptRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		pool    string
		prepare func(*adopted)
		status  int
		text    string
		step    string
	}{
		"a foreign hook":           {`{"PoolName":"p","LambdaConfig":{"PreSignUp":"` + hookARN + `theirs"}}`, nil, failed, "theirs", "plan"},
		"a stack's pool":           {foreign, func(a *adopted) { a.owner = "Users" }, failed, "the stack Users owns the pool", "plan"},
		"no permission":            {foreign, func(a *adopted) { a.broken["policy"] = "PreSignUp" }, failed, "people read \"failed due to error AccessDeniedException\"", "plan"},
		"nothing planned":          {foreign, nil, misuse, "there is no plan in adopt-", "apply"},
		"may not describe":         {foreign, func(a *adopted) { a.broken["DescribeUserPool"] = "AccessDeniedException" }, failed, "these credentials need cognito-idp:DescribeUserPool", "plan"},
		"imports may not be asked": {foreign, func(a *adopted) { a.broken["ListUserImportJobs"] = "AccessDeniedException" }, done, "not asked: whether users are being imported (cognito-idp ListUserImportJobs: AccessDeniedException)", "plan"},
	} {
		t.Run(name, func(t *testing.T) {
			a := adoptable(t, userpool.ResetDocumented, c.pool)
			before := a.described()
			if c.prepare != nil {
				c.prepare(a)
			}
			a.call(c.status, c.text, c.step)
			a.broken = map[string]string{}
			a.holds(name, before)
			if slices.Contains(a.calls, "UpdateUserPool") {
				t.Error("the pool was updated")
			}
		})
	}
	a := adoptable(t, userpool.ResetDocumented, foreign)
	refused(t, misuse, []string{"say --owner none", "wire it there"}, "adopt", "plan", "--stage", "prod", "--outputs", "outputs.json")
	before := a.described()
	a.call(done, "Next: ops adopt apply", "plan")
	a.raw("TagResource", `{"ResourceArn":"`+before["Arn"].(string)+`","Tags":{"team":"b"}}`, &struct{}{})
	a.call(failed, "the pool has changed since the plan (LastModifiedDate, UserPoolTags): ops adopt plan", "apply")
	a.call(done, "Next: ops adopt apply", "plan")
	a.broken["UpdateUserPool"] = "UserImportInProgressException"
	a.call(failed, "nothing was changed: users are being imported", "apply")
	a.broken["UpdateUserPool"] = ""
	a.call(done, "calls the suite", "apply")
	a.call(done, "as they were", "undo")
}

// What ops adopt says to call next is to be copied: the flags of the call are in it, and what
// was decided at the plan, where the pool has changed since.
func TestR83_TheNextCallIsWhole(t *testing.T) {
	a := adoptable(t, userpool.ResetDocumented, `{"PoolName":"p","LambdaConfig":{"PreSignUp":"`+hookARN+`theirs"}}`)
	flags := []string{"--table", "mirror", "--file", "my plan's.json"}
	where := "--outputs outputs.json --table mirror --file 'my plan'\\''s.json'"
	a.call(misuse, "ops adopt plan --stage prod "+where+" --owner none --replace PreSignUp\n", "apply", append(flags, "--replace", "PreSignUp")...)
	a.call(done, "Next: ops adopt apply --stage prod "+where+"\n", "plan", append(flags, "--replace", "PreSignUp", "--drop", "Novel")...)
	a.raw("TagResource", `{"ResourceArn":"`+a.described()["Arn"].(string)+`","Tags":{"team":"b"}}`, &struct{}{})
	a.call(failed, "ops adopt plan --stage prod "+where+" --owner none --replace PreSignUp --drop Novel\n", "apply", flags...)
}

// strikes says at which call the services hang; nil is at none.
func (a *adopted) strikes(at func(call string, done bool) bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.strike = at
}

// The reply to the update is lost: the same call finds that the pool is as planned, and neither
// refuses it as changed nor sends the update again.
func TestR83_ALostReplyIsFoundDone(t *testing.T) {
	a := adoptable(t, userpool.ResetDocumented, foreign)
	before, updates := a.described(), 0
	a.call(done, "Next", "plan")
	a.strikes(func(call string, done bool) bool {
		if call == "UpdateUserPool" && done {
			updates++
			panic(http.ErrAbortHandler)
		}
		return false
	})
	a.call(done, "calls the suite", "apply")
	a.holds("applied", with(before))
	if updates != 1 {
		t.Errorf("%d updates", updates)
	}
	a.strikes(nil)
	a.call(done, "as they were", "undo")
	a.holds("undone", before)
}

// process runs the command as one of its own, and kills it where the nth call is, before or
// after it is done. It reports whether there was such a call.
func (a *adopted) process(n int, late bool, step string) (killed bool) {
	a.Helper()
	count := 0
	a.strikes(func(_ string, done bool) bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		if done == late {
			count++
		}
		return done == late && count == n
	})
	command := exec.Command(os.Args[0], a.args(step)...)
	command.Env = append(os.Environ(), "OPS_PROCESS=1")
	if err := command.Start(); err != nil {
		a.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	select {
	case <-a.hangs:
		killed = true
		_ = command.Process.Kill()
		<-ended
	case err := <-ended:
		if err != nil {
			a.Fatalf("%s: %v", step, err)
		}
	}
	a.strikes(nil)
	return killed
}

// A real process is killed by SIGKILL before and after every call that apply and undo make:
// apply and undo then end as if it had not been. Outside of the long form there is one kill at
// every call, before or after it, followed by one of the two.
func TestR83_AKilledAdoptIsContinuedOrUndone(t *testing.T) {
	a := adoptable(t, userpool.ResetDocumented, foreign)
	before := a.described()
	kills, all := 0, form.Often(t, 1, 1, 4)
	for _, step := range []string{"apply", "undo"} {
		for n, struck := 1, true; struck; n++ {
			struck = false
			for i, late := range []bool{false, true} {
				for j, then := range []string{"apply", "undo"} {
					if all == 1 && (i != n%2 || j != n/2%2) {
						continue
					}
					a.call(done, "Next", "plan")
					if step == "undo" {
						a.call(done, "calls the suite", "apply")
					}
					if a.process(n, late, step) {
						struck = true
						kills++
					}
					name := fmt.Sprintf("%s killed at call %d (done %t), then %s", step, n, late, then)
					if then == "apply" {
						if step == "undo" { // the pool is not the planned one
							a.call(done, "", "plan")
						}
						a.call(done, "calls the suite", "apply")
						a.holds(name, with(before))
					}
					a.call(done, "", "undo")
					a.holds(name, before)
				}
			}
		}
	}
	t.Logf("%d kills", kills)
	if kills < 20*all {
		t.Errorf("%d kills", kills)
	}
}
