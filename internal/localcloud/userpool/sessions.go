package userpool

import (
	"maps"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey"
)

// challenge is a sign-in that waits for its next step. Nothing about a factor that it does
// not wait for is decided yet: each step judges the user and the settings as they are then.
type challenge struct {
	user     user // as it was then; without a sub it is a simulated one
	clientID string
	onPages  bool
	expires  time.Time
	// waitsFor are the steps that may go on with it, ChallengeNames as a rule.
	waitsFor []string
	// sent is the code that was sent, to address; the attribute is in sent.
	sent    code
	address string
	// second is set if the code is that of a second factor, setup if it makes one.
	second, setup bool
	// totp is the secret of a software token to set up; totpStep is the step of the code
	// that proved it, 0 before.
	totp     string
	totpStep int64
	source   string // of pre token generation, once the first factor is done
	// passkey is what an authenticator was asked for; device is the key of the device that
	// the sign-in names.
	passkey passkey.Ceremony
	device  string
	// stepUp is set if the request's level demands the second factor, also from a user who has
	// turned none on; began is when the first one was proven, zero for now.
	stepUp bool
	began  time.Time
	custom *custom
}

// wait returns a challenge with a new session, which lives for the client's
// AuthSessionValidity (API reference, CreateUserPoolClient).
func (p *Pool) wait(u user, client Client, c challenge, parameters map[string]string) authOutput {
	return authOutput{ChallengeName: c.waitsFor[0], ChallengeParameters: parameters, Session: p.newSession(u, client, c)}
}

func (p *Pool) newSession(u user, client Client, c challenge) string {
	session := secret()
	c.user, c.clientID, c.onPages, c.custom, c.expires = u.clone(), client.ID, client.onPages, client.custom, p.now().Add(client.sessionLife())
	c.device = client.device
	p.store.setChallenge(session, c)
	return session
}

// answered uses a session up: "session can only be used once" is seen in clients'
// reports. If prove refuses, the session stays, so that the user can type again (Amplify
// repeats a code with the same session). A changed password ends what the old one began.
func (p *Pool) answered(client Client, session, step, typed string, prove func(challenge, user) error) (challenge, user, error) {
	c, ok := p.store.takeChallenge(session)
	u, known := p.store.find(typed)
	switch {
	case !ok || c.clientID != client.ID || c.onPages != client.onPages || (c.custom == nil) != (client.custom == nil) || (c.user.sub != "" && (!known || u.sub != c.user.sub)):
		return c, u, notAuthorized("Invalid session for the user, session can only be used once.")
	case p.now().After(c.expires):
		return c, u, notAuthorized("Invalid session for the user, session is expired.")
	case !slices.Contains(c.waitsFor, step):
		p.store.setChallenge(session, c)
		return c, u, notAuthorized("Invalid session for the user.")
	case c.user.sub == "":
		u = c.user
	case u.password.Salt() != c.user.password.Salt():
		return c, u, errIncorrect()
	case u.status == resetRequired: // since then: none begins so, and without a password there is no salt
		return c, u, errResetRequired()
	}
	err := prove(c, u)
	switch {
	case err != nil:
		p.store.setChallenge(session, c)
	case u.sub != "" && !u.enabled && !slices.Contains([]string{"SELECT_CHALLENGE", byPassword, bySRP}, step):
		return c, u, errDisabled() // a choice proves nothing yet
	}
	return c, u, err
}

// setChallenge also forgets, each time that there are twice as many, what nobody has answered
// in time: a load test begins more sign-ins than it ends.
func (s *store) setChallenge(session string, c challenge) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.challenges) >= s.sweepAt {
		maps.DeleteFunc(s.challenges, func(_ string, c challenge) bool { return s.now().After(c.expires) })
		s.sweepAt = 2*len(s.challenges) + 1000
	}
	s.challenges[session] = c
}

// takeChallenge returns a challenge once, also among concurrent calls.
func (s *store) takeChallenge(session string) (challenge, bool) {
	return take(s, s.challenges, session)
}

// waiting returns the sign-in of a session, without using it; a zero one if there is none.
func (s *store) waiting(session string) challenge { c, _ := get(s, s.challenges, session); return c }
