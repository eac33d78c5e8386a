package history

import (
	"context"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// keeper is the part of a store that a history uses.
type keeper interface {
	userstest.Store
	sweep.Table
}

var _ keeper = (*userstest.Memory)(nil)

// ledger is the store; after every write it checks the row against the invariants. The
// lock is for a user's PROFILE and SIGNIN, which are written in parallel.
type ledger struct {
	keeper
	mu     sync.Mutex
	world  *world
	writes int // by sweeps
}

func (l *ledger) Upsert(ctx context.Context, seen users.Snapshot) (write users.Write, err error) {
	if seen.Source == sweep.Source {
		l.writes++
	}
	l.watch(seen.Key, seen.Source, seen.At, func() { write, err = l.keeper.Upsert(ctx, seen) })
	return write, err
}

func (l *ledger) SignIn(ctx context.Context, seen users.SignIn) (write users.Write, err error) {
	l.watch(seen.Key, "sign-in", seen.At, func() { write, err = l.keeper.SignIn(ctx, seen) })
	return write, err
}

func (l *ledger) Grant(ctx context.Context, key users.Key, authz table.Authz) (err error) {
	l.watch(key, "server", l.world.now, func() { err = l.keeper.Grant(ctx, key, authz) })
	return err
}

func (l *ledger) Erase(ctx context.Context, key users.Key, at time.Time) (err error) {
	l.writes++
	l.watch(key, sweep.Source, at, func() { err = l.keeper.Erase(ctx, key, at) })
	return err
}

// eraseSome is an erasure that was killed after some of its three rows.
func (l *ledger) eraseSome(key users.Key, at time.Time, rows int) {
	if memory, ok := l.keeper.(*userstest.Memory); ok {
		l.watch(key, sweep.Source, at, func() { memory.EraseSome(key, at, rows) })
	}
}

// watch makes a write and compares the user's rows before and after. No other user's rows
// can change: they have another key.
func (l *ledger) watch(key users.Key, source string, at time.Time, write func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, _ := l.Rows(context.Background(), key)
	write()
	after, _ := l.Rows(context.Background(), key)
	l.world.inspect(key.Sub, source, at, before, after)
}
