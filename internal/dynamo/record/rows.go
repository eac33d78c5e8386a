package record

import (
	"fmt"
	"maps"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// ReadProfile reads PROFILE from an item, whole or projected.
func ReadProfile(item map[string]types.AttributeValue) (users.ProfileRow, error) {
	row, err := read[table.Profile](item, table.ProfileRow)
	return profileRow(row), err
}

// ReadSignIn reads SIGNIN from an item, whole or projected.
func ReadSignIn(item map[string]types.AttributeValue) (table.SignIn, error) {
	row, err := read[table.SignIn](item, table.SignInRow)
	row.ExpiresAt = expiry(row.ExpiresAt)
	return row, err
}

func readAuthz(item map[string]types.AttributeValue) (table.Authz, error) {
	at, _ := item["authzAt"].(*types.AttributeValueMemberS)
	item = maps.Clone(item)
	delete(item, "authzAt")
	row, err := read[table.Authz](item, table.AuthzRow)
	if at != nil { // it is for operators: a row made by hand may have anything there
		row.At, _ = time.Parse(time.RFC3339, at.Value)
	}
	row.ExpiresAt = expiry(row.ExpiresAt)
	if row.Extra != nil {
		row.Extra = plain(row.Extra).(map[string]any)
	}
	return row, err
}

// read reads a row, or returns the zero row with an error.
func read[Row any](item map[string]types.AttributeValue, name string) (row Row, err error) {
	if err := unmarshal(item, &row); err != nil {
		return *new(Row), fmt.Errorf("decoding %s: %w", name, err)
	}
	return row, nil
}

func profileRow(r table.Profile) users.ProfileRow {
	return users.ProfileRow{
		Profile: users.Profile{
			Username: r.Username, Email: r.Email, EmailCollision: r.EmailCollision, EmailVerified: r.EmailVerified != nil && *r.EmailVerified,
			Attributes: r.Attributes, Truncated: r.Truncated, Disabled: r.Disabled,
		},
		PreviousEmail: r.PreviousEmail, EmailChangedAt: r.EmailChangedAt, Status: r.Status, CreatedBy: r.CreatedBy, Rev: r.Rev,
		CreatedAt: r.CreatedAt, AttrsAt: r.AttrsAt, DeletedAt: r.DeletedAt, ExpiresAt: expiry(r.ExpiresAt),
	}
}

// Profile returns a row as an item, as package dynamo would write it.
func Profile(key users.Key, row users.ProfileRow) (map[string]types.AttributeValue, error) {
	r := table.Profile{
		Username: row.Username, Email: row.Email, EmailKey: email.Lower(row.Email), EmailCollision: row.EmailCollision,
		Attributes: row.Attributes, Truncated: row.Truncated, Disabled: row.Disabled,
		PreviousEmail: row.PreviousEmail, EmailChangedAt: row.EmailChangedAt, Status: row.Status, CreatedBy: row.CreatedBy, Rev: row.Rev,
		CreatedAt: row.CreatedAt, AttrsAt: row.AttrsAt, DeletedAt: row.DeletedAt, ExpiresAt: row.ExpiresAt,
	}
	if row.DeletedAt.IsZero() {
		r.Digest, r.Shard = row.Digest(), table.Shard(key.PoolID, key.Sub)
	}
	if row.Email != "" {
		r.EmailVerified = &row.EmailVerified
	}
	return itemOf(key, table.ProfileRow, r)
}

// SignIn returns a row as an item, as package dynamo would write it.
func SignIn(key users.Key, row table.SignIn) (map[string]types.AttributeValue, error) {
	return itemOf(key, table.SignInRow, row)
}

// Authz returns a row as an item.
func Authz(key users.Key, row table.Authz) (map[string]types.AttributeValue, error) {
	return itemOf(key, table.AuthzRow, row)
}

func itemOf(key users.Key, sk string, row any) (map[string]types.AttributeValue, error) {
	item, err := marshal(row)
	if err != nil {
		return nil, err
	}
	item[table.PK] = &types.AttributeValueMemberS{Value: table.User(key.PoolID, key.Sub)}
	item[table.SK] = &types.AttributeValueMemberS{Value: sk}
	return item, nil
}
