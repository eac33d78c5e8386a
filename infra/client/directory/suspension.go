package directory

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// Step says what became of one side of a suspension.
type Step string

// The steps.
const (
	Done      Step = "done"
	Already   Step = "already"     // it was so before
	LeftOut   Step = "left out"    // by an option, or because there was nothing to undo
	NoPool    Step = "no pool"     // the directory has no client of the pool
	NotInPool Step = "not in pool" // the pool has no such user
	Remains   Step = "remains"     // not done; the error says why
)

// Suspension says what Suspend or Reinstate did on each side.
type Suspension struct {
	// Authz is AUTHZ as it is now; if Table is Remains, as it was read.
	Authz Authz `json:"authz"`
	// Table is the status in AUTHZ.
	Table Step `json:"table"`
	// User is whether Cognito lets the user in: disabled by Suspend, enabled by Reinstate.
	User Step `json:"user"`
	// Sessions is the end of the user's sessions in Cognito; "" for Reinstate, which
	// brings none back.
	Sessions Step `json:"sessions,omitempty"`
}

// SuspendOption leaves out or adds a part of a suspension.
type SuspendOption func(*suspending)

type suspending struct {
	keepEnabled, keepSessions, unseen bool
	rev                               *int64
}

// KeepEnabled leaves the user enabled in Cognito: only the functions refuse then, and
// while the table is down a profile's whenStoreIsDown decides.
func KeepEnabled() SuspendOption { return func(s *suspending) { s.keepEnabled = true } }

// KeepSessions leaves the user's sessions in Cognito. Disabling a user ends them too, by
// AWS's word (API reference, AdminDisableUser: "revokes all access tokens").
func KeepSessions() SuspendOption { return func(s *suspending) { s.keepSessions = true } }

// AtRev is also for Reinstate: unless the row has this rev nothing is done, and the error
// is ErrConflict. A call that is repeated needs the rev of the Authz that came back.
func AtRev(rev int64) SuspendOption { return func(s *suspending) { s.rev = &rev } }

// EvenUnseen suspends a user of whom the table knows nothing. A user whom the pool knows
// by this sub needs no option.
func EvenUnseen() SuspendOption { return func(s *suspending) { s.unseen = true } }

// Suspend refuses a user: in AUTHZ, so that the functions issue no token, and then in
// Cognito, where the user is disabled and signed out everywhere. by is kept in the row, as
// by Change.
//
// It asks first whether Cognito has the user enabled and notes in AUTHZ that the suite
// disables the user. So nothing is disabled that Reinstate would not enable, and a user
// whom somebody else had disabled stays disabled. Whatever fails, repeating the call is
// safe and completes it; the Suspension says what was done, the error what remains.
// If another writer changes the row meanwhile, it begins again, unless AtRev is given: no
// suspension loses to a program that writes the row for the user. After the fifth time it
// is ErrConflict. Errors wrap those of Authz and Change, or are a service's. Do not suspend
// and reinstate one user at the same time: the last one wins in the table, and maybe not in
// Cognito.
func (d *Directory) Suspend(ctx context.Context, sub, by string, options ...SuspendOption) (done Suspension, err error) {
	const most = 5
	s := chosen(options)
	for range most {
		if done, err = d.suspend(ctx, sub, by, s); s.rev != nil || !errors.Is(err, ErrConflict) {
			break
		}
	}
	return done, err
}

// suspend suspends the user unless the row changes meanwhile.
func (d *Directory) suspend(ctx context.Context, sub, by string, s suspending) (Suspension, error) {
	seen, err := d.begin(ctx, sub, s)
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
	done.User, disabling = m.step(s.keepEnabled, !m.enabled, func() error { return d.disable(ctx, m.name) })
	done.Sessions, ending = m.step(s.keepSessions, false, func() error { return d.signOut(ctx, m.name) })
	if err := errors.Join(m.err, disabling, ending); err != nil {
		return done, fmt.Errorf("the table refuses the user; what remains is %s, and repeating is safe: %w", done.remains(), err)
	}
	return done, nil
}

// remains returns in words what is not done in Cognito.
func (s Suspension) remains() string {
	var list []string
	if s.User == Remains {
		list = append(list, "to disable the user in Cognito")
	}
	if s.Sessions == Remains {
		list = append(list, "to end the user's sessions there")
	}
	return strings.Join(list, " and ")
}

// Reinstate ends a suspension. It enables the user in Cognito if the suite had disabled
// the user, and then sets AUTHZ to active and clears the note. Until that last write the
// user gets no token. Without a client of the pool the note stays, so that a Reinstate
// with one can enable the user later. AtRev is its only option. Whatever fails, repeating
// the call is safe and completes it.
func (d *Directory) Reinstate(ctx context.Context, sub, by string, options ...SuspendOption) (Suspension, error) {
	seen, err := d.begin(ctx, sub, chosen(options))
	done := Suspension{Authz: seen, Table: Remains, User: Remains}
	if err != nil {
		return done, fmt.Errorf("reinstating: this call has done nothing: %w", err)
	}
	done.User = LeftOut
	if seen.Disabled {
		m := d.member(ctx, sub)
		done.User, err = m.step(false, m.enabled, func() error { return d.enable(ctx, m.name) })
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

func chosen(options []SuspendOption) (s suspending) {
	for _, option := range options {
		option(&s)
	}
	return s
}

// begin reads the row.
func (d *Directory) begin(ctx context.Context, sub string, s suspending) (Authz, error) {
	seen, err := d.Authz(ctx, sub)
	if err == nil && s.rev != nil && seen.Rev != *s.rev {
		err = fmt.Errorf("the row has rev %d, not %d: %w", seen.Rev, *s.rev, ErrConflict)
	}
	return seen, err
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

// username returns the user's name in the pool: PROFILE's, or the sub of a user without
// one, which finds everybody but users of a provider (API reference, AdminGetUser).
func (d *Directory) username(ctx context.Context, sub string) (string, error) {
	item, err := d.row(ctx, sub, table.ProfileRow, UsernameAttributes())
	if err != nil {
		return "", fmt.Errorf("reading the user name: %w", err)
	}
	if name, ok := item[usernameAttribute].(*types.AttributeValueMemberS); ok && name.Value != "" {
		return name.Value, nil
	}
	return sub, nil
}
