package localcloud

import (
	"context"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/state"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/template"
	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool"
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

// unobeyed returns what tells of settings that an operation makes and that would stop the
// start if a template had them: the pool takes them, as AWS does.
func unobeyed(tell func(string)) func(string, userpool.Settings, userpool.Settings) {
	return func(pool string, before, after userpool.Settings) {
		old := template.Unobeyed(before)
		for _, line := range template.Unobeyed(after) {
			if !slices.Contains(old, line) {
				tell(pool + ": " + line)
			}
		}
	}
}
