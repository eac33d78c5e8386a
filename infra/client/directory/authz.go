package directory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Status is whether a user may have tokens.
type Status string

// The two states. A deleted user has no Authz: reading one gives ErrDeleted.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
)

// Authz is what a user may do, as the row has it. It is a value to look at: Change
// changes a row, and needs the Authz that was read. Lists and maps without an entry
// are nil.
type Authz struct {
	// Schema is SchemaVersion.
	Schema int    `json:"schema"`
	Sub    string `json:"sub"`
	// Roles in the order in which a token shows them.
	Roles []string `json:"roles,omitempty"`
	// Tenants are those that the user may act for, and Tenant is the one that a
	// token names unless the user selects another of them; "" is none.
	Tenants []string `json:"tenants,omitempty"`
	Tenant  string   `json:"tenant,omitempty"`
	Status  Status   `json:"status"`
	// Claims are further claims by name: string, bool, json.Number, []any and
	// map[string]any.
	Claims map[string]any `json:"claims,omitempty"`
	// Rev counts the changes; 0 is a row that is not there, or that was made by hand.
	Rev int64 `json:"rev"`
	// By and At say who changed the row last, and when; empty if nobody said.
	By string    `json:"by,omitempty"`
	At time.Time `json:"at,omitzero"`

	// unseen: there is no row of the user at all.
	unseen bool
}

// Authz reads a user's AUTHZ. A user without one has been granted nothing, which
// is no error: the Authz then has Rev 0 and can be changed. A user of whom there is
// no PROFILE either gives it too (see Unseen). Errors wrap ErrDeleted, ErrSchema,
// ErrNotFound for a sub that can name no user, or are the store's.
func (d *Directory) Authz(ctx context.Context, sub string) (Authz, error) {
	granted, err := d.read(ctx, sub)
	if err != nil {
		return Authz{}, fmt.Errorf("reading AUTHZ: %w", err)
	}
	return granted, nil
}

// read reads AUTHZ, then whether PROFILE is there: a deletion writes them in that
// order, so that one that falls in between is noticed by the change's condition.
func (d *Directory) read(ctx context.Context, sub string) (Authz, error) {
	item, err := d.row(ctx, sub, table.AuthzRow, authzAttributes())
	if err != nil {
		return Authz{}, err
	}
	granted, err := decode(sub, item)
	if err != nil {
		return Authz{}, err
	}
	known, err := d.row(ctx, sub, table.ProfileRow, knownAttributes())
	if err != nil {
		return Authz{}, err
	}
	if known["deletedAt"] != nil {
		return Authz{}, ErrDeleted
	}
	granted.unseen = item == nil && known == nil
	return granted, nil
}

// decode reads AUTHZ as the functions do, and beside it what they do not need.
func decode(sub string, item map[string]types.AttributeValue) (Authz, error) {
	if err := checkSchema(item, authzSchemaAttribute); err != nil {
		return Authz{}, err
	}
	row, err := dynamo.ReadAuthz(item)
	switch {
	case row.Status == table.Deleted:
		return Authz{}, ErrDeleted
	case err != nil:
		return Authz{}, fmt.Errorf("the row cannot be read, correct it by hand: %w", err)
	}
	granted := Authz{
		Schema: SchemaVersion, Sub: sub, Roles: row.Roles, Tenants: row.Tenants, Tenant: row.Tenant,
		Status: Active, Claims: row.Extra, Rev: row.Rev,
	}
	if row.Status == table.Suspended {
		granted.Status = Suspended
	}
	if by, ok := item["authzBy"].(*types.AttributeValueMemberS); ok {
		granted.By = by.Value
	}
	if at, ok := item["authzAt"].(*types.AttributeValueMemberS); ok {
		granted.At, _ = time.Parse(time.RFC3339Nano, at.Value) // written by hand, it may be anything
	}
	return granted, nil
}

// item gives what a change sets in the row; nil removes the attribute.
func (a Authz) item() map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"authzRoles":         textList(a.Roles),
		"authzTenants":       textList(a.Tenants),
		"authzTenant":        textOrNil(a.Tenant),
		"authzStatus":        text(string(a.Status)),
		"authzExtra":         claimMap(a.Claims),
		"authzRev":           number(a.Rev),
		"authzBy":            text(a.By),
		"authzAt":            text(table.Time(a.At)),
		authzSchemaAttribute: number(SchemaVersion),
	}
}

// clone copies as deep as a change reaches.
func (a Authz) clone() Authz {
	a.Roles, a.Tenants = slices.Clone(a.Roles), slices.Clone(a.Tenants)
	claims := make(map[string]any, len(a.Claims)+1)
	maps.Copy(claims, a.Claims)
	a.Claims = claims
	return a
}

// same says whether two rows are one change.
func (a Authz) same(b Authz) bool {
	return a.Rev == b.Rev && a.By == b.By && table.Time(a.At) == table.Time(b.At) &&
		slices.Equal(a.Roles, b.Roles) && slices.Equal(a.Tenants, b.Tenants) && a.Tenant == b.Tenant &&
		a.Status == b.Status && sameValue(a.Claims, b.Claims)
}
