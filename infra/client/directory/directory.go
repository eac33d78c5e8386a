// Package directory lets an application look users up and set what they may do. It reads
// PROFILE and SIGNIN, which the triggers write. It reads and changes AUTHZ, which the
// triggers can only read.
//
//	d := directory.New(client, table, poolID)
//	granted, err := d.Authz(ctx, sub)
//	granted, err = d.Change(ctx, granted, "billing", directory.SetRoles("editor"))
//
// A change applies to the row that was read: if the row has changed since, it fails with
// ErrConflict and writes nothing. What no token could carry is refused with ErrInvalid,
// by the same guards that would drop it from a token. A deleted user stays deleted:
// every change returns ErrDeleted. The row says who changed it last, and when.
//
// A change takes effect with the user's next token, a refreshed one included. Tokens
// that are already out live until they expire, so let services verify the most sensitive
// calls themselves.
//
// With a client of the pool (WithPool), Suspend also disables the user in Cognito and ends
// the user's sessions there: Cognito itself then refuses, also while the table is down, and
// an old access token changes neither attributes nor password. Reinstate undoes it:
//
//	d := directory.New(client, table, poolID, directory.WithPool(cognitoidentityprovider.NewFromConfig(cfg)))
//	done, err := d.Suspend(ctx, sub, "abuse desk")
//
// Roles are global (SetRoles), or belong to one of the user's tenants (SetTenantRoles) and
// are only in tokens for it, if the token profile has them from authz.tenantRoles.
//
// Reads are consistent. Everything here is typed and has a schema version; a row of a
// newer version returns ErrSchema and not a guess.
//
// The construct grants exactly what is needed: GrantDirectoryRead for Profile, SignIn
// and ByEmail, GrantAuthzManagement for Authz, AuthzOf and Change, and beside it GrantSuspension for
// Suspend and Reinstate. For a policy of your own, ReadAttributes, EmailAttributes,
// ManagementAttributes, ChangeAttributes and UsernameAttributes return the attribute names.
package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// SchemaVersion is the version of the rows that this package reads and writes. A row
// without a version has version 1.
const SchemaVersion = 1

// These errors are all that can be wrong besides a store that does not answer. Compare
// with errors.Is: the methods' errors wrap them and say what was being done. They hold
// no personal data except the claim names of ErrInvalid.
var (
	// ErrNotFound says that there is no such row.
	ErrNotFound = errors.New("no such user in this table: check the pool and the sub (a user has a row from the confirmation, a sign-in or a token on)")
	// ErrDeleted says that the row is a tombstone. It never becomes a user again.
	ErrDeleted = errors.New("the user was deleted and stays deleted: a new account has a new sub; grant to that")
	// ErrConflict says that nothing was written, because the row is not the one that
	// was read.
	ErrConflict = errors.New("AUTHZ has changed since it was read: read it again and decide again")
	// ErrInvalid says that nothing was written, because no token could carry it as it
	// is.
	ErrInvalid = errors.New("AUTHZ cannot be changed like this")
	// ErrSchema says that a newer version of this package wrote the row.
	ErrSchema = errors.New("the row was written by a newer version of the suite: update this program")
)

// Directory reads and changes the users of one pool in one table. It is safe for
// concurrent use.
type Directory struct {
	client      *dynamodb.Client
	table, pool string
	cognito     Pool // nil: the table only
	now         func() time.Time
}

// Option changes what New leaves at its default.
type Option func(*Directory)

// WithClock sets the clock for the time of a change. Default: time.Now.
func WithClock(now func() time.Time) Option { return func(d *Directory) { d.now = now } }

// WithPool lets Suspend and Reinstate act in Cognito. Default: none, and they change the
// table only and say so.
func WithPool(client Pool) Option { return func(d *Directory) { d.cognito = client } }

// New returns the directory of a pool (the stack's output UserPoolId) in a table (the
// output TableName). It makes no request. The client may retry: a change whose reply
// was lost is recognised as made.
func New(client *dynamodb.Client, tableName, poolID string, options ...Option) *Directory {
	d := &Directory{client: client, table: tableName, pool: poolID, now: time.Now}
	for _, option := range options {
		option(d)
	}
	return d
}

func (d *Directory) key(sub, row string) map[string]types.AttributeValue {
	return dynamo.ItemKey(table.Keys{PK: table.User(d.pool, sub), SK: row})
}

// row reads some attributes of one row, consistently; nil if the row is absent.
func (d *Directory) row(ctx context.Context, sub, row string, attributes []string) (map[string]types.AttributeValue, error) {
	if !(users.Key{PoolID: d.pool, Sub: sub}).Valid() {
		return nil, ErrNotFound
	}
	projection, names := dynamo.Project(attributes)
	out, err := d.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &d.table, Key: d.key(sub, row), ConsistentRead: new(true),
		ProjectionExpression: &projection, ExpressionAttributeNames: names,
	})
	if err != nil {
		return nil, fmt.Errorf("asking the table %s: %w", d.table, err)
	}
	return out.Item, nil
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
