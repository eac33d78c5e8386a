package directory_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const (
	table = "mirror"
	pool  = "eu-west-1_AbCdEf123"
)

// listen starts dynalite, says its port, and ends with whoever holds its input:
// no process outlives the test, however that ends.
const listen = `
process.stdin.resume().on('end', () => process.exit())
const server = require('dynalite')({createTableMs: 20})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

// startDynalite gives the URL of an empty dynalite, or skips the test where Node
// or npm's packages are not installed.
func startDynalite(t testing.TB) string {
	t.Helper()
	infra, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	node, nodeErr := exec.LookPath("node")
	if _, err := os.Stat(filepath.Join(infra, "node_modules", "dynalite")); err != nil || nodeErr != nil {
		fmt.Println("directory: dynalite or node is not installed (npm ci in infra/ does it): its tests are skipped")
		t.Skip("dynalite or node is not installed")
	}
	cmd := exec.Command(node, "-e", listen)
	cmd.Dir, cmd.Stderr = infra, os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); _ = cmd.Wait() })
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("dynalite did not start: %v", err)
	}
	return "http://127.0.0.1:" + strings.TrimSpace(port)
}

// client is an SDK client for a local endpoint, with the SDK's own retries.
func client(url string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "eu-west-1", BaseEndpoint: &url, HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

// world is a table, and both sides of it: the functions and the operators.
type world struct {
	url    string
	client *dynamodb.Client
	store  *dynamo.Store
}

func newWorld(t testing.TB) world {
	t.Helper()
	w := world{url: startDynalite(t)}
	w.client = client(w.url)
	createTable(t, w.client)
	env := map[string]string{
		"TABLE_NAME": table, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": w.url,
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	}
	var err error
	if w.store, err = dynamo.Open(func(name string) string { return env[name] }); err != nil {
		t.Fatal(err)
	}
	return w
}

// createTable makes the table as the stack does.
func createTable(t testing.TB, client *dynamodb.Client) {
	t.Helper()
	attribute := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
	}
	key := func(name string, kind types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: &name, KeyType: kind}
	}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: new(table), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute("pk"), attribute("sk"), attribute("emailKey")},
		KeySchema:            []types.KeySchemaElement{key("pk", types.KeyTypeHash), key("sk", types.KeyTypeRange)},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: new("byEmail"), KeySchema: []types.KeySchemaElement{key("emailKey", types.KeyTypeHash)},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	waiter := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 25 * time.Millisecond })
	if err := waiter.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: new(table)}, 10*time.Second); err != nil {
		t.Fatal(err)
	}
}

var (
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	lastSub atomic.Int64
)

// ada is a new user of whom the functions have told the table.
func (w world) ada(t testing.TB) users.Key {
	t.Helper()
	return w.user(t, pool, users.Profile{Username: "ada", Email: "Ada@Example.com", EmailVerified: true, Attributes: map[string]string{"name": "Ada"}})
}

func (w world) user(t testing.TB, poolID string, profile users.Profile) users.Key {
	t.Helper()
	key := users.Key{PoolID: poolID, Sub: fmt.Sprintf("sub-%d", lastSub.Add(1))}
	if _, err := w.store.Upsert(t.Context(), users.Snapshot{Key: key, At: noon, Source: "PostConfirmation_ConfirmSignUp", Profile: profile}); err != nil {
		t.Fatal(err)
	}
	return key
}

// put writes attributes of a row as an operator's hand would.
func (w world) put(t testing.TB, sub, row string, attributes map[string]types.AttributeValue) {
	t.Helper()
	attributes["pk"] = &types.AttributeValueMemberS{Value: dynamo.PartitionKey(users.Key{PoolID: pool, Sub: sub})}
	attributes["sk"] = &types.AttributeValueMemberS{Value: row}
	if _, err := w.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(table), Item: attributes}); err != nil {
		t.Fatal(err)
	}
}
