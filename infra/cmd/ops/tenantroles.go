package main

import (
	"fmt"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

// stray finds flags that are of another action: --tenant with set-tenants would be
// mistaken for a value.
func (r *request) stray() error {
	switch {
	case (r.keepEnabled || r.keepSessions) && r.action != "suspend":
		return misused("--keep-enabled and --keep-sessions are for suspend")
	case r.all, r.apply:
		return misused("--all and --apply are for migrate-roles")
	case r.importing.given(r.flags):
		return misused("--dry-run, --only-new, --replace, --again, --rate, --parallel and --journal are for import")
	case given(r.flags, "tenant") && r.action != "set-roles":
		return misused("--tenant is for set-roles and migrate-roles")
	case given(r.flags, "tenant") && r.tenant == "":
		return misused("--tenant is empty")
	}
	return nil
}

func (r *request) setRoles() directory.Change {
	if given(r.flags, "tenant") {
		return directory.SetTenantRoles(r.tenant, r.words...)
	}
	return directory.SetRoles(r.words...)
}

// tenantRoles returns a line for each tenant in which a user has roles.
func tenantRoles(granted directory.Authz) (lines []string) {
	for _, tenant := range sortedKeys(granted.TenantRoles) {
		line := fmt.Sprintf("in %s: %s", tenant, listed(granted.TenantRoles[tenant]))
		if !slices.Contains(granted.AllTenants(), tenant) {
			line += " (counts for nothing: the user does not act for this tenant)"
		}
		lines = append(lines, line)
	}
	return lines
}

// reportRemoved says which roles have gone with their tenant.
func (r *request) reportRemoved(granted directory.Authz, t terminal) {
	for _, tenant := range sortedKeys(r.before.TenantRoles) {
		if r.action == "set-tenants" && granted.TenantRoles[tenant] == nil {
			fmt.Fprintf(t.out, "With the tenant %s its roles are removed: %s.\n", tenant, listed(r.before.TenantRoles[tenant]))
		}
	}
}
