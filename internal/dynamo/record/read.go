package record

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// ReadProfile reads PROFILE from an item, whole or projected.
func ReadProfile(item map[string]types.AttributeValue) (users.ProfileRow, error) {
	var row users.ProfileRow
	if err := decodeInto(item, &row, profile.row); err != nil {
		return users.ProfileRow{}, fmt.Errorf("decoding PROFILE: %w", err)
	}
	return row, nil
}

// ReadSignIn reads SIGNIN from an item, whole or projected.
func ReadSignIn(item map[string]types.AttributeValue) (users.SignInRow, error) {
	var row users.SignInRow
	if err := decodeInto(item, &row, signIn.row); err != nil {
		return users.SignInRow{}, fmt.Errorf("decoding SIGNIN: %w", err)
	}
	return row, nil
}
