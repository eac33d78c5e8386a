package localcloud

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/authority"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
)

// openPool opens the user pool's door before the functions start, so that their variables
// have its address. A request waits until the pool serves.
func (c *Cloud) openPool(_ context.Context, opts Options) (err error) {
	if c.Stack.Pool == nil {
		return nil
	}
	now := time.Now()
	if opts.Authority == nil {
		if opts.Authority, err = authority.Fresh(now); err != nil {
			return err
		}
	}
	config, err := opts.Authority.TLS(now)
	if err != nil {
		return err
	}
	if c.entrance, err = door.Listen("Cognito", opts.Ports.CognitoIDP); err != nil {
		return err
	}
	return c.entrance.Secure(opts.Ports.CognitoTLS, config)
}

// local returns the values with the local address in place of the pool's domain, in
// Cognito's form or an own name (guide, "Configuring a user pool domain"). Without it an
// app would send its users, and their passwords, to a real host; so it is with the HTTP API and
// its tokens. The domain's address has TLS, as
// the domain has: Amplify writes https:// before a domain (amplify-js#14799).
func (c *Cloud) local(values map[string]string) map[string]string {
	domain, out := "", maps.Clone(values)
	if c.entrance != nil {
		domain = c.Stack.Pool.Domain
	}
	if domain != "" && !strings.Contains(domain, ".") {
		domain += ".auth." + c.Stack.Region + ".amazoncognito.com"
	}
	for name, value := range out {
		if domain != "" && value == domain {
			value = strings.TrimPrefix(c.entrance.SecureURL(), "https://")
		}
		if domain != "" {
			value = strings.ReplaceAll(value, "https://"+domain, c.entrance.SecureURL())
		}
		if c.front != nil {
			value = strings.ReplaceAll(value, c.Stack.API.Endpoint(c.Stack.Region), c.front.URL())
		}
		out[name] = value
	}
	return out
}
