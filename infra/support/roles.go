package support

import (
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// roles says what became of each role of the row: first those that count in every tenant,
// then those of each tenant.
func (w weigher) roles() []Grant {
	var grants []Grant
	for _, role := range w.row.Roles {
		grants = append(grants, w.role("authz.roles", "", role))
	}
	for _, tenant := range slices.Sorted(maps.Keys(w.row.TenantRoles)) {
		for _, role := range w.row.TenantRoles[tenant] {
			grants = append(grants, w.role("authz.tenantRoles", tenant, role))
		}
	}
	return grants
}

// role says what became of a role; tenant is "" for one that counts in every tenant.
func (w weigher) role(from, tenant, role string) Grant {
	g := Grant{Kind: KindRole, Name: role, From: from, Is: Absent}
	if tenant != "" {
		g.From += "." + tenant
	}
	switch {
	case tenant != "" && !slices.Contains(w.row.AllTenants(), tenant):
		g.Because = "the tenant " + policy.Shown(tenant) + " is none of the user's"
		return g
	case tenant != "" && tenant != w.acting() && w.refused == nil:
		g.Is, g.Because = Elsewhere, "it counts in tokens for the tenant "+policy.Shown(tenant)
		return g
	}
	places, missing := w.places(from, role)
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

// acting returns the tenant that the user acts for, also where the row does not count.
func (w weigher) acting() string {
	if w.grant.Tenant == "" {
		return w.row.Tenant
	}
	return w.grant.Tenant
}

// places returns where the tokens say a role, as token.claim, or why a claim that would say
// it was left out.
func (w weigher) places(from, role string) (places []string, missing string) {
	sources := []string{"authz.tenantRoles"} // says also those that count in every tenant
	if from == "authz.roles" {
		sources = append(sources, from)
	}
	look := func(token claims.Token, section policy.Token, said []claims.NamedClaim) {
		for _, c := range section.Claims {
			if !slices.Contains(sources, c.From) {
				continue
			}
			g := w.claim(token, c, said)
			if says(g.Value, role) {
				places = append(places, string(token)+"."+c.Name)
			} else if g.Is == Absent {
				missing = string(token) + "." + c.Name + ": " + g.Because
			}
		}
	}
	look(claims.ID, w.profile.ID, w.grant.ID.Claims)
	look(claims.Access, w.profile.Access, w.grant.Access.Claims)
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
