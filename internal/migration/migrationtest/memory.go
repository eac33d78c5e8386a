// Package migrationtest holds the store of who waits that is the definition, and the suite
// that every other one must pass.
package migrationtest

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/migration"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Store is what Run needs of a store: what the functions use, and what fills it.
type Store interface {
	migration.Store
	Moved(ctx context.Context, pool, name, username string, at time.Time) (users.Write, error)
	Load(ctx context.Context, pool, name string, row table.Legacy) (users.Write, error)
}

// Memory is the model. The zero value is empty and safe for concurrent use.
type Memory struct {
	mu    sync.Mutex
	rows  map[table.Keys]table.Legacy
	tries map[table.Keys]table.Tries
	calls []string
	down  error
}

// Down makes every call fail with err, and work again when err is nil. A failed call changes
// nothing.
func (m *Memory) Down(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = err
}

// Calls returns the names of the calls since the last Calls.
func (m *Memory) Calls() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	calls := m.calls
	m.calls = nil
	return calls
}

// Tries returns the row of a name's tries.
func (m *Memory) Tries(pool, name string) table.Tries {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.tries[table.TriesKey(pool, name)]
}

func (m *Memory) locked(call string, f func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls = append(m.calls, call)
	if m.down != nil {
		return m.down
	}
	if m.rows == nil {
		m.rows, m.tries = map[table.Keys]table.Legacy{}, map[table.Keys]table.Tries{}
	}
	f()
	return nil
}

// instant returns a time as rows keep it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Reserve takes a try.
func (m *Memory) Reserve(_ context.Context, pool, name string, at time.Time, most int, window time.Duration) (free bool, err error) {
	err = m.locked("Reserve", func() {
		key := table.TriesKey(pool, name)
		row := m.tries[key]
		switch runs := row.Since.After(instant(at.Add(-window))); {
		case !runs:
			row.Count, row.Since = 1, instant(at)
		case row.Count < int64(most):
			row.Count++
		default:
			return
		}
		row.All++
		m.tries[key], free = row, true
	})
	return free, err
}

// Waiting returns the row of a name.
func (m *Memory) Waiting(_ context.Context, pool, name string) (row table.Legacy, err error) {
	err = m.locked("Waiting", func() { row = m.rows[table.LegacyKey(pool, name)] })
	row.Attributes = maps.Clone(row.Attributes)
	return row, err
}

// Prove notes a proof.
func (m *Memory) Prove(_ context.Context, pool, name, hash string, at time.Time) (waits bool, err error) {
	err = m.locked("Prove", func() {
		key := table.LegacyKey(pool, name)
		row := m.rows[key]
		if waits = !row.LoadedAt.IsZero() && row.MovedAt.IsZero() && row.Hash == hash; waits && row.ProvedAt.IsZero() {
			row.ProvedAt = instant(at)
			m.rows[key] = row
		}
	})
	return waits, err
}

// Moved ends the wait of who has proved.
func (m *Memory) Moved(_ context.Context, pool, name, username string, at time.Time) (write users.Write, err error) {
	write = users.Unchanged
	err = m.locked("Moved", func() {
		key := table.LegacyKey(pool, name)
		if row := m.rows[key]; !row.ProvedAt.IsZero() && row.MovedAt.IsZero() && (username == "" || row.Username == username) {
			m.rows[key] = table.Legacy{LoadedAt: row.LoadedAt, ProvedAt: row.ProvedAt, MovedAt: instant(at)}
			write = users.Applied
		}
	})
	return orFailed(write, err), err
}

// Load writes the row of who waits.
func (m *Memory) Load(_ context.Context, pool, name string, row table.Legacy) (write users.Write, err error) {
	write = users.Unchanged
	err = m.locked("Load", func() {
		key := table.LegacyKey(pool, name)
		old := m.rows[key]
		same := !old.LoadedAt.IsZero() && old.Hash == row.Hash && old.Username == row.Username && maps.Equal(old.Attributes, row.Attributes)
		if old.MovedAt.IsZero() && !same {
			m.rows[key] = table.Legacy{Hash: row.Hash, Username: row.Username, Attributes: maps.Clone(row.Attributes), LoadedAt: instant(row.LoadedAt)}
			write = users.Applied
		}
	})
	return orFailed(write, err), err
}

func orFailed(write users.Write, err error) users.Write {
	if err != nil {
		return users.Failed
	}
	return write
}

// Left returns the keys of the rows that hold something personal, in order.
func (m *Memory) Left() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var left []string
	for key, row := range m.rows {
		if personal := (table.Legacy{LoadedAt: row.LoadedAt, ProvedAt: row.ProvedAt, MovedAt: row.MovedAt}); row.Hash != personal.Hash || row.Username != "" || len(row.Attributes) > 0 {
			left = append(left, key.PK)
		}
	}
	slices.Sort(left)
	return left
}
