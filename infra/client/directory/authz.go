package directory

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/dynamo"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Status says whether a user may have tokens.
type Status = table.Status

// A user is in one of two states. A deleted user has no Authz: reading it returns
// ErrDeleted.
const (
	Active    = table.Active
	Suspended = table.Suspended
)

// Unreadable is the Status of an Authz whose row has one that is none of the suite's. Such
// a user gets no token. Only a change that suspends or reinstates the user is made.
const Unreadable = table.Unreadable

// Row is the columns of AUTHZ. A literal of Authz holds one: Authz{Sub: sub, Authz: Row{…}}.
type Row = table.Authz

// Authz is what a user may do, as the row has it: Roles, Tenants and Tenant, TenantRoles
// (further roles by tenant), Status, Extra (further claims by name), Rev, and By and At,
// which say who changed it last. It is for reading: Change changes the row and needs the
// Authz that was read. Lists and maps without an entry are nil.
type Authz struct {
	Sub string `json:"sub"`
	table.Authz

	// unseen says that the user has no row at all.
	unseen bool
}

// Authz reads a user's AUTHZ. A user without a row has no grants; that is not an error:
// the Authz has Rev 0 and can be changed, even without a PROFILE (see Unseen). Errors
// wrap ErrDeleted, ErrSchema, ErrNotFound for a sub that cannot name a user, or are the
// store's.
func (d *Directory) Authz(ctx context.Context, sub string) (Authz, error) {
	granted, err := d.read(ctx, sub)
	if err != nil {
		return Authz{}, fmt.Errorf("reading AUTHZ: %w", err)
	}
	return granted, nil
}

// read reads AUTHZ, then whether PROFILE exists. A deletion writes them in the same
// order, so the change's condition notices one that falls in between.
func (d *Directory) read(ctx context.Context, sub string) (Authz, error) {
	item, err := d.row(ctx, sub, table.AuthzRow, table.Written[table.Authz]())
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
	return granted.beside(item, known)
}

// beside returns AUTHZ as it counts beside what PROFILE says.
func (a Authz) beside(item, known map[string]types.AttributeValue) (Authz, error) {
	if known["deletedAt"] != nil {
		return Authz{}, ErrDeleted
	}
	a.unseen = item == nil && known == nil
	return a, nil
}

// Known reports whether the user has a row in the table. A change of one who has none needs
// Unseen.
func (a Authz) Known() bool { return !a.unseen }

// Same reports whether two rows grant the same, whoever wrote them and when.
func Same(a, b Authz) bool {
	return slices.Equal(a.Roles, b.Roles) && slices.Equal(a.Tenants, b.Tenants) && a.Tenant == b.Tenant &&
		maps.EqualFunc(a.TenantRoles, b.TenantRoles, slices.Equal) && a.Status == b.Status && a.Disabled == b.Disabled &&
		maps.EqualFunc(a.Extra, b.Extra, same)
}

// decode reads AUTHZ as the functions do. A row whose status cannot be read is read
// without it, so that a change of the status can mend it.
func decode(sub string, item map[string]types.AttributeValue) (Authz, error) {
	if err := checkSchema(item, authzSchemaAttribute); err != nil {
		return Authz{}, err
	}
	row, err := dynamo.ReadAuthz(item)
	if row.Status == Unreadable {
		rest := maps.Clone(item)
		delete(rest, "authzStatus")
		row, err = dynamo.ReadAuthz(rest)
		row.Status = Unreadable
	}
	switch {
	case row.Status == table.Deleted:
		return Authz{}, ErrDeleted
	case err != nil:
		return Authz{}, fmt.Errorf("the row cannot be read, correct it by hand: %w", err)
	case row.Status == "":
		row.Status = Active
	}
	row.Schema = SchemaVersion
	return Authz{Sub: sub, Authz: row}, nil
}
