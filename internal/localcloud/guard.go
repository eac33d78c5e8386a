package localcloud

import (
	"net/http"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
)

// guard lets through to the table what is signed and, unless an administrator signed it, what
// the role allows.
func (c *Cloud) guard(store http.Handler) http.Handler {
	var tables []iam.Table
	for _, t := range c.Stack.Tables {
		tables = append(tables, iam.Table{Name: t.Name, ARN: t.ARN, Key: t.Key.Hash.Name})
	}
	return iam.NewGuard(c.keys, tables, template.Region, store)
}

// principal is who a function is: a session of its role with the function's name, as Lambda
// names it.
func principal(stack *template.Stack, f template.Function) iam.Principal {
	role, _ := stack.Role(f.RoleARN)
	return iam.Principal{ARN: iam.SessionARN(f.RoleARN, f.Name), Policies: role.Policies}
}
