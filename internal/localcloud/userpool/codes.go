package userpool

import (
	"cmp"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// The validity of codes: a sign-up code 24 hours, a reset code one hour (guide, "Quotas in
// Amazon Cognito").
const (
	codeLife      = 24 * time.Hour // to confirm a sign-up or to prove an address
	resetCodeLife = time.Hour
)

// code is what the pool would have mailed to a user: a six-digit code, or the temporary
// password of an invitation.
type code struct {
	value     string
	purpose   string // "signup", "signin", "reset", "invitation" or "attribute"
	attribute string // where it went; its use verifies this attribute,
	address   string // if it still has this value
	expires   time.Time
}

// replaces reports whether a new code ends an older one. A user has one code for each
// address and one for each other purpose.
func (c code) replaces(old code) bool {
	return c.purpose == old.purpose && (c.purpose != "attribute" || c.attribute == old.attribute)
}

// Code returns what the last message to a user carried: the code of a sign-up, of a
// password reset or of a new address, or an invitation's temporary password. username is
// any name that the user signs in with. Code returns false if no message was sent or its
// code has been used. Codes are random, so a client has to ask the pool for them.
func (p *Pool) Code(username string) (string, bool) {
	u, _ := p.store.find(username) // nobody has no codes
	c, ok := p.store.code(u.username, func(code) bool { return true })
	return c.value, ok
}

// sendCode sends a code for a user's attribute and returns what the operation tells the
// client about it.
func (p *Pool) sendCode(u user, purpose, attribute string, why occasion) (*codeDelivery, error) {
	life := codeLife
	if purpose == "reset" {
		life = resetCodeLife
	}
	value := u.attributes[attribute]
	if purpose == "attribute" {
		value = cmp.Or(u.waiting[attribute], value)
	}
	err := p.send(u, code{value: p.digits(6), purpose: purpose, attribute: attribute, address: value, expires: p.now().Add(life)}, why)
	if err != nil {
		return nil, err
	}
	return describeDelivery(attribute, value), nil
}

// checkCode refuses a wrong or expired code. attribute is "" if the purpose says enough.
// A right code stays valid until dropCodes, so that a failing step can be repeated.
func (p *Pool) checkCode(username, purpose, attribute, given string) (code, error) {
	c, ok := p.store.code(username, func(c code) bool {
		return c.purpose == purpose && (attribute == "" || c.attribute == attribute)
	})
	switch {
	case !ok:
		return code{}, errCodeExpired()
	case subtle.ConstantTimeCompare([]byte(c.value), []byte(given)) != 1:
		return code{}, errCodeMismatch()
	case p.now().After(c.expires):
		return code{}, errCodeExpired()
	}
	return c, nil
}

// takeCode takes a code once, also among concurrent calls.
func (s *store) takeCode(username string, c code) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.fold(username)
	at := slices.Index(s.codes[key], c)
	if at >= 0 {
		s.codes[key] = slices.Delete(s.codes[key], at, at+1)
	}
	return at >= 0
}

// code returns the newest of a user's codes that is wanted.
func (s *store) code(username string, wanted func(code) bool) (code, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range slices.Backward(s.codes[s.fold(username)]) {
		if wanted(c) {
			return c, true
		}
	}
	return code{}, false
}

// setCode keeps a code, unless its user is gone.
func (s *store) setCode(u user, c code) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.fold(u.username)
	if now := s.users[key]; now == nil || now.sub != u.sub {
		return false
	}
	s.codes[key] = append(slices.DeleteFunc(s.codes[key], c.replaces), c)
	return true
}

// dropCodes removes the codes that a confirmed user, or one with a new password, no
// longer needs.
func (s *store) dropCodes(username string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.fold(username)
	s.codes[key] = slices.DeleteFunc(s.codes[key], func(c code) bool { return c.purpose != "attribute" })
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

// maskEmail masks as AWS does: j***@e***.
func maskEmail(address string) string {
	local, domain, _ := cutLast(address, "@")
	return firstRune(local) + "***@" + firstRune(domain) + "***"
}

func maskPhone(number string) string { return "+*******" + number[max(0, len(number)-4):] }

func firstRune(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[:size]
}

// digits returns a new code of so many digits.
func (p *Pool) digits(n int) string {
	if p.fixedCode != "" {
		return p.fixedCode
	}
	drawn := fmt.Sprintf("%019d", binary.BigEndian.Uint64(randomBytes(8))) // the first digits are not used: they are uneven
	return drawn[len(drawn)-n:]
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// secret returns an unguessable string: a session or a refresh token.
func secret() string { return rand.Text() + rand.Text() }

// newUUID returns a version 4 UUID, the form of subs and event ids.
func newUUID() string {
	return asUUID(randomBytes(16))
}

func asUUID(b []byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
