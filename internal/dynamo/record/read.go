package record

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// ReadProfile reads PROFILE from an item, whole or projected.
func ReadProfile(item map[string]types.AttributeValue) (users.ProfileRow, error) {
	var row table.Profile
	if err := unmarshal(item, &row); err != nil {
		return users.ProfileRow{}, fmt.Errorf("decoding PROFILE: %w", err)
	}
	return profileRow(row), nil
}

// ReadSignIn reads SIGNIN from an item, whole or projected.
func ReadSignIn(item map[string]types.AttributeValue) (row table.SignIn, err error) {
	if err := unmarshal(item, &row); err != nil {
		return table.SignIn{}, fmt.Errorf("decoding SIGNIN: %w", err)
	}
	row.ExpiresAt = row.ExpiresAt.UTC()
	return row, nil
}

func readAuthz(item map[string]types.AttributeValue) (row table.Authz, err error) {
	if err := unmarshal(item, &row); err != nil {
		return table.Authz{}, fmt.Errorf("decoding AUTHZ: %w", err)
	}
	row.ExpiresAt = row.ExpiresAt.UTC()
	if row.Extra != nil {
		row.Extra = plain(row.Extra).(map[string]any)
	}
	return row, nil
}
