package users

import (
	"context"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Mover is the Mirrored of a stage that moves the people of an old app.
type Mover interface {
	Mirrored
	// SignInAgain is SignIn for a user who has a SIGNIN, if no other sign-in lies within
	// Window before this one; otherwise it changes nothing and is Unchanged.
	SignInAgain(context.Context, SignIn) (Write, error)
	// Moved ends the wait of the person with that name in the old app, if the person has
	// proved to be it and, unless username is "", is to have that name in the pool.
	Moved(ctx context.Context, pool, name, username string, at time.Time) (Write, error)
}

// Moving returns the store for one sign-in. Before it creates a user's SIGNIN, it ends the wait
// of the person that the user was in the old app. So the row of a person who waits goes
// whatever fails in between: without a SIGNIN the next sign-in does it again. A user who has
// one costs no request more.
func Moving(store Mover, seen Sighting) Mirrored { return moving{store, seen} }

type moving struct {
	Mover
	seen Sighting
}

// SignIn counts a sign-in, and before the first one looks for the person.
func (m moving) SignIn(ctx context.Context, in SignIn) (Write, error) {
	if write, err := m.SignInAgain(ctx, in); err != nil || write == Applied {
		return write, err
	}
	for _, was := range persons(m.seen) {
		if _, err := m.Moved(ctx, in.Key.PoolID, was.name, was.username, in.At); err != nil {
			return Failed, err
		}
	}
	return m.Mover.SignIn(ctx, in)
}

// person is who a user may have been in the old app: the person with the name, who is to have
// the user name in the pool; "" for any.
type person struct{ name, username string }

// persons returns who a user may have been. The user name of a pool whose users sign in with an
// address is the sub (developer guide, "Customizing sign-in attributes"), and the address is
// the user's alone. In any other pool a user may write an address that is somebody else's: it
// counts only for the person whose row names this user.
func persons(seen Sighting) []person {
	username := seen.Username
	var all []person
	if username == seen.Key.Sub {
		username = ""
	} else if username != "" {
		all = append(all, person{username, ""})
	}
	for _, attribute := range []string{"email", "phone_number", "preferred_username"} {
		name := seen.Attributes[attribute]
		if name != "" && table.FoldName(name) != table.FoldName(username) && (username != "" || attribute != "preferred_username") {
			all = append(all, person{name, username})
		}
	}
	return all
}
