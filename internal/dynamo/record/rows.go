package record

import (
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

func profileRow(r table.Profile) users.ProfileRow {
	return users.ProfileRow{
		Profile: users.Profile{
			Username: r.Username, Email: r.Email, EmailCollision: r.EmailCollision, EmailVerified: r.EmailVerified != nil && *r.EmailVerified,
			Attributes: r.Attributes, Truncated: r.Truncated, Disabled: r.Disabled,
		},
		PreviousEmail: r.PreviousEmail, EmailChangedAt: r.EmailChangedAt, Status: r.Status, CreatedBy: r.CreatedBy, Rev: r.Rev,
		CreatedAt: r.CreatedAt, AttrsAt: r.AttrsAt, DeletedAt: r.DeletedAt, ExpiresAt: r.ExpiresAt.UTC(),
	}
}

// Profile returns a row as an item, as package dynamo would write it.
func Profile(key users.Key, row users.ProfileRow) (map[string]types.AttributeValue, error) {
	r := struct {
		table.Keys
		table.Profile
	}{keyOf(key, table.ProfileRow), table.Profile{
		Username: row.Username, Email: row.Email, EmailKey: email.Lower(row.Email), EmailCollision: row.EmailCollision,
		Attributes: row.Attributes, Truncated: row.Truncated, Disabled: row.Disabled,
		PreviousEmail: row.PreviousEmail, EmailChangedAt: row.EmailChangedAt, Status: row.Status, CreatedBy: row.CreatedBy, Rev: row.Rev,
		CreatedAt: row.CreatedAt, AttrsAt: row.AttrsAt, DeletedAt: row.DeletedAt, ExpiresAt: row.ExpiresAt,
	}}
	if row.Email != "" {
		r.EmailVerified = &row.EmailVerified
	}
	return marshal(r)
}

// SignIn returns a row as an item, as package dynamo would write it.
func SignIn(key users.Key, row table.SignIn) (map[string]types.AttributeValue, error) {
	return marshal(struct {
		table.Keys
		table.SignIn
	}{keyOf(key, table.SignInRow), row})
}

// Authz returns a row as an item.
func Authz(key users.Key, row table.Authz) (map[string]types.AttributeValue, error) {
	return marshal(struct {
		table.Keys
		table.Authz
	}{keyOf(key, table.AuthzRow), row})
}

func keyOf(key users.Key, row string) table.Keys {
	return table.Keys{PK: table.User(key.PoolID, key.Sub), SK: row}
}
