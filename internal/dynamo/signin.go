package dynamo

import (
	"context"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
	"github.com/cognito-triggers/cognito-triggers/internal/users"
)

// SignIn counts a sign-in, or only moves its time. It is users.MergeSignIn in at most
// four updates: the next is sent only if the condition of the one before failed. Each
// condition, once failed, fails for ever, so nothing can come between them. Nearly every
// sign-in needs only the first.
func (s *Store) SignIn(ctx context.Context, seen users.SignIn) (users.Write, error) {
	key := rowKey(seen.Key, table.SignInRow)
	for _, step := range signInSteps() {
		c, condition := step.change(seen)
		write, err := s.update(ctx, step.doing, key, c, condition)
		if err != nil {
			return write, err
		}
		if write == users.Applied {
			return step.done, nil
		}
	}
	return users.Late, nil
}

type signInStep struct {
	doing  string
	change func(users.SignIn) (*change, string)
	done   users.Write
}

func signInSteps() []signInStep {
	return []signInStep{
		{"counting the sign-in", countAlone, users.Applied},
		{"counting the sign-in", countSignIn, users.Advanced},
		{"moving the last sign-in", moveSignIn, users.Advanced},
		{"asking for the last sign-in", askSignIn, users.Unchanged},
	}
}

// countAlone is countSignIn if no other sign-in lies in the window before this one.
func countAlone(seen users.SignIn) (*change, string) {
	c, condition := countSignIn(seen)
	return c, condition + " AND (attribute_not_exists(#lastSignInAt) OR #lastSignInAt < :edge)"
}

// countSignIn is step A.
func countSignIn(seen users.SignIn) (*change, string) {
	at, c := stamp(seen.At), newChange(8)
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
	c := newChange(8)
	c.put("lastSignInAt", stamp(seen.At))
	c.name("deletedAt")
	return c, "attribute_not_exists(#deletedAt) AND attribute_exists(#lastSignInAt) AND #lastSignInAt < :lastSignInAt"
}

// askSignIn changes nothing, and succeeds if the last sign-in is this one: it is a repeat,
// or its own reply was lost.
func askSignIn(seen users.SignIn) (*change, string) {
	c := newChange(8)
	c.put("lastSignInAt", stamp(seen.At))
	c.name("deletedAt")
	return c, "attribute_not_exists(#deletedAt) AND #lastSignInAt = :lastSignInAt"
}
