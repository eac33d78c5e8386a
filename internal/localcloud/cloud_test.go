package localcloud

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func TestSignUpRunsTheStacksFunction(t *testing.T) {
	cloud, j := start(t, resources())
	if err := signUp(t, cloud, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	seen := j.all(t, cloud)
	if len(seen) != 1 || seen[0].Function != "suite-Sign" || seen[0].FunctionError != nil {
		t.Fatalf("got %+v", seen)
	}
	var event struct{ TriggerSource, UserPoolID string }
	if err := json.Unmarshal(seen[0].Event, &event); err != nil || event.TriggerSource != "PreSignUp_SignUp" || event.UserPoolID != cloud.Stack.Pool.ID {
		t.Errorf("event %s", seen[0].Event)
	}
	if _, ok := cloud.Pool.Code("ada@example.com"); !ok {
		t.Error("no code was mailed")
	}
}

func TestTriggerWithoutItsPermissionFailsAsOnAWS(t *testing.T) {
	for name, change := range map[string]func(object){
		"no permission": func(r object) { delete(r, "Permission") },
		"another pool": func(r object) {
			property(r, "Permission")["SourceArn"] = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Other"
		},
		"another account":  func(r object) { property(r, "Permission")["SourceAccount"] = "111111111111" },
		"another service":  func(r object) { property(r, "Permission")["Principal"] = "s3.amazonaws.com" },
		"an alias instead": func(r object) { property(r, "Permission")["FunctionName"] = object{"Fn::Sub": "${Sign.Arn}:live"} },
	} {
		t.Run(name, func(t *testing.T) {
			changed := resources()
			change(changed)
			cloud, j := start(t, changed)
			err := signUp(t, cloud, "ada@example.com")
			if err == nil || !strings.Contains(err.Error(), "UnexpectedLambdaException: PreSignUp invocation failed due to error AccessDeniedException") {
				t.Errorf("got %v", err)
			}
			if seen := j.all(t, cloud); len(seen) != 0 {
				t.Errorf("the function ran: %+v", seen)
			}
		})
	}
}

func property(resources object, id string) object {
	return resources[id].(object)["Properties"].(object)
}

func TestClientFindsEverythingByItsEnvironment(t *testing.T) {
	needsDynalite(t)
	cloud, _ := start(t, withTable(resources()))
	endpoints := cloud.Endpoints()
	want := []string{
		"AWS_ACCESS_KEY_ID=local", "AWS_DEFAULT_REGION=us-east-1", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=" + endpoints.Lambda,
		"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER=" + endpoints.CognitoIDP, "AWS_ENDPOINT_URL_DYNAMODB=" + endpoints.DynamoDB,
		"AWS_ENDPOINT_URL_LAMBDA=" + endpoints.Lambda, "AWS_REGION=us-east-1", "AWS_SECRET_ACCESS_KEY=local",
	}
	if got := cloud.Env(); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	resp, err := http.Get(endpoints.JWKS)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("the public keys: status %d", resp.StatusCode)
	}
	for _, name := range []string{"web", "Web", "WebClientId", cloud.Outputs()["WebClientId"]} {
		if _, ok := cloud.Client(name); !ok {
			t.Errorf("no client %q", name)
		}
	}
	if _, ok := cloud.Client("stranger"); ok {
		t.Error("found a client that is not there")
	}
}

func TestFunctionFindsTheTable(t *testing.T) {
	needsDynalite(t)
	changed := withTable(resources())
	property(changed, "Sign")["Environment"] = object{"Variables": object{"TABLE_NAME": ref("Table")}}
	cloud, _ := start(t, changed)
	reply, err := cloud.Functions.Invoke(t.Context(), "suite-Sign", []byte(`{"do":"environment"}`))
	if err != nil {
		t.Fatal(err)
	}
	var env []string
	if err := json.Unmarshal(reply, &env); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"TABLE_NAME=" + cloud.Table(), "AWS_ENDPOINT_URL_DYNAMODB=" + cloud.Endpoints().DynamoDB} {
		if !slices.Contains(env, line) {
			t.Errorf("%s is missing in %q", line, env)
		}
	}
	if got := cloud.Unsupported(); len(got) != 1 || !strings.Contains(got[0], "expiresAt") {
		t.Errorf("unsupported: %q", got)
	}
}

func TestStoppedStoreKeepsItsRows(t *testing.T) {
	needsDynalite(t)
	cloud, _ := start(t, withTable(resources()))
	put(t, cloud, "USER#1")
	if err := cloud.StopStore(); err != nil {
		t.Fatal(err)
	}
	if conn, err := net.DialTimeout("tcp", strings.TrimPrefix(cloud.Endpoints().DynamoDB, "http://"), time.Second); err == nil {
		_ = conn.Close()
		t.Error("a stopped store accepts connections")
	}
	if err := cloud.StopStore(); err != nil {
		t.Errorf("stopping twice: %v", err)
	}
	if err := cloud.StartStore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !has(t, cloud, "USER#1") {
		t.Error("the row is gone")
	}
	put(t, cloud, "USER#2")
	if !has(t, cloud, "USER#2") {
		t.Error("a row written after the stop is gone")
	}
}

// A time-out kills the function, perhaps in the middle of a request; dynalite throws
// then.
func TestTheStoreOutlivesARequestThatIsCalledOff(t *testing.T) {
	needsDynalite(t)
	cloud, _ := start(t, withTable(resources()))
	for range 20 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(cloud.Endpoints().DynamoDB, "http://"))
		if err != nil {
			t.Fatalf("the store is gone: %v", err)
		}
		_, _ = conn.Write([]byte("POST / HTTP/1.1\r\nHost: " + conn.RemoteAddr().String() + "\r\nContent-Length: 100\r\n\r\n{"))
		time.Sleep(5 * time.Millisecond) // until dynalite has begun to read
		_ = conn.Close()
	}
	put(t, cloud, "USER#1")
	if !has(t, cloud, "USER#1") {
		t.Error("the row is gone")
	}
}

func key(pk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: "PROFILE"}}
}

func put(t *testing.T, cloud *Cloud, pk string) {
	t.Helper()
	if _, err := cloud.DynamoDB().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(cloud.Table()), Item: key(pk)}); err != nil {
		t.Fatal(err)
	}
}

func has(t *testing.T, cloud *Cloud, pk string) bool {
	t.Helper()
	out, err := cloud.DynamoDB().GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(cloud.Table()), Key: key(pk)})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item != nil
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	needsDynalite(t)
	cloud, _ := start(t, withTable(resources()))
	if err := signUp(t, cloud, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	rows, pids := cloud.store.folder, []int{cloud.store.child.PID()}
	for _, env := range cloud.Functions.Environments("suite-Sign") {
		pids = append(pids, env.PID())
	}
	if len(pids) != 2 {
		t.Fatalf("processes %v, want dynalite and one environment", pids)
	}
	endpoints := cloud.Endpoints()
	if err := cloud.Close(); err != nil {
		t.Fatal(err)
	}
	for _, pid := range pids {
		if syscall.Kill(pid, 0) == nil {
			t.Errorf("process %d is still there", pid)
		}
	}
	if _, err := os.Stat(rows); !os.IsNotExist(err) {
		t.Errorf("the rows are still in %s", rows)
	}
	for _, url := range []string{endpoints.CognitoIDP, endpoints.Lambda, endpoints.DynamoDB} {
		if conn, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), time.Second); err == nil {
			_ = conn.Close()
			t.Errorf("%s is still open", url)
		}
	}
	if err := cloud.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}
