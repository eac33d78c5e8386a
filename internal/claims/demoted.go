package claims

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// ForDemoted returns what For returns, less what was granted to the user: the row counts
// as absent, no scope is added, and the access token may not change its own user. It is
// for users to whom a sign-up rule objects that holds at a token. It never grants more
// than For does when the rows cannot be read, and has For's refusals; a machine is never
// demoted. A V1_0 event cannot say that a scope goes: the grant lists it in Dropped.
func (p *Policy) ForDemoted(profile string, e cognito.TokenGeneration, access table.Access, readErr error) (Grant, error) {
	r := ask(profile, e, access, readErr)
	if refusal := p.refusal(r, access, readErr); refusal != nil {
		return Grant{}, refusal
	}
	r.row = table.Authz{}
	grant := p.grant(r)
	switch {
	case r.machine():
	case e.Version == "1":
		grant.Dropped = append(grant.Dropped, Drop{Access, cognito.SelfService, EventVersion})
	case e.Version == "2", e.Version == "3":
		grant.Access.demote()
	}
	return grant, nil
}

// demote takes out the added scopes, after the budget has been spent: claims that their
// bytes kept out do not come back.
func (c *Changes) demote() {
	before := c.fixed()
	c.ScopesToAdd = nil
	c.Added -= before - c.fixed()
	if !slices.Contains(c.ScopesToSuppress, cognito.SelfService) {
		c.ScopesToSuppress = append(slices.Clone(c.ScopesToSuppress), cognito.SelfService)
	}
}
