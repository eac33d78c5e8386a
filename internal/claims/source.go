package claims

import (
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// source is where a claim's value comes from, as the policy names it; "" is a
// constant.
type source string

const (
	constant     source = ""
	authzRoles   source = "authz.roles"
	authzTenant  source = "authz.tenant"
	authzTenants source = "authz.tenants"
	authzStatus  source = "authz.status"
	authzVersion source = "authz.version"
	eventGroups  source = "event.groups"
	// anyExtra is no source that a policy can name: it says extraClaims.
	anyExtra source = "authz.extra"
)

// The sources that name something: an extra claim of the row, an attribute.
const (
	authzExtra = "authz.extra."
	attribute  = "attribute:"
)

const sources = "authz.roles, authz.tenant, authz.tenants, authz.status, authz.version, authz.extra.<name>, event.groups or attribute:<name>"

// known says whether there is such a source.
func (s source) known() bool {
	switch s {
	case authzRoles, authzTenant, authzTenants, authzStatus, authzVersion, eventGroups:
		return true
	}
	if name, ok := s.extra(); ok {
		return usableName(name) && !reserved(name)
	}
	name, ok := s.attribute()
	return ok && usableName(name)
}

// extra gives the name of the extra claim, attribute that of the attribute.
func (s source) extra() (string, bool)     { return strings.CutPrefix(string(s), authzExtra) }
func (s source) attribute() (string, bool) { return strings.CutPrefix(string(s), attribute) }

// store says whether the source is the AUTHZ row.
func (s source) store() bool { return strings.HasPrefix(string(s), "authz.") }

// list says whether the source gives lists.
func (s source) list() bool { return s == authzRoles || s == authzTenants || s == eventGroups }

// origin is how a grant names the source.
func (s source) origin() string {
	if s == constant {
		return "constant"
	}
	return string(s)
}

// value gives what a source says of a request; nil is nothing.
func (w *writer) value(from source) any {
	row := &w.request.row
	switch from {
	case authzRoles:
		return listOrNil(row.Roles)
	case authzTenant:
		return textOrNil(w.grant.Tenant)
	case authzTenants:
		return listOrNil(tenants(row))
	case authzStatus:
		return textOrNil(string(row.Status))
	case authzVersion:
		if row.Rev != 0 {
			return row.Rev
		}
		return nil
	case eventGroups:
		return listOrNil(w.request.groups.Names)
	}
	if name, ok := from.extra(); ok {
		return row.Extra[name]
	}
	name, _ := from.attribute()
	return textOrNil(w.request.attributes[name])
}

// listOrNil and textOrNil turn what is empty into nothing, which is no claim.
func listOrNil(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

func textOrNil(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// tenant gives the tenant that the user acts for. The caller may only select
// among those that the row lists.
func tenant(row *table.Authz, asked string) string {
	if asked != "" && slices.Contains(row.Tenants, asked) {
		return asked
	}
	return row.Tenant
}

// tenants gives all tenants of the user; the one by default is always among them.
func tenants(row *table.Authz) []string {
	if row.Tenant == "" || slices.Contains(row.Tenants, row.Tenant) {
		return row.Tenants
	}
	return append([]string{row.Tenant}, row.Tenants...)
}
