package userpool

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Whatever a request says, its browser goes to a registered address: scheme, host, path and
// the address's own query stay, whatever is added.
func TestR55_NoRequestMovesTheAddressToReturnTo(t *testing.T) {
	p := newPool(Config{ID: poolUnderTest, Clients: []Client{{
		ID: webClient, CallbackURLs: []string{callback, "myapp://signed-in", "https://app.example/"}, AllowedOAuthFlows: []string{"code"}, AllowedOAuthScopes: []string{"openid"},
	}}}, nil, Options{})
	registered := p.cfg().Clients[0].CallbackURLs
	piece := rapid.OneOf(rapid.SampledFrom([]string{
		"", "@evil.example", "//evil.example", "#", "?", "&redirect_uri=https://evil.example", "%0d%0a", "/..", ":80", "\\", "\x00", hostile, "code", "S256", "openid", "none",
	}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SampledFrom(registered).Draw(t, "registered")
		cut := rapid.IntRange(0, len(at)).Draw(t, "cut")
		q := url.Values{"client_id": {webClient}, "redirect_uri": {at[:cut] + piece.Draw(t, "between") + at[cut:]}, "response_type": {"code"}}
		for _, name := range []string{"state", "scope", "nonce", "code_challenge", "code_challenge_method", "resource", "prompt", "error", "code"} {
			if rapid.Bool().Draw(t, name+"?") {
				q.Set(name, piece.Draw(t, name))
			}
		}
		a, err := p.authorization(q)
		if err == errNoReturn {
			return
		}
		if !slices.Contains(registered, q.Get("redirect_uri")) {
			t.Fatalf("returns to %q: %v", q.Get("redirect_uri"), err)
		}
		base, _ := url.Parse(q.Get("redirect_uri"))
		for _, answer := range []string{a.refusal(&oauthError{"invalid_request", piece.Draw(t, "why")}), a.returnTo(url.Values{"code": {"c"}})} {
			to, err := url.Parse(answer)
			if err != nil || to.Scheme != base.Scheme || to.Host != base.Host || to.User != nil || to.Path != base.Path || to.Fragment != "" || to.Query().Get("app") != base.Query().Get("app") {
				t.Fatalf("returns to %q, registered is %q: %v", answer, base, err)
			}
			if to.Query().Get("state") != q.Get("state") || strings.ContainsAny(answer, "\r\n\x00 \"<>") {
				t.Fatalf("answer %q, state %q", answer, q.Get("state"))
			}
		}
	})
}

// No use counts where a second one comes before the first has ended.
func TestR55_OfManyUsesOfACodeAtMostOneCounts(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	code := b.signIn(t, nil)
	client, err := b.clientByID(webClient)
	if err != nil {
		t.Fatal(err)
	}
	var uses sync.WaitGroup
	var passed atomic.Int32
	for range 16 {
		uses.Go(func() {
			if _, err := b.codeGrant(client, exchange(code, nil)); err == nil {
				passed.Add(1)
			}
		})
	}
	uses.Wait()
	if passed.Load() > 1 {
		t.Errorf("%d uses counted", passed.Load())
	}
}

