package claims

import (
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// groupsClaim is the name of the groups in both tokens.
const groupsClaim = "cognito:groups"

// replaceGroups applies the profile's rule for groups. Groups made of roles need a
// row: without one there are none, so a failed store leaves no group that the rule
// would have replaced. The user's IAM roles stay beside groups made of roles, since no
// rule is about them. Without groups they go too: AWS documents no form that takes the
// groups alone (see appendGroups).
func (w *writer) replaceGroups(id, access []candidate) {
	switch {
	case w.request.machine():
	case w.profile.groups == policy.NoGroups:
		w.grant.Groups = &cognito.GroupConfiguration{}
	case w.profile.groups == policy.RolesAsGroups:
		w.grant.Groups = &cognito.GroupConfiguration{IAMRoles: w.request.groups.IAMRoles, PreferredRole: w.request.groups.PreferredRole}
		w.rolesAsGroups(id, access)
	}
}

// rolesAsGroups turns the user's roles into groups if both tokens can say them.
func (w *writer) rolesAsGroups(id, access []candidate) {
	if len(w.request.row.Roles) == 0 {
		return
	}
	encoded, bad := appendValue(nil, w.request.row.Roles, 0)
	bytes := claimBytes(groupsClaim, encoded)
	switch {
	case bad != "":
		w.dropGroups(UnusableValue)
	case !w.grant.ID.hasRoom(id, bytes) || !w.grant.Access.hasRoom(access, bytes):
		w.dropGroups(OverBudget)
		w.grant.ID.Truncated, w.grant.Access.Truncated = true, true
	default:
		w.grant.Groups.Names, w.groupBytes = w.request.row.Roles, bytes
	}
}

func (w *writer) dropGroups(reason Reason) {
	w.drop(ID, groupsClaim, reason)
	w.drop(Access, groupsClaim, reason)
}

// hasRoom reports whether the token has room for the bytes beside all claims that no
// row decides. Claims of the row are dropped later.
func (c *Changes) hasRoom(all []candidate, bytes int) bool {
	bytes += c.fixed() + truncatedBytes
	for _, other := range all {
		if !other.from.store() {
			bytes += other.Bytes
		}
	}
	return bytes <= c.Budget
}
