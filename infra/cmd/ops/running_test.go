package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	neturl "net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/triggers"
)

// fakeBundles is Lambda's GetFunction, and the address of the archives.
type fakeBundles struct {
	url      string
	archives map[string][]byte // by the function's name
	hashes   map[string]string // what Lambda says
	asked    []string
}

func (f *fakeBundles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, isFunction := strings.CutPrefix(r.URL.Path, "/2015-03-31/functions/")
	f.asked = append(f.asked, r.URL.String())
	if !isFunction {
		_, _ = w.Write(f.archives[strings.TrimPrefix(r.URL.Path, "/")])
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"Code": map[string]string{"Location": f.url + "/" + name + "?X-Amz-Signature=secret"}, "Configuration": map[string]string{"CodeSha256": f.hashes[name]},
	})
}

// runsOnly is a deployment of dev, of which no file is at hand: a web client, one for a
// kiosk, the table, and the functions' archives.
func runsOnly(t *testing.T, without ...string) (*fakeBundles, suite) {
	t.Helper()
	s, stage := newSuite(t), deployedStage(t)
	f := &fakeBundles{archives: map[string][]byte{}, hashes: map[string]string{}}
	outputs := map[string]string{"TableName": directorytest.Table, "UserPoolId": pool}
	for _, trigger := range triggers.Usual() {
		if slices.Contains(without, trigger.Name) {
			continue
		}
		text, err := stage.Shipped(trigger.Room, settings.Given{})
		if err != nil {
			t.Fatal(err)
		}
		name := "stack-" + trigger.Name
		outputs[trigger.Name+settings.FunctionNameOutput] = name
		f.ship(name, text)
	}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL
	t.Setenv("AWS_ENDPOINT_URL_LAMBDA", server.URL)
	for name, profile := range map[string]string{"web": "app", "kiosk": "console"} {
		outputs[settings.ClientOutput(name)] = s.appClient(t, name, profile)
	}
	hooked(t, s.pool.URL())
	fakeStacks{"CognitoTriggers-dev": outputs}.deploy(t)
	t.Chdir(t.TempDir())
	return f, s
}

// hooked puts a pool with the suite's hook in front of one that has none: a local pool has
// hooks only where functions run.
func hooked(t *testing.T, url string) {
	t.Helper()
	behind, err := neturl.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(behind)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".DescribeUserPool") {
			r.Host = behind.Host
			proxy.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		_, _ = w.Write([]byte(`{"UserPool":{"LambdaConfig":{"PreTokenGenerationConfig":{"LambdaArn":"arn","LambdaVersion":"V3_0"}}}}`))
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", server.URL)
}

