// Package grants imports a file that says what users may do into AUTHZ, for ops authz
// import.
//
// A file is CSV with a heading, or NDJSON, an object a line. A row names its user by sub or
// by the e-mail address that exactly one user has verified, and says columns of AUTHZ in the
// words of ops authz show --json. What a row says replaces what AUTHZ has; what the file
// does not say stays.
//
// Validate reads the whole file first and makes no request. It keeps eight bytes a row,
// however long the file is. Run then reads users in batches and makes a conditional change
// for each that differs (package directory), so a tombstone stays one, and no change of
// another writer is lost: a row that already grants something else is named and left, unless
// the file has its rev or the operator says Replace.
//
// The journal notes the rev before a change is sent and the outcome after it. Run passes over
// rows that have one. After a kill a row in flight is read again: if it is as the file says, the
// change was made and no second one is sent; if it has neither that nor the noted rev,
// another writer was there.
package grants

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Row is what a file says of one user. A member that is nil is not said.
type Row struct {
	N, Line     int // the number of the row, from 0, and the line where it begins, from 1
	Sub, Email  *string
	Roles       *[]string
	Tenants     *[]string
	Tenant      *string // nil beside Tenants is the first of them
	TenantRoles *map[string][]string
	Status      *directory.Status
	Claims      *map[string]any
	Rev         *int64 // that AUTHZ must have

	at map[string]int // where each column of the row begins, in bytes from 1
}

// User returns the words that name the user.
func (r Row) User() string {
	if r.Sub != nil {
		return *r.Sub
	}
	return *r.Email
}

// Changes returns the changes that make a row of AUTHZ what the file says.
func (r Row) Changes(seen directory.Authz) (changes []directory.Change) {
	if r.Roles != nil {
		changes = append(changes, directory.SetRoles(*r.Roles...))
	}
	if r.Tenants != nil {
		changes = append(changes, directory.SetTenants(r.standard(), *r.Tenants...))
	}
	if r.TenantRoles != nil {
		for _, tenant := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(*r.Tenants, slices.Collect(maps.Keys(*r.TenantRoles)))))) {
			changes = append(changes, directory.SetTenantRoles(tenant, (*r.TenantRoles)[tenant]...))
		}
	}
	if r.Claims != nil {
		for name := range seen.Extra {
			changes = append(changes, directory.UnsetClaim(name))
		}
		for _, name := range slices.Sorted(maps.Keys(*r.Claims)) {
			changes = append(changes, directory.SetClaim(name, (*r.Claims)[name]))
		}
	}
	switch {
	case r.Status == nil:
	case *r.Status == directory.Suspended:
		changes = append(changes, directory.Suspend())
	default:
		changes = append(changes, directory.Reinstate())
	}
	return changes
}

// standard returns the default tenant.
func (r Row) standard() string {
	switch {
	case r.Tenant != nil:
		return *r.Tenant
	case len(*r.Tenants) > 0:
		return (*r.Tenants)[0]
	}
	return ""
}

// Fault is something wrong in a file.
type Fault struct {
	Line, At     int    // from 1; At is in bytes
	Column       string // "" is the whole row
	Problem, Fix string
}

// String returns a fault as a line, without the file's name.
func (f Fault) String() string {
	column := ""
	if f.Column != "" {
		column = f.Column + ": "
	}
	return fmt.Sprintf("%d:%d: %s%s: %s", f.Line, f.At, column, f.Problem, f.Fix)
}

// fault adds where a column of the row is.
func (r Row) fault(column, problem, fix string) Fault {
	return Fault{r.Line, max(1, r.at[column]), column, problem, fix}
}

// check returns what is wrong with a row whose columns could be read.
func (r Row) check() (faults []Fault) {
	add := func(column, problem, fix string) { faults = append(faults, r.fault(column, problem, fix)) }
	switch {
	case r.Sub == nil && r.Email == nil:
		add("", "it names no user", "write a sub or an email")
	case r.Sub != nil && r.Email != nil:
		add("email", "the row has a sub, too", "name the user by one of them")
	case r.Sub != nil && !(plain(*r.Sub) && users.Key{PoolID: "p", Sub: *r.Sub}.Valid()):
		add("sub", "no user can have it", "write the user's sub, at most 1 KB, without blanks around it")
	case r.Email != nil && !(plain(*r.Email) && strings.Contains(*r.Email, "@")):
		add("email", "it is no address", "write the address that the user has verified, or the column sub")
	}
	if r.Tenants == nil {
		for _, c := range []string{"tenant", "tenantRoles"} {
			if r.at[c] > 0 {
				add(c, "the row does not say the tenants", "write the column tenants, too: what is said of tenants is replaced together")
			}
		}
		r.Tenant, r.TenantRoles = nil, nil
	}
	if r.Rev != nil && *r.Rev < 0 {
		add("rev", "it is below 0", "write the rev that ops authz show prints")
	}
	if r.Status != nil && *r.Status != directory.Active && *r.Status != directory.Suspended {
		add("status", "it is neither active nor suspended", "write one of them")
	}
	if r.refused() == "" {
		return faults
	}
	before := len(faults)
	for column, part := range map[string]Row{"roles": {Roles: r.Roles}, "tenants": {Tenants: r.Tenants, Tenant: r.Tenant}, "claims": {Claims: r.Claims}} {
		if problem := part.refused(); problem != "" {
			add(column, problem, "correct it")
		}
	}
	part := Row{Tenants: r.Tenants, TenantRoles: r.TenantRoles}
	if problem := part.refused(); problem != "" && (Row{Tenants: r.Tenants}).refused() == "" {
		add("tenantRoles", problem, "correct it")
	}
	if len(faults) == before {
		add("", r.refused(), "grant less")
	}
	slices.SortFunc(faults, func(a, b Fault) int { return a.At - b.At })
	return faults
}

// plain reports whether a user's name is one line of a report, and is what its author sees:
// with Unseen, a row would be made for every other one.
func plain(name string) bool {
	return strings.TrimSpace(name) == name && !strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) })
}

// refused returns why no row of AUTHZ can be like this, or "".
func (r Row) refused() string {
	err := directory.Check(directory.Authz{}, "import", r.Changes(directory.Authz{})...)
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), directory.ErrInvalid.Error()+": ")
}
