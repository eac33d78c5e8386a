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

// Access reads AUTHZ, whether PROFILE exists, and the app client's row,
// consistently and in one request. A deletion or suspension that can be read is
// told even if the rest cannot; anything else that cannot be read is an error.
func (s *Store) Access(ctx context.Context, key users.Key, client string) (users.Access, error) {
	in := accessInput(s.table, key, client)
	if in == nil {
		return users.Access{}, nil
	}
	out, err := s.client.BatchGetItem(ctx, in)
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

// accessInput gives the request, nil when nothing is asked for.
func accessInput(table string, key users.Key, client string) *dynamodb.BatchGetItemInput {
	var keys []map[string]types.AttributeValue
	if key.Valid() {
		keys = append(keys, rowKey(key, authzRow), rowKey(key, profileRow))
	}
	if client != "" && len(client) <= users.MaxClient {
		keys = append(keys, clientKey(client))
	}
	if keys == nil {
		return nil
	}
	attributes, names := AccessAttributes(), make(map[string]string, 16)
	for i, attribute := range attributes {
		attributes[i] = "#" + attribute
		names[attributes[i]] = attribute
	}
	projection, consistent := strings.Join(attributes, ", "), true
	return &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{table: {
		Keys:                     keys,
		ConsistentRead:           &consistent,
		ProjectionExpression:     &projection,
		ExpressionAttributeNames: names,
	}}}
}

func decodeAccess(items []map[string]types.AttributeValue) (users.Access, error) {
	var access users.Access
	var undecodable error
	for _, item := range items {
		var err error
		switch sk, _ := item["sk"].(*types.AttributeValueMemberS); {
		case sk == nil:
			err = errors.New("a row has no sort key")
		case sk.Value == profileRow:
			access.Known = true
			access.Deleted = access.Deleted || item["deletedAt"] != nil
		case sk.Value == authzRow:
			access.Authz, err = decodeAuthz(item)
			access.Deleted = access.Deleted || access.Authz.Status == users.Deleted
		case sk.Value == clientRow:
			access.ClientProfile, err = decodeText(clientProfile, item[clientProfile])
		}
		undecodable = errors.Join(undecodable, err)
	}
	if undecodable != nil && !access.Denied() {
		return users.Access{}, undecodable
	}
	return access, nil
}
