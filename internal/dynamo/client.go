package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The row of an app client: its only attribute is the name of its token profile.
// The triggers read it; the stack writes it.
const (
	clientRow     = "CLIENT"
	clientProfile = "clientProfile"
)

// ClientKeyPrefix is how the partition keys of app clients begin, which is what
// an IAM condition on dynamodb:LeadingKeys can say.
const ClientKeyPrefix = "CLIENT#"

func clientKey(client string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": text(ClientKeyPrefix + client), "sk": text(clientRow)}
}

// Assign gives an app client its token profile, in place of any other. Repeating
// it changes nothing.
func (s *Store) Assign(ctx context.Context, client, profile string) error {
	item := clientKey(client)
	item[clientProfile] = text(profile)
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: item})
	if err != nil {
		return explain("writing CLIENT", err)
	}
	return nil
}

// Forget takes an app client's token profile away. A row that is not there is no
// error.
func (s *Store) Forget(ctx context.Context, client string) error {
	_, err := s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: clientKey(client)})
	if err != nil {
		return explain("removing CLIENT", err)
	}
	return nil
}
