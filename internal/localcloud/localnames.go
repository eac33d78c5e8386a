package localcloud

import (
	"context"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// openPool opens the user pool's door before the functions start, so that their variables
// have its address. A request waits until the pool serves.
func (c *Cloud) openPool(_ context.Context, opts Options) (err error) {
	if c.Stack.Pool != nil {
		c.entrance, err = door.Listen("Cognito", opts.Ports.CognitoIDP)
	}
	return err
}

// local returns the values with the local address in place of the pool's domain, in
// Cognito's form or an own name (guide, "Configuring a user pool domain"). Without it an
// app would send its users, and their passwords, to a real host.
func (c *Cloud) local(values map[string]string) map[string]string {
	if c.entrance == nil || c.Stack.Pool.Domain == "" {
		return values
	}
	host, out := c.Stack.Pool.Domain, map[string]string{}
	if !strings.Contains(host, ".") {
		host += ".auth." + c.Stack.Region + ".amazoncognito.com"
	}
	for name, value := range values {
		if value == host {
			value = c.entrance.Addr()
		}
		out[name] = strings.ReplaceAll(value, "https://"+host, c.entrance.URL())
	}
	return out
}
