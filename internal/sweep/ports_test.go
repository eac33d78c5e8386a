package sweep_test

import (
	"context"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// hooked is a table; a test replaces some of its calls.
type hooked struct {
	*table
	profiles func(ctx context.Context, subs []string) error
	shard    func(subs []string) []string
	upsert   func(ctx context.Context) error
}

func (h hooked) Profiles(ctx context.Context, pool string, subs []string) (map[string]users.ProfileRow, error) {
	if h.profiles != nil {
		if err := h.profiles(ctx, subs); err != nil {
			return nil, err
		}
	}
	return h.table.Profiles(ctx, pool, subs)
}

func (h hooked) Shard(ctx context.Context, pool, prefix, from string) ([]string, string, error) {
	subs, next, err := h.table.Shard(ctx, pool, prefix, from)
	if h.shard != nil {
		subs = h.shard(subs)
	}
	return subs, next, err
}

func (h hooked) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	if h.upsert != nil {
		if err := h.upsert(ctx); err != nil {
			return users.Failed, err
		}
	}
	return h.table.Upsert(ctx, seen)
}

// timeless is a pool that forgets the Date of some replies.
type timeless struct {
	*pool
	list, get bool
}

func (p timeless) List(ctx context.Context, prefix, token string) (sweep.Page, error) {
	page, err := p.pool.List(ctx, prefix, token)
	if p.list {
		page.At = time.Time{}
	}
	return page, err
}

func (p timeless) Get(ctx context.Context, name string) (sweep.Answer, error) {
	answer, err := p.pool.Get(ctx, name)
	if p.get {
		answer.At = time.Time{}
	}
	return answer, err
}
