package directory

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo/record"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Change applies all changes at once to the row that was read, and returns the new row.
// by says who makes the change and is kept in the row: a name, a ticket, a program.
//
// Errors wrap ErrConflict if the row is not the one that was read (seen.Rev),
// ErrInvalid, ErrDeleted, ErrNotFound (see Unseen), or are the store's. After an error
// of the store the change may have been made or not: read the row again. If the row
// already has exactly this change, an earlier reply was lost, and the change counts as
// made.
func (d *Directory) Change(ctx context.Context, seen Authz, by string, changes ...Change) (Authz, error) {
	changed, err := d.change(ctx, seen, by, changes)
	if err != nil {
		return Authz{}, fmt.Errorf("changing AUTHZ: %w", err)
	}
	return changed, nil
}

// Check returns what Change would find wrong with the changes, an error that wraps
// ErrInvalid, or nil. It makes no request, so that a form can be judged field by field.
func Check(seen Authz, by string, changes ...Change) error {
	_, err := Preview(seen, by, changes...)
	return err
}

// Preview returns the row that Change would write, with the time of the row that was read,
// or what Check returns. It makes no request.
func Preview(seen Authz, by string, changes ...Change) (Authz, error) {
	draft, err := next(seen, by, changes)
	return draft.Authz, err
}

func (d *Directory) change(ctx context.Context, seen Authz, by string, changes []Change) (Authz, error) {
	draft, err := next(seen, by, changes)
	if err != nil {
		return Authz{}, err
	}
	if !(users.Key{PoolID: d.pool, Sub: seen.Sub}).Valid() || seen.unseen && !draft.allowUnseen {
		return Authz{}, ErrNotFound
	}
	row := draft.Authz
	row.At, row.Schema, row.unseen = d.now().UTC().Truncate(time.Millisecond), SchemaVersion, false
	update, err := d.update(row, seen.Rev)
	if err != nil {
		return Authz{}, err
	}
	_, err = d.client.UpdateItem(ctx, update)
	if failed := (*types.ConditionalCheckFailedException)(nil); errors.As(err, &failed) {
		return d.lost(ctx, row)
	}
	if err != nil {
		return Authz{}, fmt.Errorf("writing to the table %s: %w", d.table, err)
	}
	return row, nil
}

// lost finds out why the condition failed: the row is a tombstone, or another writer's,
// or already ours, because an earlier attempt succeeded and its reply was lost
// (DynamoDB developer guide, "Error handling").
func (d *Directory) lost(ctx context.Context, ours Authz) (Authz, error) {
	found, err := d.read(ctx, ours.Sub)
	switch {
	case err != nil:
		return Authz{}, err
	case !same(found.Extra, ours.Extra):
		return Authz{}, ErrConflict
	}
	ours.Extra = found.Extra
	if !reflect.DeepEqual(found, ours) {
		return Authz{}, ErrConflict
	}
	return found, nil
}

// These conditions hold if the row is the one that was read and not a tombstone. A row
// made by hand may lack authzRev.
const (
	notDeleted = "(attribute_not_exists(#authzStatus) OR #authzStatus <> :deleted)"
	isSeen     = notDeleted + " AND #authzRev = :seen"
	isFirst    = notDeleted + " AND (attribute_not_exists(#authzRev) OR #authzRev = :seen)"
)

// update returns the request: one conditional update of one item, which sets or removes
// every column of the row. The condition is on a column that it changes, so repeating
// it does nothing.
func (d *Directory) update(row Authz, seenRev int64) (*dynamodb.UpdateItemInput, error) {
	item, err := record.Authz(users.Key{PoolID: d.pool, Sub: row.Sub}, row.Authz)
	if err != nil {
		return nil, fmt.Errorf("writing the row as an item: %w", err)
	}
	var set, remove []string
	names := map[string]string{}
	values := map[string]types.AttributeValue{":seen": number(seenRev), ":deleted": text(string(table.Deleted))}
	for _, column := range slices.Sorted(slices.Values(table.Names[table.Authz](table.Lasting))) {
		names["#"+column] = column
		if item[column] == nil {
			remove = append(remove, "#"+column)
			continue
		}
		set = append(set, "#"+column+" = :"+column)
		values[":"+column] = item[column]
	}
	expression, condition := "SET "+strings.Join(set, ", "), isSeen
	if len(remove) > 0 {
		expression += " REMOVE " + strings.Join(remove, ", ")
	}
	if seenRev == 0 {
		condition = isFirst
	}
	return &dynamodb.UpdateItemInput{
		TableName: &d.table, Key: d.key(row.Sub, table.AuthzRow),
		UpdateExpression: &expression, ConditionExpression: &condition,
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}, nil
}
