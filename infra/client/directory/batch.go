package directory

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// MaxUsers is how many users AuthzOf reads at once: BatchGetItem takes 100 keys (API
// reference, BatchGetItem), and a user has two.
const MaxUsers = 50

// Found is what AuthzOf read of one user: an Authz, or the error that Authz would return.
type Found struct {
	Authz
	Err error
}

// AuthzOf reads AUTHZ of up to MaxUsers users by one request, by sub. A change of what it
// returns is as safe as one of what Authz returns: a deletion writes AUTHZ first, and the
// change has its condition there. Keys that DynamoDB leaves out are asked for again, at
// most ten times. The error is the store's.
func (d *Directory) AuthzOf(ctx context.Context, subs ...string) (map[string]Found, error) {
	found, keys := map[string]Found{}, []map[string]types.AttributeValue{}
	for _, sub := range subs {
		if _, twice := found[sub]; twice {
			continue
		}
		if !(users.Key{PoolID: d.pool, Sub: sub}).Valid() {
			found[sub] = Found{Err: fmt.Errorf("reading AUTHZ: %w", ErrNotFound)}
			continue
		}
		found[sub] = Found{}
		keys = append(keys, d.key(sub, table.AuthzRow), d.key(sub, table.ProfileRow))
	}
	items, err := d.batch(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("reading AUTHZ: %w", err)
	}
	for sub, f := range found {
		if f.Err != nil {
			continue
		}
		user := table.User(d.pool, sub)
		item := items[table.Keys{PK: user, SK: table.AuthzRow}]
		if f.Authz, err = decode(sub, item); err == nil {
			f.Authz, err = f.beside(item, items[table.Keys{PK: user, SK: table.ProfileRow}])
		}
		if err != nil {
			f = Found{Err: fmt.Errorf("reading AUTHZ: %w", err)}
		}
		found[sub] = f
	}
	return found, nil
}

const firstPause = 50 * time.Millisecond

// batch reads AUTHZ and the presence of PROFILE, consistently.
func (d *Directory) batch(ctx context.Context, keys []map[string]types.AttributeValue) (map[table.Keys]map[string]types.AttributeValue, error) {
	items := map[table.Keys]map[string]types.AttributeValue{}
	projection, names := dynamo.Project(ManagementAttributes())
	for pause := firstPause; len(keys) > 0; pause *= 2 {
		out, err := d.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			d.table: {Keys: keys, ConsistentRead: new(true), ProjectionExpression: &projection, ExpressionAttributeNames: names},
		}})
		if err != nil {
			return nil, fmt.Errorf("asking the table %s: %w", d.table, err)
		}
		for _, item := range out.Responses[d.table] {
			items[table.Keys{PK: textOf(item[table.PK]), SK: textOf(item[table.SK])}] = item
		}
		if keys = out.UnprocessedKeys[d.table].Keys; len(keys) == 0 {
			break
		}
		if pause > firstPause<<9 {
			return nil, fmt.Errorf("asking the table %s: it has left out %d keys ten times: it is throttled, ask for fewer", d.table, len(keys))
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return items, nil
}

func textOf(value types.AttributeValue) string {
	s, _ := value.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}
