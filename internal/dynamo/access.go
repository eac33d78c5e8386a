package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// errUnprocessed says that DynamoDB answered for some rows only. What the missing rows
// say is unknown, so the whole read fails, unless the others deny.
var errUnprocessed = errors.New("the read was answered in part")

// Access reads AUTHZ, whether PROFILE exists, and the app client's row, consistently
// and in one request. A deletion or suspension that can be read counts even if the rest
// cannot be read. Anything else that cannot be read is an error, which names one attribute;
// a status that cannot be read comes with an Access that is denied.
func (s *Store) Access(ctx context.Context, key users.Key, client string) (table.Access, error) {
	in := accessInput(s.table, key, client)
	if in == nil {
		return table.Access{}, nil
	}
	out, err := s.client.BatchGetItem(ctx, in)
	if err != nil {
		return table.Access{}, explain("reading AUTHZ", err)
	}
	access, err := decodeAccess(out.Responses[s.table])
	if len(out.UnprocessedKeys) > 0 && !access.Denied() {
		return table.Access{}, explain("reading AUTHZ", errUnprocessed)
	}
	doing := "decoding AUTHZ"
	if bad, ok := errors.AsType[unreadable](err); ok {
		doing = "decoding " + bad.attribute
	}
	return access, explain(doing, err)
}

// accessInput returns the request, or nil if there is nothing to ask for.
func accessInput(name string, key users.Key, client string) *dynamodb.BatchGetItemInput {
	var keys []map[string]types.AttributeValue
	if key.Valid() {
		keys = append(keys, rowKey(key, table.AuthzRow), rowKey(key, table.ProfileRow))
	}
	if client != "" && len(client) <= users.MaxClient {
		keys = append(keys, clientKey(client))
	}
	if keys == nil {
		return nil
	}
	projection, names := Project(accessAttributes())
	consistent := true
	return &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{name: {
		Keys:                     keys,
		ConsistentRead:           &consistent,
		ProjectionExpression:     &projection,
		ExpressionAttributeNames: names,
	}}}
}

func decodeAccess(items []map[string]types.AttributeValue) (table.Access, error) {
	var access table.Access
	var undecodable, status error
	for _, item := range items {
		var err error
		switch sk, _ := item["sk"].(*types.AttributeValueMemberS); {
		case sk == nil:
			err = errors.New("a row has no sort key")
		case sk.Value == table.ProfileRow:
			access.Known = true
			access.Deleted = access.Deleted || item["deletedAt"] != nil
		case sk.Value == table.AuthzRow:
			access.Authz, err = ReadAuthz(item)
			status = err
			access.Deleted = access.Deleted || access.Authz.Status == table.Deleted
		case sk.Value == table.ClientRow:
			access.ClientProfile, err = decodeText(clientProfile, item[clientProfile])
		}
		undecodable = errors.Join(undecodable, err)
	}
	switch {
	case access.Deleted || access.Authz.Status == table.Suspended:
		return access, nil
	case access.Denied():
		return access, status
	case undecodable != nil:
		return table.Access{}, undecodable
	}
	return access, nil
}

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
