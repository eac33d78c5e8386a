package history

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

// faults are mistakes that a test makes on purpose. The zero value makes none.
type faults struct {
	rules       *rules // of the store; nil for userstest.Memory
	keyedByName bool   // rows are keyed by user name instead of sub
	// pool and table wrap the sweep's ports.
	pool  func(sweep.Pool) sweep.Pool
	table func(sweep.Table) sweep.Table
}

func (f faults) newTable() keeper {
	if f.rules != nil {
		return &rowStore{rules: *f.rules, rows: map[users.Key]users.Rows{}}
	}
	return &userstest.Memory{}
}

func (f faults) ports(p port) (sweep.Pool, sweep.Table) {
	var (
		pool  sweep.Pool  = p
		table sweep.Table = p
	)
	if f.pool != nil {
		pool = f.pool(p)
	}
	if f.table != nil {
		table = f.table(p)
	}
	return pool, table
}

// rules are the rules that a store follows; a mutant breaks one.
type rules struct {
	profile     func(users.ProfileRow, users.Snapshot) (users.ProfileRow, users.Write)
	signIn      func(table.SignIn, users.SignIn) (table.SignIn, users.Write)
	compare     func(users.ProfileRow, users.Snapshot) (there, same bool)
	buryProfile func(users.ProfileRow, time.Time) users.ProfileRow
	buryAuthz   func(table.Authz, time.Time) table.Authz
	access      func(users.Key, table.Access) table.Access
}

// lawful returns the rules of package users.
func lawful() rules {
	return rules{
		profile: users.MergeProfile, signIn: users.MergeSignIn, buryProfile: users.BuryProfile, buryAuthz: users.BuryAuthz,
		compare: func(row users.ProfileRow, seen users.Snapshot) (there, same bool) { return row.Compare(seen.Profile) },
		access:  func(_ users.Key, a table.Access) table.Access { return a },
	}
}

// rowStore is a store that follows its rules. A sign-in compares and writes at once; all
// else comes one by one.
type rowStore struct {
	rules
	mu   sync.Mutex
	rows map[users.Key]users.Rows
}

func (s *rowStore) Upsert(_ context.Context, seen users.Snapshot) (write users.Write, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.rows[seen.Key]
	rows.Profile, write = s.profile(rows.Profile, seen)
	s.rows[seen.Key] = rows
	return write, nil
}

func (s *rowStore) Compare(_ context.Context, seen users.Snapshot) (there, same bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	there, same = s.compare(s.rows[seen.Key].Profile, seen)
	return there, same, nil
}

// SignInAgain is of a stage that moves people, which no history here is.
func (s *rowStore) SignInAgain(_ context.Context, seen users.SignIn) (users.Write, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, write := users.MergeSignInAgain(s.rows[seen.Key].SignIn, seen)
	return write, nil
}

func (s *rowStore) SignIn(_ context.Context, seen users.SignIn) (write users.Write, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.rows[seen.Key]
	rows.SignIn, write = s.signIn(rows.SignIn, seen)
	s.rows[seen.Key] = rows
	return write, nil
}

func (s *rowStore) Erase(_ context.Context, key users.Key, at time.Time) error {
	rows := s.rows[key]
	s.rows[key] = users.Rows{Profile: s.buryProfile(rows.Profile, at), SignIn: users.BurySignIn(rows.SignIn, at), Authz: s.buryAuthz(rows.Authz, at)}
	return nil
}

func (s *rowStore) Grant(_ context.Context, key users.Key, authz table.Authz) error {
	if rows := s.rows[key]; rows.Authz.Status != table.Deleted {
		rows.Authz = authz
		s.rows[key] = rows
	}
	return nil
}

func (s *rowStore) Access(_ context.Context, key users.Key, _ string) (table.Access, error) {
	rows := s.rows[key]
	gone := !rows.Profile.DeletedAt.IsZero()
	return s.access(key, table.Access{
		Authz: rows.Authz, Known: gone || !rows.Profile.AttrsAt.IsZero(), Deleted: gone || rows.Authz.Status == table.Deleted,
	}), nil
}

func (s *rowStore) Rows(_ context.Context, key users.Key) (users.Rows, error) {
	return s.rows[key], nil
}

// Assign does nothing: a history has one app client.
func (s *rowStore) Assign(context.Context, string, string) error { return nil }

// Forget does nothing.
func (s *rowStore) Forget(context.Context, string) error { return nil }

func (s *rowStore) Profiles(_ context.Context, pool string, subs []string) (map[string]users.ProfileRow, error) {
	found := map[string]users.ProfileRow{}
	for _, sub := range subs {
		if row := s.rows[users.Key{PoolID: pool, Sub: sub}].Profile; row.Status != "" {
			found[sub] = row
		}
	}
	return found, nil
}

func (s *rowStore) Shard(_ context.Context, _, prefix, from string) (subs []string, next string, err error) {
	for _, key := range slices.SortedFunc(maps.Keys(s.rows), func(a, b users.Key) int { return compare(a.Sub, b.Sub) }) {
		if s.rows[key].Profile.Status == table.Active && key.Sub > from && sweep.Below(key.Sub, prefix) {
			subs = append(subs, key.Sub)
		}
	}
	return subs, "", nil
}

func (s *rowStore) Strangers(ctx context.Context, pool, from string) (subs []string, next string, err error) {
	return s.Shard(ctx, pool, "", from) // no sub of a history is a UUID
}

func (s *rowStore) Complete(context.Context, string, string) (added int, next string, err error) {
	return 0, "", nil
}

func compare(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
