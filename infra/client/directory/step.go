package directory

import (
	"fmt"
	"strings"
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

// EvenUnseen suspends a user who has no row at all. A user whom the pool knows by this sub
// needs no option.
func EvenUnseen() SuspendOption { return func(s *suspending) { s.unseen = true } }

// step does one thing in the pool, unless it is left out, done already, or the user is not
// there. It does not return m.err.
func (m member) step(what string, leftOut, already bool, do func() error) (Step, error) {
	switch {
	case leftOut:
		return LeftOut, nil
	case m.err != nil:
		return Remains, nil
	case m.absent != "":
		return m.absent, nil
	case already:
		return Already, nil
	}
	switch err := do(); {
	case isGone(err):
		return NotInPool, nil
	case err != nil:
		return Remains, fmt.Errorf("%s: %w", what, err)
	}
	return Done, nil
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
