package table

import (
	"slices"
	"time"
)

// Status is the state of a user's row. Empty means that the row says nothing.
type Status string

// The states: PROFILE is Active or Deleted, AUTHZ may also be Suspended.
const (
	Active    Status = "active"
	Suspended Status = "suspended"
	Deleted   Status = "deleted"
)

// Unreadable stands for a status of AUTHZ that is there and is none of these. No row has
// it. A reader of such a row refuses the user, since the row may say suspended.
const Unreadable Status = "unreadable"

// Authz is AUTHZ, what the team's server grants a user. The zero value grants nothing,
// like an absent row. The json tags are for operators: ops authz show --json writes
// them.
type Authz struct {
	// Schema is the version of the row's form; 0 is the first one.
	Schema int64 `dynamodbav:"authzSchema,omitempty" json:"schema"`
	// Roles are those that the user has in every tenant and without one, in the order in
	// which a token shows them.
	Roles []string `dynamodbav:"authzRoles,omitempty" json:"roles,omitempty" is:"token personal"`
	// Tenants are those that the user may act for. Tenant is the one that a token names
	// unless the user selects another of them; "" is none.
	Tenants []string `dynamodbav:"authzTenants,omitempty" json:"tenants,omitempty" is:"token personal"`
	Tenant  string   `dynamodbav:"authzTenant,omitempty" json:"tenant,omitempty" is:"token personal"`
	// TenantRoles are the further roles that the user has in one tenant, by tenant. Those
	// of a tenant that is none of AllTenants count for nothing.
	TenantRoles map[string][]string `dynamodbav:"authzTenantRoles,omitempty" json:"tenantRoles,omitempty" is:"token personal"`
	// Status counts as Active if it is empty.
	Status Status `dynamodbav:"authzStatus,omitempty" json:"status" is:"token grave"`
	// Disabled says that the directory disables the user in Cognito for as long as the
	// suspension lasts. A user who was disabled before it is not enabled at its end.
	Disabled bool `dynamodbav:"authzDisabled,omitempty" json:"disabled,omitempty" is:"personal"`
	// Extra are further claims by name: string, bool, nil, json.Number (which keeps its
	// digits), []any and map[string]any.
	Extra map[string]any `dynamodbav:"authzExtra,omitempty" json:"claims,omitempty" is:"token personal"`
	// Rev counts the changes; 0 is a row that is absent or was made by hand.
	Rev int64 `dynamodbav:"authzRev,omitempty" json:"rev" is:"token"`
	// By and At say who changed the row last, and when; empty if unknown.
	By        string    `dynamodbav:"authzBy,omitempty" json:"by,omitempty" is:"personal"`
	At        time.Time `dynamodbav:"authzAt,omitempty" json:"at,omitzero" is:"grave"`
	ExpiresAt time.Time `dynamodbav:"expiresAt,unixtime,omitempty" json:"-" is:"grave ttl"`
}

// AllTenants returns the tenants that the user may act for, the default one included; nil
// for none. The result may share memory with the row.
func (a Authz) AllTenants() []string {
	if a.Tenant == "" || slices.Contains(a.Tenants, a.Tenant) {
		return a.Tenants
	}
	return append([]string{a.Tenant}, a.Tenants...)
}

// Access is what a token needs to know about a user and an app client.
type Access struct {
	Authz Authz
	// Known reports whether a PROFILE row exists, a tombstone included.
	Known bool
	// Deleted reports whether a tombstone was found.
	Deleted bool
	// ClientProfile is the token profile of the app client that was asked for, or "".
	ClientProfile string
}

// Denied reports whether the user may have no token: deleted, suspended, or with a status
// that is not known to allow one. An unknown user is not denied.
func (a Access) Denied() bool {
	return a.Deleted || a.Authz.Status != "" && a.Authz.Status != Active
}
