// Package dossier reads all that the table holds about a user, and erases it with a receipt.
// The command ops and the page of the local cloud show both. It asks nobody who the user is:
// callers name a sub.
package dossier

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Dossier is all that is stored about a user: the columns by row, without the keys.
type Dossier struct {
	Pool   string                    `json:"pool"`
	Sub    string                    `json:"sub"`
	Table  string                    `json:"table"`
	ReadAt time.Time                 `json:"readAt"`
	Rows   map[string]map[string]any `json:"rows"`
}

// Read reads every row of a user, consistently. A user without rows has a Dossier without
// rows; that is not an error.
func Read(ctx context.Context, client *dynamodb.Client, tableName, pool, sub string, now time.Time) (Dossier, error) {
	all := Dossier{Pool: pool, Sub: sub, Table: tableName, ReadAt: now.UTC(), Rows: map[string]map[string]any{}}
	pages := dynamodb.NewQueryPaginator(client, &dynamodb.QueryInput{
		TableName: &tableName, ConsistentRead: new(true), KeyConditionExpression: new("#pk = :pk"),
		ExpressionAttributeNames: map[string]string{"#pk": table.PK},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": &types.AttributeValueMemberS{Value: table.User(pool, sub)},
		},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return Dossier{}, fmt.Errorf("reading the rows of a user: %w", err)
		}
		for _, item := range page.Items {
			if err := all.add(item); err != nil {
				return Dossier{}, err
			}
		}
	}
	return all, nil
}

func (d *Dossier) add(item map[string]types.AttributeValue) error {
	row := map[string]any{}
	err := attributevalue.UnmarshalMapWithOptions(item, &row, func(o *attributevalue.DecoderOptions) { o.UseNumber = true })
	if err != nil {
		return fmt.Errorf("decoding a row of a user: %w", err)
	}
	sk, _ := row[table.SK].(string)
	delete(row, table.PK) // the pool and the sub, which are reported once
	delete(row, table.SK)
	d.Rows[sk] = asJSON(row).(map[string]any)
	return nil
}

// asJSON turns the SDK's numbers into JSON's, which keep their digits.
func asJSON(v any) any {
	switch v := v.(type) {
	case attributevalue.Number:
		return json.Number(v)
	case map[string]any:
		for name, value := range v {
			v[name] = asJSON(value)
		}
	case []any:
		for i, value := range v {
			v[i] = asJSON(value)
		}
	}
	return v
}
