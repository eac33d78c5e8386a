package userpool

import (
	"cmp"
	"crypto/subtle"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// departureLife is how long a browser may stay away (guide, "OIDC user pool IdP
// authentication flow": "5 minutes").
const departureLife = 5 * time.Minute

// departure is a browser that has gone to a provider: what its state stands for.
type departure struct {
	provider string
	query    url.Values // of the request for a code
	browser  string     // the cookie of the forms
	expires  time.Time
	// A page on this machine leaves its answer, for the code alone; a real provider is asked.
	answer *federation.Answer
	code   string
	login  federation.Login
}

// depart keeps what a browser's state stands for. The browser must have a cookie.
func (s *store) depart(state string, d departure) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.departures, func(_ string, old departure) bool { return !s.now().Before(old.expires) })
	d.expires = s.now().Add(departureLife)
	s.departures[state] = d
}

// arrive returns what a state stands for, once, and only to the browser that departed.
// Another browser does not use it up.
func (s *store) arrive(state, browser string) (departure, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, known := s.departures[state]
	if !known || browser == "" || subtle.ConstantTimeCompare([]byte(d.browser), []byte(browser)) != 1 {
		return departure{}, false
	}
	delete(s.departures, state)
	return d, s.now().Before(d.expires)
}

// stateOf returns the state that a provider of either kind returns.
func stateOf(q url.Values) string { return cmp.Or(q.Get("state"), q.Get("RelayState")) }

// chosen returns the provider that a request for a code names, by either of its names (guide,
// "Authorize endpoint", identity_provider and idp_identifier); a zero one if none, and one
// with the name COGNITO for the pool's own users.
func (p *Pool) chosen(a authorization) (identityProvider, error) {
	name, identifier := a.query.Get("identity_provider"), a.query.Get("idp_identifier")
	if name == "" && identifier == "" {
		return identityProvider{}, nil
	}
	found, known := p.store.provider(name)
	switch {
	case name == federation.Native:
		found.Name, known = name, true
	case name == "":
		found, known = p.store.providerWith(identifier)
	}
	if !known || !a.client.supports(found.Name) {
		return identityProvider{}, &oauthError{"invalid_request", "the app client does not support this identity provider"}
	}
	return found, nil
}

// leaveFor sends the browser to a provider: to its own page, or to the one that stands in its
// place.
func (p *Pool) leaveFor(w http.ResponseWriter, r *http.Request, a authorization, provider identityProvider) {
	if !provider.IsReal() {
		redirect(w, r, somebodyPath+"?"+a.query.Encode())
		return
	}
	others := url.Values{} // guide, "Authorize endpoint", login_hint and prompt
	for name, value := range map[string]string{"login_hint": a.loginHint, "prompt": strings.Join(a.prompt, " ")} {
		if value != "" {
			others.Set(name, value)
		}
	}
	state := secret()
	to, login, err := provider.Leave(r.Context(), callbackOf(r, provider), state, others)
	if err != nil {
		redirect(w, r, a.refusal(federationError(invalidParameter("%s: %v", provider.Name, err))))
		return
	}
	p.store.depart(state, departure{provider: provider.Name, query: a.query, browser: p.cookieOfForms(w, r), login: login})
	redirect(w, r, to)
}

// callbackOf returns where the provider sends the browser back to, at the host where its
// cookies are.
func callbackOf(r *http.Request, provider identityProvider) string {
	to := url.URL{Scheme: "http", Host: r.Host, Path: provider.Callback()}
	if r.TLS != nil {
		to.Scheme = "https"
	}
	return to.String()
}

// serveIdpResponse completes a sign-in when a browser comes back from a provider (guide,
// "User pool endpoints and managed login reference"). A state that this browser did not leave
// with is refused on a page: there is no app to return to.
func (p *Pool) serveIdpResponse(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	d, ok := p.store.arrive(stateOf(q), p.browserOf(r))
	provider, known := p.store.provider(d.provider)
	a, err := p.authorization(d.query)
	if !ok || !known || err != nil || provider.Callback() != r.URL.Path {
		p.fail(w, http.StatusBadRequest, "This sign-in cannot be completed",
			"It took longer than five minutes, was completed already, or began in another browser. Go back to the app and start again.")
		return
	}
	u, err := p.arrived(r, provider, d, a.client)
	if err != nil {
		redirect(w, r, a.refusal(federationError(err)))
		return
	}
	// "A default placeholder" (guide, "Authentication levels with ACR and AMR claims").
	p.answerApp(w, r, a, p.enter(w, r, u, time.Time{}, provider.Name, []string{"fed"}), false)
}

// arrived returns the user of a browser that came back.
func (p *Pool) arrived(r *http.Request, provider identityProvider, d departure, client Client) (user, error) {
	answer, err := p.answerOf(r, provider, d)
	if err != nil {
		return user{}, err
	}
	return p.federatedUser(provider.Name, answer, client)
}

func (p *Pool) answerOf(r *http.Request, provider identityProvider, d departure) (federation.Answer, error) {
	q := r.URL.Query()
	code := cmp.Or(q.Get("code"), q.Get("SAMLResponse"))
	switch refused := q.Get("error"); {
	case refused == "access_denied":
		return federation.Answer{}, &oauthError{refused, "the user did not sign in at " + provider.Name}
	case refused != "":
		return federation.Answer{}, invalidParameter("%s refused the sign-in: %s", provider.Name, refused)
	case d.answer != nil && subtle.ConstantTimeCompare([]byte(code), []byte(d.code)) == 1 && !provider.IsReal():
		return *d.answer, nil
	case d.answer != nil:
		return federation.Answer{}, invalidParameter("%s: the code is not that of this sign-in", provider.Name)
	}
	answer, err := provider.Arrive(r.Context(), callbackOf(r, provider), code, q.Get("iss"), d.login, p.now)
	if err != nil {
		return federation.Answer{}, invalidParameter("%s: %v", provider.Name, err)
	}
	return answer, nil
}

// federationError is a refusal as the app's redirect has it (amplify-js#3778 and others: of
// a trigger, and of everything else, invalid_request; the description ends with a blank).
func federationError(err error) *oauthError {
	refusal := oauthErrorOf(err)
	if refusal.Code == "invalid_grant" || refusal.Code == "invalid_request" {
		return &oauthError{"invalid_request", refusal.Description + " "}
	}
	return refusal
}
