package live

import "context"

// watchCode is for the next change.
func (w *Watcher) watchCode(ctx context.Context) { <-ctx.Done() }
