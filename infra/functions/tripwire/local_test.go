package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/attach"
	"github.com/cognito-triggers/cognito-triggers/internal/attach/live"
	"github.com/cognito-triggers/cognito-triggers/internal/awsraw"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/build"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/bench/weight"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
	"github.com/cognito-triggers/cognito-triggers/internal/pooledit"
)

const (
	poolID    = "eu-west-1_One"
	poolARN   = "arn:aws:cognito-idp:eu-west-1:111122223333:userpool/" + poolID
	lambdaARN = "arn:aws:lambda:eu-west-1:111122223333:function:"
)

// place is the built function beside a pool, the suite's function and a table.
type place struct {
	*testing.T
	pool     *userpool.Pool
	host     *lambdahost.Host
	attacher attach.Attacher
	printed  journal
}

// journal keeps what the function prints.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

// startPlace attaches the pool, as the custom resource does, and starts the function.
func startPlace(t *testing.T, folder string) *place {
	t.Helper()
	p := &place{T: t}
	var err error
	if p.pool, err = userpool.Start(userpool.Config{ID: poolID, ARN: poolARN, Region: "eu-west-1", AccountID: "111122223333"}, userpool.InvokerFunc(nil), userpool.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.pool.Close() })
	table := directorytest.Start(t, "../..")
	// CloudTrail has a trail, and nothing in its history.
	trail := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"trailList":[{"TrailARN":"t"}],"IsLogging":true,"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true}],"Events":[]}`)
	}))
	t.Cleanup(trail.Close)
	p.host, err = lambdahost.Start([]lambdahost.Function{
		{Name: "presignup", ARN: lambdaARN + "presignup", Dir: folder, Version: "1", Aliases: []string{"live"}, Permissions: []lambdahost.Permission{{
			StatementID: "cognito", FunctionARN: lambdaARN + "presignup:live", Action: "lambda:InvokeFunction", Principal: "cognito-idp.amazonaws.com", SourceARN: poolARN, SourceAccount: "111122223333",
		}}},
		{Name: "tripwire", ARN: lambdaARN + "tripwire", Dir: folder, Timeout: time.Minute, Env: map[string]string{
			"USER_POOL_ARN": poolARN, "HOOKS": "PreSignUp=presignup:live:1", "TOKEN_VERSION": "V3_0", "TABLE_NAME": directorytest.Table,
			"AWS_ENDPOINT_URL_DYNAMODB": table, "AWS_ENDPOINT_URL_CLOUDTRAIL": trail.URL, "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": p.pool.URL(),
		}},
	}, lambdahost.Options{Stderr: &p.printed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.host.Close() })
	client := awsraw.Client{Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), Region: "eu-west-1", Endpoint: p.pool.URL()}
	store := dynamo.Over(directorytest.Client(table), directorytest.Table)
	p.attacher = attach.Attacher{Pool: live.Pool{Client: client, ID: poolID}, Records: live.Row{Store: store, Pool: poolID}, Clock: live.Clock{}, By: "deployment"}
	if _, err := p.attacher.Attach(t.Context(), pooledit.Want{Hooks: map[string]string{"PreSignUp": lambdaARN + "presignup:live"}}, pooledit.Options{}); err != nil {
		t.Fatal(err)
	}
	return p
}

// line is the function's log line.
type line struct {
	Level, Outcome, Who, Unhealed string
	RequestID                     string
	HooksWrong, AliasMoved        *int
	Healed                        []string
	AWS                           struct {
		CloudWatchMetrics []struct {
			Metrics []struct{ Name string }
		}
	} `json:"_aws"`
}

// wake runs the function with an event and returns its one line.
func (p *place) wake(event string) (l line) {
	p.Helper()
	before := len(p.printed.text.String())
	if _, err := p.host.Invoke(p.Context(), "tripwire", []byte(event)); err != nil {
		p.Fatalf("%v\n%s", err, p.printed.text.String())
	}
	if err := p.host.Settle(p.Context()); err != nil {
		p.Fatal(err)
	}
	p.printed.mu.Lock()
	defer p.printed.mu.Unlock()
	text := p.printed.text.String()[before:]
	for each := range strings.Lines(text) {
		if strings.Contains(each, `"message":"tripwire"`) {
			each = each[strings.Index(each, "{"):]
			if err := json.Unmarshal([]byte(each), &l); err != nil {
				p.Fatalf("%v: %s", err, each)
			}
		}
	}
	if n := strings.Count(text, `"message":"tripwire"`); n != 1 || strings.Contains(text, "passwordPolicy") || strings.Contains(text, "ASIA") {
		p.Fatalf("%d lines:\n%s", n, text)
	}
	if l.RequestID == "" {
		p.Error("the line does not say of which invocation it is")
	}
	return l
}

