package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// ErrChanged says that somebody else wrote the row since it was read.
var ErrChanged = errors.New("the row has changed since it was read")

// The columns of a pool's row.
const (
	attachRecord = "attachRecord"
	attachRev    = "attachRev"
)

// Attachment returns the row of a pool, consistently; a zero row is an absent one.
func (s *Store) Attachment(ctx context.Context, pool string) (row table.Attachment, err error) {
	consistent := true
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: ItemKey(table.AttachKey(pool)), ConsistentRead: &consistent})
	if err != nil {
		return row, explain("reading ATTACH", err)
	}
	if row.Record, err = decodeText(attachRecord, out.Item[attachRecord]); err != nil {
		return row, explain("decoding "+attachRecord, err)
	}
	if rev, ok := out.Item[attachRev].(*types.AttributeValueMemberN); ok {
		row.Rev, err = strconv.ParseInt(rev.Value, 10, 64)
	}
	return row, explain("decoding "+attachRev, err)
}

// SetAttachment replaces the row of a pool that has the revision before row.Rev, and none for
// 1. Otherwise it changes nothing and returns ErrChanged, also if an earlier attempt of this
// call was done and its reply lost: who reads the row then finds it as wished.
func (s *Store) SetAttachment(ctx context.Context, pool string, row table.Attachment) error {
	item := ItemKey(table.AttachKey(pool))
	item[attachRecord], item[attachRev] = text(row.Record), number(row.Rev)
	in := &dynamodb.PutItemInput{TableName: &s.table, Item: item, ExpressionAttributeNames: map[string]string{"#rev": attachRev}}
	condition := "attribute_not_exists(#rev)"
	if row.Rev > 1 {
		condition = "#rev = :rev"
		in.ExpressionAttributeValues = map[string]types.AttributeValue{":rev": number(row.Rev - 1)}
	}
	in.ConditionExpression = &condition
	_, err := s.client.PutItem(ctx, in)
	if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
		return fmt.Errorf("writing ATTACH: %w", ErrChanged)
	}
	return explain("writing ATTACH", err)
}
