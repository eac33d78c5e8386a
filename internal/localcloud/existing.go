package localcloud

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
)

// wire hooks the stack's aliases into a pool that the stack is beside, where no custom
// resource has: on AWS the tool of the pool's owner does it.
func (c *Cloud) wire(context.Context, Options) error {
	if c.Stack.Pool == nil || !c.Stack.Pool.Existing {
		return nil
	}
	pool := c.Stack.Pool
	for _, client := range pool.Clients {
		if client.LogicalID == template.LocalClient {
			c.say("the app client %s of the pool %s is made here: it signs in by SRP and by password", client.ID, pool.ID)
		}
	}
	wiring, hooked := c.Stack.Wiring(), c.Pool.Hooks()
	maps.DeleteFunc(wiring, func(name string, _ userpool.Trigger) bool { _, is := hooked[name]; return is })
	if len(wiring) > 0 {
		if err := c.Pool.Hook(wiring); err != nil {
			return fmt.Errorf("hooking the aliases into the pool %s: %w", pool.ID, err)
		}
		c.say("the local cloud has hooked %s into the pool %s, which on AWS the tool of its owner does (ops wiring)", strings.Join(slices.Sorted(maps.Keys(wiring)), ", "), pool.ID)
	}
	pool.Triggers = c.Pool.Hooks()
	return nil
}

func (c *Cloud) say(format string, args ...any) {
	c.Stack.Unsupported = append(c.Stack.Unsupported, fmt.Sprintf(format, args...))
}
