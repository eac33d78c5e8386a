package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/legacy/waiting"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// finish ends the move: it deletes the rows of all who wait or have moved, with the hashes, and those
// of tries, whether the export has the people or not; and the import files. It scans the table, and
// whoever was deleted before a kill is gone.
func finish(ctx context.Context, c *call) error {
	if err := c.connect(ctx); err != nil {
		return err
	}
	if c.absent {
		return c.dropAbsent(ctx)
	}
	b, err := c.openBook()
	if err != nil {
		return err
	}
	s, err := c.standing(ctx, b.Loaded)
	if err != nil {
		return err
	}
	s.print(c.out)
	if s.Imported > 0 {
		fmt.Fprintf(c.out, "\n%d people are imported, and need the flow password for their first sign-in: without it, they have to ask for a new password.\n", s.Imported)
	}
	if !c.apply {
		fmt.Fprintf(c.out, "\nNothing is deleted. --apply --left %d ends the move and leaves %d people behind, who then cannot sign in with the old password.\n", s.Waiting, s.Waiting)
		return nil
	}
	if c.left < s.Waiting {
		return misused("%d people still wait: pass --left %d to leave them behind (--list FILE names them)", s.Waiting, s.Waiting)
	}
	gone, err := c.drop(ctx, true, func(map[string]types.AttributeValue) bool { return true })
	if err != nil {
		return fmt.Errorf("%w\n(%d rows are gone: repeat the call)", err, gone)
	}
	if err := errors.Join(b.clear(), os.RemoveAll(b.path(waiting.FileName)), os.RemoveAll(b.path("book.json"))); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "\n%d rows are deleted. No hash is left in the table.\n%s", gone, takeDown)
	return nil
}

const takeDown = `
Now take down, and deploy:
  - the stage file's migration, with its secrets
  - the flow password of the app clients that had it for the move
  - the old app's sign-in, its users table's hashes, and the receiver, if there is one
  - the export, and every copy of it
  - the file of migration.waiting; CDK's bucket keeps what was deployed (cdk gc)
The table's continuous backup forgets the hashes after 35 days.
`

// dropAbsent deletes the rows of people whom the export has no longer: whoever was deleted or barred in the
// old app would come along with the old password all the same. What is left of who has moved stays.
func (c *call) dropAbsent(ctx context.Context) error {
	there := map[string]bool{}
	if err := c.people(func(p person) error { there[table.LegacyKey(c.pool, p.name).PK] = true; return nil }); err != nil {
		return err
	}
	goes := func(row map[string]types.AttributeValue) bool {
		key, _ := row[table.PK].(*types.AttributeValueMemberS)
		return row["legacyMovedAt"] == nil && strings.HasPrefix(key.Value, table.LegacyPrefix) && !there[key.Value]
	}
	absent, err := c.drop(ctx, false, goes)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d people are loaded, have not moved, and are not in this export\n", absent)
	switch {
	case !c.apply:
		fmt.Fprintf(c.out, "Nothing is deleted. --apply --left %d deletes their rows.\n", absent)
		return nil
	case c.left < absent:
		return misused("pass --left %d if %s has all people of the old app", absent, c.file)
	}
	_, err = c.drop(ctx, true, goes)
	return err
}

// drop deletes the rows of the pool's move that go, if it is to, and returns how many those are.
func (c *call) drop(ctx context.Context, apply bool, goes func(row map[string]types.AttributeValue) bool) (gone int, err error) {
	pages := dynamodb.NewScanPaginator(c.rows, &dynamodb.ScanInput{
		TableName: &c.table, ConsistentRead: new(true), ProjectionExpression: new("#pk, #sk, legacyMovedAt"),
		FilterExpression:         new("begins_with(#pk, :legacy) OR begins_with(#pk, :tries)"),
		ExpressionAttributeNames: map[string]string{"#pk": table.PK, "#sk": table.SK},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":legacy": &types.AttributeValueMemberS{Value: table.LegacyPrefix + c.pool + "#"},
			":tries":  &types.AttributeValueMemberS{Value: table.TriesPrefix + c.pool + "#"},
		},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return gone, fmt.Errorf("scanning the table (which needs dynamodb:Scan): %w", err)
		}
		page.Items = slices.DeleteFunc(page.Items, func(row map[string]types.AttributeValue) bool { return !goes(row) })
		if !apply {
			gone, page.Items = gone+len(page.Items), nil
		}
		for len(page.Items) > 0 {
			n := min(25, len(page.Items)) // BatchWriteItem takes no more
			left := make([]types.WriteRequest, 0, n)
			for _, key := range page.Items[:n] {
				delete(key, "legacyMovedAt")
				left = append(left, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}})
			}
			page.Items = page.Items[n:]
			err := patiently(ctx, func() (bool, error) {
				out, err := c.rows.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{c.table: left}})
				if err != nil {
					return false, fmt.Errorf("deleting rows: %w", err)
				}
				gone += len(left) - len(out.UnprocessedItems[c.table])
				left = out.UnprocessedItems[c.table]
				return len(left) > 0, nil
			})
			if err != nil {
				return gone, err
			}
		}
	}
	return gone, nil
}
