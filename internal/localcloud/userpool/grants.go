package userpool

import (
	"cmp"
	"fmt"
	"time"
)

// selfService is the only scope of a sign-in through the API (guide,
// "Understanding the access token").
const selfService = "aws.cognito.signin.user.admin"

// grant is a signed-in session, which a refresh token stands for.
type grant struct {
	// username finds the user, who must still be the one with this sub.
	username, sub, clientID, originJTI string
	authTime, expires                  time.Time
	created, used                      time.Time
	visit                              string // the id of the SSO session that it came through
	scopes                             []string
	// hosted is set for a session of managed login or a provider; its access tokens say
	// "version": 2.
	hosted bool
	// nonce goes into the first ID token (OpenID Connect Core, section 12.2: not into a
	// refreshed one).
	nonce string
	// resource is the audience that the app asked for; "" leaves it out. It holds for each
	// refresh.
	resource string
	// device is the key of the session's device, confirmed or offered; "" if the pool
	// remembers none and for a session of the pages.
	device    string
	forgotten bool // the device is
	// acr is the level of the sign-in and amr its methods, which hold for each refresh; "" and
	// nil leave the claims out.
	acr string
	amr []string
	// rotated is when a successor replaced this token; zero while the token is current.
	rotated time.Time
	// second is the same for all refresh tokens of one WithSecondToken; "" for an app's.
	second string
}

func (p *Pool) newGrant(u user, client Client, scopes []string, hosted bool) grant {
	now := p.now()
	return grant{
		username: u.username, sub: u.sub, clientID: client.ID, originJTI: newUUID(), scopes: scopes, hosted: hosted,
		authTime: now, created: now, used: now, expires: now.Add(client.refreshLife()),
	}
}

// grantOf returns the session of a refresh token. A rotated token is accepted for the
// grace period (guide, "Refresh tokens") and causes RefreshTokenReuseException later (API
// reference, GetTokensFromRefreshToken).
func (p *Pool) grantOf(token string, client Client) (grant, error) {
	g, ok := p.store.grant(token)
	switch {
	case !ok || g.clientID != client.ID || !p.fromItsDevice(g, client):
		return grant{}, notAuthorized("Invalid Refresh Token")
	case !p.now().Before(g.expires):
		return grant{}, notAuthorized("Refresh Token has expired")
	case g.replaced(p.now(), client.RefreshGrace):
		return grant{}, errReuse()
	}
	p.store.touch(token)
	return g, nil
}

func (g grant) replaced(now time.Time, grace time.Duration) bool {
	return !g.rotated.IsZero() && !now.Before(g.rotated.Add(grace))
}

func errReuse() *APIError {
	return refuse("RefreshTokenReuseException", "Refresh token has been replaced by rotation and its grace period is over")
}

// rotate replaces a refresh token once: of two concurrent refreshes without a grace
// period the second is refused. The new token ends when the old one would have (guide,
// "Refresh tokens", refresh token rotation).
func (p *Pool) rotate(token string, client Client) (string, error) {
	s, now := p.store, p.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.grants[token]
	if old == nil || old.replaced(now, client.RefreshGrace) {
		return "", errReuse()
	}
	next := *old
	next.rotated = time.Time{}
	if old.rotated.IsZero() {
		old.rotated = now
	}
	fresh := secret()
	s.grants[fresh] = &next
	return fresh, nil
}

// touch notes that a session is used.
func (s *store) touch(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.grants[token]; g != nil {
		g.used = s.now()
	}
}

func (s *store) grant(token string) (grant, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.grants[token]; g != nil {
		return *g, true
	}
	return grant{}, false
}

func (s *store) addGrant(g grant) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tracking.on {
		s.evict(g.sub)
	}
	token := secret()
	s.grants[token] = &g
	return token
}

// isRevoked reports whether the session of a token has ended.
func (s *store) isRevoked(jti, originJTI string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.revoked[cmp.Or(originJTI, s.origins[jti])]
}

// withoutOrigin takes origin_jti out of both tokens of an app client without token
// revocation (guide, "Ending user sessions with token revocation"), and remembers it:
// GlobalSignOut still ends the session.
func (s *store) withoutOrigin(id, access map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, token := range []map[string]any{id, access} {
		s.origins[fmt.Sprint(token["jti"])] = fmt.Sprint(access["origin_jti"])
	}
	delete(id, "origin_jti")
	delete(access, "origin_jti")
}
