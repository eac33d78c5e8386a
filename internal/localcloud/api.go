package localcloud

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/door"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/gateway"
)

// openAPI opens the HTTP API's door before the functions start, so that their variables have
// its address.
func (c *Cloud) openAPI(_ context.Context, opts Options) (err error) {
	if c.Stack.API == nil {
		return nil
	}
	if opts.App != nil && !gateway.Local(opts.App) {
		return fmt.Errorf("the app %s is not on this machine: want http://localhost:PORT", opts.App)
	}
	c.front, err = door.Listen("the HTTP API", opts.Ports.API)
	return err
}

// startAPI serves the HTTP API, in front of the functions and with the keys of the pool.
func (c *Cloud) startAPI(_ context.Context, opts Options) error {
	if c.front == nil {
		return nil
	}
	options := gateway.Options{Functions: c.Functions, App: opts.App, Now: time.Now}
	if c.Pool != nil {
		options.Keys = c.Pool.KeysFor
	}
	if away := c.Stack.API.Away(); len(away) > 0 && opts.App == nil {
		c.say("the HTTP API answers 503 for %s: requests of the local cloud stay on this machine; --app http://localhost:PORT names what is called instead", strings.Join(away, ", "))
	}
	if opts.App != nil {
		c.Stack.API.Replace(opts.App)
	}
	serving := gateway.New(c.Stack.API, options)
	c.front.ServeCORS(serving, serving.Pages)
	return nil
}
