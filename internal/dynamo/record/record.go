// Package record reads the rows of package dynamo whole: for operators, for the
// people themselves who ask what is held about them, and for tests. The functions
// do not link it. They read and write the few attributes that they need by hand; a
// test of package dynamo holds both forms equal.
package record

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Rows reads everything held about a person, consistently. An absent row is a
// zero value.
func Rows(ctx context.Context, client *dynamodb.Client, name string, key users.Key) (users.Rows, error) {
	pk := table.User(key.PoolID, key.Sub)
	out, err := client.Query(ctx, &dynamodb.QueryInput{
		TableName: &name, ConsistentRead: new(true), KeyConditionExpression: new("#pk = :pk"),
		ExpressionAttributeNames:  map[string]string{"#pk": table.PK},
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": &types.AttributeValueMemberS{Value: pk}},
	})
	if err != nil {
		return users.Rows{}, fmt.Errorf("reading the rows of a user: %w", err)
	}
	var rows users.Rows
	for _, item := range out.Items {
		if err := decode(item, &rows); err != nil {
			return users.Rows{}, fmt.Errorf("decoding a row of a user: %w", err)
		}
	}
	return rows, nil
}

func decode(item map[string]types.AttributeValue, rows *users.Rows) error {
	var kind struct {
		SK string `dynamodbav:"sk"`
	}
	if err := unmarshal(item, &kind); err != nil {
		return err
	}
	switch kind.SK {
	case table.ProfileRow:
		return decodeInto(item, &rows.Profile, profile.row)
	case table.SignInRow:
		return decodeInto(item, &rows.SignIn, signIn.row)
	case table.AuthzRow:
		return decodeInto(item, &rows.Authz, func(r authz) (users.Authz, error) { return r.row(), nil })
	}
	return nil
}

func decodeInto[R, T any](item map[string]types.AttributeValue, to *T, row func(R) (T, error)) error {
	var r R
	if err := unmarshal(item, &r); err != nil {
		return err
	}
	value, err := row(r)
	*to = value
	return err
}

func unmarshal(item map[string]types.AttributeValue, to any) error {
	return attributevalue.UnmarshalMapWithOptions(item, to, func(o *attributevalue.DecoderOptions) { o.UseNumber = true })
}

// clock reads times one after the other and keeps the first error.
type clock struct{ err error }

func (c *clock) read(text string) time.Time {
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil && c.err == nil {
		c.err = err
	}
	return t
}

func expiry(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

// plain turns the SDK's numbers into JSON's, at every depth; nothing else changes.
func plain(v any) any {
	switch v := v.(type) {
	case attributevalue.Number:
		return json.Number(v)
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = plain(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = plain(value)
		}
		return out
	}
	return v
}
