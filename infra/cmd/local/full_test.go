package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

// fullStage is the golden template with every key of a stage.
const fullStage = "../../testdata/full.template.json"

// withoutEffect are the types of the full stage that change nothing on one machine.
var withoutEffect = []string{
	"AWS::CloudWatch::", "AWS::Events::Rule", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::Logs::LogGroup", "AWS::Lambda::Permission",
	"AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::CDK::Metadata", "AWS::Logs::SubscriptionFilter", "AWS::ApplicationAutoScaling::",
}

// runs are the types that the local cloud runs, each resource of them.
var runs = []string{"AWS::ApiGatewayV2::", "AWS::Cognito::Identity", "AWS::Cognito::ManagedLoginBranding", "AWS::Cognito::UserPool", "AWS::DynamoDB::GlobalTable", "AWS::Lambda::Function", "Custom::"}

// fullAssembly writes an assembly of the full stage. Its triggers run with the policies of
// the stage that make local serves; the sample route's function is built, and stands for
// those that nothing calls here.
func fullAssembly(t *testing.T, from string) (dir string, resources map[string]any) {
	t.Helper()
	dir = t.TempDir()
	var full map[string]any
	if err := json.Unmarshal(must(os.ReadFile(fullStage)), &full); err != nil {
		t.Fatal(err)
	}
	whoami := filepath.Join(dir, "whoami")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(whoami, "bootstrap"), "../../functions/whoami").CombinedOutput(); err != nil {
		t.Fatalf("building the sample route: %v\n%s", err, out)
	}
	built := map[string]string{}
	for _, f := range must(template.Read(from, "")).Functions {
		built[f.LogicalID] = f.Dir
	}
	resources = full["Resources"].(map[string]any)
	files := map[string]any{}
	for id, r := range resources {
		if resource := r.(map[string]any); resource["Type"] == "AWS::Lambda::Function" {
			at, ok := built[id]
			if !ok {
				at = whoami
			}
			resource["Properties"].(map[string]any)["Code"] = map[string]any{"S3Key": id}
			files[id] = map[string]any{"source": map[string]any{"path": at}, "destinations": map[string]any{"here": map[string]any{"objectKey": id}}}
		}
	}
	for name, content := range map[string]any{
		"full.template.json": full, "full.assets.json": map[string]any{"files": files},
		"manifest.json": map[string]any{"artifacts": map[string]any{
			"full":   map[string]any{"type": "aws:cloudformation:stack", "properties": map[string]any{"templateFile": "full.template.json"}},
			"assets": map[string]any{"type": "cdk:asset-manifest", "properties": map[string]any{"file": "full.assets.json"}},
		}},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), must(json.Marshal(content)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, resources
}

// Every resource of the full stage runs, or is said, or is of a type that changes nothing here;
// and its API answers people and machines, with the app left in place behind it.
func TestR93_TheFullStageRunsWithItsAPI(t *testing.T) {
	t.Parallel()
	opts, seen := local(t), make(chan *http.Request, 1)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen <- r
		_, _ = io.WriteString(w, "an order")
	}))
	defer app.Close()
	var resources map[string]any
	opts.AssemblyDir, resources = fullAssembly(t, opts.AssemblyDir)
	opts.App = must(url.Parse(app.URL))
	cloud, err := localcloud.Start(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cloud.Close() }()
	nothingLeftOut(t, cloud, resources)
	at := cloud.Endpoints().API
	if cloud.Outputs()["ApiUrl"] != at || !strings.HasPrefix(at, "http://localhost:") || !slices.Contains(cloud.Env(), "API_URL="+at) {
		t.Errorf("the API is at %s, and the outputs say %s", at, cloud.Outputs()["ApiUrl"])
	}
	ask := func(path, token string) (int, string) {
		request := must(http.NewRequestWithContext(t.Context(), http.MethodGet, at+path, nil))
		request.Header.Set("X-User-Sub", "victim")
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		response := must(http.DefaultClient.Do(request))
		defer func() { _ = response.Body.Close() }()
		return response.StatusCode, string(must(io.ReadAll(response.Body)))
	}
	person, machine := fullPerson(t, cloud), fullMachine(t, cloud)
	sub := must(decode(*person.AccessToken))["sub"]
	for _, c := range []struct {
		token, path string
		status      int
		body        string
	}{
		{"", "/whoami", 401, `{"message":"Unauthorized"}`},
		{*person.IdToken, "/whoami", 403, `{"message":"Forbidden"}`},
		{machine["app/write"], "/whoami", 403, `{"message":"Forbidden"}`},
		{*person.AccessToken, "/whoami", 200, fmt.Sprintf(`{"user":%q`, sub)},
		{machine["app/read"], "/whoami", 200, `"scopes":["app/read"]`},
		{*person.AccessToken, "/orders/7?x=1", 200, "an order"},
		{"", "/orders/7", 401, `{"message":"Unauthorized"}`},
	} {
		if status, body := ask(c.path, c.token); status != c.status || !strings.Contains(body, c.body) {
			t.Errorf("%s: %d %s, want %d %s", c.path, status, body, c.status, c.body)
		}
	}
	if r := <-seen; r.RequestURI != "/orders/7?x=1" || len(r.Header["X-User-Sub"]) != 1 || r.Header.Get("X-User-Sub") != sub {
		t.Errorf("the app saw %s with %v", r.RequestURI, r.Header["X-User-Sub"])
	}
}

