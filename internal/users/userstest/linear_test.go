package userstest_test

import (
	"context"
	"runtime"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
	"github.com/cognito-triggers/cognito-triggers/internal/users/userstest"
)

func TestR31_MemoryIsLinearizable(t *testing.T) {
	userstest.Linearizable(t, &slow{}, 200, 50)
}

// slow lets others go first, so that calls overlap.
type slow struct{ userstest.Memory }

func (s *slow) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	runtime.Gosched()
	return s.Memory.Upsert(ctx, seen)
}

func (s *slow) SignIn(ctx context.Context, seen users.SignIn) (users.Write, error) {
	runtime.Gosched()
	return s.Memory.SignIn(ctx, seen)
}

// TestR31_WhoLooksFirstAndWritesLaterIsFound shows that the checker can fail.
func TestR31_WhoLooksFirstAndWritesLaterIsFound(t *testing.T) {
	for name, store := range map[string]userstest.Store{"sign-in": &hastySignIn{}, "profile": &hastyProfile{}, "authz": &stale{}} {
		found := false
		for seed := range uint64(200) {
			found = found || userstest.CheckHistory(t.Context(), store, seed, 50) != nil
		}
		if !found {
			t.Errorf("%s: a store that looks first and writes later passes", name)
		}
	}
}

type hastySignIn struct{ userstest.Memory }

func (s *hastySignIn) SignIn(ctx context.Context, seen users.SignIn) (users.Write, error) {
	rows, _ := s.Rows(ctx, seen.Key)
	_, fate := users.MergeSignIn(rows.SignIn, seen)
	runtime.Gosched()
	_, err := s.Memory.SignIn(ctx, seen)
	return fate, err
}

type hastyProfile struct{ userstest.Memory }

func (s *hastyProfile) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	rows, _ := s.Rows(ctx, seen.Key)
	_, fate := users.MergeProfile(rows.Profile, seen)
	runtime.Gosched()
	_, err := s.Memory.Upsert(ctx, seen)
	return fate, err
}

// stale reads every second time from a copy that is behind.
type stale struct{ userstest.Memory }

func (s *stale) Access(ctx context.Context, key users.Key, client string) (table.Access, error) {
	access, err := s.Memory.Access(ctx, key, client)
	access.Authz.Rev &^= 1
	return access, err
}
