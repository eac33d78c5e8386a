package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// clientProfile is the only attribute of an app client's row besides its key.
const clientProfile = "clientProfile"

func clientKey(client string) map[string]types.AttributeValue {
	return ItemKey(table.Keys{PK: table.ClientPrefix + client, SK: table.ClientRow})
}

// Assign sets the token profile of an app client and replaces any other. Repeating it
// changes nothing.
func (s *Store) Assign(ctx context.Context, client, profile string) error {
	item := clientKey(client)
	item[clientProfile] = text(profile)
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: item})
	return explain("writing CLIENT", err)
}

// Forget removes the token profile of an app client. A missing row is not an error.
func (s *Store) Forget(ctx context.Context, client string) error {
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: clientKey(client)})
	return explain("removing CLIENT", err)
}
