package userpool

import (
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

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
