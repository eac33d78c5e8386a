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
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dev/form"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/lambdahost"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// theirPool is the request that makes a pool with settings, a hook and members that nobody
// knows.
const theirPool = `{"PoolName":"people","LambdaConfig":{"CustomMessage":"` + alias + `theirs","KMSKeyID":"k"},"EmailVerificationMessage":"{####}!",
	"UserPoolTags":{"team":"a"},"DeletionProtection":"ACTIVE","Policies":{"PasswordPolicy":{"MinimumLength":14,"RequireNumbers":true}},
	"UserPoolAddOns":{"AdvancedSecurityMode":"AUDIT"},"UserPoolTier":"PLUS","Tomorrow":{"n":12345678901234567890}}`

// local is the built function beside a local pool under a rule, and a real table.
type local struct {
	*testing.T
	pool    *userpool.Pool
	host    *lambdahost.Host
	printed *journal
	told    []map[string]string // answers to CloudFormation
	url     string              // of CloudFormation
}

type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

func bootstrap(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	cmd := exec.Command("go", "build", "-tags", "lambda.norpc", "-trimpath", "-o", filepath.Join(folder, "bootstrap"), ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return folder
}

// alongside starts it. The other server plays Lambda, whose functions return what comes, and
// CloudFormation.
func alongside(t *testing.T, folder, table string, rule userpool.Reset) *local {
	t.Helper()
	l := &local{T: t, printed: &journal{}}
	var err error
	if l.pool, err = userpool.Start(userpool.Config{ID: "eu-west-1_Home", AccountID: "111122223333"}, userpool.InvokerFunc(nil), userpool.Options{Reset: rule}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.pool.Close() })
	others := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case strings.HasSuffix(r.URL.Path, "/policy"):
			policy := `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"},"ArnLike":{"AWS:SourceArn":"` + fmt.Sprint(l.described(r.URL.Query().Get("Qualifier"))["Arn"]) + `"}}}]}`
			_ = json.NewEncoder(w).Encode(map[string]string{"Policy": policy})
		case r.Method == http.MethodPut:
			var answer map[string]string
			_ = json.Unmarshal(body, &answer)
			l.told = append(l.told, answer)
		default:
			_, _ = w.Write(body)
		}
	}))
	t.Cleanup(others.Close)
	l.url = others.URL
	l.host, err = lambdahost.Start([]lambdahost.Function{{Name: "attach", Dir: folder, Timeout: time.Minute, Env: map[string]string{
		"TABLE_NAME": directorytest.Table, "AWS_ENDPOINT_URL_DYNAMODB": table, "AWS_ENDPOINT_URL_LAMBDA": others.URL,
		"AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": l.pool.URL(),
	}}}, lambdahost.Options{Stderr: l.printed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.host.Close() })
	return l
}

func (l *local) raw(operation, body string, out any) {
	request, _ := http.NewRequest(http.MethodPost, l.pool.URL(), strings.NewReader(body))
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261201/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0")
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		l.Error(err)
		return
	}
	defer reply.Body.Close()
	decoder := json.NewDecoder(reply.Body)
	decoder.UseNumber()
	if err := decoder.Decode(out); err != nil || reply.StatusCode != http.StatusOK {
		l.Errorf("%s: %v, %d %v", operation, err, reply.StatusCode, out)
	}
}

// described returns the pool, without what every update changes.
func (l *local) described(pool string) map[string]any {
	out := map[string]map[string]any{}
	l.raw("DescribeUserPool", `{"UserPoolId":"`+pool+`"}`, &out)
	delete(out["UserPool"], "LastModifiedDate")
	return out["UserPool"]
}

func (l *local) request(kind string, p properties) map[string]string {
	l.Helper()
	event, _ := json.Marshal(map[string]any{
		"RequestType": kind, "RequestId": fmt.Sprint(kind, len(l.told)), "ResponseURL": l.url + "/?signed", "StackId": "arn:stack",
		"LogicalResourceId": "Hooks", "PhysicalResourceId": p.Pool + suffix, "ResourceProperties": p, "OldResourceProperties": p,
	})
	before := len(l.told)
	if _, err := l.host.Invoke(l.Context(), "attach", event); err != nil || len(l.told) != before+1 {
		l.Fatalf("%s: %v, %v\n%s", kind, err, l.told, l.printed)
	}
	return l.told[before]
}

// The built function attaches and detaches a pool of the local cloud, members included that no
// release knows, under both rules of what an update resets.
func TestR83_TheDeployedFunctionAttachesARealPool(t *testing.T) {
	form.Often(t, 0, 1, 1)
	folder, table := bootstrap(t), directorytest.Start(t, "../..")
	for _, rule := range []userpool.Reset{userpool.ResetDocumented, userpool.ResetMeasured} {
		l := alongside(t, folder, table, rule)
		made := map[string]map[string]any{}
		l.raw("CreateUserPool", theirPool, &made)
		id := made["UserPool"]["Id"].(string)
		before := l.described(id)
		// Here the alias is the pool's id, so that the policy can name its ARN.
		p := properties{Pool: id, TokenVersion: "V3_0", Hooks: map[string]string{"PreSignUp": alias + "a:" + id, "PreTokenGeneration": alias + "t:" + id}}
		if got := l.request("Create", p); got["Status"] != "FAILED" || !strings.Contains(got["Reason"], "Tomorrow: this release does not know it") {
			t.Fatalf("%s: %v", rule, got)
		}
		if got := l.request("Delete", p); got["Status"] != "SUCCESS" || !reflect.DeepEqual(l.described(id), before) {
			t.Fatalf("%s: %v", rule, got)
		}
		p.Carry = []string{"Tomorrow"}
		if got := l.request("Create", p); got["Status"] != "SUCCESS" || got["PhysicalResourceId"] != id+suffix {
			t.Fatalf("%s: %v\n%s", rule, got, l.printed)
		}
		attached := l.described(id)
		hooks := attached["LambdaConfig"].(map[string]any)
		if hooks["PreSignUp"] != alias+"a:"+id || hooks["CustomMessage"] != alias+"theirs" {
			t.Errorf("%s: hooks %v", rule, hooks)
		}
		attached["LambdaConfig"] = before["LambdaConfig"]
		if !reflect.DeepEqual(attached, before) {
			t.Errorf("%s: attached, more than the hooks differs:\n%v\nnot\n%v", rule, attached, before)
		}
		if got := l.request("Update", p); got["Status"] != "SUCCESS" {
			t.Errorf("%s: %v", rule, got)
		}
		if got := l.request("Delete", p); got["Status"] != "SUCCESS" || !reflect.DeepEqual(l.described(id), before) {
			t.Errorf("%s: %v\n%v\nnot\n%v", rule, got, l.described(id), before)
		}
		if err := l.host.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if text := l.printed.String(); strings.Count(text, "\n") != len(l.told) || strings.Contains(text, "signed") {
			t.Errorf("logged\n%s", text)
		}
	}
}
