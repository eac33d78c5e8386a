package localcloud

import (
	"net/http"
	"slices"

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

// tablePages returns which requests to the table a web page may send: the operations, where the
// identity pool lends a role with a policy of its own. AWS's endpoint lets every page in. The
// guard takes no administrator's key from a page.
func (c *Cloud) tablePages() func(*http.Request) bool {
	pool := c.Stack.IdentityPool
	if pool == nil || !slices.ContainsFunc(pool.Lends, func(arn string) bool {
		role, _ := c.Stack.Role(arn)
		return len(role.Policies) > 0
	}) {
		return nil
	}
	return func(r *http.Request) bool {
		return r.Method == http.MethodOptions || r.Method == http.MethodPost && r.Header.Get("X-Amz-Target") != ""
	}
}

// principal is who a function is: a session of its role with the function's name, as Lambda
// names it.
func principal(stack *template.Stack, f template.Function) iam.Principal {
	role, _ := stack.Role(f.RoleARN)
	return iam.Principal{ARN: iam.SessionARN(f.RoleARN, f.Name), Policies: role.Policies}
}
