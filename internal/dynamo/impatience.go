package dynamo

import (
	"context"
	"sync"
	"time"
)

// impatience ends an attempt whose connection does not answer. A nil impatience does
// nothing.
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

// calm leaves the attempt its whole time.
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

// cause returns errImpatient if impatience ended the attempt, otherwise err.
func (i *impatience) cause(err error) error {
	if i != nil && context.Cause(i.ctx) == errImpatient {
		return errImpatient
	}
	return err
}
