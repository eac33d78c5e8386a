package support

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// roles says what became of each role of the row: first those that count in every tenant,
// then those of each tenant. claims are the grants of kind claim.
func (w weigher) roles(claims []Grant) []Grant {
	var grants []Grant
	for _, role := range w.row.Roles {
		grants = append(grants, w.role(claims, "authz.roles", "", role))
	}
	for _, tenant := range slices.Sorted(maps.Keys(w.row.TenantRoles)) {
		for _, role := range w.row.TenantRoles[tenant] {
			grants = append(grants, w.role(claims, "authz.tenantRoles", tenant, role))
		}
	}
	return grants
}

// role says what became of a role; tenant is "" for one that counts in every tenant.
func (w weigher) role(claims []Grant, from, tenant, role string) Grant {
	g := Grant{Kind: KindRole, Name: role, From: from, Is: Absent}
	if tenant != "" {
		g.From += "." + tenant
	}
	switch {
	case tenant != "" && !slices.Contains(w.row.AllTenants(), tenant):
		g.Because = "the tenant " + policy.Shown(tenant) + " is none of the user's"
		return g
	case tenant != "" && tenant != cmp.Or(w.grant.Tenant, w.row.Tenant) && w.refused == nil:
		g.Is, g.Because = Elsewhere, "it counts in tokens for the tenant "+policy.Shown(tenant)
		return g
	}
	places, missing := w.places(claims, from, role)
	switch {
	case len(places) > 0:
		g.Is, g.Because = Granted, strings.Join(places, ", ")
	case w.refused != nil || w.verdict.Demotes || w.dead:
		g.Because = w.because("", "", from, "")
	case missing != "":
		g.Because = missing
	default:
		g.Because = "the profile " + policy.Shown(w.name) + " says no roles from " + from
	}
	return g
}

// places returns where the tokens say a role, as token.claim, or why a claim that would say
// it was left out.
func (w weigher) places(said []Grant, from, role string) (places []string, missing string) {
	sources := []string{"authz.tenantRoles", from} // the first says also those that count in every tenant
	for _, g := range said {
		switch {
		case !slices.Contains(sources, g.From):
		case says(g.Value, role):
			places = append(places, string(g.Token)+"."+g.Name)
		case g.Is == Absent:
			missing = string(g.Token) + "." + g.Name + ": " + g.Because
		}
	}
	if slices.Contains(sources, "authz."+string(w.profile.Groups)) {
		if w.grant.Groups != nil && slices.Contains(w.grant.Groups.Names, role) {
			places = append(places, "cognito:groups")
		} else {
			missing = "cognito:groups: " + w.because(claims.ID, "cognito:groups", from, "left out")
		}
	}
	return places, missing
}

// says reports whether a claim says a role: as a list, or as words where the event's
// version has only strings.
func says(value any, role string) bool {
	switch v := value.(type) {
	case []string:
		return slices.Contains(v, role)
	case string:
		return slices.Contains(strings.Fields(v), role)
	}
	return false
}
