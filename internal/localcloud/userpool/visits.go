package userpool

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// The validity of a code and of the cookie of a signed-in browser (guide, "User pool
// endpoints and managed login reference": the code 5 minutes, the cookie 1 hour).
const (
	authorizationCodeLife = 5 * time.Minute
	visitLife             = time.Hour
)

// visit is a browser that is signed in to the hosted pages. It outlives GlobalSignOut, not
// its user (API reference, GlobalSignOut: it "doesn't clear the managed login session
// cookie").
type visit struct {
	username, sub  string
	id             string // of the SSO session
	began, expires time.Time
	amr            []string // as in the claim
	provider       string   // COGNITO for a user of the pool
}

// authorized is what an authorization code stands for (RFC 6749, section 4.1.3; RFC 7636,
// section 4.6): the session to open, and to whom alone.
type authorized struct {
	grant
	redirect, challenge string
	expires             time.Time
	used                bool
}

// visitCookie has the pool in its name: a browser sends cookies to every port of a host.
func (p *Pool) visitCookie() string { return "cognito-" + p.cfg().ID }

func (p *Pool) setCookie(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: maxAge, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// enter signs a browser in that proved its first factor at began, zero for now. A cookie from
// before is not kept, so that nobody can plant one.
func (p *Pool) enter(w http.ResponseWriter, r *http.Request, u user, began time.Time, provider string, methods []string) visit {
	p.leave(w, r)
	token, now := secret(), p.now()
	if began.IsZero() {
		began = now
	}
	v := visit{u.username, u.sub, sessionID("sso", token), began, now.Add(visitLife), methods, provider}
	set(p.store, p.store.visits, token, v)
	p.setCookie(w, p.visitCookie(), token, int(visitLife/time.Second))
	return v
}

// leave signs a browser out.
func (p *Pool) leave(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie(p.visitCookie())
	if err != nil {
		return
	}
	take(p.store, p.store.visits, cookie.Value)
	p.setCookie(w, p.visitCookie(), "", -1)
}

// visitOf returns the browser's sign-in, if its user still is and is enabled, and if it had
// every factor that the settings demand now.
func (p *Pool) visitOf(r *http.Request) (visit, bool) {
	cookie, err := r.Cookie(p.visitCookie())
	if err != nil {
		return visit{}, false
	}
	v, ok := get(p.store, p.store.visits, cookie.Value)
	u, known := p.store.find(v.username)
	// The users of a provider are asked by it (guide, "Adding MFA to a user pool").
	asked := v.provider != federation.Native || slices.Contains(v.amr, "mfa") || !p.mfaSettings().demandsSecond(u)
	return v, ok && known && u.sub == v.sub && u.enabled && asked && p.now().Before(v.expires)
}

// dropVisits ends what a deleted user's browsers and codes may do, so that the next user
// with the name does not get it.
func (s *store) dropVisits(key string) {
	maps.DeleteFunc(s.visits, func(_ string, v visit) bool { return s.fold(v.username) == key })
	maps.DeleteFunc(s.authorized, func(_ string, a authorized) bool { return s.fold(a.username) == key })
}

func (s *store) addAuthorized(a authorized) string {
	code := newUUID() // the form of AWS's codes
	set(s, s.authorized, code, a)
	return code
}

// takeAuthorized returns what a code stands for, once. A second use ends the session of the
// first one: one of the two has stolen the code (RFC 6749, sections 4.1.2
// and 10.5). AWS does not say what it does then.
func (s *store) takeAuthorized(code string) (authorized, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, ok := s.authorized[code]
	if !ok {
		return a, false
	}
	if a.used {
		s.end(a.originJTI)
		return a, false
	}
	used := a
	used.used = true
	s.authorized[code] = used
	return a, true
}
