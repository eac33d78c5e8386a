package localcloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/iam"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/identity"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/timeline"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

func (c *Cloud) startPool(_ context.Context, opts Options) error {
	if c.Stack.Pool == nil {
		return nil
	}
	opts.Pool.Door = c.entrance
	if opts.OnUnobeyed != nil {
		opts.Pool.OnSettings = unobeyed(opts.OnUnobeyed)
	}
	if c.data != nil {
		opts.Pool.Kept, opts.Pool.OnChange = c.data.Pools(), c.data.Changed
	}
	functions := userpool.Invoker(delivery{
		cloud: c, next: invoker{stack: c.Stack, host: c.Functions}, limit: cmp.Or(opts.Pool.AttemptTimeout, timeline.Budget) + time.Second,
	})
	if opts.Deliver != nil {
		functions = opts.Deliver(functions)
	}
	var err error
	c.Pool, err = userpool.Start(poolConfig(c.Stack), functions, opts.Pool)
	if errors.Is(err, userpool.ErrKept) {
		return fmt.Errorf("%w: %s needs the stage and the version that it was kept with; another one begins anew in another folder of --data", err, c.data.Path())
	}
	if err != nil {
		return err
	}
	return c.Pool.Create(c.Stack.Pool.Users...)
}

// startIdentityPool lets the user pool's endpoint answer for the identity pool.
func (c *Cloud) startIdentityPool(_ context.Context, opts Options) error {
	if c.Stack.IdentityPool == nil {
		return nil
	}
	roles := map[string]iam.Role{}
	for _, arn := range c.Stack.IdentityPool.Lends {
		role, _ := c.Stack.Role(arn)
		roles[arn] = role.Role
	}
	now := opts.Pool.Now
	if now == nil {
		now = time.Now
	}
	c.Pool.ServeIdentity(identity.New(c.Stack.IdentityPool.Config, c.Pool, roles, c.keys, now).Answer)
	return nil
}
