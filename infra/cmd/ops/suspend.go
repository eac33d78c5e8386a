package main

import (
	"context"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
	"github.com/cognito-triggers/cognito-triggers/infra/support"
)

// suspends reports whether the action has a side in Cognito.
func (r *request) suspends() bool { return r.action == "suspend" || r.action == "reinstate" }

// suspend suspends or reinstates the user and writes what was done on each side, also
// when one of them failed.
func (r *request) suspend(ctx context.Context, d *directory.Directory, t terminal) error {
	sub, err := support.Find(ctx, d, r.user)
	if err != nil {
		return r.advise(err, t)
	}
	call := d.Reinstate
	if r.action == "suspend" {
		call = d.Suspend
	}
	done, err := call(ctx, sub, r.as, r.options()...)
	if err != nil && done.Table == directory.Remains {
		return r.advise(toUnseen(err), t)
	}
	if r.json {
		if wrong := writeJSON(t.out, done); wrong != nil {
			return wrong
		}
	} else {
		r.report(done.Authz, t)
		fmt.Fprintf(t.out, "  %-8s %s\n", "cognito", inCognito(r.action, done))
		if r.action == "suspend" {
			fmt.Fprintln(t.out, bite(done), "Services accept issued tokens until they expire.")
		}
	}
	return r.advise(err, t)
}

// bite says when the user gets no token.
func bite(done directory.Suspension) string {
	switch done.User {
	case directory.Done, directory.Already, directory.NotInPool:
		return "No further token."
	}
	return "No further token while the table answers; while it does not, whenStoreIsDown of the token profile decides."
}

// options returns what the flags say.
func (r *request) options() []directory.SuspendOption {
	var options []directory.SuspendOption
	add := func(wanted bool, option directory.SuspendOption) {
		if wanted {
			options = append(options, option)
		}
	}
	add(r.keepEnabled, directory.KeepEnabled())
	add(r.keepSessions, directory.KeepSessions())
	add(r.unseen, directory.EvenUnseen())
	add(given(r.flags, "rev"), directory.AtRev(r.rev))
	return options
}

// inCognito returns in words what was done there.
func inCognito(action string, done directory.Suspension) string {
	switch {
	case done.User == directory.NotInPool:
		return "the pool has no such user"
	case action == "reinstate":
		return map[directory.Step]string{
			directory.Done: "the user is enabled", directory.Already: "the user was enabled already",
			directory.LeftOut: "as it was: the suite had not disabled the user",
		}[done.User]
	}
	return map[directory.Step]string{
		directory.Done: "the user is disabled", directory.Already: "the user was disabled before",
		directory.LeftOut: "the user stays enabled", directory.Remains: "THE USER IS NOT DISABLED",
	}[done.User] + ", " + map[directory.Step]string{
		directory.Done: "the sessions have ended", directory.LeftOut: "the sessions stay",
		directory.NotInPool: "and is gone by now", directory.Remains: "THE SESSIONS HAVE NOT ENDED",
	}[done.Sessions]
}
