package claims

import (
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// source is the source of a claim's value, in the policy's words; "" is a constant.
type source string

const (
	constant     source = ""
	authzRoles   source = "authz.roles"
	authzTenant  source = "authz.tenant"
	authzTenants source = "authz.tenants"
	// authzTenantRoles is authzRoles and the roles of the tenant acted for.
	authzTenantRoles source = "authz.tenantRoles"
	authzStatus      source = "authz.status"
	authzVersion     source = "authz.version"
	eventGroups      source = "event.groups"
	// anyExtra stands for extraClaims; a policy cannot name it as a source.
	anyExtra source = "authz.extra"
)

// These sources carry a name: of an extra claim in the row, of an attribute.
const (
	authzExtra = "authz.extra."
	attribute  = "attribute:"
)

const sources = "authz.roles, authz.tenantRoles, authz.tenant, authz.tenants, authz.status, authz.version, authz.extra.<name>, event.groups or attribute:<name>"

// known reports whether the source exists.
func (s source) known() bool {
	switch s {
	case authzRoles, authzTenantRoles, authzTenant, authzTenants, authzStatus, authzVersion, eventGroups:
		return true
	}
	if name, ok := s.extra(); ok {
		return NameProblem(name) == ""
	}
	name, ok := s.attribute()
	return ok && usableName(name)
}

// extra returns the name of the extra claim, attribute that of the attribute.
func (s source) extra() (string, bool)     { return strings.CutPrefix(string(s), authzExtra) }
func (s source) attribute() (string, bool) { return strings.CutPrefix(string(s), attribute) }

// store reports whether the source is the AUTHZ row.
func (s source) store() bool { return strings.HasPrefix(string(s), "authz.") }

// list reports whether the source's values are lists.
func (s source) list() bool {
	return s == authzRoles || s == authzTenantRoles || s == authzTenants || s == eventGroups
}

// origin returns the source as a grant names it.
func (s source) origin() string {
	if s == constant {
		return "constant"
	}
	return string(s)
}

// value returns what a source says about a request; nil is nothing.
func (w *writer) value(from source) any {
	row := &w.request.row
	switch from {
	case authzRoles:
		return listOrNil(row.Roles)
	case authzTenantRoles:
		return listOrNil(w.roles)
	case authzTenant:
		return textOrNil(w.grant.Tenant)
	case authzTenants:
		return listOrNil(row.AllTenants())
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

// listOrNil and textOrNil return nil, which makes no claim, for an empty value.
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

// tenant returns the tenant that the user acts for. The caller may only select among
// those that the row lists.
func tenant(row *table.Authz, asked string) string {
	if asked != "" && slices.Contains(row.Tenants, asked) {
		return asked
	}
	return row.Tenant
}
