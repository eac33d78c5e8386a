package record

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// keyOf is the key of a user's row.
func keyOf(key users.Key, row string) table.Keys {
	return table.Keys{PK: table.User(key.PoolID, key.Sub), SK: row}
}

// profile is PROFILE as an item.
type profile struct {
	table.Keys
	Status         string            `dynamodbav:"status,omitempty"`
	CreatedAt      string            `dynamodbav:"createdAt,omitempty"`
	CreatedBy      string            `dynamodbav:"createdBy,omitempty"`
	Username       string            `dynamodbav:"username,omitempty"`
	Email          string            `dynamodbav:"email,omitempty"`
	EmailKey       string            `dynamodbav:"emailKey,omitempty"`
	EmailCollision string            `dynamodbav:"emailCollision,omitempty"`
	EmailVerified  *bool             `dynamodbav:"emailVerified,omitempty"` // present with an address only
	Attributes     map[string]string `dynamodbav:"profile,omitempty"`
	Truncated      bool              `dynamodbav:"truncated,omitempty"`
	Disabled       bool              `dynamodbav:"disabled,omitempty"`
	PreviousEmail  string            `dynamodbav:"previousEmail,omitempty"`
	EmailChangedAt string            `dynamodbav:"emailChangedAt,omitempty"`
	AttrsAt        string            `dynamodbav:"attrsAt,omitempty"`
	Rev            int64             `dynamodbav:"rev,omitempty"`
	DeletedAt      string            `dynamodbav:"deletedAt,omitempty"`
	ExpiresAt      int64             `dynamodbav:"expiresAt,omitempty"`
}

func (r profile) row() (users.ProfileRow, error) {
	var c clock
	row := users.ProfileRow{
		Profile: users.Profile{
			Username: r.Username, Email: r.Email, EmailCollision: r.EmailCollision, EmailVerified: r.EmailVerified != nil && *r.EmailVerified,
			Attributes: r.Attributes, Truncated: r.Truncated, Disabled: r.Disabled,
		},
		PreviousEmail: r.PreviousEmail, EmailChangedAt: c.read(r.EmailChangedAt),
		Status: users.Status(r.Status), CreatedBy: r.CreatedBy, Rev: r.Rev,
		CreatedAt: c.read(r.CreatedAt), AttrsAt: c.read(r.AttrsAt), DeletedAt: c.read(r.DeletedAt),
		ExpiresAt: expiry(r.ExpiresAt),
	}
	return row, c.err
}

// Profile gives a row as an item, as package dynamo would have written it.
func Profile(key users.Key, row users.ProfileRow) (map[string]types.AttributeValue, error) {
	r := profile{
		Keys: keyOf(key, table.ProfileRow), Status: string(row.Status),
		CreatedAt: stamp(row.CreatedAt), CreatedBy: row.CreatedBy,
		Username: row.Username, Email: row.Email, EmailKey: email.Lower(row.Email), EmailCollision: row.EmailCollision, Attributes: row.Attributes, Truncated: row.Truncated,
		Disabled: row.Disabled, PreviousEmail: row.PreviousEmail, EmailChangedAt: stamp(row.EmailChangedAt),
		AttrsAt: stamp(row.AttrsAt), Rev: row.Rev, DeletedAt: stamp(row.DeletedAt), ExpiresAt: seconds(row.ExpiresAt),
	}
	if row.Email != "" {
		r.EmailVerified = &row.EmailVerified
	}
	return attributevalue.MarshalMap(r)
}

// signIn is SIGNIN as an item.
type signIn struct {
	table.Keys
	Last       string `dynamodbav:"lastSignInAt,omitempty"`
	First      string `dynamodbav:"firstSignInAt,omitempty"`
	Count      int64  `dynamodbav:"signInCount,omitempty"`
	Mark       string `dynamodbav:"signInMark,omitempty"`
	LastClient string `dynamodbav:"lastClient,omitempty"`
	DeletedAt  string `dynamodbav:"deletedAt,omitempty"`
	ExpiresAt  int64  `dynamodbav:"expiresAt,omitempty"`
}

func (r signIn) row() (users.SignInRow, error) {
	var c clock
	row := users.SignInRow{
		Last: c.read(r.Last), First: c.read(r.First), Mark: c.read(r.Mark), Count: r.Count, LastClient: r.LastClient,
		DeletedAt: c.read(r.DeletedAt), ExpiresAt: expiry(r.ExpiresAt),
	}
	return row, c.err
}

// SignIn gives a row as an item, as package dynamo would have written it.
func SignIn(key users.Key, row users.SignInRow) (map[string]types.AttributeValue, error) {
	return attributevalue.MarshalMap(signIn{
		Keys: keyOf(key, table.SignInRow),
		Last: stamp(row.Last), First: stamp(row.First), Mark: stamp(row.Mark), Count: row.Count, LastClient: row.LastClient,
		DeletedAt: stamp(row.DeletedAt), ExpiresAt: seconds(row.ExpiresAt),
	})
}

// authz is AUTHZ as an item.
type authz struct {
	table.Keys
	Roles   []string       `dynamodbav:"authzRoles,omitempty"`
	Tenants []string       `dynamodbav:"authzTenants,omitempty"`
	Tenant  string         `dynamodbav:"authzTenant,omitempty"`
	Status  string         `dynamodbav:"authzStatus,omitempty"`
	Extra   map[string]any `dynamodbav:"authzExtra,omitempty"`
	Rev     int64          `dynamodbav:"authzRev,omitempty"`
	By      string         `dynamodbav:"authzBy,omitempty"`
	At      string         `dynamodbav:"authzAt,omitempty"`
}

func (r authz) row() users.Authz {
	a := users.Authz{Roles: r.Roles, Tenants: r.Tenants, Tenant: r.Tenant, Status: users.Status(r.Status), Rev: r.Rev}
	if r.Extra != nil {
		a.Extra = plain(r.Extra).(map[string]any)
	}
	return a
}

// Authz gives a row as an item. by and at say who granted it and when; empty and
// zero are left out.
func Authz(key users.Key, row users.Authz, by string, at time.Time) (map[string]types.AttributeValue, error) {
	return attributevalue.MarshalMap(authz{
		Keys:  keyOf(key, table.AuthzRow),
		Roles: row.Roles, Tenants: row.Tenants, Tenant: row.Tenant, Status: string(row.Status), Extra: row.Extra, Rev: row.Rev,
		By: by, At: stamp(at),
	})
}

// stamp writes a time as rows hold it, and nothing for the zero time.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return table.Time(t)
}

func seconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
