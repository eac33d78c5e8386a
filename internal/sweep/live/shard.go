package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Shard reads a part of the index and returns its subs below a prefix.
func (t *Table) Shard(ctx context.Context, pool, prefix, from string) (subs []string, next string, err error) {
	return t.shards(ctx, pool, table.Shards(pool, prefix), prefix, from)
}

// Strangers reads a part of the index and returns its subs that are no UUID.
func (t *Table) Strangers(ctx context.Context, pool, from string) (subs []string, next string, err error) {
	return t.shards(ctx, pool, []string{table.Shard(pool, "")}, "", from)
}

// shards reads partitions one after the other until one has a row. next is the last sub:
// its partition and its place there follow from it.
func (t *Table) shards(ctx context.Context, pool string, partitions []string, prefix, from string) (subs []string, next string, err error) {
	if from != "" {
		partitions = partitions[max(0, slices.Index(partitions, table.Shard(pool, from))):]
	}
	for i, partition := range partitions {
		more := false
		if subs, more, err = t.partition(ctx, pool, partition, prefix, from); err != nil {
			return nil, "", err
		}
		if n := len(subs); n > 0 && (more || i < len(partitions)-1) {
			next = subs[n-1]
		}
		if len(subs) > 0 {
			break
		}
		from = ""
	}
	return slices.DeleteFunc(subs, func(sub string) bool { return !sweep.Below(sub, prefix) }), next, nil
}

// partition asks once for rows of a partition behind a sub.
func (t *Table) partition(ctx context.Context, pool, partition, prefix, from string) (subs []string, more bool, err error) {
	in := &dynamodb.QueryInput{
		TableName: &t.table, IndexName: new(table.ShardIndex), Limit: new(int32(scanned)),
		KeyConditionExpression:   new("#shard = :shard AND begins_with(#pk, :prefix)"),
		ProjectionExpression:     new("#pk"),
		ExpressionAttributeNames: map[string]string{"#shard": table.ShardKey, "#pk": table.PK},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":shard": text(partition), ":prefix": text(table.User(pool, strings.TrimSuffix(prefix, sweep.End))),
		},
	}
	if from != "" {
		in.ExclusiveStartKey = dynamo.ItemKey(table.Keys{PK: table.User(pool, from), SK: table.ProfileRow})
		in.ExclusiveStartKey[table.ShardKey] = text(partition)
	}
	out, err := t.client.Query(ctx, in)
	if err != nil {
		return nil, false, classified(fmt.Errorf("reading the index %s: %w", table.ShardIndex, err))
	}
	for _, item := range out.Items {
		if sub, ok := subOf(pool, item); ok {
			subs = append(subs, sub)
		}
	}
	return subs, len(out.LastEvaluatedKey) > 0, nil
}

// completers is how many rows are completed at once.
const completers = 16

// Complete scans a part of the table for PROFILE rows that are not in the index. Its
// update writes the one column, and only if the row still lacks it and is no tombstone.
func (t *Table) Complete(ctx context.Context, pool, from string) (added int, next string, err error) {
	subs, next, err := t.scan(ctx, pool, from)
	if err != nil {
		return 0, "", err
	}
	slots, failures := make(chan struct{}, completers), make([]error, len(subs))
	var wait sync.WaitGroup
	for i, sub := range subs {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			failures[i] = t.complete(ctx, pool, sub)
		})
	}
	wait.Wait()
	return len(subs), next, errors.Join(failures...)
}

func (t *Table) complete(ctx context.Context, pool, sub string) error {
	_, err := t.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.table, Key: dynamo.ItemKey(table.Keys{PK: table.User(pool, sub), SK: table.ProfileRow}),
		UpdateExpression:          new("SET #shard = :shard"),
		ConditionExpression:       new("attribute_exists(#pk) AND attribute_not_exists(#deletedAt) AND attribute_not_exists(#shard)"),
		ExpressionAttributeNames:  map[string]string{"#shard": table.ShardKey, "#pk": table.PK, "#deletedAt": "deletedAt"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":shard": text(table.Shard(pool, sub))},
	})
	if gone := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &gone) {
		return nil // buried or completed meanwhile
	}
	if err != nil {
		return classified(fmt.Errorf("adding the column %s to a row: %w", table.ShardKey, err))
	}
	return nil
}
