package userpool

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"time"
)

// Lives of what the pool hands out. guide, "Quotas in Amazon Cognito": a
// sign-up code lives 24 hours, a reset code one hour. API reference,
// UserPoolClientType: AuthSessionValidity is 3 minutes by default.
const (
	signUpCodeLife = 24 * time.Hour
	resetCodeLife  = time.Hour
	sessionLife    = 3 * time.Minute
)

// code is the last thing that the pool would have mailed to a user: a six-digit
// code, or the temporary password of an invitation.
type code struct {
	value     string
	purpose   string // "signup", "reset" or "invitation"
	attribute string // where it went, and what its use verifies
	expires   time.Time
}

// challenge is a sign-in that waits for its second step.
type challenge struct {
	username, clientID string
	expires            time.Time
}

// Code gives what the last message to a user carried: the code of a sign-up or
// of a password reset, or an invitation's temporary password. The name may be
// whatever the user signs in with. It is false when no message was sent, or when
// its code has been used. Codes are random: nobody who cannot ask the pool can
// know one.
func (p *Pool) Code(username string) (string, bool) {
	u, ok := p.store.find(username)
	if !ok {
		return "", false
	}
	c, ok := p.store.code(u.username)
	return c.value, ok
}

// sendCode makes a code for a user's attribute and answers what SignUp and its
// kind tell the client about it.
func (p *Pool) sendCode(u user, purpose, attribute string) *codeDelivery {
	life := signUpCodeLife
	if purpose == "reset" {
		life = resetCodeLife
	}
	p.mail(u, code{value: sixDigits(), purpose: purpose, attribute: attribute, expires: p.now().Add(life)})
	return describeDelivery(attribute, u.attributes[attribute])
}

// mail keeps what a message to the user carries.
func (p *Pool) mail(u user, c code) {
	p.store.setCode(u.username, c)
	p.onMail(u.username, c.purpose, c.value)
}

// checkCode refuses a wrong or old code. A right one stays, so that a failing
// step can be tried again; dropCode ends it.
func (p *Pool) checkCode(username, purpose, given string) (code, error) {
	c, ok := p.store.code(username)
	switch {
	case !ok || c.purpose != purpose:
		return code{}, errCodeExpired()
	case subtle.ConstantTimeCompare([]byte(c.value), []byte(given)) != 1:
		return code{}, errCodeMismatch()
	case p.now().After(c.expires):
		return code{}, errCodeExpired()
	}
	return c, nil
}

// useCode is checkCode for a code that counts once, however many ask at the same
// time.
func (p *Pool) useCode(username, purpose, given string) error {
	c, err := p.checkCode(username, purpose, given)
	if err != nil {
		return err
	}
	if !p.store.takeCode(username, c) {
		return errCodeExpired()
	}
	return nil
}

func (s *store) takeCode(username string, c code) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	held := s.codes[s.fold(username)] == c
	if held {
		delete(s.codes, s.fold(username))
	}
	return held
}

func (s *store) code(username string) (code, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.codes[s.fold(username)]
	return c, ok
}

func (s *store) setCode(username string, c code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[s.fold(username)] = c
}

func (s *store) dropCode(username string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.codes, s.fold(username))
}

func (s *store) setChallenge(session string, c challenge) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.challenges[session] = c
}

// takeChallenge gives a challenge once: a session cannot be used again.
func (s *store) takeChallenge(session string) (challenge, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.challenges[session]
	delete(s.challenges, session)
	return c, ok
}

// codeDelivery is the API's CodeDeliveryDetails.
type codeDelivery struct {
	AttributeName, DeliveryMedium, Destination string
}

func describeDelivery(attribute, value string) *codeDelivery {
	if attribute == "phone_number" {
		return &codeDelivery{attribute, "SMS", maskPhone(value)}
	}
	return &codeDelivery{attribute, "EMAIL", maskEmail(value)}
}

// maskEmail masks as AWS reports it: j***@e***.
func maskEmail(address string) string {
	local, domain, _ := cutLast(address, "@")
	return firstRune(local) + "***@" + firstRune(domain) + "***"
}

func maskPhone(number string) string {
	return "+*******" + number[max(0, len(number)-4):]
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func sixDigits() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(fmt.Sprintf("no randomness: %v", err)) // crypto/rand never fails since Go 1.24
	}
	return fmt.Sprintf("%06d", n.Int64())
}

// secret is an unguessable opaque string: a session or a refresh token.
func secret() string {
	b := make([]byte, 48)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// newUUID is a version 4 UUID, the form that subs and event ids have.
func newUUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
