package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// batch is how many people are looked up at once: BatchGetItem takes 100 keys, and each has two.
const batch = 50

// inTable is what the table has of a person.
type inTable struct {
	table.Legacy
	tries table.Tries
}

// imported reports whether an import job was to bring the person, who has not signed in yet.
func (r inTable) imported() bool {
	return !r.LoadedAt.IsZero() && r.MovedAt.IsZero() && r.Hash == "" && len(r.Attributes) == 0
}

// everybody looks up all people of the export, some at a time.
func (c *call) everybody(ctx context.Context, do func(person, inTable) error) error {
	var next []person
	flush := func() error {
		rows, err := c.lookup(ctx, next)
		for i := 0; err == nil && i < len(next); i++ {
			err = do(next[i], rows[i])
		}
		next = next[:0]
		return err
	}
	err := c.people(func(p person) error {
		if next = append(next, p); len(next) < batch {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// lookup reads the rows of some people.
func (c *call) lookup(ctx context.Context, people []person) ([]inTable, error) {
	rows, at, keys := make([]inTable, len(people)), map[table.Keys]int{}, []map[string]types.AttributeValue{}
	for i, p := range people {
		for _, key := range []table.Keys{table.LegacyKey(c.pool, p.name), table.TriesKey(c.pool, p.name)} {
			at[key] = i
			keys = append(keys, dynamo.ItemKey(key))
		}
	}
	if len(keys) == 0 {
		return rows, nil
	}
	return rows, patiently(ctx, func() (left bool, err error) {
		out, err := c.rows.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems: map[string]types.KeysAndAttributes{c.table: {Keys: keys, ConsistentRead: new(true)}},
		})
		if err != nil {
			return false, fmt.Errorf("reading the rows of people: %w", err)
		}
		for _, item := range out.Responses[c.table] {
			var key table.Keys
			if err := attributevalue.UnmarshalMap(item, &key); err != nil {
				return false, fmt.Errorf("reading a row's key: %w", err)
			}
			row := &rows[at[key]]
			if key.SK == table.TriesRow {
				err = attributevalue.UnmarshalMap(item, &row.tries)
			} else {
				row.Legacy, err = dynamo.ReadLegacy(item)
			}
			if err != nil {
				return false, err
			}
		}
		keys = out.UnprocessedKeys[c.table].Keys
		return len(keys) > 0, nil
	})
}

// patiently repeats a request until DynamoDB has left no key of it unprocessed, and waits longer
// each time: it leaves keys while the table is throttled (API reference, BatchWriteItem).
func patiently(ctx context.Context, once func() (left bool, err error)) error {
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		if left, err := once(); err != nil || !left {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
