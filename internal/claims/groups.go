package claims

import (
	"slices"
	"unicode/utf8"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// groupsClaim is the name of the groups in both tokens.
const groupsClaim = "cognito:groups"

// replaceGroups applies the profile's rule for groups; no machine's profile has one. Groups
// made of roles need a row: without one there are none, so a failed store leaves no group
// that the rule would have replaced. The user's IAM roles stay beside groups made of roles,
// since no rule is about them. Without groups they go too: AWS documents no form that takes
// the groups alone (see appendGroups).
func (w *writer) replaceGroups(id, access []candidate) {
	switch w.profile.groups {
	case policy.NoGroups:
		w.grant.Groups = &cognito.GroupConfiguration{}
	case policy.RolesAsGroups, policy.TenantRolesAsGroups:
		w.grant.Groups = &cognito.GroupConfiguration{IAMRoles: w.request.groups.IAMRoles, PreferredRole: w.request.groups.PreferredRole}
		w.rolesAsGroups(id, access)
	}
}

// rolesAsGroups turns the user's roles into groups if both tokens can say them, and the
// tenant with them if they are a tenant's.
func (w *writer) rolesAsGroups(id, access []candidate) {
	roles := w.request.row.Roles
	if w.profile.groups == policy.TenantRolesAsGroups {
		roles, w.keepTenant = w.roles, w.ofTenant
	}
	if len(roles) == 0 {
		return
	}
	encoded, bad := appendValue(nil, roles, 0)
	bytes := claimBytes(groupsClaim, encoded)
	switch {
	case w.keepTenant && !(saysTenant(id) && saysTenant(access)):
		w.dropGroups(NoTenant)
	case bad != "":
		w.dropGroups(UnusableValue)
	case !w.hasRoom(&w.grant.ID, id, bytes) || !w.hasRoom(&w.grant.Access, access, bytes):
		w.dropGroups(OverBudget)
		w.grant.ID.Truncated, w.grant.Access.Truncated = true, true
	default:
		w.grant.Groups.Names, w.groupBytes = roles, bytes
	}
}

func (w *writer) dropGroups(reason Reason) {
	w.keepTenant = false
	w.drop(ID, groupsClaim, reason)
	w.drop(Access, groupsClaim, reason)
}

// hasRoom reports whether the token has room for the bytes beside all claims that no
// row decides, and beside the tenant that the groups need. Other claims of the row are
// dropped later.
func (w *writer) hasRoom(c *Changes, all []candidate, bytes int) bool {
	bytes += c.fixed() + truncatedBytes
	for _, other := range all {
		if !other.from.store() || other.from == authzTenant && w.keepTenant {
			bytes += other.Bytes
		}
	}
	return bytes <= c.Budget
}

// noGroups reports whether the user shall have no groups: there is no name, or one that
// no token can say.
func (g Grant) noGroups() bool {
	return g.Groups != nil && (len(g.Groups.Names) == 0 ||
		slices.ContainsFunc(g.Groups.Names, func(name string) bool { return !utf8.ValidString(name) }))
}

// appendGroups writes groupOverrideDetails: with all three members, or empty for a user
// without groups. A member without a value in the event is empty: Cognito itself sends
// such events.
//
// The guide documents two forms that take all groups away, and both are written:
// cognito:groups in claimsToSuppress, which takes cognito:roles and
// cognito:preferred_role along (footnote 3 of its table of claims), and an empty
// groupOverrideDetails. They may stand together: what is suppressed and replaced is
// suppressed. The second is the only one that reaches the access token of a V1_0 event.
// An object whose members are empty is not documented.
func (g Grant) appendGroups(dst []byte) []byte {
	switch {
	case g.Groups == nil:
		return dst
	case g.noGroups():
		return append(separate(dst), `"groupOverrideDetails":{}`...)
	}
	return appendMember(dst, "groupOverrideDetails", '{', func(dst []byte) []byte {
		dst, _ = appendValue(append(dst, `"groupsToOverride":`...), g.Groups.Names, 0) // noGroups has checked them
		dst = append(append(dst, `,"iamRolesToOverride":`...), orEmpty(g.Groups.IAMRoles, "[]")...)
		return append(append(dst, `,"preferredRole":`...), orEmpty(g.Groups.PreferredRole, `""`)...)
	})
}

// orEmpty returns the event's JSON, or empty for none and for null.
func orEmpty(raw []byte, empty string) string {
	if len(raw) == 0 || string(raw) == "null" {
		return empty
	}
	return string(raw)
}
