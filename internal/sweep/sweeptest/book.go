// Package sweeptest provides the book that is the definition, and the suite that every
// other book must pass. Only tests import it.
package sweeptest

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// Book is a book in memory. It keeps a pass as JSON, as a row does. The zero value is an
// empty book, safe for concurrent use.
type Book struct {
	mu       sync.Mutex
	lease    sweep.Lease
	since    time.Time
	until    time.Time
	pass     []byte
	suspects map[string]suspects
	// Writes counts the writes of a pass.
	Writes int
}

type suspects struct {
	fence int64
	subs  []string
}

var _ sweep.Book = (*Book)(nil)

// Take takes the lease.
func (b *Book) Take(ctx context.Context, holder string, now, until time.Time) (sweep.Lease, sweep.Pass, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if ctx.Err() != nil {
		return sweep.Lease{}, sweep.Pass{}, ctx.Err()
	}
	if b.until.After(now) {
		return sweep.Lease{}, sweep.Pass{}, sweep.Held{Holder: b.lease.Holder, Since: b.since, Until: b.until}
	}
	b.lease, b.since, b.until = sweep.Lease{Holder: holder, Fence: b.lease.Fence + 1}, now, until
	pass, err := b.read()
	return b.lease, pass, err
}

// Keep writes the pass and renews the lease.
func (b *Book) Keep(ctx context.Context, lease sweep.Lease, until time.Time, pass *sweep.Pass) (err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case lease.Fence != b.lease.Fence:
		return sweep.ErrLost
	}
	b.until = until
	if pass != nil {
		b.Writes++
		b.pass, err = json.Marshal(pass)
	}
	return err
}

// PutSuspects writes a leaf's suspects, unless a later lease has.
func (b *Book) PutSuspects(ctx context.Context, lease sweep.Lease, leaf string, subs []string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case b.suspects[leaf].fence > lease.Fence:
		return sweep.ErrLost
	case b.suspects == nil:
		b.suspects = map[string]suspects{}
	}
	b.suspects[leaf] = suspects{lease.Fence, slices.Clone(subs)}
	return nil
}

// Suspects reads a leaf's suspects.
func (b *Book) Suspects(_ context.Context, leaf string) ([]string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.suspects[leaf].subs), nil
}

// Pass returns the pass that is kept.
func (b *Book) Pass() sweep.Pass {
	b.mu.Lock()
	defer b.mu.Unlock()
	pass, err := b.read()
	if err != nil {
		panic(err)
	}
	return pass
}

func (b *Book) read() (pass sweep.Pass, err error) {
	if b.pass != nil {
		err = json.Unmarshal(b.pass, &pass)
	}
	return pass, err
}
