package history

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/table"
)

// step is one thing that happens. It can be taken in any world: if what it names is
// missing, nothing happens. So a part of a history is a history.
type step struct {
	what kind
	who  int  // which of names
	of   int  // an address, another of names, roles, or a variant of the step
	fate fate // of the post trigger's event
	next fate // of the pre token generation's event
	wait time.Duration
	plan *plan // of a sweep
}

type kind string

const (
	signUp        kind = "signs up"
	confirm       kind = "confirms the sign-up"
	adminConfirm  kind = "is confirmed by an administrator"
	adminCreate   kind = "is created by an administrator"
	imports       kind = "is imported"
	federate      kind = "comes from the provider"
	signIn        kind = "signs in"
	refresh       kind = "refreshes the tokens"
	rename        kind = "changes the name"
	readdress     kind = "changes the address"
	swap          kind = "swaps addresses with"
	disable       kind = "is disabled"
	enable        kind = "is enabled"
	remove        kind = "is deleted"
	resetPassword kind = "resets the password"
	grant         kind = "is granted roles"
	grantFormer   kind = "is granted roles after all, by a server that has not heard"
	suspend       kind = "is suspended"
	erase         kind = "is erased by an operator"
	wait          kind = "passes"
	sweeps        kind = "sweep"
)

// names are the user names that users share, one after the other. A provider's users have
// names of their own.
var names = []string{"ada", "bea", "cyd"}

// addresses are shared as well.
var addresses = []string{"a@example.com", "b@example.com", "c@example.com", "d@example.com"}

var roles = [][]string{nil, {"reader"}, {"editor", "reader"}, {"admin"}}

// providers have the users without a password.
var providers = []string{"google", "workforce"}

func (s step) username() string {
	name := fmt.Sprintf("person-%04d", s.who)
	if s.who < len(names) {
		name = names[s.who]
	}
	if s.what == federate {
		return providers[s.of%len(providers)] + "_" + name
	}
	return name
}

// String returns the step as a sentence.
func (s step) String() string {
	switch s.what {
	case wait:
		return fmt.Sprintf("%v passes", s.wait)
	case sweeps:
		return s.plan.String()
	}
	said := s.username() + " " + string(s.what)
	switch s.what {
	case swap:
		said += " " + names[s.of%len(names)]
	case signUp, adminCreate, imports, readdress, federate:
		said += " (" + addresses[s.of%len(addresses)] + ")"
	case grant, grantFormer:
		said += fmt.Sprintf(" (%s)", strings.Join(roles[s.of%len(roles)], ", "))
	}
	return said
}

// take takes the step. Every step takes a tenth of a second.
func (w *world) take(s step) {
	w.advance(100 * time.Millisecond)
	w.tell("%v", s)
	switch s.what {
	case wait:
		w.advance(s.wait)
		return
	case sweeps:
		w.sweep(s.plan)
		return
	}
	q := w.pool.called(s.username())
	switch {
	case q == nil && s.creates():
		w.create(s)
	case q != nil && !s.creates() || s.what == federate:
		w.happens(q, s)
	case s.what == grantFormer:
		w.grant(w.pool.former(s.username()), s)
	default:
		w.tell("    (nothing: no user has the name, or one has)")
	}
}

func (s step) creates() bool {
	switch s.what {
	case signUp, adminCreate, imports, federate:
		return true
	}
	return false
}

// create makes a user in one of the four ways, and fires what Cognito fires. The mirror
// hears only of the provider's user.
func (w *world) create(s step) {
	address := addresses[s.of%len(addresses)]
	switch s.what {
	case signUp:
		w.pool.create(w.now, s.username(), address, unconfirmed, false)
	case adminCreate:
		w.pool.create(w.now, s.username(), address, forceChange, s.of%2 == 0)
	case imports:
		w.pool.create(w.now, s.username(), address, resetRequired, true)
	case federate:
		q := w.pool.create(w.now, s.username(), address, external, false)
		q.session, q.signIns = true, 1
		w.fire(q, "PostConfirmation_ConfirmSignUp", s.fate)
		w.fire(q, "TokenGeneration_HostedAuth", s.next)
	}
}

// happens takes a step of a present user.
func (w *world) happens(q *user, s step) {
	switch s.what {
	case confirm, adminConfirm, resetPassword:
		w.confirms(q, s)
	case signIn, federate, refresh:
		w.enters(q, s)
	case rename, readdress, swap:
		w.changes(q, s)
	case disable, enable, remove:
		w.administered(q, s)
	default:
		w.served(q, s)
	}
}

