package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	idp "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamo "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/cmd/local/cast"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/journey"
)

const peerFolder = "testdata/cognito-local"

// deviations are the steps in which cognito-local 5.3.0 differs from Cognito; such a step
// must fail with this text. All others must pass. A listed step that passes shows that
// the list is out of date.
var deviations = map[string]string{
	// Pre token generation is V1_0 only: a string for the list of roles, in the ID token
	// only.
	"Ada signs in":                       "the ID token says roles editor admin, tenant acme",
	"Ada signs in with the new password": "the ID token says roles editor admin, tenant acme",
	"Ada's app refreshes the tokens":     "the ID token says roles editor admin, tenant acme",
	// A refresh carries no metadata: the tenant stays.
	"Ada's app switches to her other tenant":                  "the ID token says roles editor admin, tenant acme",
	"Ada's app asks for a tenant that is not hers":            "the ID token says roles editor admin, tenant acme",
	"Ada signs in through it: another profile, another token": "the access token says roles <nil>",
	// The OAuth token endpoint has no client credentials.
	"a machine asks for a token": "Unsupported grant_type: client_credentials",
	// Errors carry the function's name instead of the trigger's.
	"a sign-up from a denied domain is refused": "the message is not in Cognito's form",
	"Ada's app refreshes and is refused":        "the message is not in Cognito's form",
}

// The synthesized stack's functions and table run behind another implementation of
// Cognito, so that no mistake of our own pool hides one of the functions.
func TestTheJourneyAlsoRunsAgainstCognitoLocal(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(peerFolder + "/node_modules/cognito-local"); err != nil {
		t.Skip("cognito-local is not installed, make test installs it where the network is there; the journey runs against the project's own pool only")
	}
	cloud, _ := running(t, local(t))
	j := journey.New(peer(t, cloud))
	for _, step := range j.Steps() {
		_, err := step.Run(t.Context())
		want, deviates := deviations[step.Title]
		switch {
		case !deviates && err != nil:
			t.Fatalf("%s: %v", step.Title, err)
		case deviates && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want the known deviation %q", step.Title, err, want)
		}
	}
}

// peer starts cognito-local before the cloud's functions and makes a pool in it.
func peer(t *testing.T, cloud *localcloud.Cloud) journey.Target {
	t.Helper()
	to, err := cast.Target(cloud)
	if err != nil {
		t.Fatal(err)
	}
	functions := map[string]string{}
	for name, trigger := range cloud.Stack.Pool.Triggers {
		_, functions[name], _ = strings.Cut(trigger.FunctionARN, ":function:") // name:live
	}
	endpoint := startPeer(t, asVersion1(t, cloud.Endpoints().Lambda), functions)
	to.Cognito = idp.NewFromConfig(cast.Config(endpoint))
	pool, err := to.Cognito.CreateUserPool(t.Context(), &idp.CreateUserPoolInput{
		PoolName: new("peer"), UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail},
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
	})
	if err != nil {
		t.Fatal(err)
	}
	client, err := to.Cognito.CreateUserPoolClient(t.Context(), &idp.CreateUserPoolClientInput{ClientName: new("web"), UserPoolId: pool.UserPool.Id})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := to.Cognito.CreateGroup(t.Context(), &idp.CreateGroupInput{UserPoolId: pool.UserPool.Id, GroupName: &to.Group}); err != nil {
		t.Fatal(err)
	}
	// The row that the stack writes for its own client.
	row := map[string]dynamo.AttributeValue{
		"pk":            &dynamo.AttributeValueMemberS{Value: "CLIENT#" + *client.UserPoolClient.ClientId},
		"sk":            &dynamo.AttributeValueMemberS{Value: "CLIENT"},
		"clientProfile": &dynamo.AttributeValueMemberS{Value: "app"},
	}
	if _, err := to.Dynamo.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &to.TableName, Item: row}); err != nil {
		t.Fatal(err)
	}
	to.PoolID, to.WebClientID, to.RotatesRefreshTokens = *pool.UserPool.Id, *client.UserPoolClient.ClientId, false
	to.TokenURL, to.KeysURL = endpoint+"/oauth2/token", endpoint+"/"+to.PoolID+"/.well-known/jwks.json"
	to.Issuer = ""                        // an own form of the peer
	to.APIURL, to.IdentityPoolID = "", "" // they trust the cloud's own pool
	to.Mailed = func(context.Context, string) (string, error) { return peerCode, nil }
	return to
}

// peerCode is every user's confirmation code, set by the variable CODE.
const peerCode = "123456"

// startPeer starts cognito-local before functions at this address, which have names by
// trigger.
func startPeer(t *testing.T, lambda string, functions map[string]string) string {
	t.Helper()
	port := freePort(t)
	settings, err := json.Marshal(map[string]any{
		"LambdaClient":     map[string]any{"endpoint": lambda, "region": "local", "credentials": map[string]string{"accessKeyId": "local", "secretAccessKey": "local"}},
		"TriggerFunctions": functions,
		"ServerConfig":     map[string]any{"hostname": "127.0.0.1", "port": port, "https": false},
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, ".cognito"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".cognito", "config.json"), settings, 0o644); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs(peerFolder + "/node_modules/cognito-local/lib/bin/start.js")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "CODE=" + peerCode, "HOST=127.0.0.1", "PORT=" + strconv.Itoa(port), "NODE_NO_WARNINGS=1"}
	return served(t, cmd, port)
}

// freePort returns a free port below those that the system assigns by itself, so that no
// other process takes it before it is used.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 16_000 + rand.IntN(16_000)
		if listener, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port)); err == nil {
			_ = listener.Close()
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// asVersion1 stands before the functions and sets the version that Cognito sends:
// cognito-local sends "0", which no version of Cognito does and the functions do not
// know.
func asVersion1(t *testing.T, functions string) string {
	t.Helper()
	to, err := url.Parse(functions)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		body, err := io.ReadAll(r.In.Body)
		if err != nil {
			return
		}
		body = bytes.Replace(body, []byte(`"version":"0"`), []byte(`"version":"1"`), 1)
		r.Out.Body, r.Out.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Out.Header.Set("Content-Length", fmt.Sprint(len(body)))
	}}
	server := httptest.NewServer(http.Handler(proxy))
	t.Cleanup(server.Close)
	return server.URL
}
