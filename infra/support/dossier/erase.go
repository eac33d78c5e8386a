package dossier

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Receipt says what was erased.
type Receipt struct {
	Pool  string `json:"pool"`
	Sub   string `json:"sub"`
	Table string `json:"table"`
	By    string `json:"by,omitempty"`
	// ErasedAt is the time of the pool's reply that it has no such user, or that of an
	// earlier erasure.
	ErasedAt string `json:"erasedAt"`
	// Erased has the rows that existed, with their columns.
	Erased map[string][]string `json:"erased"`
	// Left has what is left, and until when.
	Left  map[string][]string `json:"left"`
	Until time.Time           `json:"leftUntil"`
}

// Erase makes tombstones of the user's rows, which expire after 90 days, and removes the rows
// without a tombstone, those of a history. at is the time of the pool's reply that it has no
// such user. Whatever fails, repeating the call is safe and completes it.
func (d Dossier) Erase(ctx context.Context, client *dynamodb.Client, at time.Time) error {
	key := users.Key{PoolID: d.Pool, Sub: d.Sub}
	if err := dynamo.Over(client, d.Table).Erase(ctx, key, at); err != nil {
		return fmt.Errorf("erasing: %w; repeat it until it succeeds", err)
	}
	for sk := range d.Rows {
		if slices.Contains(table.UserRows(), sk) {
			continue
		}
		_, err := client.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &d.Table, Key: map[string]types.AttributeValue{
			table.PK: &types.AttributeValueMemberS{Value: table.User(d.Pool, d.Sub)}, table.SK: &types.AttributeValueMemberS{Value: sk},
		}})
		if err != nil {
			return fmt.Errorf("removing the row %s: %w; repeat it until it succeeds", sk, err)
		}
	}
	return nil
}

// Receipt compares what was stored with what is left. by says who erased it.
func (d Dossier) Receipt(after Dossier, by string) Receipt {
	profile := after.Rows[table.ProfileRow]
	erasedAt, _ := profile["deletedAt"].(string)
	r := Receipt{
		Pool: d.Pool, Sub: d.Sub, Table: d.Table, By: by, ErasedAt: erasedAt,
		Erased: map[string][]string{}, Left: map[string][]string{}, Until: expiry(profile[table.TTL]),
	}
	for sk, row := range after.Rows {
		r.Left[sk] = columns(row)
	}
	for sk, row := range d.Rows {
		for _, name := range columns(row) {
			if !slices.Contains(r.Left[sk], name) {
				r.Erased[sk] = append(r.Erased[sk], name)
			}
		}
	}
	return r
}

func columns(row map[string]any) []string { return slices.Sorted(maps.Keys(row)) }

// expiry reads a time to live; the zero time is none.
func expiry(v any) time.Time {
	n, ok := v.(json.Number)
	if !ok {
		return time.Time{}
	}
	seconds, err := n.Int64()
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