// confirms: PostConfirmation fires for a confirmed sign-up, and for a reset.
func (w *world) confirms(q *user, s step) {
	status := q.now().status
	switch {
	case s.what == resetPassword && q.now().attributes["email_verified"] == "true" && !q.now().disabled && (status == confirmed || status == resetRequired):
		q.change(w.now, func(s *state) { s.status = confirmed })
		w.fire(q, "PostConfirmation_ConfirmForgotPassword", s.fate)
	case s.what != resetPassword && status == unconfirmed:
		q.change(w.now, func(next *state) {
			next.status = confirmed
			if s.what == confirm {
				next.attributes["email_verified"] = "true"
			}
		})
		w.fire(q, "PostConfirmation_ConfirmSignUp", s.fate)
	default:
		w.tell("    (nothing: is %s)", status)
	}
}

// enters: PostAuthentication and pre token generation fire, for a refresh only the
// second. A provider's attributes overwrite the user's at every sign-in.
func (w *world) enters(q *user, s step) {
	now := q.now()
	source := "TokenGeneration_Authentication"
	switch {
	case now.disabled, s.what == refresh && !q.session, s.what == signIn && (now.status == unconfirmed || now.status == resetRequired):
		w.tell("    (nothing: is %s, disabled %v, session %v)", now.status, now.disabled, q.session)
		return
	case s.what == refresh:
		w.fire(q, "TokenGeneration_RefreshTokens", s.next)
		return
	case s.what == federate:
		source = "TokenGeneration_HostedAuth"
		q.change(w.now, func(next *state) { next.attributes["email"] = addresses[s.of%len(addresses)] })
	case now.status == forceChange:
		source = "TokenGeneration_NewPasswordChallenge"
		q.change(w.now, func(next *state) { next.status = confirmed })
	}
	q.session = true
	q.signIns++
	w.fire(q, "PostAuthentication_Authentication", s.fate)
	w.fire(q, source, s.next)
}

// changes: a change of attributes fires nothing.
func (w *world) changes(q *user, s step) {
	switch s.what {
	case rename:
		q.change(w.now, func(next *state) { next.attributes["name"] = fmt.Sprintf("%s %d", q.sub, len(q.states)) })
	case readdress:
		q.change(w.now, func(next *state) {
			next.attributes["email"], next.attributes["email_verified"] = addresses[s.of%len(addresses)], fmt.Sprint(s.of%2 == 0)
		})
	case swap:
		other := w.pool.called(names[s.of%len(names)])
		if other == nil || other == q {
			w.tell("    (nothing: with no other user)")
			return
		}
		mine, theirs := q.now().attributes["email"], other.now().attributes["email"]
		q.change(w.now, func(next *state) { next.attributes["email"] = theirs })
		other.change(w.now, func(next *state) { next.attributes["email"] = mine })
	}
}

// administered: disabling and deleting fire nothing.
func (w *world) administered(q *user, s step) {
	switch s.what {
	case disable:
		q.session = false
		q.change(w.now, func(next *state) { next.disabled = true })
	case enable:
		q.change(w.now, func(next *state) { next.disabled = false })
	case remove:
		q.session = false
		q.change(w.now, func(next *state) { next.gone = true })
	}
}

// served takes a step of the team's own server or its operators.
func (w *world) served(q *user, s step) {
	switch s.what {
	case grant:
		w.grant(q, s)
	case suspend:
		q.suspends = true
		w.setAuthz(q)
	case erase:
		q.erased = true
		rows := s.of % 4
		w.ledger.eraseSome(key(q.sub), w.now, rows)
		if rows == 3 {
			break
		}
		w.tell("    killed after %d of three rows, and repeated", rows)
		w.later(time.Minute, func() { _ = w.ledger.Erase(context.Background(), key(q.sub), w.now) })
	}
}

func (w *world) grant(q *user, s step) {
	if q == nil {
		w.tell("    (nothing: no user ever had the name)")
		return
	}
	q.roles, q.suspends = roles[s.of%len(roles)], false
	w.setAuthz(q)
}

func (w *world) setAuthz(q *user) {
	authz := table.Authz{Roles: q.roles, Status: table.Active}
	if q.suspends {
		authz.Status = table.Suspended
	}
	_ = w.ledger.Grant(context.Background(), key(q.sub), authz)
}
