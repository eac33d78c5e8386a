package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/kernel"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// fakeLogs is Lambda's GetFunctionConfiguration and CloudWatch Logs' FilterLogEvents: an
// event to a page, after an empty first page (API reference: "pages might be empty"). It
// does not filter.
type fakeLogs struct {
	groups   map[string][]map[string]any
	throttle int // refuse so many calls first
	asked    []map[string]any
}

const logsFunctions = "/2015-03-31/functions/"

func (f *fakeLogs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := func(status int, body any) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
	if name, ok := strings.CutPrefix(r.URL.Path, logsFunctions); ok {
		name = strings.TrimSuffix(name, "/configuration")
		answer(http.StatusOK, map[string]any{"FunctionName": name, "LoggingConfig": map[string]any{"LogGroup": "logs-of-" + name}})
		return
	}
	var in map[string]any
	_ = json.NewDecoder(r.Body).Decode(&in)
	f.asked = append(f.asked, in)
	group, there := f.groups[fmt.Sprint(in["logGroupName"])]
	switch {
	case f.throttle > 0:
		f.throttle--
		answer(http.StatusBadRequest, map[string]any{"__type": "ThrottlingException", "message": "Rate exceeded"})
	case !there:
		answer(http.StatusBadRequest, map[string]any{"__type": "ResourceNotFoundException", "message": "The specified log group does not exist."})
	default:
		page, _ := strconv.Atoi(fmt.Sprint(in["nextToken"]))
		out := map[string]any{"events": []any{}}
		if page > 0 {
			out["events"] = group[page-1 : page]
		}
		if page < len(group) {
			out["nextToken"] = strconv.Itoa(page + 1)
		}
		answer(http.StatusOK, out)
	}
}

// logged is an event at so many seconds before noon.
func logged(before float64, text string) map[string]any {
	return map[string]any{"timestamp": noon.Add(-time.Duration(before * float64(time.Second))).UnixMilli(), "message": text}
}

const sub = "6f1c1f9e-0b6f-4c0e-9d53-0d3a8a5f7a11"

// logging starts the fake with the logs of a stage.
func logging(t *testing.T) *fakeLogs {
	t.Helper()
	user := kernel.UserHash("eu-west-1_p", sub)
	f := &fakeLogs{groups: map[string][]map[string]any{
		"logs-of-stack-PreSignUp": {
			logged(3000, `{"message":"invocation","trigger":"PreSignUp_SignUp","outcome":"refused","rule":"domains","code":"email-domain-denied","durationMs":3.127,"policy":"aa","requestId":"z1"}`),
			logged(3000, `{"type":"platform.report","record":{"requestId":"z1","status":"error","metrics":{"durationMs":4,"initDurationMs":201.6}}}`),
			logged(50, `{"message":"invocation","trigger":"PreSignUp_SignUp","outcome":"allowed","wouldRefuse":["phone-cost"],"durationMs":1,"requestId":"r4","user":"`+user+`"}`),
			logged(20, `not JSON`),
			logged(10, `{"type":"platform.report","record":{"requestId":"r6","status":"timeout","metrics":{"durationMs":4000}}}`),
			logged(9, `{"type":"platform.report","record":{"requestId":"r7","status":"success","metrics":{"durationMs":4,"initDurationMs":9}}}`),
		},
		"logs-of-stack-PostConfirmation": {
			logged(30, `{"message":"invocation","trigger":"PostConfirmation_ConfirmSignUp","outcome":"failed","cause":"PutItem: \u001b[31mred\nnext","durationMs":2,"requestId":"r5","user":"`+user+`"}`),
		},
		"logs-of-stack-PreTokenGeneration": {
			logged(3601, `{"message":"invocation","trigger":"TokenGeneration_Authentication","outcome":"ok","durationMs":2,"requestId":"r0"}`),
			logged(2000, `{"message":"invocation","trigger":"TokenGeneration_Authentication","outcome":"ok","durationMs":2,"requestId":"r2","user":"0123456789ab"}`),
		},
		"logs-of-stack-PostAuthentication": {},
	}}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	outputs := map[string]string{"UserPoolId": "eu-west-1_p", "TableName": "t"}
	for _, trigger := range triggers.UsualNames() {
		outputs[trigger+"FunctionName"] = "stack-" + trigger
	}
	text, err := json.Marshal(map[string]any{"CognitoTriggers-test": outputs})
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("dist", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("dist/outputs.test.json", text, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL_LAMBDA": server.URL, "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": server.URL,
		"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "eu-west-1", "AWS_CONFIG_FILE": "none",
	} {
		t.Setenv(name, value)
	}
	return f
}

// readLogs calls the verb and returns the request ids, in order.
func readLogs(t *testing.T, args ...string) []string {
	t.Helper()
	var all []support.Logged
	if err := json.Unmarshal([]byte(must(t, append([]string{"logs", "--stage", "test", "--json"}, args...)...)), &all); err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].RequestID
	}
	return ids
}

