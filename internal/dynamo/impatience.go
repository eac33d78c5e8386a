package dynamo

import (
	"context"
	"sync"
	"time"
)

// impatience ends an attempt whose connection does not answer. nil does nothing.
type impatience struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	mu     sync.Mutex
	timer  *time.Timer
}

func (i *impatience) start(patience time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.timer = time.AfterFunc(patience, func() { i.cancel(errImpatient) })
}

// calm lets the attempt have its whole time.
func (i *impatience) calm() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.timer != nil {
		i.timer.Stop()
	}
}

func (i *impatience) stop() {
	if i != nil {
		i.calm()
		i.cancel(nil)
	}
}

// cause names the reason of an attempt that was ended from here.
func (i *impatience) cause(err error) error {
	if i != nil && context.Cause(i.ctx) == errImpatient {
		return errImpatient
	}
	return err
}
