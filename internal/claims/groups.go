package claims

import (
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// groupsClaim is how both tokens name the groups.
const groupsClaim = "cognito:groups"

// replaceGroups obeys the profile's rule about groups. Groups made of roles are
// the row's: without one there are none, so that a dead store gives no group that
// the rule would have replaced. The user's IAM roles stay with them, since no
// rule says others.
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

// rolesAsGroups makes the user's roles the groups, if both tokens can say them.
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

// hasRoom says whether the token can have so many bytes beside what no row
// decides, which is dropped later.
func (c *Changes) hasRoom(all []candidate, bytes int) bool {
	bytes += c.fixed() + truncatedBytes
	for _, other := range all {
		if !other.from.store() {
			bytes += other.Bytes
		}
	}
	return bytes <= c.Budget
}