func TestR67_LogsMergesAllPagesOfAllGroupsByTime(t *testing.T) {
	f := logging(t)
	f.throttle = 1
	for _, test := range []struct{ want, args []string }{
		{[]string{"z1", "r2", "r4", "r5", "r6"}, nil},
		{[]string{"r4", "r5"}, []string{"--user", sub}},
		{[]string{"z1"}, []string{"--refused"}},
		{[]string{"r4", "r5", "r6"}, []string{"--since", "1m"}},
		{[]string{"r0", "z1", "r2", "r4", "r5", "r6"}, []string{"--since", "1d"}},
		{[]string{"r2"}, []string{"--function", "PreTokenGeneration"}},
	} {
		if got := readLogs(t, test.args...); !slices.Equal(got, test.want) {
			t.Errorf("%v: %v, want %v", test.args, got, test.want)
		}
	}
}

// Who is not asked for must not travel: CloudWatch bills and shows what it returns.
func TestR67_CloudWatchFiltersByTimeUserAndOutcome(t *testing.T) {
	f := logging(t)
	readLogs(t, "--user", sub, "--refused", "--since", "30m")
	const reports = ` || ($.record.metrics.initDurationMs > 0) || ($.type = "platform.report" && $.record.status != "success") }`
	want := `{ ($.message = "invocation" && $.user = "` + kernel.UserHash("eu-west-1_p", sub) + `" && $.refused = 1)` + reports
	if got := f.asked[0]["filterPattern"]; got != want {
		t.Errorf("the pattern is\n%v, not\n%v", got, want)
	}
	if got, want := f.asked[0]["startTime"], float64(noon.Add(-30*time.Minute-around).UnixMilli()); got != want {
		t.Errorf("it starts at %v, not at %v", got, want)
	}
}

func TestR67_LogsPrintsALineForEachAndObeysNone(t *testing.T) {
	home, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	logging(t)
	if text := must(t, "logs", "--stage", "test", "--function", "PostAuthentication"); text != "nothing was logged that fits\n" {
		t.Errorf("nothing is %q", text)
	}
	text := must(t, "logs", "--stage", "test")
	t.Chdir(home)
	golden(t, "logs.txt", text)
}

func TestR67_AMissingLogGroupIsSaidAndTheOthersAreShown(t *testing.T) {
	f := logging(t)
	delete(f.groups, "logs-of-stack-PreSignUp")
	got := ops(t, "logs", "--stage", "test")
	if got.status != done || !strings.Contains(got.err, "no log group logs-of-stack-PreSignUp") || !strings.Contains(got.out, "PostConfirmation_ConfirmSignUp") {
		t.Errorf("%+v", got)
	}
}

func TestR67_AWrongCallOfLogsSaysWhatToWrite(t *testing.T) {
	for _, since := range []string{"1w", "-1h", "0", "d", "soon"} {
		refused(t, misuse, []string{"such as 30m, 1h or 7d"}, "logs", "--stage", "test", "--since="+since)
	}
	refused(t, misuse, []string{"--stage"}, "logs")
	refused(t, misuse, []string{"flags only"}, "logs", "ada", "--stage", "test")
}
