package directory

import (
	"context"
	"errors"
	"fmt"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Pool is what Suspend and Reinstate need of Cognito. The SDK's client has it.
type Pool interface {
	AdminGetUser(context.Context, *cognito.AdminGetUserInput, ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error)
	AdminDisableUser(context.Context, *cognito.AdminDisableUserInput, ...func(*cognito.Options)) (*cognito.AdminDisableUserOutput, error)
	AdminEnableUser(context.Context, *cognito.AdminEnableUserInput, ...func(*cognito.Options)) (*cognito.AdminEnableUserOutput, error)
	AdminUserGlobalSignOut(context.Context, *cognito.AdminUserGlobalSignOutInput, ...func(*cognito.Options)) (*cognito.AdminUserGlobalSignOutOutput, error)
}

var _ Pool = (*cognito.Client)(nil)

// member is a user as the pool has it.
type member struct {
	name    string // "" if the pool has no such user, or was not asked
	enabled bool
	absent  Step // why there is no name
	err     error
}

// member asks the pool for the user. A name that belongs to another sub by now is not the
// user's: names are used again.
func (d *Directory) member(ctx context.Context, sub string) member {
	if d.cognito == nil {
		return member{absent: NoPool}
	}
	name, err := d.username(ctx, sub)
	if err != nil {
		return member{err: err}
	}
	out, err := d.cognito.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: &d.pool, Username: &name})
	switch {
	case isGone(err) || err == nil && subOf(out) != sub:
		return member{absent: NotInPool}
	case err != nil:
		return member{err: fmt.Errorf("asking Cognito for the user: %w", err)}
	}
	return member{name: name, enabled: out.Enabled}
}

// username returns the user's name in the pool: PROFILE's, or the sub of a user without
// one, which finds every user but those of a provider (API reference, AdminGetUser).
func (d *Directory) username(ctx context.Context, sub string) (string, error) {
	item, err := d.row(ctx, sub, table.ProfileRow, UsernameAttributes())
	if err != nil {
		return "", fmt.Errorf("reading the user name: %w", err)
	}
	if name, ok := item[usernameAttribute].(*ddb.AttributeValueMemberS); ok && name.Value != "" {
		return name.Value, nil
	}
	return sub, nil
}

func isGone(err error) bool {
	_, gone := errors.AsType[*types.UserNotFoundException](err)
	return gone
}

func subOf(out *cognito.AdminGetUserOutput) string {
	for _, attribute := range out.UserAttributes {
		if attribute.Name != nil && *attribute.Name == "sub" && attribute.Value != nil {
			return *attribute.Value
		}
	}
	return ""
}

func (d *Directory) disable(ctx context.Context, name string) error {
	_, err := d.cognito.AdminDisableUser(ctx, &cognito.AdminDisableUserInput{UserPoolId: &d.pool, Username: &name})
	return err
}

func (d *Directory) enable(ctx context.Context, name string) error {
	_, err := d.cognito.AdminEnableUser(ctx, &cognito.AdminEnableUserInput{UserPoolId: &d.pool, Username: &name})
	return err
}

func (d *Directory) signOut(ctx context.Context, name string) error {
	_, err := d.cognito.AdminUserGlobalSignOut(ctx, &cognito.AdminUserGlobalSignOutInput{UserPoolId: &d.pool, Username: &name})
	return err
}
