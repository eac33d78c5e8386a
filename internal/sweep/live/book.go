package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

const (
	// passLife is how long the row of a pool that is no longer swept stays.
	passLife = 400 * 24 * time.Hour
	// suspectsLife is longer than a pass waits for an operator. If they are gone, the next
	// pass finds them again.
	suspectsLife = 30 * 24 * time.Hour
)

// Book is a pool's book in the table. A dry run's pass has a column of its own, and the
// lease is the same: no two passes of a pool list it at once.
type Book struct {
	client *dynamodb.Client
	table  string
	pool   string
	column string
}

var _ sweep.Book = (*Book)(nil)

// NewBook returns the book of a pool in the table with this name. It makes no request.
func NewBook(client *dynamodb.Client, name, pool string, dryRun bool) *Book {
	column := "pass"
	if dryRun {
		column = "dry"
	}
	return &Book{client, name, pool, column}
}

// Pass returns the last pass, and when it was that somebody held the lease until. It is one
// read. A pass of another version is none.
func (b *Book) Pass(ctx context.Context) (sweep.Pass, time.Time, error) {
	row, err := b.row(ctx)
	if err != nil {
		return sweep.Pass{}, time.Time{}, err
	}
	return b.pass(row), time.UnixMilli(row.Until), nil
}

func (b *Book) row(ctx context.Context) (row table.Sweep, err error) {
	out, err := b.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &b.table, Key: dynamo.ItemKey(table.SweepKey(b.pool)), ConsistentRead: new(true),
	})
	if err == nil {
		err = attributevalue.UnmarshalMap(out.Item, &row)
	}
	if err != nil {
		return row, classified(fmt.Errorf("reading the sweep's row: %w", err))
	}
	return row, nil
}

func (b *Book) pass(row table.Sweep) (at sweep.Pass) {
	content := row.Pass
	if b.column == "dry" {
		content = row.Dry
	}
	if json.Unmarshal(content, &at) != nil || at.Version != sweep.PassVersion {
		return sweep.Pass{}
	}
	return at
}

// Take takes the lease. A holder that renews between the read and the write keeps it.
func (b *Book) Take(ctx context.Context, holder string, now, until time.Time) (sweep.Lease, sweep.Pass, error) {
	row, err := b.row(ctx)
	if err != nil {
		return sweep.Lease{}, sweep.Pass{}, err
	}
	if row.Until > now.UnixMilli() {
		return sweep.Lease{}, sweep.Pass{}, sweep.Held{Holder: row.Holder, Since: time.UnixMilli(row.Since), Until: time.UnixMilli(row.Until)}
	}
	lease := sweep.Lease{Holder: holder, Fence: row.Fence + 1}
	err = b.update(ctx, until, map[string]any{"holder": holder, "fence": lease.Fence, "since": now.UnixMilli()}, &row)
	if errors.Is(err, sweep.ErrLost) {
		err = sweep.Held{Holder: "one that began at the same moment", Since: now, Until: until}
	}
	return lease, b.pass(row), err
}

// Keep writes the pass and renews the lease.
func (b *Book) Keep(ctx context.Context, lease sweep.Lease, until time.Time, pass *sweep.Pass) error {
	set := map[string]any{}
	if pass != nil {
		content, err := json.Marshal(pass)
		if err != nil {
			return fmt.Errorf("writing the pass: %w", err)
		}
		set[b.column] = content
	}
	return b.update(ctx, until, set, &table.Sweep{Fence: lease.Fence, Until: -1})
}

// update sets columns if the row's lease is as it was; an Until of -1 is any.
func (b *Book) update(ctx context.Context, until time.Time, set map[string]any, was *table.Sweep) error {
	set["until"], set[table.TTL] = int64(0), time.Now().Add(passLife).Unix()
	if !until.IsZero() {
		set["until"] = until.UnixMilli()
	}
	names, values, expression := map[string]string{"#fence": "fence"}, map[string]any{":was": was.Fence}, ""
	for name, value := range set {
		names["#"+name], values[":"+name] = name, value
		expression += ", #" + name + " = :" + name
	}
	condition := "#fence = :was"
	switch {
	case was.Fence == 0:
		condition = "attribute_not_exists(#fence)"
		delete(values, ":was")
	case was.Until >= 0:
		condition += " AND #until = :wasUntil"
		values[":wasUntil"] = was.Until
	}
	items, err := attributevalue.MarshalMap(values)
	if err != nil {
		return fmt.Errorf("writing the sweep's row: %w", err)
	}
	_, err = b.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &b.table, Key: dynamo.ItemKey(table.SweepKey(b.pool)), UpdateExpression: new("SET " + expression[2:]),
		ConditionExpression: &condition, ExpressionAttributeNames: names, ExpressionAttributeValues: items,
	})
	return lost("writing the sweep's row", err)
}

// PutSuspects writes a leaf's suspects, unless a later lease has.
func (b *Book) PutSuspects(ctx context.Context, lease sweep.Lease, leaf string, subs []string) error {
	item, err := attributevalue.MarshalMap(struct {
		table.Keys
		table.Suspects
	}{table.SuspectsKey(b.pool, b.column, leaf), table.Suspects{Fence: lease.Fence, Subs: subs, ExpiresAt: time.Now().Add(suspectsLife)}})
	if err != nil {
		return fmt.Errorf("writing the unlisted users: %w", err)
	}
	_, err = b.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &b.table, Item: item, ConditionExpression: new("attribute_not_exists(#fence) OR #fence <= :fence"),
		ExpressionAttributeNames: map[string]string{"#fence": "fence"}, ExpressionAttributeValues: map[string]types.AttributeValue{":fence": item["fence"]},
	})
	return lost("writing the unlisted users", err)
}

// Suspects reads a leaf's suspects.
func (b *Book) Suspects(ctx context.Context, leaf string) ([]string, error) {
	out, err := b.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &b.table, Key: dynamo.ItemKey(table.SuspectsKey(b.pool, b.column, leaf)), ConsistentRead: new(true),
	})
	var row table.Suspects
	if err == nil {
		err = attributevalue.UnmarshalMap(out.Item, &row)
	}
	if err != nil {
		return nil, classified(fmt.Errorf("reading the unlisted users: %w", err))
	}
	return row.Subs, nil
}

// DropOld removes the checkpoint of an older release, and reports whether there was one.
// Its further parts, which nothing names any more, expire.
func (b *Book) DropOld(ctx context.Context) (bool, error) {
	key := dynamo.ItemKey(table.Keys{PK: table.CheckpointPrefix + b.pool, SK: "CHECKPOINT#0000"})
	out, err := b.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &b.table, Key: key})
	if err == nil && len(out.Item) > 0 {
		_, err = b.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &b.table, Key: key})
	}
	if err != nil {
		return false, classified(fmt.Errorf("removing the checkpoint of an older release: %w", err))
	}
	return len(out.Item) > 0, nil
}

// lost returns ErrLost for a condition that failed.
func lost(doing string, err error) error {
	if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
		return sweep.ErrLost
	}
	if err != nil {
		return classified(fmt.Errorf("%s: %w", doing, err))
	}
	return nil
}
