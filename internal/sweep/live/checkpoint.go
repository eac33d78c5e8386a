package live

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

const (
	// partSize is well below an item's limit of 400 KB.
	partSize = 300 << 10
	// checkpointLife is how long the table keeps a checkpoint that no sweep continues.
	checkpointLife = 7 * 24 * time.Hour
)

// SaveCheckpoint writes a sweep's checkpoint into the table: a function has no lasting
// disk, and its schedule passes it nothing. It cuts the checkpoint into parts. The
// first part names the others and is written last, so that a reader finds either this
// checkpoint whole or the previous one.
func (t *Table) SaveCheckpoint(ctx context.Context, at sweep.Checkpoint, now time.Time) error {
	var encoded bytes.Buffer
	if err := at.Encode(&encoded); err != nil {
		return fmt.Errorf("writing the checkpoint: %w", err)
	}
	content := encoded.Bytes()
	save, count := rand.Text(), (len(content)+partSize-1)/partSize
	for part := count - 1; part >= 0; part-- {
		item, err := attributevalue.MarshalMap(row{table.CheckpointKey(at.Pool, part), table.Checkpoint{
			Save: save, Parts: count, ExpiresAt: now.Add(checkpointLife),
			Content: content[part*partSize : min((part+1)*partSize, len(content))],
		}})
		if err != nil {
			return fmt.Errorf("writing the checkpoint: %w", err)
		}
		if _, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.table, Item: item}); err != nil {
			return fmt.Errorf("writing the checkpoint: %w", err)
		}
	}
	return nil
}

// Checkpoint returns the saved checkpoint of a pool, or the zero value if none is
// complete and of this version.
func (t *Table) Checkpoint(ctx context.Context, pool string) (at sweep.Checkpoint, err error) {
	first, err := t.part(ctx, pool, 0)
	if err != nil || first.Save == "" {
		return at, err
	}
	content := first.Content
	for number := 1; number < first.Parts; number++ {
		next, err := t.part(ctx, pool, number)
		if err != nil || next.Save != first.Save {
			return at, err
		}
		content = append(content, next.Content...)
	}
	if at, err = sweep.DecodeCheckpoint(bytes.NewReader(content)); err != nil || at.Version != sweep.CheckpointVersion || at.Pool != pool {
		return sweep.Checkpoint{}, nil // of another version: a new sweep is right, if longer
	}
	return at, nil
}

// ForgetCheckpoint removes the checkpoint. Its other parts, which nothing names any
// more, expire.
func (t *Table) ForgetCheckpoint(ctx context.Context, pool string) error {
	_, err := t.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &t.table, Key: dynamo.ItemKey(table.CheckpointKey(pool, 0))})
	if err != nil {
		return fmt.Errorf("removing the checkpoint: %w", err)
	}
	return nil
}

// row is one part of a checkpoint as an item.
type row struct {
	table.Keys
	table.Checkpoint
}

// part reads one part, or the zero value if there is none.
func (t *Table) part(ctx context.Context, pool string, number int) (p table.Checkpoint, err error) {
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.table, Key: dynamo.ItemKey(table.CheckpointKey(pool, number)), ConsistentRead: new(true),
	})
	if err != nil {
		return p, fmt.Errorf("reading the checkpoint: %w", err)
	}
	if attributevalue.UnmarshalMap(out.Item, &p) != nil {
		return table.Checkpoint{}, nil // of another form: the same as none
	}
	return p, nil
}
