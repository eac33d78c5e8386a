// Package directorytest provides a table on this machine: dynalite, as npm ci in infra/
// installs it. Tests of package directory, of what is built on it and of what it reads
// use it.
package directorytest

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Table is the name of the table, Region the one that its clients sign for.
const (
	Table  = "mirror"
	Region = "eu-west-1"
)

// listen starts dynalite, prints its port, and ends when its input is closed: no
// process outlives the test, however the test ends. It stays up when a client is killed in
// the middle of a request, which dynalite throws (index.js, req.on('error')).
const listen = `
process.on('uncaughtException', (e) => { if (e.code !== 'ECONNRESET') { console.error(e); process.exit(1) } })
process.stdin.resume().on('end', () => process.exit())
const server = require('dynalite')({createTableMs: 20})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

// Start returns the URL of a dynalite with an empty table as the stack makes it. infra
// is the path of the project's folder infra. Start skips the test, and says so, if Node
// or npm's packages are not installed.
func Start(t testing.TB, infra string) (url string) {
	t.Helper()
	infra, err := filepath.Abs(infra)
	if err != nil {
		t.Fatal(err)
	}
	node, nodeErr := exec.LookPath("node")
	if _, err := os.Stat(filepath.Join(infra, "node_modules", "dynalite")); err != nil || nodeErr != nil {
		fmt.Println("dynalite or node is not installed (npm ci in infra/ does it): tests are skipped")
		t.Skip("dynalite or node is not installed")
	}
	url = listening(t, node, infra)
	Create(t, Client(url))
	return url
}

// listening starts the process, which ends with the test.
func listening(t testing.TB, node, infra string) string {
	t.Helper()
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

// Client returns an SDK client, with the SDK's own retries.
func Client(url string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: Region, BaseEndpoint: &url, HTTPClient: awshttp.NewBuildableClient(),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

// Store returns the functions' store over the table.
func Store(t testing.TB, url string) *dynamo.Store {
	t.Helper()
	env := map[string]string{
		"TABLE_NAME": Table, "AWS_REGION": Region, "AWS_ENDPOINT_URL_DYNAMODB": url,
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	}
	store, err := dynamo.Open(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// Create makes the table as the stack does, with a client of any DynamoDB.
func Create(t testing.TB, client *dynamodb.Client) {
	t.Helper()
	attribute := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
	}
	key := func(name string, kind types.KeyType) types.KeySchemaElement {
		return types.KeySchemaElement{AttributeName: &name, KeyType: kind}
	}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: new(Table), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute("pk"), attribute("sk"), attribute("emailKey"), attribute(table.ShardKey)},
		KeySchema:            []types.KeySchemaElement{key("pk", types.KeyTypeHash), key("sk", types.KeyTypeRange)},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: new("byEmail"), KeySchema: []types.KeySchemaElement{key("emailKey", types.KeyTypeHash)},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}, {
			IndexName: new(table.ShardIndex), KeySchema: []types.KeySchemaElement{key(table.ShardKey, types.KeyTypeHash), key("pk", types.KeyTypeRange)},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		}},
	})
	// An attempt that timed out may have made it.
	if there := (*types.ResourceInUseException)(nil); err != nil && !errors.As(err, &there) {
		t.Fatal(err)
	}
	waiter := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 25 * time.Millisecond })
	if err := waiter.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: new(Table)}, 10*time.Second); err != nil {
		t.Fatal(err)
	}
}
