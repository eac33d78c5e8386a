package users

import "github.com/cognito-triggers/cognito-triggers/internal/table"

// Rows is everything held about a user.
type Rows struct {
	Profile ProfileRow
	SignIn  table.SignIn
	Authz   table.Authz
}
