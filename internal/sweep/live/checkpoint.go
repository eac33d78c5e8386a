package live

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// CheckpointKeyPrefix begins the partition keys of checkpoints; an IAM condition on
// dynamodb:LeadingKeys names it.
const CheckpointKeyPrefix = "SWEEP#"

const (
	// partSize is well below an item's limit of 400 KB.
	partSize = 300 << 10
	// checkpointLife is when the table deletes a checkpoint that no sweep continued.
	checkpointLife = 7 * 24 * time.Hour
)

// SaveCheckpoint writes a sweep's checkpoint into the table: a function has no lasting
// disk, and its schedule passes it nothing. The checkpoint is cut into parts. The first
// part names the others and is written last, so that either this checkpoint is there
// whole or the previous one is.
func (t *Table) SaveCheckpoint(ctx context.Context, at sweep.Checkpoint, now time.Time) error {
	var encoded bytes.Buffer
	if err := at.Encode(&encoded); err != nil {
		return fmt.Errorf("writing the checkpoint: %w", err)
	}
	content := encoded.Bytes()
	save, count := rand.Text(), (len(content)+partSize-1)/partSize
	for part := count - 1; part >= 0; part-- {
		item := checkpointKey(at.Pool, part)
		item["save"], item["parts"] = text(save), integer(int64(count))
		item["content"] = &types.AttributeValueMemberB{Value: content[part*partSize : min((part+1)*partSize, len(content))]}
		item["expiresAt"] = integer(now.Add(checkpointLife).Unix())
		if _, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{TableName: &t.table, Item: item}); err != nil {
			return fmt.Errorf("writing the checkpoint: %w", err)
		}
	}
	return nil
}

// Checkpoint returns the saved checkpoint of a pool, or the zero value if none is whole
// and of this version.
func (t *Table) Checkpoint(ctx context.Context, pool string) (at sweep.Checkpoint, err error) {
	first, err := t.part(ctx, pool, 0)
	if err != nil || first.save == "" {
		return at, err
	}
	content := first.content
	for number := 1; number < first.parts; number++ {
		next, err := t.part(ctx, pool, number)
		if err != nil || next.save != first.save {
			return at, err
		}
		content = append(content, next.content...)
	}
	if at, err = sweep.DecodeCheckpoint(bytes.NewReader(content)); err != nil || at.Version != sweep.CheckpointVersion || at.Pool != pool {
		return sweep.Checkpoint{}, nil // of another version: a new sweep is right, if longer
	}
	return at, nil
}

// ForgetCheckpoint removes it. The other parts, which nothing names any more, expire.
func (t *Table) ForgetCheckpoint(ctx context.Context, pool string) error {
	_, err := t.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &t.table, Key: checkpointKey(pool, 0)})
	if err != nil {
		return fmt.Errorf("removing the checkpoint: %w", err)
	}
	return nil
}

// part is one item of a checkpoint; the zero value is none.
type part struct {
	save    string
	parts   int
	content []byte
}

func (t *Table) part(ctx context.Context, pool string, number int) (p part, err error) {
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.table, Key: checkpointKey(pool, number), ConsistentRead: new(true),
	})
	if err != nil {
		return p, fmt.Errorf("reading the checkpoint: %w", err)
	}
	if save, ok := out.Item["save"].(*types.AttributeValueMemberS); ok {
		p.save = save.Value
	}
	if parts, ok := out.Item["parts"].(*types.AttributeValueMemberN); ok {
		p.parts, _ = strconv.Atoi(parts.Value)
	}
	if content, ok := out.Item["content"].(*types.AttributeValueMemberB); ok {
		p.content = content.Value
	}
	return p, nil
}

func checkpointKey(pool string, part int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": text(CheckpointKeyPrefix + pool), "sk": text(fmt.Sprintf("CHECKPOINT#%04d", part))}
}

func integer(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}
