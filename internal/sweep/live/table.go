package live

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Table is the mirror in its table. It is safe for concurrent use.
type Table struct {
	store  *dynamo.Store
	client *dynamodb.Client
	table  string
}

var (
	_ sweep.Table = (*Table)(nil)
	_ sweep.Pool  = (*Pool)(nil)
)

// NewTable returns the mirror in the table with this name. It makes no request.
func NewTable(client *dynamodb.Client, name string) *Table {
	client = dynamodb.New(client.Options(), func(o *dynamodb.Options) { o.HTTPClient = suited(o.HTTPClient) })
	return &Table{dynamo.Over(client, name), client, name}
}

// Upsert merges a snapshot into PROFILE.
func (t *Table) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	write, err := t.store.Upsert(ctx, seen)
	return write, classified(err)
}

// Erase buries all rows of a user.
func (t *Table) Erase(ctx context.Context, key users.Key, at time.Time) error {
	return classified(t.store.Erase(ctx, key, at))
}

// ScanAttributes returns every column that Complete's scan names.
func ScanAttributes() []string { return []string{table.PK, table.SK, "deletedAt", table.ShardKey} }

// Profiles reads the rows in one BatchGetItem, and unprocessed ones in further calls.
func (t *Table) Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error) {
	rows, left := make(map[string]users.ProfileRow, len(subs)), t.batch(pool, subs)
	for pause := firstPause; len(left) > 0; pause = min(2*pause, longestPause) {
		out, err := t.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: left})
		if err != nil {
			return nil, classified(fmt.Errorf("reading PROFILE rows: %w", err))
		}
		for _, item := range out.Responses[t.table] {
			if err := keep(rows, pool, item); err != nil {
				return nil, err
			}
		}
		if left = out.UnprocessedKeys; len(left) > 0 {
			if err := sweep.Sleep(ctx, pause); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

func (t *Table) batch(pool string, subs []string) map[string]types.KeysAndAttributes {
	keys := make([]map[string]types.AttributeValue, 0, len(subs))
	for _, sub := range slices.Compact(slices.Sorted(slices.Values(subs))) {
		if key := (users.Key{PoolID: pool, Sub: sub}); key.Valid() {
			keys = append(keys, dynamo.ItemKey(table.Keys{PK: table.User(pool, sub), SK: table.ProfileRow}))
		}
	}
	if len(keys) == 0 {
		return nil
	}
	projection, names := dynamo.Project(slices.Sorted(slices.Values(dynamo.ProfileAttributes())))
	return map[string]types.KeysAndAttributes{t.table: {
		Keys: keys, ConsistentRead: new(true), ProjectionExpression: &projection, ExpressionAttributeNames: names,
	}}
}

func keep(rows map[string]users.ProfileRow, pool string, item map[string]types.AttributeValue) error {
	sub, ok := subOf(pool, item)
	if !ok {
		return nil
	}
	row, err := record.ReadProfile(item)
	if err != nil {
		return fmt.Errorf("reading the row of %s: %w", sub, err)
	}
	rows[sub] = row
	return nil
}

// scanned is how many rows a call of Scan or Query reads. DynamoDB's own limit, a megabyte,
// would be most of the memory of a sweep.
const scanned = 500

// scan reads a part of the table and returns the subs of its PROFILE rows that are not in
// the index.
func (t *Table) scan(ctx context.Context, pool, from string) (subs []string, next string, err error) {
	start, err := readPosition(from)
	if err != nil {
		return nil, "", err
	}
	projection, names := dynamo.Project(slices.Sorted(slices.Values(ScanAttributes())))
	out, err := t.client.Scan(ctx, &dynamodb.ScanInput{
		TableName: &t.table, ExclusiveStartKey: start, ProjectionExpression: &projection, Limit: new(int32(scanned)),
		FilterExpression:         new("#sk = :profile AND begins_with(#pk, :pool) AND attribute_not_exists(#deletedAt) AND attribute_not_exists(#shard)"),
		ExpressionAttributeNames: names,
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":profile": text(table.ProfileRow), ":pool": text(table.User(pool, "")),
		},
	})
	if err != nil {
		return nil, "", classified(fmt.Errorf("reading the table: %w", err))
	}
	for _, item := range out.Items {
		if sub, ok := subOf(pool, item); ok {
			subs = append(subs, sub)
		}
	}
	next, err = writePosition(out.LastEvaluatedKey)
	return subs, next, err
}

func subOf(pool string, item map[string]types.AttributeValue) (string, bool) {
	pk, ok := item[table.PK].(*types.AttributeValueMemberS)
	if !ok {
		return "", false
	}
	return strings.CutPrefix(pk.Value, table.User(pool, ""))
}

// readPosition and writePosition convert a scan's position from and to JSON of its
// key's strings.
func readPosition(from string) (map[string]types.AttributeValue, error) {
	if from == "" {
		return nil, nil
	}
	var texts map[string]string
	if err := json.Unmarshal([]byte(from), &texts); err != nil {
		return nil, fmt.Errorf("reading where the scan stood: %w", err)
	}
	return attributevalue.MarshalMap(texts)
}

func writePosition(key map[string]types.AttributeValue) (string, error) {
	if len(key) == 0 {
		return "", nil
	}
	var texts map[string]string
	if err := attributevalue.UnmarshalMap(key, &texts); err != nil {
		return "", fmt.Errorf("reading the table's key: %w", err)
	}
	out, err := json.Marshal(texts)
	return string(out), err
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// Profiles asks again for what DynamoDB left out of a batch, after a growing pause
// (developer guide, "Batch operations and error handling").
const (
	firstPause   = 50 * time.Millisecond
	longestPause = 5 * time.Second
)
