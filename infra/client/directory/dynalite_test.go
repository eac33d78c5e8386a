package directory_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const (
	tableName = directorytest.Table
	pool      = "eu-west-1_AbCdEf123"
)

var client = directorytest.Client

// world is a table with both its sides: the functions and the operators.
type world struct {
	url    string
	client *dynamodb.Client
	store  *dynamo.Store
}

func newWorld(t testing.TB) world {
	t.Helper()
	url := directorytest.Start(t, "../..")
	return world{url, client(url), directorytest.Store(t, url)}
}

var (
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	lastSub atomic.Int64
)

// ada creates a new user whom the functions have recorded.
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

// put writes attributes of a row as an operator would by hand.
func (w world) put(t testing.TB, sub, row string, attributes map[string]types.AttributeValue) {
	t.Helper()
	attributes["pk"] = &types.AttributeValueMemberS{Value: table.User(pool, sub)}
	attributes["sk"] = &types.AttributeValueMemberS{Value: row}
	if _, err := w.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: new(tableName), Item: attributes}); err != nil {
		t.Fatal(err)
	}
}
