package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/cognito-triggers/cognito-triggers/infra/client/directory"
)

const suspendHelp = `
suspend also disables the user in Cognito and ends the user's sessions there:
Cognito itself then refuses, also while the table is down, and an old access token
changes nothing. reinstate enables only whom suspend disabled. When one side fails,
call it again: that is safe and completes it.
`

// suspends reports whether the action has a side in Cognito.
func (r *request) suspends() bool { return r.action == "suspend" || r.action == "reinstate" }

// suspend suspends or reinstates the user and writes what was done on each side, also
// when one of them failed.
func (r *request) suspend(ctx context.Context, d *directory.Directory, t terminal) error {
	sub, err := find(ctx, d, r.user)
	if err != nil {
		return r.advise(err, t)
	}
	call := d.Reinstate
	if r.action == "suspend" {
		call = d.Suspend
	}
	done, err := call(ctx, sub, r.as, r.options()...)
	if err != nil && done.Table == directory.Remains {
		return r.advise(orUnseen(err), t)
	}
	if r.json {
		if wrong := writeJSON(t.out, done); wrong != nil {
			return wrong
		}
	} else {
		r.report(done.Authz, t)
		fmt.Fprintf(t.out, "  %-8s %s\n", "cognito", inCognito(r.action, done))
		if r.action == "suspend" {
			fmt.Fprintln(t.out, "No further token. Services accept issued tokens until they expire.")
		}
	}
	return r.advise(err, t)
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

// orUnseen adds the remedy for a user of whom the table knows nothing.
func orUnseen(err error) error {
	if errors.Is(err, directory.ErrNotFound) {
		return fmt.Errorf("%w; if the user was made just now, pass --unseen", err)
	}
	return err
}

// statusOf returns the status in words.
func statusOf(granted directory.Authz) string {
	status := string(granted.Status)
	if granted.Status == directory.Unreadable {
		status = "authzStatus cannot be read, so the user gets no token: suspend or reinstate the user to write it again"
	}
	if granted.Disabled {
		status += "; the suite disables the user in Cognito"
	}
	return status
}
