package userpool

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

// askedProvider is an OpenID provider on this machine that says what it should.
type askedProvider struct {
	*httptest.Server
	nonce string
}

func (o *askedProvider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var out any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		out = object{
			"issuer": o.URL, "authorization_endpoint": o.URL + "/authorize", "token_endpoint": o.URL + "/token", "jwks_uri": o.URL + "/keys",
			"authorization_response_iss_parameter_supported": true,
		}
	case "/keys":
		keys, _ := testKeys.jwks()
		out = object{"keys": keys}
	case "/token":
		token, _ := signWith(testKeys.id, map[string]any{
			"iss": o.URL, "aud": "c", "sub": "x-1", "nonce": o.nonce, "exp": time.Now().Add(time.Hour).Unix(), "email": ada, "email_verified": true,
		})
		out = object{"id_token": token, "access_token": "a"}
	}
	writeJSON(w, http.StatusOK, "application/json", out)
}

// askedRig is a pool with such a provider.
func askedRig(t *testing.T) (*browser, *askedProvider) {
	t.Helper()
	o := &askedProvider{}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	return federatedRig(t, func(c *Config) {
		real := oidc("Real")
		real.Details["oidc_issuer"] = o.URL
		c.Providers, c.Clients[0].SupportedIdentityProviders = append(c.Providers, real), []string{"Real"}
	}), o
}

// leaves goes to the provider and returns what the pool asks it.
func (b *browser) leaves(t *testing.T, o *askedProvider, changes map[string]string) url.Values {
	t.Helper()
	if b.visits(t, "Real", changes); !strings.HasPrefix(b.at.String(), o.URL+"/authorize?") {
		t.Fatalf("the pool sends the browser to %s: %s", b.at, b.raw)
	}
	o.nonce = b.returned.Get("nonce")
	return b.returned
}

// back comes back from the provider with an answer.
func (b *browser) back(t *testing.T, answer url.Values) {
	t.Helper()
	b.do(t, http.MethodGet, b.URL()+"/oauth2/idpresponse?"+answer.Encode(), nil)
}

func TestR57_AProviderOnThisMachineIsAsked(t *testing.T) {
	b, o := askedRig(t)
	asked := b.leaves(t, o, map[string]string{"login_hint": ada, "prompt": "login consent"})
	if asked.Get("redirect_uri") != b.URL()+"/oauth2/idpresponse" || asked.Get("login_hint") != ada || asked.Get("prompt") != "login consent" || asked.Get("state") == "s&1" {
		t.Errorf("the provider is asked %v", asked)
	}
	answer := url.Values{"code": {"x"}, "state": {asked.Get("state")}, "iss": {o.URL}}
	if b.back(t, answer); b.returned.Get("state") != "s&1" || b.at.Host != "localhost:3000" {
		t.Fatalf("returned to %s: %s", b.at, b.alert)
	}
	out, refusal := b.token(t, Client{ID: webClient}, exchange(b.returned.Get("code"), nil))
	if refusal != "" {
		t.Fatal(refusal)
	}
	if id := b.verifiedToken(t, out.IDToken); id["cognito:username"] != "real_x-1" || id["email"] != ada || id["email_verified"] != true {
		t.Errorf("the ID token says %v", id)
	}
	if b.back(t, answer); b.status != http.StatusBadRequest {
		t.Errorf("the answer counts twice: %v", b.returned)
	}
	b.clock.pass(time.Second)
	if asked := b.leaves(t, o, map[string]string{"max_age": "0"}); asked.Has("login_hint") || asked.Has("prompt") {
		t.Errorf("nobody said what the provider is asked: %v", asked)
	}
}

// The app reads why a provider or the pool refuses; its sentence ends with a blank.
func TestR57_AProvidersRefusalReachesTheApp(t *testing.T) {
	b, o := askedRig(t)
	for name, c := range map[string]struct {
		answer      url.Values
		code, words string
	}{
		"another provider's": {url.Values{"code": {"x"}, "iss": {"https://op.example"}}, "invalid_request", "Real: the answer is another provider's "},
		"nobody's":           {url.Values{"code": {"x"}}, "invalid_request", "Real: the answer is another provider's "},
		"denied":             {url.Values{"error": {"access_denied"}, "iss": {o.URL}}, "access_denied", "the user did not sign in at Real"},
		"refused":            {url.Values{"error": {"server_error"}, "iss": {o.URL}}, "invalid_request", "Real refused the sign-in: server_error "},
	} {
		c.answer.Set("state", b.leaves(t, o, nil).Get("state"))
		if b.back(t, c.answer); b.returned.Get("error") != c.code || b.returned.Get("error_description") != c.words {
			t.Errorf("%s: %v", name, b.returned)
		}
	}
	state := b.leaves(t, o, nil).Get("state")
	o.nonce = "another"
	if b.back(t, url.Values{"code": {"x"}, "state": {state}, "iss": {o.URL}}); b.returned.Get("error_description") != "Real: verifying the ID token: the nonce is another sign-in's " {
		t.Errorf("another sign-in's token: %v", b.returned)
	}
	wantSources(t, b.fns.sources(t))
	o.Close()
	if b.visits(t, "Real", nil); b.returned.Get("error") != "invalid_request" || !strings.HasPrefix(b.returned.Get("error_description"), "Real: discovering the provider: ") {
		t.Errorf("a provider that is not there: %d %v", b.status, b.returned)
	}
}

func TestR57_AProviderSendsTheBrowserBackToWhereItCameFrom(t *testing.T) {
	for want, r := range map[string]*http.Request{
		"http://localhost:1/oauth2/idpresponse": {Host: "localhost:1"}, "https://127.0.0.1:2/oauth2/idpresponse": {Host: "127.0.0.1:2", TLS: &tls.ConnectionState{}},
	} {
		if got := callbackOf(r, identityProvider{Provider: federation.Provider{Type: federation.OIDC}}); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
