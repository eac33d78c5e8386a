package userpool

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// serveAuthorize serves GET /oauth2/authorize: a signed-in browser gets its answer at once,
// with no trigger ("Renewal of an existing authentication session" fires none), any other
// the page to sign in.
func (p *Pool) serveAuthorize(w http.ResponseWriter, r *http.Request) {
	a, ok := p.asked(w, r)
	if !ok {
		return
	}
	provider, err := p.chosen(a)
	if err != nil {
		redirect(w, r, a.refusal(oauthErrorOf(err)))
		return
	}
	v, signedIn := p.freshVisit(r, a)
	signedIn = signedIn && (provider.Name == "" || provider.Name == v.provider)
	none := slices.Contains(a.prompt, "none")
	switch {
	case signedIn:
		p.answerApp(w, r, a, v, none)
	case none:
		redirect(w, r, a.refusal(errLoginRequired))
	case provider.Type != "":
		p.leaveFor(w, r, a, provider)
	default:
		redirect(w, r, "/login?"+a.query.Encode())
	}
}

var errLoginRequired = &oauthError{"login_required", "nobody is signed in"}

// freshVisit returns the browser's sign-in if it is recent enough for the request, if the pool
// still has its provider and the app client supports it. AWS does not say the last two, nor
// what it does when a request names another provider: serveAuthorize then asks that one.
func (p *Pool) freshVisit(r *http.Request, a authorization) (visit, bool) {
	v, signedIn := p.visitOf(r)
	fresh := a.maxAge < 0 || p.now().Sub(v.began) <= a.maxAge
	_, there := p.store.provider(v.provider)
	return v, signedIn && fresh && (there || v.provider == federation.Native) && a.client.supports(v.provider) && !slices.Contains(a.prompt, "login")
}

// answerApp answers a signed-in browser: with what the app asked for, or, as long as the
// sign-in is below the level of the request, with the page for another factor.
func (p *Pool) answerApp(w http.ResponseWriter, r *http.Request, a authorization, v visit, silent bool) {
	u, _ := p.store.find(v.username)
	level, err := p.target(a, u)
	var refusal *oauthError
	switch {
	case v.provider != federation.Native: // its level is the provider's affair
		p.returnTokens(w, r, a, v)
	case errors.As(err, &refusal):
		redirect(w, r, a.refusal(refusal))
	case levelOf(v.amr) >= level:
		p.returnTokens(w, r, a, v)
	case silent:
		redirect(w, r, a.refusal(errLoginRequired))
	default:
		redirect(w, r, "/login?"+a.query.Encode())
	}
}

// returnTokens sends the browser back to its app with a code, or with the tokens if the app
// asked for them: no refresh token is among those (guide, "Authorize endpoint", response_type).
func (p *Pool) returnTokens(w http.ResponseWriter, r *http.Request, a authorization, v visit) {
	g := p.newGrant(user{username: v.username, sub: v.sub}, a.client, a.scopes, true)
	g.authTime, g.nonce, g.resource, g.visit = v.began, a.nonce, a.resource, v.id
	if a.acr {
		g.acr, g.amr = p.cfg().acrName(levelOf(v.amr)), v.amr
	}
	if !a.implicit {
		code := p.store.addAuthorized(authorized{grant: g, redirect: a.redirect, challenge: a.challenge, expires: p.now().Add(authorizationCodeLife)})
		redirect(w, r, a.returnTo(url.Values{"code": {code}}))
		return
	}
	result, err := p.start(g, a.client, "HostedAuth", nil)
	if err != nil {
		redirect(w, r, a.refusal(oauthErrorOf(err)))
		return
	}
	tokens := url.Values{"access_token": {result.AccessToken}, "token_type": {"Bearer"}, "expires_in": {strconv.Itoa(result.ExpiresIn)}}
	if result.IDToken != "" {
		tokens.Set("id_token", result.IDToken)
	}
	redirect(w, r, a.returnTo(tokens))
}

func redirect(w http.ResponseWriter, r *http.Request, to string) {
	http.Redirect(w, r, to, http.StatusFound)
}