func deployedStage(t *testing.T) settings.Stage {
	t.Helper()
	stage, err := settings.LoadStage("../../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return stage
}

// ship makes the archive of a function.
func (f *fakeBundles) ship(name string, text []byte) {
	var archive bytes.Buffer
	files := zip.NewWriter(&archive)
	for file, content := range map[string]string{"bootstrap": "\x7fELF", policy.FileName: string(text)} {
		if content == "" {
			continue
		}
		out, _ := files.Create(file) // into memory
		_, _ = out.Write([]byte(content))
	}
	_ = files.Close()
	sum := sha256.Sum256(archive.Bytes())
	f.archives[name], f.hashes[name] = archive.Bytes(), base64.StdEncoding.EncodeToString(sum[:])
}

// client makes an app client with its row and returns its id.
func (s suite) appClient(t *testing.T, name, profile string) string {
	t.Helper()
	api := cognito.NewFromConfig(aws.Config{Region: "eu-west-1", BaseEndpoint: new(s.pool.URL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
	made, err := api.CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientInput{
		UserPoolId: new(pool), ClientName: &name, ReadAttributes: []string{"email", "email_verified", "name", "locale"},
		ExplicitAuthFlows: []idp.ExplicitAuthFlowsType{idp.ExplicitAuthFlowsTypeAllowUserPasswordAuth},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := *made.UserPoolClient.ClientId
	text := func(value string) ddb.AttributeValue { return &ddb.AttributeValueMemberS{Value: value} }
	if _, err := s.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(directorytest.Table), Item: map[string]ddb.AttributeValue{
		"pk": text("CLIENT#" + id), "sk": text("CLIENT"), "clientProfile": text(profile),
	}}); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestR75_WithoutAFileTheStageIsWhatRuns(t *testing.T) {
	f, s := runsOnly(t)
	s.user(t, "8d1c", "ada@example.com", true)
	must(t, at("set-roles 8d1c editor")...)
	for _, live := range [][]string{{"--stage", "dev"}, {"--stage", "dev", "--live"}, {"--stack", "CognitoTriggers-dev"}} {
		call := func(args ...string) []string { return slices.Concat(args, live) }
		if got := must(t, call("explain", "email-domain-denied")...); !strings.Contains(got, `"mailinator.com"`) || !strings.Contains(got, "as it runs policy.signUp.domains, enforce") {
			t.Errorf("%v: explained as\n%s", live, got)
		}
		if got := answers(t, denied, call("sign-up-preview", "--email", "x@mailinator.com", "--attr", "name=Ada")...); !strings.HasPrefix(got, "REFUSED by domains") {
			t.Errorf("%v: the sign-up is\n%s", live, got)
		}
		if got := ops(t, call("token-preview", "--user", "8d1c")...); !strings.Contains(got.out, "client web, profile app") || !strings.Contains(got.out, `["editor"]  <- authz.tenantRoles`) {
			t.Errorf("%v: the tokens are\n%s%s", live, got.out, got.err)
		}
		if got := must(t, call("token-preview", "--client", "kiosk")...); !strings.Contains(got, "client kiosk, profile console") {
			t.Errorf("%v: the kiosk's tokens are\n%s", live, got)
		}
		if got := ops(t, call("why", "8d1c")...); !strings.Contains(got.out, "profile app (CLIENT row)") || strings.Contains(got.out, "not deployed") {
			t.Errorf("%v: why: %s%s", live, got.out, got.err)
		}
	}
	for _, asked := range f.asked {
		if strings.HasPrefix(asked, "/2015-03-31/") && !strings.HasSuffix(asked, "?Qualifier=live") {
			t.Errorf("asked for %s: a rollback moves live", asked)
		}
	}
}

// What a stage does without is said, and the rest answers.
func TestR80_APreviewSaysThatNobodyDecides(t *testing.T) {
	t.Run("no PreSignUp", func(t *testing.T) {
		runsOnly(t, "PreSignUp")
		refused(t, failed, []string{"the stage dev has no trigger preSignUp: everybody may sign up whom the pool lets"}, "sign-up-preview", "--stage", "dev", "--email", "x@mailinator.com")
		must(t, "token-preview", "--stage", "dev", "--client", "kiosk")
	})
	t.Run("no PreTokenGeneration", func(t *testing.T) {
		_, s := runsOnly(t, "PreTokenGeneration")
		refused(t, failed, []string{"the stage dev has no trigger preTokenGeneration: tokens are as Cognito makes them"}, "token-preview", "--stage", "dev")
		answers(t, denied, "sign-up-preview", "--stage", "dev", "--email", "x@mailinator.com")
		s.user(t, "8d1c", "ada@example.com", true)
		must(t, at("set-roles 8d1c editor")...)
		must(t, at("suspend 8d1c --keep-enabled --keep-sessions")...)
		if got := ops(t, "why", "8d1c", "--stage", "dev").out; !strings.Contains(got, "TOKENS for no tenant") || strings.Contains(got, "REFUSED") {
			t.Errorf("a user who is suspended in the table alone gets tokens where no function reads it; why says\n%s", got)
		}
	})
	t.Run("none", func(t *testing.T) {
		runsOnly(t, triggers.UsualNames()...)
		refused(t, failed, []string{"the stack has no output that ends with FunctionName: deploy the stage"}, "sign-up-preview", "--stage", "dev", "--email", "x@mailinator.com")
	})
}

// The stage that runs makes the tokens that its file makes.
func TestR75_WhatRunsPreviewsAsItsFile(t *testing.T) {
	file, err := os.ReadFile("../../stages/dev.yaml")
	if err != nil {
		t.Fatal(err)
	}
	runsOnly(t)
	if err := os.WriteFile("theirs.yaml", file, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("ada.json", []byte(`{"roles":["editor"],"tenants":["acme"],"tenant":"acme","attributes":{"email":"ada@example.com","locale":"en"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var previews []string
	for _, from := range [][]string{{"--stage", "dev", "--live"}, {"--stage-file", "theirs.yaml"}} {
		var p support.TokenPreview
		if err := json.Unmarshal([]byte(ops(t, slices.Concat([]string{"token-preview", "--json", "--user", "ada.json"}, from)...).out), &p); err != nil {
			t.Fatal(err)
		}
		for i := range p.Tokens {
			for _, id := range []string{"aud", "client_id", "iss"} {
				delete(p.Tokens[i].Claims, id) // what runs knows them
			}
			p.Tokens[i].EncodedBytes = 0
		}
		p.Stage = ""
		previews = append(previews, support.Compact(p))
	}
	if previews[0] != previews[1] || !strings.Contains(previews[0], `"version":"V3_0"`) {
		t.Errorf("what runs:\n%s\nits file:\n%s", previews[0], previews[1])
	}
}

func TestR75_ABundleThatIsNotWhatLambdaSaysIsRefused(t *testing.T) {
	f, _ := runsOnly(t)
	const name = "stack-PreSignUp"
	sound := f.archives[name]
	for want, spoil := range map[string]func(){
		"is not the one that Lambda returned": func() { f.archives[name] = append(bytes.Clone(sound), ' ') },
		"of another version of this suite":    func() { f.ship(name, []byte(`{"signUp":{"rulez":1}}`)) },
		"its archive has no policy.json":      func() { f.ship(name, nil) },
		"unexpected end of JSON input":        func() { f.ship(name, []byte(`{`)) },
	} {
		spoil()
		got := ops(t, "explain", "email-domain-denied", "--stage", "dev", "--live")
		if got.status != failed || !strings.Contains(got.err, want) || strings.Contains(got.err, "Signature") {
			t.Errorf("want %q, got %d %s", want, got.status, got.err)
		}
	}
	refused(t, misuse, []string{"make local serves a stage file"}, "explain", "email-domain-denied", "--stage", "local", "--live")
	f.ship(name, []byte(`{"signUp":{}}`))
	must(t, "explain", "email-domain-denied", "--stage", "dev", "--live")
}
