package sweeptest

import (
	"context"
	"fmt"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Profiles makes up rows, with their drift.
func (c *Crowd) Profiles(ctx context.Context, _ string, subs []string) (map[string]users.ProfileRow, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rows := make(map[string]users.ProfileRow, len(subs))
	for _, sub := range subs {
		p := c.find(sub)
		row := users.ProfileRow{Profile: sweep.Profile(c.mirror, c.user(sub)), AttrsAt: longAgo}
		switch kind := c.drift(p); {
		case p.gone && c.written[sub]:
			row = users.ProfileRow{DeletedAt: longAgo}
		case c.written[sub]:
		case kind == sweep.Missing:
			continue
		case kind == sweep.Stale:
			row.Email = "old@example.com"
		case kind == sweep.Disabled:
			row.Disabled = true
		}
		rows[sub] = row
	}
	return rows, ctx.Err()
}

// Upsert notes that a row is right.
func (c *Crowd) Upsert(ctx context.Context, seen users.Snapshot) (users.Write, error) {
	return users.Applied, c.wrote(ctx, seen.Key.Sub)
}

// Erase notes that a row is buried.
func (c *Crowd) Erase(ctx context.Context, key users.Key, _ time.Time) error {
	return c.wrote(ctx, key.Sub)
}

func (c *Crowd) wrote(ctx context.Context, sub string) error {
	c.mu.Lock()
	c.written[sub] = true
	c.mu.Unlock()
	return sweep.Sleep(ctx, c.WriteTakes)
}

// Shard makes up the subs of live rows.
func (c *Crowd) Shard(ctx context.Context, _, prefix, from string) (subs []string, next string, err error) {
	c.mu.Lock()
	next = c.walk(prefix, from, func(p place, sub string) bool {
		switch kind := c.drift(p); {
		case len(subs) == 500:
			return false
		case c.written[sub] == p.gone && (p.gone || kind == sweep.Missing): // buried, or still missing
		default:
			subs = append(subs, sub)
		}
		return true
	})
	c.mu.Unlock()
	return subs, next, sweep.Sleep(ctx, c.ShardTakes)
}

// Behind returns the position of Shard behind a sub.
func (c *Crowd) Behind(sub string) string {
	p := c.find(sub)
	return fmt.Sprintf("%d %d", p.block, p.number+1)
}

// Strangers finds nobody.
func (c *Crowd) Strangers(context.Context, string, string) ([]string, string, error) {
	return nil, "", nil
}

// Complete finds nothing.
func (c *Crowd) Complete(context.Context, string, string) (int, string, error) { return 0, "", nil }

// Drifted returns how much drift of each kind a crowd has at first.
func (c *Crowd) Drifted() map[sweep.Kind]int {
	all := map[sweep.Kind]int{}
	for b := range blocks {
		for n := range min(4, c.in(b)) {
			if kind := c.drift(place{b, n, false}); kind != sweep.None {
				all[kind]++
			}
		}
		all[sweep.Deleted] += c.gone(b)
	}
	return all
}
