package history

import (
	"context"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/claims"
	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

var tokenProfiles = map[string]policy.Profile{"web": {Access: policy.Token{Claims: []policy.Claim{{Name: "roles", From: "authz.roles"}}}}}

// saidRoles returns the roles in an access token.
func saidRoles(g claims.Grant) (said []string) {
	for _, claim := range g.Access.Claims {
		if list, ok := claim.Value.([]string); ok && claim.Name == "roles" {
			said = append(said, list...)
		}
	}
	return said
}

// policyOfTokens puts the roles into the token, as a named profile does.
var policyOfTokens = func() *claims.Policy {
	p, err := claims.Compile(policy.Tokens{Profiles: tokenProfiles})
	if err != nil {
		panic(err)
	}
	return p
}()

// issued checks that a token says what the server granted its user, and that a buried
// user gets none.
func (w *world) issued(q *user, access table.Access) {
	rows, _ := w.ledger.keeper.Rows(context.Background(), key(q.sub))
	event := cognito.TokenGeneration{Attributes: q.now().attributes}
	event.Version, event.Source = "2", "TokenGeneration_RefreshTokens"
	grant, refused := policyOfTokens.For("web", event, access, nil)
	if refused != nil {
		w.tell("    %s is refused a token", q.sub)
		w.noted["a token was refused"]++
		return
	}
	if !rows.Profile.DeletedAt.IsZero() || rows.Authz.Status == table.Deleted || q.suspends {
		w.violated("%s got a token and is buried or suspended", q.sub)
	}
	said := saidRoles(grant)
	w.tell("    a token of %s says the roles %v", q.sub, said)
	if len(said) > 0 {
		w.noted["a token said roles"]++
	}
	for _, role := range said {
		if !slices.Contains(q.roles, role) {
			w.violated("a token of %s says the role %s, which it was not granted", q.sub, role)
		}
	}
}
