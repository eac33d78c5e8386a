package claims

import (
	"fmt"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// A role in one tenant must not be read as a role in another. A token therefore says a
// tenant's roles only if it also says the tenant: Compile refuses the rest, and a token
// that loses its claim of the tenant loses the roles with it.

// rolesIn returns the roles of a user who acts for the tenant: the global ones, then
// those of the tenant, each once. own reports whether some are the tenant's alone.
func rolesIn(row *table.Authz, tenant string) (roles []string, own bool) {
	seen := make(map[string]struct{}, len(row.Roles))
	add := func(list []string) {
		for _, role := range list {
			if _, twice := seen[role]; !twice {
				seen[role] = struct{}{}
				roles = append(roles, role)
			}
		}
	}
	add(row.Roles)
	global := len(roles)
	if tenant != "" {
		add(row.TenantRoles[tenant])
	}
	return roles, len(roles) > global
}

// orphans drops the tenant's roles from a token that does not say the tenant and returns
// the bytes that become free.
func (w *writer) orphans(kind Token, all []candidate) (freed int) {
	if !w.ofTenant || saysTenant(all) {
		return 0
	}
	for i := range all {
		if all[i].from == authzTenantRoles {
			freed += w.cut(kind, &all[i], NoTenant)
		}
	}
	return freed
}

// saysTenant reports whether the token says the tenant.
func saysTenant(all []candidate) bool {
	return slices.ContainsFunc(all, func(c candidate) bool { return c.from == authzTenant && c.Name != "" })
}

// tenantRoles finds the roles of a tenant in a token that does not say which tenant.
func (c *compiler) tenantRoles(path string, section policy.Profile) {
	const fix = "add a claim from authz.tenant"
	check := func(kind Token, token policy.Token) {
		if declares(token, authzTenant) {
			return
		}
		c.eachFrom(path, kind, token, authzTenantRoles, "authz.tenantRoles are of one tenant, and the token does not say which", fix)
		if section.Groups == policy.TenantRolesAsGroups {
			c.faults.Add(path+".groups", "tenantRoles are of one tenant, and the "+string(kind)+" token does not say which", fix)
		}
	}
	check(ID, section.ID)
	check(Access, section.Access)
}

// eachFrom adds a fault for each claim of a token that comes from the source.
func (c *compiler) eachFrom(path string, kind Token, token policy.Token, from source, problem, fix string) {
	for i, declared := range token.Claims {
		if source(declared.From) == from {
			c.faults.Add(fmt.Sprintf("%s.%s.claims[%d].from", path, kind, i), problem, fix)
		}
	}
}

// declares reports whether a token has a claim from the source.
func declares(token policy.Token, from source) bool {
	return slices.ContainsFunc(token.Claims, func(c policy.Claim) bool { return source(c.From) == from })
}

// GlobalRoles returns where a profile that says the tenant takes the roles that are the
// same in every tenant, with paths like [Compile]'s; nil is nowhere. A reader of the token
// takes them for roles in that tenant, which may be meant: it is a warning.
func GlobalRoles(section policy.Tokens) policy.Faults {
	const problem, fix = "are the same in every tenant, and the profile says the tenant", "which adds those of the tenant (ops authz migrate-roles moves the rows)"
	c := &compiler{}
	for _, name := range sortedKeys(section.Profiles) {
		path, p := policy.Child("profiles", name), section.Profiles[name]
		if !declares(p.ID, authzTenant) && !declares(p.Access, authzTenant) {
			continue
		}
		c.eachFrom(path, ID, p.ID, authzRoles, "authz.roles "+problem, "use authz.tenantRoles, "+fix)
		c.eachFrom(path, Access, p.Access, authzRoles, "authz.roles "+problem, "use authz.tenantRoles, "+fix)
		if p.Groups == policy.RolesAsGroups {
			c.faults.Add(path+".groups", "roles "+problem, "use tenantRoles, "+fix)
		}
	}
	return c.faults
}
