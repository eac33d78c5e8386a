package directory

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
)

// These limits bound what a row may grant. A token travels in a header, and many
// servers take 8 KB. The roles of all tenants count: every token reads the whole row.
const (
	maxWord    = 256  // bytes of a role, a tenant, the name in By
	maxGranted = 8192 // bytes of roles, tenants and claims together, as JSON
)

// Change is one change to a user's AUTHZ; see Directory.Change.
type Change struct{ apply func(*draft) }

// draft is a row that is being changed, and what is wrong with it.
type draft struct {
	Authz
	problems    []string
	allowUnseen bool
}

func (d *draft) problem(format string, args ...any) {
	d.problems = append(d.problems, fmt.Sprintf(format, args...))
}

// SetRoles replaces the global roles, which count in every tenant, in the order in which a
// token shows them; without arguments it removes all. A role is 1 to 256 bytes of
// printable text and occurs once.
func SetRoles(roles ...string) Change {
	roles = append([]string(nil), roles...) // nil for none, as a row is read
	return Change{func(d *draft) {
		d.words("role", roles)
		d.Roles = roles
	}}
}

// SetTenants replaces the tenants that the user may act for, and standard, the one that
// a token names unless the user selects another. standard is one of them, or "" for
// none. The roles in a tenant that is no longer listed are removed for good.
func SetTenants(standard string, tenants ...string) Change {
	tenants = append([]string(nil), tenants...)
	return Change{func(d *draft) {
		d.words("tenant", tenants)
		if standard != "" && !slices.Contains(tenants, standard) {
			d.problem("the default tenant %q is none of the tenants: list it too", standard)
		}
		d.Tenants, d.Tenant = tenants, standard
		d.forgetTenants()
	}}
}

// SetTenantRoles replaces the roles that the user has in one tenant beside the global
// ones; without roles it removes them. The tenant is one of the user's: behind SetTenants
// in the same call, one of the new ones.
func SetTenantRoles(tenant string, roles ...string) Change {
	roles = append([]string(nil), roles...)
	return Change{func(d *draft) {
		d.words("role", roles)
		if !slices.Contains(d.AllTenants(), tenant) {
			d.problem("%.40q is none of the user's tenants: give the user this tenant first (SetTenants, ops authz set-tenants)", tenant)
		}
		d.TenantRoles[tenant] = roles
		if len(roles) == 0 {
			delete(d.TenantRoles, tenant)
		}
	}}
}

// SetClaim sets an extra claim: string, bool, number (int, int64, uint64, float64,
// json.Number), map[string]any, or a list of scalars ([]string, []any), at most 5
// levels deep. The policy's extraClaims decides whether a token carries it.
func SetClaim(name string, value any) Change {
	return Change{func(d *draft) {
		if problem := claims.NameProblem(name); problem != "" {
			d.problem("the claim %.40q: %s", name, problem)
			return
		}
		for _, other := range slices.Sorted(maps.Keys(d.Extra)) {
			if other != name && claims.SameName(other, name) {
				d.problem("the claim %s is there already as %s, and a token can have neither of two that differ in case only: unset that first", name, other)
			}
		}
		plain, problem := normalize(name, value)
		if problem != "" {
			d.problem("the claim %s: %s", name, problem)
		}
		d.Extra[name] = plain
	}}
}

// UnsetClaim removes an extra claim; removing an absent one is not an error.
func UnsetClaim(name string) Change {
	return Change{func(d *draft) { delete(d.Extra, name) }}
}

// Suspend refuses the user every further token while the table answers, and leaves the
// rest of the row. It changes the table only: Directory.Suspend also disables the user in
// Cognito.
func Suspend() Change { return Change{func(d *draft) { d.Status = Suspended }} }

// Reinstate ends a suspension in the table only; see Directory.Reinstate.
func Reinstate() Change { return Change{func(d *draft) { d.Status = Active }} }

// disabled notes whether the directory disables the user in Cognito.
func disabled(yes bool) Change { return Change{func(d *draft) { d.Disabled = yes }} }

// Unseen lets the change create the user's first row. Without it that is ErrNotFound,
// because a mistyped sub would silently get the grants. A user that AdminCreateUser has
// just made is unseen until the first sign-in.
func Unseen() Change { return Change{func(d *draft) { d.allowUnseen = true }} }

// forgetTenants removes the roles in tenants that are not the user's, so that none comes
// back when its tenant does.
func (d *draft) forgetTenants() {
	all := d.AllTenants()
	maps.DeleteFunc(d.TenantRoles, func(tenant string, _ []string) bool { return !slices.Contains(all, tenant) })
}

// words checks a list of roles or tenants.
func (d *draft) words(kind string, list []string) {
	for i, word := range list {
		if !printable(word) {
			d.problem("the %s %.40q has not 1 to %d bytes of printable text", kind, word, maxWord)
		} else if slices.Index(list, word) < i {
			d.problem("the %s %q is listed twice", kind, word)
		}
	}
}

// printable reports whether a word can be shown to users and said in tokens.
func printable(word string) bool {
	return word != "" && len(word) <= maxWord && utf8.ValidString(word) && strings.TrimSpace(word) == word &&
		!strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsPrint(r) })
}

// next returns the row after the changes.
func next(seen Authz, by string, changes []Change) (draft, error) {
	d := draft{Authz: seen}
	d.Roles, d.Tenants = append([]string(nil), seen.Roles...), append([]string(nil), seen.Tenants...) // nil for none, as a row is read
	d.Extra = map[string]any{}
	maps.Copy(d.Extra, seen.Extra)
	d.TenantRoles = map[string][]string{}
	for tenant, roles := range seen.TenantRoles {
		if len(roles) > 0 { // as a row is read
			d.TenantRoles[tenant] = slices.Clone(roles)
		}
	}
	d.forgetTenants()
	for _, change := range changes {
		if change.apply != nil {
			change.apply(&d)
		}
	}
	if d.Status == Unreadable {
		d.problem("authzStatus is there and cannot be read, so the user gets no token: suspend or reinstate the user first, which writes it again and keeps the rest")
	}
	if !printable(by) {
		d.problem("who changes it is missing: write 1 to %d bytes of printable text", maxWord)
	}
	// A row that was made too large by hand must still be suspended, and can shrink.
	if size := d.size(); size > max(maxGranted, (&draft{Authz: seen}).size()) {
		d.problem("it grants %d bytes, and a row may grant %d at most", size, maxGranted)
	}
	if len(d.problems) > 0 {
		return draft{}, fmt.Errorf("%w: %s", ErrInvalid, strings.Join(d.problems, "; "))
	}
	d.By, d.Rev = by, seen.Rev+1
	if len(d.Extra) == 0 {
		d.Extra = nil
	}
	if len(d.TenantRoles) == 0 {
		d.TenantRoles = nil
	}
	return d, nil
}

// size returns the bytes of JSON that the row grants.
func (d *draft) size() int {
	size := 0
	for _, word := range slices.Concat(d.Roles, d.Tenants) {
		size += len(word) + 3
	}
	for tenant, roles := range d.TenantRoles {
		size += len(tenant) + 5
		for _, role := range roles {
			size += len(role) + 3
		}
	}
	for name, value := range d.Extra {
		encoded, _ := claims.EncodeValue(name, value)
		size += len(name) + 4 + len(encoded)
	}
	return size
}