// update replaces the pool's hooks behind the stack's back.
func (p *place) update(hooks string) {
	p.Helper()
	if err := p.attacher.Pool.Update(p.Context(), json.RawMessage(`{"UserPoolId":"`+poolID+`","PoolName":"people","LambdaConfig":`+hooks+`}`)); err != nil {
		p.Fatal(err)
	}
}

func (p *place) hooks() string {
	p.Helper()
	described, err := p.attacher.Pool.Describe(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return fmt.Sprint(len(pooledit.Hooks(described)))
}

// The built function, against the local pool, Lambda and table: it finds the hook that an apply
// took out, names who ran it and puts it back; a lost permission it reports.
func TestR85_TheDeployedFunctionFindsNamesAndHeals(t *testing.T) {
	form.Often(t, 0, 1, 1)
	p := startPlace(t, bootstrap(t))
	event, err := os.ReadFile("../../../internal/tripwire/testdata/UpdateUserPool.json")
	if err != nil {
		t.Fatal(err)
	}
	if l := p.wake(`{"detail-type":"Scheduled Event","detail":{}}`); l.Level != "INFO" || l.Outcome != "sound" || l.HooksWrong == nil || *l.HooksWrong != 0 || *l.AliasMoved != 0 || len(l.AWS.CloudWatchMetrics[0].Metrics) != 2 {
		t.Fatalf("%+v", l)
	}
	p.update(`{}`)
	if l := p.wake(string(event)); l.Level != "ERROR" || *l.HooksWrong != 1 || l.Who != "arn:aws:sts::111122223333:assumed-role/Platform/terraform" || len(l.Healed) != 1 || p.hooks() != "1" ||
		!strings.Contains(l.Outcome, "PreSignUp has no function (last changed by arn:aws:sts::111122223333:assumed-role/Platform/terraform); healed PreSignUp") {
		t.Errorf("%+v, hooks %s", l, p.hooks())
	}
	if l := p.wake(`{"detail":7}`); l.Outcome != "sound" {
		t.Errorf("%+v", l)
	}
	p.update(`{}`)
	if l := p.wake(string(event)); !strings.Contains(l.Unhealed, "once an hour") || p.hooks() != "0" {
		t.Errorf("%+v, hooks %s", l, p.hooks())
	}
	p.update(`{"PreSignUp":"` + lambdaARN + `presignup:live"}`)
	removal, _ := http.NewRequestWithContext(t.Context(), http.MethodDelete, p.host.URL()+"/2015-03-31/functions/presignup/policy/cognito?Qualifier=live", nil)
	if reply, err := http.DefaultClient.Do(removal); err != nil || reply.Body.Close() != nil || reply.StatusCode != http.StatusNoContent {
		t.Fatal(err, reply)
	}
	if l := p.wake(`{}`); *l.HooksWrong != 1 || l.Who != "unknown" || !strings.Contains(l.Outcome, "Cognito may not call presignup:live") || len(l.Healed) > 0 {
		t.Errorf("%+v", l)
	}
}

// bootstrap returns a folder with the function as deployed.
func bootstrap(t *testing.T) string {
	t.Helper()
	root, err := build.Root()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := build.Compile(t.Context(), root, build.Program{Package: "infra/functions/tripwire", Out: filepath.Join(folder, "bootstrap")}); err != nil {
		t.Fatal(err)
	}
	return folder
}

// mostBytes is what the program may weigh for this machine, as the triggers' do in package
// weight: 10 % more than it has.
const mostBytes = 9_100_000

func TestR85_TheFunctionLinksOnlyWhatItUses(t *testing.T) {
	form.Often(t, 0, 1, 1)
	info, err := os.Stat(filepath.Join(bootstrap(t), "bootstrap"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > mostBytes {
		t.Errorf("it has %d bytes, and %d are enough", info.Size(), mostBytes)
	}
	out, err := exec.Command("go", "list", "-deps", "-tags", "lambda.norpc", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for path := range strings.FieldsSeq(string(out)) {
		if reason := weight.Banned(path); reason != "" {
			t.Errorf("it links %s: %s", path, reason)
		}
	}
}

func TestR85_WithoutItsEnvironmentItDoesNotStart(t *testing.T) {
	sound := map[string]string{"USER_POOL_ARN": poolARN, "HOOKS": "PreSignUp=a:live:1,PostConfirmation=b:live:2", "AWS_LAMBDA_FUNCTION_NAME": "n"}
	f, err := setup(func(name string) string { return sound[name] }, nil)
	if err != nil || f.watch.Subject.Pool != poolID || len(f.watch.Subject.Triggers) != 2 || f.watch.Subject.Triggers[1].Version != "2" || f.watch.Attacher != nil || f.name != "n" {
		t.Fatalf("%v, %+v", err, f)
	}
	for name, value := range map[string]string{"USER_POOL_ARN": "arn:x", "HOOKS": "PreSignUp=a:live"} {
		env := func(asked string) string {
			if asked == name {
				return value
			}
			return sound[asked]
		}
		if _, err := setup(env, nil); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
