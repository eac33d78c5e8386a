package dynamo_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const table = "mirror"

// listen starts dynalite, says its port, and ends with whoever holds its input:
// no process outlives the test, however that ends.
const listen = `
process.stdin.resume().on('end', () => process.exit())
const server = require('dynalite')({createTableMs: 20})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
`

// startDynalite gives the URL of an empty dynalite, or skips the test where Node
// or npm's packages are not installed.
func startDynalite(t *testing.T) string {
	t.Helper()
	infra, err := filepath.Abs("../../infra")
	if err != nil {
		t.Fatal(err)
	}
	node, nodeErr := exec.LookPath("node")
	if _, err := os.Stat(filepath.Join(infra, "node_modules", "dynalite")); err != nil || nodeErr != nil {
		fmt.Println("dynamo: dynalite or node is not installed (npm ci in infra/ does it): its tests are skipped")
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

// dynalite gives a store over a fresh table.
func dynalite(t *testing.T) (store, string) {
	t.Helper()
	url := startDynalite(t)
	s := store{openAt(t, url, dynamo.OpenPatient)}
	createTable(t, s.Client())
	return s, url
}

// openAt opens a store with dynamo.Open or dynamo.OpenPatient.
func openAt(t *testing.T, url string, open func(func(string) string) (*dynamo.Store, error)) *dynamo.Store {
	t.Helper()
	env := map[string]string{
		"TABLE_NAME": table, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": url,
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	}
	s, err := open(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// createTable makes the table as the stack does.
func createTable(t *testing.T, client *dynamodb.Client) {
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
	// An attempt that took too long may have made it.
	if there := (*types.ResourceInUseException)(nil); err != nil && !errors.As(err, &there) {
		t.Fatal(err)
	}
	waiter := dynamodb.NewTableExistsWaiter(client, func(o *dynamodb.TableExistsWaiterOptions) { o.MinDelay = 25 * time.Millisecond })
	if err := waiter.Wait(t.Context(), &dynamodb.DescribeTableInput{TableName: new(table)}, 10*time.Second); err != nil {
		t.Fatal(err)
	}
}

// store is a userstest.Store: the store itself, and what operators do.
type store struct{ *dynamo.Store }

func (s store) Rows(ctx context.Context, key users.Key) (users.Rows, error) {
	return record.Rows(ctx, s.Client(), table, key)
}

func (s store) Grant(ctx context.Context, key users.Key, granted users.Authz) error {
	item, err := record.Authz(key, granted, "test", time.Now())
	if err != nil {
		return err
	}
	_, err = s.Client().PutItem(ctx, &dynamodb.PutItemInput{
		TableName: new(table), Item: item,
		ConditionExpression:       new("attribute_not_exists(#s) OR #s <> :deleted"),
		ExpressionAttributeNames:  map[string]string{"#s": "authzStatus"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":deleted": &types.AttributeValueMemberS{Value: "deleted"}},
	})
	if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
		return nil
	}
	return err
}
