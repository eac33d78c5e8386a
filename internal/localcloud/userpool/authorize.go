package userpool

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// authorization is a checked request for a code (guide, "Authorize endpoint"). All hosted
// pages carry it in their address and check it again.
type authorization struct {
	client                            Client
	redirect, state, nonce, challenge string
	loginHint, resource               string
	prompt, scopes                    []string
	// levels are those of acr_values, and acr is set if the tokens shall name theirs.
	levels []int
	acr    bool
	// maxAge is how long ago the user may have signed in; negative if the request says nothing.
	maxAge   time.Duration
	implicit bool // tokens are asked for, and no code
	query    url.Values
}

// errNoReturn is a request that names no registered address to return to: its answer is a
// page, never a redirect (RFC 6749, section 4.1.2.1).
var errNoReturn = errors.New("no registered client_id and redirect_uri")

// s256 is what BASE64URL(SHA256(x)) looks like (RFC 7636, section 4.2).
var s256 = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// authorization reads a request. Its error is errNoReturn, or an *oauthError that goes to
// the address in the result.
func (p *Pool) authorization(q url.Values) (authorization, error) {
	client, err := p.clientByID(q.Get("client_id"))
	client.onPages = true
	a := authorization{
		client: client, redirect: q.Get("redirect_uri"), state: q.Get("state"), nonce: q.Get("nonce"), challenge: q.Get("code_challenge"),
		prompt: strings.Fields(q.Get("prompt")), loginHint: q.Get("login_hint"), resource: q.Get("resource"), scopes: strings.Fields(q.Get("scope")),
		levels: p.cfg().levels(q.Get("acr_values")), acr: q.Get("acr_values") != "" && p.cfg().Tier != "LITE",
		implicit: q.Get("response_type") == "token", query: q,
	}
	if !q.Has("redirect_uri") {
		a.redirect = client.DefaultRedirectURI // API reference, CreateUserPoolClient
	}
	if err != nil || len(q["client_id"]) != 1 || len(q["redirect_uri"]) > 1 || !slices.Contains(client.CallbackURLs, a.redirect) {
		return authorization{}, errNoReturn
	}
	if len(a.scopes) == 0 {
		a.scopes = client.AllowedOAuthScopes // guide, "Authorize endpoint", scope
	}
	var stale *oauthError
	a.maxAge, stale = readMaxAge(q.Get("max_age"))
	for _, check := range []*oauthError{onlyOnce(q), client.returns(q.Get("response_type")), checkChallenge(q), client.checkScopes(a.scopes), checkResource(a.resource), stale, checkPrompt(a.prompt)} {
		if check != nil {
			return a, check
		}
	}
	return a, nil
}

// onlyOnce refuses a repeated parameter (RFC 6749, sections 3.1 and 3.2).
func onlyOnce(q url.Values) *oauthError {
	for name, values := range q {
		if len(values) > 1 {
			return &oauthError{"invalid_request", name + " is there more than once"}
		}
	}
	return nil
}

// returns refuses a response type (guide, "Authorize endpoint", error responses).
func (c Client) returns(responseType string) *oauthError {
	flow, known := map[string]string{"code": "code", "token": "implicit"}[responseType]
	switch {
	case responseType == "":
		return &oauthError{"invalid_request", "response_type is missing"}
	case !known:
		return &oauthError{"invalid_request", "response_type is neither code nor token"}
	case !slices.Contains(c.AllowedOAuthFlows, flow):
		return &oauthError{"unauthorized_client", "the app client does not have this flow"}
	}
	return nil
}

// readMaxAge reads "a non-negative integer" of seconds (guide, "The managed login sign-in
// endpoint: /login", max_age).
func readMaxAge(text string) (time.Duration, *oauthError) {
	if text == "" {
		return -1, nil
	}
	seconds, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return -1, &oauthError{"invalid_request", "max_age is not a number of seconds"}
	}
	return time.Duration(seconds) * time.Second, nil
}

// checkPrompt refuses none beside another value (OpenID Connect Core, section 3.1.2.1). The
// values select_account and consent mean something to other providers only (guide, "Authorize
// endpoint", prompt). The parameter lang is ignored: the pages have one language.
func checkPrompt(prompt []string) *oauthError {
	if len(prompt) > 1 && slices.Contains(prompt, "none") {
		return &oauthError{"invalid_request", "prompt has none and another value"}
	}
	return nil
}

// checkChallenge refuses a challenge without its method, and every method but S256 (guide,
// "Authorize endpoint", code_challenge_method). AWS demands no challenge.
func checkChallenge(q url.Values) *oauthError {
	challenge, method := q.Get("code_challenge"), q.Get("code_challenge_method")
	switch {
	case challenge == "" && method == "":
	case method != "S256":
		return &oauthError{"invalid_request", "code_challenge_method is not S256"}
	case !s256.MatchString(challenge):
		return &oauthError{"invalid_request", "code_challenge is not a SHA-256 in base64url"}
	}
	return nil
}

func (c Client) checkScopes(scopes []string) *oauthError {
	for _, s := range scopes {
		if !slices.Contains(c.AllowedOAuthScopes, s) {
			return &oauthError{"invalid_scope", "the app client is not allowed a scope of the request"}
		}
	}
	return nil
}

// checkResource refuses an audience that does not "begin with https://, http://localhost,
// or a custom URL scheme" (guide, "Authorize endpoint", resource). A fragment is none of
// RFC 8707, section 2.
func checkResource(resource string) *oauthError {
	to, err := url.Parse(resource)
	switch {
	case resource == "":
	case err != nil || to.Scheme == "" || to.Fragment != "" || to.Scheme == "http" && to.Hostname() != "localhost":
		return &oauthError{"invalid_request", "resource is not a URL of https, http://localhost or an own scheme"}
	}
	return nil
}

// returnTo returns the registered address with an answer and the state in its query, or in
// its fragment if the app asked for tokens (RFC 6749, sections 4.2.2 and 4.2.2.1).
func (a authorization) returnTo(answer url.Values) string {
	to, err := url.Parse(a.redirect)
	if err != nil {
		return a.redirect // registered, so it is what the app wants
	}
	if a.implicit {
		if a.state != "" {
			answer.Set("state", a.state)
		}
		return to.String() + "#" + answer.Encode()
	}
	q := to.Query()
	for name, values := range answer {
		q[name] = values
	}
	if a.state != "" {
		q.Set("state", a.state)
	}
	to.RawQuery = q.Encode()
	return to.String()
}

func (a authorization) refusal(err *oauthError) string {
	return a.returnTo(url.Values{"error": {err.Code}, "error_description": {err.Description}})
}

// unregistered says which of two parameters a request for a page has wrong.
func (p *Pool) unregistered(clientID, registered, address string) string {
	if _, err := p.clientByID(clientID); err != nil {
		return "No app client has this client_id."
	}
	return "The app client has no address among its " + registered + " that is exactly this " + address + "."
}

// asked returns the request for a code in the address of a page. Without one it answers.
func (p *Pool) asked(w http.ResponseWriter, r *http.Request) (authorization, bool) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		p.fail(w, http.StatusBadRequest, "The address cannot be read", "Its query is not x-www-form-urlencoded.")
		return authorization{}, false
	}
	a, err := p.authorization(q)
	var refusal *oauthError
	switch {
	case errors.As(err, &refusal):
		redirect(w, r, a.refusal(refusal))
	case err != nil:
		p.fail(w, http.StatusBadRequest, "This app cannot sign you in here", p.unregistered(q.Get("client_id"), "CallbackURLs", "redirect_uri"))
	}
	return a, err == nil
}
