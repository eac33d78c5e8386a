// Package record reads the rows of package dynamo whole: for operators, for users who
// ask what is held about them, and for tests. The functions do not link it. They read
// and write by hand the few attributes that they need; a test of package dynamo holds
// both forms equal.
package record

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Rows reads everything held about a user, consistently. An absent row is a zero value.
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

func decode(item map[string]types.AttributeValue, rows *users.Rows) (err error) {
	var key table.Keys
	if err := unmarshal(item, &key); err != nil {
		return err
	}
	switch key.SK {
	case table.ProfileRow:
		rows.Profile, err = ReadProfile(item)
	case table.SignInRow:
		rows.SignIn, err = ReadSignIn(item)
	case table.AuthzRow:
		rows.Authz, err = readAuthz(item)
	}
	return err
}

// marshal writes times as rows hold them and leaves out zero values and empty lists and
// maps.
func marshal(row any) (map[string]types.AttributeValue, error) {
	item, err := attributevalue.MarshalMapWithOptions(row, func(o *attributevalue.EncoderOptions) {
		o.OmitEmptyTime = true
		o.EncodeTime = func(t time.Time) (types.AttributeValue, error) {
			return &types.AttributeValueMemberS{Value: table.Time(t)}, nil
		}
	})
	maps.DeleteFunc(item, func(_ string, value types.AttributeValue) bool {
		list, isList := value.(*types.AttributeValueMemberL)
		object, isMap := value.(*types.AttributeValueMemberM)
		return isList && len(list.Value) == 0 || isMap && len(object.Value) == 0
	})
	return item, err
}

func unmarshal(item map[string]types.AttributeValue, to any) error {
	return attributevalue.UnmarshalMapWithOptions(item, to, func(o *attributevalue.DecoderOptions) {
		o.UseNumber = true
		o.DecodeTime.S = func(text string) (time.Time, error) {
			if text == "" {
				return time.Time{}, nil
			}
			return time.Parse(time.RFC3339, text)
		}
		// A column with seconds has the tag unixtime and does not come here.
		o.DecodeTime.N = func(string) (time.Time, error) { return time.Time{}, errors.New("a time is a string, not a number") }
	})
}

// expiry returns the time of expiresAt as it was read; 0 is none.
func expiry(read time.Time) time.Time {
	if read.Unix() == 0 {
		return time.Time{}
	}
	return read.UTC()
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
