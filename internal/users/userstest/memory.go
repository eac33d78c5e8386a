// Package userstest holds the store that is the definition, and the suite that every
// other store must pass.
//
// Memory keeps its rows in a map and changes them with the pure merges of package
// users; nothing else in it could be wrong. Run checks any store promise by promise,
// and then with random histories beside a Memory: after every step both hold the same
// rows.
package userstest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Store is what Run needs of a store: its ports, a look at all rows, and the writes of
// AUTHZ and CLIENT, which only the team's server and the stack make.
type Store interface {
	users.Mirrored
	SignInAgain(context.Context, users.SignIn) (users.Write, error)
	users.Reader
	users.Eraser
	Rows(context.Context, users.Key) (users.Rows, error)
	Grant(context.Context, users.Key, table.Authz) error
	Assign(ctx context.Context, client, profile string) error
	Forget(ctx context.Context, client string) error
}

// Memory is the model. The zero value is an empty store, safe for concurrent use. Its
// methods return no error unless Down is set.
type Memory struct {
	mu      sync.Mutex
	rows    map[users.Key]users.Rows
	clients map[string]string
	down    error
}

// Down makes every call fail with err, and work again when err is nil. A failed call
// changes nothing.
func (m *Memory) Down(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = err
}

// Upsert merges a snapshot into PROFILE.
func (m *Memory) Upsert(_ context.Context, seen users.Snapshot) (write users.Write, err error) {
	err = m.change(seen.Key, func(rows *users.Rows) {
		rows.Profile, write = users.MergeProfile(rows.Profile, seen)
	})
	return orFailed(write, err), err
}

// SignIn merges a sign-in into SIGNIN.
func (m *Memory) SignIn(_ context.Context, seen users.SignIn) (write users.Write, err error) {
	err = m.change(seen.Key, func(rows *users.Rows) {
		rows.SignIn, write = users.MergeSignIn(rows.SignIn, seen)
	})
	return orFailed(write, err), err
}

// SignInAgain merges a sign-in into a SIGNIN that is there.
func (m *Memory) SignInAgain(_ context.Context, seen users.SignIn) (write users.Write, err error) {
	err = m.change(seen.Key, func(rows *users.Rows) {
		rows.SignIn, write = users.MergeSignInAgain(rows.SignIn, seen)
	})
	return orFailed(write, err), err
}

// Compare compares PROFILE with a snapshot.
func (m *Memory) Compare(_ context.Context, seen users.Snapshot) (there, same bool, err error) {
	err = m.locked(func() { there, same = m.rows[seen.Key].Profile.Compare(seen.Profile) })
	return there, same, err
}

// Access reads what a token needs.
func (m *Memory) Access(_ context.Context, key users.Key, client string) (access table.Access, err error) {
	err = m.locked(func() {
		rows := m.rows[key]
		access = table.Access{
			Authz:         table.Only(rows.Authz, table.Token),
			Known:         known(rows.Profile),
			Deleted:       !rows.Profile.DeletedAt.IsZero() || rows.Authz.Status == table.Deleted,
			ClientProfile: m.clients[client],
		}
	})
	return access, err
}

// Assign sets the token profile of an app client.
func (m *Memory) Assign(_ context.Context, client, profile string) error {
	return m.locked(func() {
		if m.clients == nil {
			m.clients = map[string]string{}
		}
		m.clients[client] = profile
	})
}

// Forget removes an app client's profile; repeating it changes nothing.
func (m *Memory) Forget(_ context.Context, client string) error {
	return m.locked(func() { delete(m.clients, client) })
}

// Erase buries all rows.
func (m *Memory) Erase(_ context.Context, key users.Key, at time.Time) error {
	return m.change(key, func(rows *users.Rows) { bury(rows, at, allRows) })
}

// EraseSome buries the first rows of a user. It is an Erase that was killed on its way.
func (m *Memory) EraseSome(key users.Key, at time.Time, some int) {
	_ = m.change(key, func(rows *users.Rows) { bury(rows, at, some) })
}

// allRows is the number of a user's rows.
const allRows = 3

// bury buries some rows, in the order in which a store must bury them.
func bury(rows *users.Rows, at time.Time, some int) {
	if some > 0 {
		rows.Authz = users.BuryAuthz(rows.Authz, at)
	}
	if some > 1 {
		rows.SignIn = users.BurySignIn(rows.SignIn, at)
	}
	if some > 2 {
		rows.Profile = users.BuryProfile(rows.Profile, at)
	}
}

// Grant sets AUTHZ, unless it is a tombstone.
func (m *Memory) Grant(_ context.Context, key users.Key, authz table.Authz) error {
	return m.change(key, func(rows *users.Rows) {
		if rows.Authz.Status != table.Deleted {
			authz.Roles, authz.Tenants, authz.Extra = slices.Clone(authz.Roles), slices.Clone(authz.Tenants), maps.Clone(authz.Extra)
			authz.TenantRoles = maps.Clone(authz.TenantRoles)
			rows.Authz = authz
		}
	})
}

// Rows returns everything held about a user.
func (m *Memory) Rows(_ context.Context, key users.Key) (rows users.Rows, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.rows[key], m.down
}

// Profiles reads PROFILE rows; absent ones have no entry.
func (m *Memory) Profiles(_ context.Context, pool string, subs []string) (map[string]users.ProfileRow, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := make(map[string]users.ProfileRow, len(subs))
	for _, sub := range subs {
		if row := m.rows[users.Key{PoolID: pool, Sub: sub}].Profile; known(row) {
			found[sub] = row
		}
	}
	return found, m.down
}

// scanned is how many subs Shard returns at a time.
const scanned = 100

// Shard returns the pool's subs that begin with a prefix and have a PROFILE without
// tombstone, in order; "\x00" ends a sub.
func (m *Memory) Shard(_ context.Context, pool, prefix, from string) (subs []string, next string, err error) {
	return m.some(pool, from, func(sub string) bool { return strings.HasPrefix(sub+"\x00", prefix) })
}

// Strangers is Shard for the subs that are no UUID.
func (m *Memory) Strangers(_ context.Context, pool, from string) (subs []string, next string, err error) {
	return m.some(pool, from, func(sub string) bool { return !table.UUID(sub) })
}

// Complete finds nothing: no row of a model lacks a column.
func (m *Memory) Complete(context.Context, string, string) (added int, next string, err error) {
	return 0, "", m.locked(func() {})
}

func (m *Memory) some(pool, from string, of func(sub string) bool) (subs []string, next string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for key, rows := range m.rows {
		if key.PoolID == pool && key.Sub > from && of(key.Sub) && known(rows.Profile) && rows.Profile.DeletedAt.IsZero() {
			subs = append(subs, key.Sub)
		}
	}
	slices.Sort(subs)
	if len(subs) > scanned {
		subs = subs[:scanned]
		next = subs[scanned-1]
	}
	return subs, next, m.down
}

func known(row users.ProfileRow) bool { return !row.AttrsAt.IsZero() || !row.DeletedAt.IsZero() }

// Len returns the number of users with a row.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.rows)
}

func (m *Memory) change(key users.Key, apply func(*users.Rows)) error {
	return m.locked(func() {
		if m.rows == nil {
			m.rows = map[users.Key]users.Rows{}
		}
		rows := m.rows[key]
		before := rows
		apply(&rows)
		if !same(before, rows) {
			m.rows[key] = rows
		}
	})
}

// locked calls f alone, unless Down is set.
func (m *Memory) locked(f func()) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down == nil {
		f()
	}
	return m.down
}

func orFailed(write users.Write, err error) users.Write {
	if err != nil {
		return users.Failed
	}
	return write
}
