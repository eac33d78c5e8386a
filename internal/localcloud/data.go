package localcloud

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/state"
)

// openData locks the folder that keeps pools and tables, if there is one.
func (c *Cloud) openData(_ context.Context, opts Options) (err error) {
	if opts.Data == "" {
		return nil
	}
	c.data, err = state.Open(opts.Data)
	return err
}

// keepData begins to write the pools when all is up. Until then a new folder is unfinished.
func (c *Cloud) keepData(_ context.Context, opts Options) error {
	if c.data == nil {
		return nil
	}
	save := func() ([]byte, error) { return []byte("{}"), nil }
	if c.Pool != nil {
		save = c.Pool.Kept
	}
	return c.data.Keep(save, opts.OnData)
}
