package directory

import (
	"context"
	"errors"
	"fmt"
)

// Suspend refuses a user: in AUTHZ, so that the functions issue no token, and then in
// Cognito, where the user is disabled and signed out everywhere. by is kept in the row, as
// by Change.
//
// A table that does not answer suspends nobody: then disable the user in Cognito yourself,
// and call Suspend when it answers. Reinstate will leave it to you to enable that user.
//
// It asks first whether Cognito has the user enabled and notes in AUTHZ that the suite
// disables the user. So Suspend disables only whom Reinstate enables, and a user who was
// disabled before stays disabled. Whatever fails, repeating the call is
// safe and completes it; the Suspension says what was done, the error what remains.
// Errors wrap those of Authz and Change, or are a service's. Do not suspend and reinstate
// one user at the same time: the last one wins in the table, and maybe not in Cognito.
func (d *Directory) Suspend(ctx context.Context, sub, by string, options ...SuspendOption) (Suspension, error) {
	s, seen, err := d.begin(ctx, sub, options)
	done := Suspension{Authz: seen, Table: Remains, User: Remains, Sessions: Remains}
	if err != nil {
		return done, fmt.Errorf("suspending: this call has done nothing: %w", err)
	}
	m := member{absent: LeftOut}
	if !s.keepEnabled || !s.keepSessions {
		m = d.member(ctx, sub)
	}
	note := seen.Disabled || m.enabled && !s.keepEnabled
	changes := []Change{Suspend(), disabled(note)}
	if s.unseen || m.name != "" {
		changes = append(changes, Unseen())
	}
	if done.Authz, done.Table, err = d.set(ctx, seen, by, Suspended, note, changes); err != nil {
		return done, fmt.Errorf("suspending: Cognito is as it was, and repeating is safe: %w", err)
	}
	var disabling, ending error
	done.User, disabling = m.step("disabling the user in Cognito", s.keepEnabled, !m.enabled, func() error { return d.disable(ctx, m.name) })
	done.Sessions, ending = m.step("ending the user's sessions in Cognito", s.keepSessions, false, func() error { return d.signOut(ctx, m.name) })
	if err := errors.Join(m.err, disabling, ending); err != nil {
		return done, fmt.Errorf("the table refuses the user; what remains is %s, and repeating is safe: %w", done.remains(), err)
	}
	return done, nil
}

// Reinstate ends a suspension. It enables the user in Cognito if the suite had disabled
// the user, and then sets AUTHZ to active and clears the note. Until that last write the
// user gets no token. Without a client of the pool the note stays, so that a Reinstate
// with one can enable the user later. AtRev is its only option. Whatever fails, repeating
// the call is safe and completes it.
func (d *Directory) Reinstate(ctx context.Context, sub, by string, options ...SuspendOption) (Suspension, error) {
	_, seen, err := d.begin(ctx, sub, options)
	done := Suspension{Authz: seen, Table: Remains, User: Remains}
	if err != nil {
		return done, fmt.Errorf("reinstating: this call has done nothing: %w", err)
	}
	done.User = LeftOut
	if seen.Disabled {
		m := d.member(ctx, sub)
		done.User, err = m.step("enabling the user in Cognito", false, m.enabled, func() error { return d.enable(ctx, m.name) })
		if err := errors.Join(m.err, err); err != nil {
			return done, fmt.Errorf("reinstating: the user stays suspended until Cognito enables the user, and repeating is safe: %w", err)
		}
	}
	note := seen.Disabled && done.User == NoPool
	done.Authz, done.Table, err = d.set(ctx, seen, by, Active, note, []Change{Reinstate(), disabled(note)})
	if err != nil {
		return done, fmt.Errorf("reinstating: what remains is the table, which still refuses the user, and repeating is safe: %w", err)
	}
	return done, nil
}

// begin reads the options and the row.
func (d *Directory) begin(ctx context.Context, sub string, options []SuspendOption) (s suspending, seen Authz, err error) {
	for _, option := range options {
		option(&s)
	}
	seen, err = d.Authz(ctx, sub)
	if err == nil && s.rev != nil && seen.Rev != *s.rev {
		err = fmt.Errorf("the row has rev %d, not %d: %w", seen.Rev, *s.rev, ErrConflict)
	}
	return s, seen, err
}

// set makes the changes unless the row already says the same.
func (d *Directory) set(ctx context.Context, seen Authz, by string, status Status, note bool, changes []Change) (Authz, Step, error) {
	if seen.Status == status && seen.Disabled == note && !seen.unseen {
		return seen, Already, nil
	}
	changed, err := d.Change(ctx, seen, by, changes...)
	if err != nil {
		return seen, Remains, err
	}
	return changed, Done, nil
}
