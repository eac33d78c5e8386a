package support

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/settings"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Suite is a stage and what runs of it. It reads only, and is safe for concurrent use.
type Suite struct {
	// Stage has the rules and the token profiles.
	Stage settings.Stage
	// Pool is the pool's id, Outputs are those of the stack; nil if they are not known.
	Pool    string
	Outputs map[string]string
	// Directory reads the users.
	Directory *directory.Directory
	// Clients reads the row of an app client; nil: the stage file alone decides.
	Clients Clients
	// Cognito is the pool; nil: its attributes are those of PROFILE, its groups unknown.
	Cognito Cognito
}

// Clients reads the rows of app clients, as the functions do. The store of package dynamo
// has it.
type Clients interface {
	Access(ctx context.Context, key users.Key, client string) (table.Access, error)
}

// Cognito is what is asked of the pool. The SDK's client has it.
type Cognito interface {
	AdminGetUser(context.Context, *cognito.AdminGetUserInput, ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error)
	AdminListGroupsForUser(context.Context, *cognito.AdminListGroupsForUserInput, ...func(*cognito.Options)) (*cognito.AdminListGroupsForUserOutput, error)
}

var _ Cognito = (*cognito.Client)(nil)

// Unknown is an error: what was asked about is not there, a user or an app client. Its text
// says what to do.
type Unknown string

// Error returns the text.
func (u Unknown) Error() string { return string(u) }

// Member is a user as the pool has it.
type Member struct {
	Sub      string `json:"sub"`
	Username string `json:"username"`
	// Status is the pool's: CONFIRMED, UNCONFIRMED, EXTERNAL_PROVIDER …
	Status     string            `json:"status"`
	Enabled    bool              `json:"enabled"`
	Attributes map[string]string `json:"attributes"`
	Groups     []string          `json:"groups"`
}

// noSignIn says why Cognito lets a user not sign in (API reference, UserType); "" if it does.
// A user with a temporary password, or one to reset, signs in by setting a new one.
func (m *Member) noSignIn() string {
	switch {
	case m == nil:
		return "the pool has no such user"
	case !m.Enabled:
		return "the user is disabled in Cognito"
	case m.Status == string(types.UserStatusTypeUnconfirmed):
		return "the user has not confirmed the sign-up"
	}
	return ""
}

// notAsked says why the pool was not asked; "" if it was. Without the permission an answer has
// less, and says so.
func notAsked(s Suite, err error) string {
	switch {
	case s.Cognito == nil:
		return "the pool was not asked"
	case denied(err):
		return "these credentials may not ask the pool (cognito-idp:AdminGetUser, AdminListGroupsForUser): attributes are those of PROFILE, and groups are unknown"
	}
	return ""
}

// denied reports whether AWS refused a call to these credentials.
func denied(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "AccessDeniedException"
}

// member asks the pool for a user by name, sub or alias; nil if it has none, or is not
// asked.
func (s Suite) member(ctx context.Context, name string) (*Member, error) {
	if s.Cognito == nil {
		return nil, nil
	}
	out, err := s.Cognito.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: &s.Pool, Username: &name})
	if _, gone := errors.AsType[*types.UserNotFoundException](err); gone {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking Cognito for the user: %w", err)
	}
	m := &Member{Username: aws.ToString(out.Username), Status: string(out.UserStatus), Enabled: out.Enabled, Attributes: map[string]string{}, Groups: []string{}}
	for _, a := range out.UserAttributes {
		if a.Name != nil && a.Value != nil {
			m.Attributes[*a.Name] = *a.Value
		}
	}
	m.Sub = m.Attributes["sub"]
	pages := cognito.NewAdminListGroupsForUserPaginator(s.Cognito, &cognito.AdminListGroupsForUserInput{UserPoolId: &s.Pool, Username: out.Username})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("asking Cognito for the user's groups: %w", err)
		}
		for _, group := range page.Groups {
			m.Groups = append(m.Groups, aws.ToString(group.GroupName))
		}
	}
	return m, nil
}
