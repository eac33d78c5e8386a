package history

import (
	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// faults are mistakes that a test makes on purpose. The zero value makes none.
type faults struct {
	table       func() table
	keyedByName bool // rows of user names instead of subs
}

func (f faults) newTable() table {
	if f.table != nil {
		return f.table()
	}
	return &userstest.Memory{}
}

var tokenProfiles = map[string]policy.Profile{"web": {Access: policy.Token{Claims: []policy.Claim{{Name: "roles", From: "authz.roles"}}}}}

// saidRoles are the roles that an access token says.
func saidRoles(g claims.Grant) (said []string) {
	for _, claim := range g.Access.Claims {
		if list, ok := claim.Value.([]string); ok && claim.Name == "roles" {
			said = append(said, list...)
		}
	}
	return said
}
