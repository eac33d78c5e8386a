package history

import (
	"fmt"
	"maps"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/sweep"
)

// The Cognito statuses that a history reaches.
const (
	unconfirmed   = "UNCONFIRMED"
	confirmed     = "CONFIRMED"
	forceChange   = "FORCE_CHANGE_PASSWORD"
	resetRequired = "RESET_REQUIRED"
	external      = "EXTERNAL_PROVIDER"
)

// state is a user from a moment on. It never changes.
type state struct {
	from       time.Time
	username   string
	attributes map[string]string
	status     string
	disabled   bool
	modified   time.Time
	gone       bool
}

// user is a user of the pool with all states in which the sub ever was.
type user struct {
	sub      string
	states   []state // oldest first
	session  bool    // there is a refresh token
	signIns  int64   // the real number of sign-ins
	erased   bool    // an operator had the rows removed
	roles    []string
	suspends bool
}

func (p *user) now() state { return p.states[len(p.states)-1] }

func (p *user) alive() bool { return !p.now().gone }

// at returns the state at a moment, false before the first state.
func (p *user) at(moment time.Time) (state, bool) {
	for i := len(p.states) - 1; i >= 0; i-- {
		if !p.states[i].from.After(moment) {
			return p.states[i], !p.states[i].gone
		}
	}
	return state{}, false
}

// change adds a state that differs by f from the present one.
func (p *user) change(now time.Time, f func(*state)) {
	next := p.now()
	next.attributes = maps.Clone(next.attributes)
	next.from, next.modified = now, now
	f(&next)
	p.states = append(p.states, next)
}

// pool remembers all users, in the order of their creation.
type pool struct {
	users []*user
	bySub map[string]*user
}

// called returns the present user with the name, or nil.
func (p *pool) called(username string) *user {
	for i := len(p.users) - 1; i >= 0; i-- {
		if q := p.users[i]; q.now().username == username && q.alive() {
			return q
		}
	}
	return nil
}

// former returns the last deleted user with the name.
func (p *pool) former(username string) *user {
	for i := len(p.users) - 1; i >= 0; i-- {
		if q := p.users[i]; q.now().username == username && !q.alive() {
			return q
		}
	}
	return nil
}

// create makes a new user. custom:team says whose row a row is, since names and addresses
// pass from user to user.
func (p *pool) create(now time.Time, username, email, status string, verified bool) *user {
	sub := fmt.Sprintf("sub-%02d", len(p.users)+1)
	q := &user{sub: sub, states: []state{{
		from: now, username: username, status: status, modified: now,
		attributes: map[string]string{
			"sub": sub, "email": email, "email_verified": fmt.Sprint(verified), "name": username, "custom:team": sub,
		},
	}}}
	p.users = append(p.users, q)
	if p.bySub == nil {
		p.bySub = map[string]*user{}
	}
	p.bySub[sub] = q
	return q
}

// shown returns a state as the API shows it.
func (q *user) shown(s state) sweep.User {
	return sweep.User{
		Sub: q.sub, Username: s.username, Attributes: s.attributes, Disabled: s.disabled, Status: s.status, ModifiedAt: s.modified,
	}
}
