package dynamo

import (
	"context"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// Erase turns AUTHZ, SIGNIN and PROFILE into tombstones, in this order: rights go
// first, and PROFILE's tombstone tells that all is done. The writes already remove the
// personal data; the time to live only removes the tombstones.
func (s *Store) Erase(ctx context.Context, key users.Key, at time.Time) error {
	for _, row := range []struct {
		sk    string
		stone func(time.Time) (*change, string)
	}{{table.AuthzRow, authzStone}, {table.SignInRow, stone[table.SignIn]}, {table.ProfileRow, profileStone}} {
		c, condition := row.stone(at)
		if _, err := s.update(ctx, "erasing "+row.sk, rowKey(key, row.sk), c, condition); err != nil {
			return err
		}
	}
	return nil
}

func profileStone(at time.Time) (*change, string) {
	c, condition := stone[table.Profile](at)
	c.put("status", text(string(table.Deleted)))
	return c, condition
}

func stone[Row any](at time.Time) (*change, string) {
	c := newChange(8)
	c.put("deletedAt", stamp(at))
	c.put(table.TTL, number(users.Expiry(at).Unix()))
	c.drop(table.Names[Row](table.Personal)...)
	return c, "attribute_not_exists(#deletedAt)"
}

// authzStone uses AUTHZ's own names, as every writer of that row does.
func authzStone(at time.Time) (*change, string) {
	c := newChange(8)
	c.put("authzStatus", text(string(table.Deleted)))
	c.put("authzAt", stamp(at))
	c.put(table.TTL, number(users.Expiry(at).Unix()))
	c.drop(table.Names[table.Authz](table.Personal)...)
	return c, "attribute_not_exists(#authzStatus) OR #authzStatus <> :authzStatus"
}
