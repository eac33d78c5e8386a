package dynamo_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory/directorytest"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

const (
	tableName = directorytest.Table
	infra     = "../../infra" // where dynalite is
)

// dynalite returns a store over a fresh table.
func dynalite(t *testing.T) (store, string) {
	t.Helper()
	url := directorytest.Start(t, infra)
	return store{openAt(t, url, dynamo.OpenPatient)}, url
}

// openAt opens a store with dynamo.Open or dynamo.OpenPatient.
func openAt(t *testing.T, url string, open func(func(string) string) (*dynamo.Store, error)) *dynamo.Store {
	t.Helper()
	env := map[string]string{
		"TABLE_NAME": tableName, "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_DYNAMODB": url,
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
	}
	s, err := open(func(name string) string { return env[name] })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// store is a userstest.Store: the store itself, with what operators do.
type store struct{ *dynamo.Store }

func (s store) Rows(ctx context.Context, key users.Key) (users.Rows, error) {
	return record.Rows(ctx, s.Client(), tableName, key)
}

func (s store) Grant(ctx context.Context, key users.Key, granted table.Authz) error {
	item, err := record.Authz(key, granted)
	if err != nil {
		return err
	}
	_, err = s.Client().PutItem(ctx, &dynamodb.PutItemInput{
		TableName: new(tableName), Item: item,
		ConditionExpression:       new("attribute_not_exists(#s) OR #s <> :deleted"),
		ExpressionAttributeNames:  map[string]string{"#s": "authzStatus"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":deleted": &types.AttributeValueMemberS{Value: "deleted"}},
	})
	if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
		return nil
	}
	return err
}
