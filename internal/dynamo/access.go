package dynamo

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// errUnprocessed: DynamoDB answered for some rows only. What a missing row would
// have said is not known, so nothing is.
var errUnprocessed = errors.New("the read was answered in part")

// Access reads AUTHZ and whether PROFILE exists, consistently and in one request.
// A deletion or suspension that can be read is told even if the rest of AUTHZ
// cannot; anything else that cannot be read is an error.
func (s *Store) Access(ctx context.Context, key users.Key) (users.Access, error) {
	out, err := s.client.BatchGetItem(ctx, accessInput(s.table, key))
	if err != nil {
		return users.Access{}, explain("reading AUTHZ", err)
	}
	if len(out.UnprocessedKeys) > 0 {
		return users.Access{}, explain("reading AUTHZ", errUnprocessed)
	}
	access, err := decodeAccess(out.Responses[s.table])
	if err != nil {
		return users.Access{}, explain("decoding AUTHZ", err)
	}
	return access, nil
}

func accessInput(table string, key users.Key) *dynamodb.BatchGetItemInput {
	attributes, names := AccessAttributes(), make(map[string]string, 8)
	for i, attribute := range attributes {
		attributes[i] = "#" + attribute
		names[attributes[i]] = attribute
	}
	projection, consistent := strings.Join(attributes, ", "), true
	return &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: {
		Keys:                     []map[string]types.AttributeValue{rowKey(key, authzRow), rowKey(key, profileRow)},
		ConsistentRead:           &consistent,
		ProjectionExpression:     &projection,
		ExpressionAttributeNames: names,
	}}}
}

func decodeAccess(items []map[string]types.AttributeValue) (users.Access, error) {
	var access users.Access
	var undecodable error
	for _, item := range items {
		switch sk, _ := item["sk"].(*types.AttributeValueMemberS); {
		case sk == nil:
			undecodable = errors.New("a row has no sort key")
		case sk.Value == profileRow:
			access.Known = true
			access.Deleted = access.Deleted || item["deletedAt"] != nil
		case sk.Value == authzRow:
			access.Authz, undecodable = decodeAuthz(item)
			access.Deleted = access.Deleted || access.Authz.Status == users.Deleted
		}
	}
	if undecodable != nil && !access.Denied() {
		return users.Access{}, undecodable
	}
	return access, nil
}
