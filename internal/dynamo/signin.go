package dynamo

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// SignIn counts a sign-in, or only moves its time. It is users.MergeSignIn in two
// updates. The second is sent only if the condition of the first failed. That
// condition, once failed, fails for ever, so nothing can come between them.
func (s *Store) SignIn(ctx context.Context, seen users.SignIn) (users.Write, error) {
	key := rowKey(seen.Key, table.SignInRow)
	c, condition := countSignIn(seen)
	write, err := s.update(ctx, "counting the sign-in", key, c, condition)
	if err != nil || write == users.Applied {
		return write, err
	}
	c, condition = moveSignIn(seen)
	write, err = s.update(ctx, "moving the last sign-in", key, c, condition)
	if write == users.Applied {
		write = users.Advanced
	}
	return write, err
}

// countSignIn is step A.
func countSignIn(seen users.SignIn) (*change, string) {
	at, c := stamp(seen.At), newChange()
	c.put("signInMark", at)
	c.put("lastSignInAt", at)
	c.keep("firstSignInAt", at)
	c.count("signInCount")
	c.put("lastClient", textOrNone(seen.ClientID))
	c.name("deletedAt")
	c.value("edge", stamp(seen.At.Add(-users.Window)))
	return c, "attribute_not_exists(#deletedAt) AND (attribute_not_exists(#signInMark) OR #signInMark < :edge)"
}

// moveSignIn is step B.
func moveSignIn(seen users.SignIn) (*change, string) {
	c := newChange()
	c.put("lastSignInAt", stamp(seen.At))
	c.name("deletedAt")
	return c, "attribute_not_exists(#deletedAt) AND attribute_exists(#lastSignInAt) AND #lastSignInAt < :lastSignInAt"
}