// Each check speaks, in its words, and only a registered address hears it.
func TestR55_ARequestForACodeIsRefusedWithItsReason(t *testing.T) {
	p := newPool(Config{ID: poolUnderTest, Clients: []Client{{
		ID: webClient, CallbackURLs: []string{callback}, AllowedOAuthFlows: []string{"code"}, AllowedOAuthScopes: []string{"openid", "email"},
	}}}, nil, Options{})
	for _, c := range []struct{ name, value, code, why string }{
		{"response_type", "", "invalid_request", "response_type is missing"},
		{"response_type", "id_token", "invalid_request", "response_type is neither code nor token"},
		{"response_type", "token", "unauthorized_client", "the app client does not have this flow"},
		{"max_age", "x", "invalid_request", "max_age is not a number of seconds"},
		{"max_age", "2147483648", "invalid_request", "max_age is not a number of seconds"},
		{"prompt", "login none", "invalid_request", "prompt has none and another value"},
		{"code_challenge_method", "plain", "invalid_request", "code_challenge_method is not S256"},
		{"code_challenge", "short", "invalid_request", "code_challenge is not a SHA-256 in base64url"},
		{"scope", "profile", "invalid_scope", "the app client is not allowed a scope of the request"},
		{"resource", "http://a.example", "invalid_request", "resource is not a URL of https, http://localhost or an own scheme"},
	} {
		a, err := p.authorization(request(map[string]string{c.name: c.value}))
		var refusal *oauthError
		if !errors.As(err, &refusal) || *refusal != (oauthError{c.code, c.why}) || a.redirect != callback {
			t.Errorf("%s %q: %+v, to %s", c.name, c.value, err, a.redirect)
		}
	}
	twice := request(nil)
	twice.Add("state", "again")
	_, err := p.authorization(twice)
	if refusal, ok := err.(*oauthError); !ok || *refusal != (oauthError{"invalid_request", "state is there more than once"}) {
		t.Errorf("a state twice: %v", err)
	}
	twice = request(nil)
	twice.Add("client_id", webClient)
	if _, err := p.authorization(twice); err != errNoReturn {
		t.Errorf("a client twice: %v", err)
	}
	a, err := p.authorization(request(map[string]string{"scope": "", "code_challenge": "", "code_challenge_method": "", "max_age": "2147483647"}))
	if err != nil || !slices.Equal(a.scopes, []string{"openid", "email"}) || a.maxAge != 2147483647*time.Second {
		t.Errorf("a request that says little: %+v, %v", a, err)
	}
	if got := (authorization{redirect: "%zz"}).returnTo(url.Values{"code": {"c"}}); got != "%zz" {
		t.Errorf("an address that is no URL: %s", got)
	}
}

func TestR55_WhatCannotReturnIsAPage(t *testing.T) {
	p := newPool(Config{ID: poolUnderTest}, nil, Options{})
	for query, want := range map[string][2]string{
		"%zz":         {"The address cannot be read", "Its query is not x-www-form-urlencoded."},
		"client_id=x": {"This app cannot sign you in here", "No app client has this client_id."},
	} {
		w := httptest.NewRecorder()
		_, ok := p.asked(w, httptest.NewRequest(http.MethodGet, "/login?"+query, nil))
		if page := w.Body.String(); ok || w.Code != http.StatusBadRequest || !strings.Contains(page, want[0]) || !strings.Contains(page, want[1]) {
			t.Errorf("%s: %v, %d %s", query, ok, w.Code, page)
		}
	}
}

func TestR55_ACodeWithoutAChallengeTakesNoVerifier(t *testing.T) {
	if !answers256("", "") || answers256("", "v") {
		t.Error("want no verifier to answer no challenge, and no other")
	}
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	client, err := b.clientByID(webClient)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]oauthError{
		"code": {"invalid_request", "code or redirect_uri is missing"}, "redirect_uri": {"invalid_request", "code or redirect_uri is missing"},
		"code_verifier": {"invalid_grant", "the code_verifier does not answer the code_challenge"},
	} {
		_, err := b.codeGrant(client, exchange(b.signIn(t, nil), map[string]string{name: ""}))
		if got, ok := err.(*oauthError); !ok || *got != want {
			t.Errorf("without %s: %v", name, err)
		}
	}
	form := exchange(b.signIn(t, nil), nil)
	if out, err := b.codeGrant(client, form); err != nil || out.TokenType != "Bearer" {
		t.Errorf("%+v, %v", out, err)
	}
	_, err = b.codeGrant(client, form)
	if got, ok := err.(*oauthError); !ok || *got != (oauthError{"invalid_grant", "the code is used, expired, or not for this client and redirect_uri"}) {
		t.Errorf("used again: %v", err)
	}
	if _, ok := b.store.takeAuthorized(form.Get("code")); ok {
		t.Error("a used code stands for something")
	}
	if _, ok := b.store.takeAuthorized("made up"); ok {
		t.Error("a made-up code stands for something")
	}
}

func TestR55_ACookieIsSetForAllPagesAndTakenAway(t *testing.T) {
	p := newPool(Config{ID: poolUnderTest}, nil, Options{})
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/logout", nil)
	if _, ok := p.visitOf(r); ok {
		t.Error("a browser without a cookie is signed in")
	}
	r.AddCookie(&http.Cookie{Name: p.visitCookie(), Value: "v"})
	p.leave(w, r)
	if cookies := w.Result().Cookies(); len(cookies) != 1 || cookies[0].Path != "/" || cookies[0].MaxAge >= 0 || cookies[0].Name != p.visitCookie() {
		t.Errorf("got %v", cookies)
	}
}
