// Package directory is how an application looks a user up and says what the user
// may do. It reads PROFILE and SIGNIN, which the triggers write, and it reads and
// changes AUTHZ, which the triggers can only read.
//
//	d := directory.New(client, table, poolID)
//	granted, err := d.Authz(ctx, sub)
//	granted, err = d.Change(ctx, granted, "billing", directory.SetRoles("editor"))
//
// A change is made to the row that was read: if somebody else has changed it in
// between, it fails with ErrConflict and nothing is written. What no token could
// carry is refused with ErrInvalid, by the very guards that would drop it from a
// token. A deleted user stays deleted: every change gives ErrDeleted. Who changed a
// row last, and when, stands in the row.
//
// A change is in force with the user's next token, a refreshed one included. A
// token that is out already lives until it expires: to end a session at once, also
// call AdminUserGlobalSignOut, and let services verify what they protect most.
//
// Reads are consistent. Everything here is typed and has a schema version; a row
// of a newer version gives ErrSchema in place of a guess.
//
// The construct grants exactly what is needed: GrantDirectoryRead for Profile,
// SignIn and ByEmail, GrantAuthzManagement for Authz and Change. For a policy of
// one's own, ReadAttributes, EmailAttributes, ManagementAttributes and
// ChangeAttributes have the attribute names.
package directory

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// SchemaVersion is the version of the rows that this package reads and writes. A
// row that does not say its version has version 1.
const SchemaVersion = 1

// What can be wrong beside a store that does not answer. Compare with errors.Is:
// the errors that the methods return wrap these and say what was being done. None
// has anything of the person in it, but for the claim names of ErrInvalid.
var (
	// ErrNotFound: there is no such row.
	ErrNotFound = errors.New("no such user in this table: check the pool and the sub (a user has a row from the confirmation, a sign-in or a token on)")
	// ErrDeleted: the row is a tombstone. It never becomes a user again.
	ErrDeleted = errors.New("the user was deleted, and stays so: a new account has a new sub, grant to that one")
	// ErrConflict: nothing was written, because the row is not the one that was seen.
	ErrConflict = errors.New("AUTHZ was changed by somebody else since it was read: read it again, decide again, change that")
	// ErrInvalid: nothing was written, because no token could carry it as it is.
	ErrInvalid = errors.New("AUTHZ cannot be changed like this")
	// ErrSchema: a newer version of this package wrote the row.
	ErrSchema = errors.New("the row was written by a newer version of the suite: update this program")
)

// Directory is the users of one pool in one table. It is safe for concurrent use.
type Directory struct {
	client      *dynamodb.Client
	table, pool string
	now         func() time.Time
}

// Option changes what New leaves at its default.
type Option func(*Directory)

// WithClock sets the clock that says when a change was made. Default: time.Now.
func WithClock(now func() time.Time) Option { return func(d *Directory) { d.now = now } }

// New gives the directory of a pool (the stack's output UserPoolId) in a table (the
// output TableName). It makes no request. The client's retries are welcome: a
// change that was made and whose reply was lost is recognised as made.
func New(client *dynamodb.Client, tableName, poolID string, options ...Option) *Directory {
	d := &Directory{client: client, table: tableName, pool: poolID, now: time.Now}
	for _, option := range options {
		option(d)
	}
	return d
}

func (d *Directory) key(sub, row string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{table.PK: text(table.User(d.pool, sub)), table.SK: text(row)}
}

// row reads some attributes of one row, consistently; nil where it is absent.
func (d *Directory) row(ctx context.Context, sub, row string, attributes []string) (map[string]types.AttributeValue, error) {
	if !(users.Key{PoolID: d.pool, Sub: sub}).Valid() {
		return nil, ErrNotFound
	}
	projection, names := project(attributes)
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
