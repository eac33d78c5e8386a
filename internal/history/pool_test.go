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

// person is a user with all states in which the sub ever was.
type person struct {
	sub      string
	states   []state // oldest first
	session  bool    // there is a refresh token
	signIns  int64   // the real number of sign-ins
	erased   bool    // an operator had the rows removed
	roles    []string
	suspends bool
}

func (p *person) now() state { return p.states[len(p.states)-1] }

func (p *person) alive() bool { return !p.now().gone }

// at returns the state at a moment, false before the first state.
func (p *person) at(moment time.Time) (state, bool) {
	for i := len(p.states) - 1; i >= 0; i-- {
		if !p.states[i].from.After(moment) {
			return p.states[i], !p.states[i].gone
		}
	}
	return state{}, false
}

// change adds a state that differs by f from the present one.
func (p *person) change(now time.Time, f func(*state)) {
	next := p.now()
	next.attributes = maps.Clone(next.attributes)
	next.from, next.modified = now, now
	f(&next)
	p.states = append(p.states, next)
}

// pool remembers all users, in the order of their creation.
type pool struct {
	people []*person
	bySub  map[string]*person
}

// called returns the present user with the name, or nil.
func (p *pool) called(username string) *person {
	for i := len(p.people) - 1; i >= 0; i-- {
		if q := p.people[i]; q.now().username == username && q.alive() {
			return q
		}
	}
	return nil
}

// former returns the last deleted user with the name.
func (p *pool) former(username string) *person {
	for i := len(p.people) - 1; i >= 0; i-- {
		if q := p.people[i]; q.now().username == username && !q.alive() {
			return q
		}
	}
	return nil
}

// create makes a new user. custom:team says whose row a row is, since names and addresses
// pass from user to user.
func (p *pool) create(now time.Time, username, email, status string, verified bool) *person {
	sub := fmt.Sprintf("sub-%02d", len(p.people)+1)
	q := &person{sub: sub, states: []state{{
		from: now, username: username, status: status, modified: now,
		attributes: map[string]string{
			"sub": sub, "email": email, "email_verified": fmt.Sprint(verified), "name": username, "custom:team": sub,
		},
	}}}
	p.people = append(p.people, q)
	if p.bySub == nil {
		p.bySub = map[string]*person{}
	}
	p.bySub[sub] = q
	return q
}

// shown returns a state as the API shows it.
func (q *person) shown(s state) sweep.User {
	return sweep.User{
		Sub: q.sub, Username: s.username, Attributes: s.attributes, Disabled: s.disabled, Status: s.status, ModifiedAt: s.modified,
	}
}