// nothingLeftOut compares the resources with what runs and what is said.
func nothingLeftOut(t *testing.T, cloud *localcloud.Cloud, resources map[string]any) {
	t.Helper()
	said := strings.Join(cloud.Unsupported(), "\n")
	for id, r := range resources {
		kind := r.(map[string]any)["Type"].(string)
		is := func(list []string) bool {
			for _, known := range list {
				if strings.HasPrefix(kind, known) {
					return true
				}
			}
			return false
		}
		if !is(runs) && !is(withoutEffect) && !strings.Contains(said, id) {
			t.Errorf("%s of type %s is left out silently", id, kind)
		}
	}
	if strings.Contains(said, "Api") || strings.Contains(said, "API") {
		t.Errorf("of the API something is left out:\n%s", said)
	}
}

// fullPerson signs a person in by password.
func fullPerson(t *testing.T, cloud *localcloud.Cloud) *types.AuthenticationResultType {
	t.Helper()
	pool := cognitoidentityprovider.NewFromConfig(cast.Config(cloud.Endpoints().CognitoIDP))
	const email, password = "ada@example.com", "Correct-horse-7-battery"
	must(pool.AdminCreateUser(t.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: &cloud.Stack.Pool.ID, Username: aws.String(email), MessageAction: "SUPPRESS",
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(email)}, {Name: aws.String("email_verified"), Value: aws.String("true")}},
	}))
	must(pool.AdminSetUserPassword(t.Context(), &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: &cloud.Stack.Pool.ID, Username: aws.String(email), Password: aws.String(password), Permanent: true,
	}))
	answer := must(pool.InitiateAuth(t.Context(), &cognitoidentityprovider.InitiateAuthInput{
		ClientId: aws.String(cloud.Outputs()["ClientDeskId"]), AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: map[string]string{"USERNAME": email, "PASSWORD": password},
	}))
	if answer.AuthenticationResult == nil {
		t.Fatalf("a challenge: %s", answer.ChallengeName)
	}
	return answer.AuthenticationResult
}

// fullMachine gets the tokens of two services, by their scopes.
func fullMachine(t *testing.T, cloud *localcloud.Cloud) map[string]string {
	t.Helper()
	got := map[string]string{}
	for scope, output := range map[string]string{"app/read": "MachineClientId", "app/write": "ClientBatchId"} {
		client, _ := cloud.Client(output)
		form := url.Values{"grant_type": {"client_credentials"}, "scope": {scope}}
		request := must(http.NewRequestWithContext(t.Context(), http.MethodPost, cloud.Endpoints().Token, strings.NewReader(form.Encode())))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.SetBasicAuth(client.ID, client.Secret)
		response := must(http.DefaultClient.Do(request))
		var answer struct {
			Token string `json:"access_token"`
		}
		err := json.NewDecoder(response.Body).Decode(&answer)
		_ = response.Body.Close()
		if err != nil || answer.Token == "" {
			t.Fatalf("%s: %s, %v", scope, response.Status, err)
		}
		got[scope] = answer.Token
	}
	return got
}
