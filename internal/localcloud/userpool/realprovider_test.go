package userpool

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const realProvider = "testdata/oidc-provider"

// startProvider starts an OpenID provider that others wrote, and makes it one of the pool's.
func (b *browser) startProvider(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(realProvider + "/node_modules/oidc-provider"); err != nil {
		t.Skipf("oidc-provider is not installed, make peer installs it where the network is there: %v", err)
	}
	to, err := json.Marshal(map[string]string{"client": "pool", "secret": "s3cret", "callback": b.URL() + "/oauth2/idpresponse"})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "provider.mjs", string(to))
	cmd.Dir, cmd.Stderr = realProvider, t.Output()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Skipf("node is not there: %v", err)
	}
	t.Cleanup(func() { in.Close(); _ = cmd.Wait() })
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("the provider did not start")
	}
	b.must(t, "UpdateIdentityProvider", inPool("ProviderName", "Real", "ProviderDetails", map[string]string{
		"client_id": "pool", "client_secret": "s3cret", "attributes_request_method": "GET", "oidc_issuer": lines.Text(), "authorize_scopes": "openid email profile",
	}))
}

// realRig is a pool whose client supports a page and a real provider.
func realRig(t *testing.T) *browser {
	t.Helper()
	b := federatedRig(t, func(c *Config) {
		for _, name := range []string{"Page", "Real"} {
			provider := oidc(name)
			delete(provider.Mapping, "custom:plan")
			c.Providers = append(c.Providers, provider)
		}
		c.Clients[0].SupportedIdentityProviders = []string{"Page", "Real"}
	})
	b.startProvider(t)
	return b
}

// roam goes to an address, fills in every form on the way to the app as this user, and
// returns where the app begins. It calls seen with each request.
func roam(t *testing.T, jar http.CookieJar, to, login string, seen func(*http.Request)) *url.URL {
	t.Helper()
	client := http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if seen(next); next.URL.Port() == "3000" {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	res, err := client.Get(to)
	for range 5 {
		if err != nil {
			t.Fatal(err)
		}
		at, here := res.Request.URL, res.Header.Get("Location")
		root, failed := html.Parse(res.Body)
		if res.Body.Close(); failed != nil {
			t.Fatal(failed)
		}
		if here != "" || res.StatusCode >= 400 {
			to, err := at.Parse(here)
			if err != nil {
				t.Fatal(err)
			}
			return to
		}
		form, action := url.Values{}, ""
		for n := range root.Descendants() {
			of := map[string]string{}
			for _, a := range n.Attr {
				of[a.Key] = a.Val
			}
			switch {
			case n.Data == "form":
				action = of["action"]
			case n.Data == "input" && of["name"] == "login", n.Data == "input" && of["name"] == "password":
				form.Set(of["name"], login)
			case n.Data == "input":
				form.Set(of["name"], of["value"])
			}
		}
		next, failed := at.Parse(action)
		if failed != nil {
			t.Fatal(failed)
		}
		res, err = client.PostForm(next.String(), form)
	}
	t.Fatalf("%s leads nowhere", to)
	return nil
}

// A provider of other people and the page in the place of one lead to the same user,
// triggers and claims.
func TestR57_ARealProviderAndThePageEndAlike(t *testing.T) {
	b := realRig(t)
	q := request(map[string]string{"scope": "openid email profile", "identity_provider": "Real", "prompt": "login"})
	for _, login := range []string{"ada", "bob", "ada"} {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		b.fns.take()
		var asked url.Values
		back := roam(t, jar, b.URL()+"/oauth2/authorize?"+q.Encode(), login, func(r *http.Request) {
			if r.URL.Query().Get("redirect_uri") != callback && r.URL.Query().Get("nonce") != "" {
				asked = r.URL.Query()
			}
		})
		if asked.Get("code_challenge_method") != "S256" || asked.Get("nonce") == "n-1" || asked.Get("state") == "s&1" || asked.Get("prompt") != "login" {
			t.Errorf("the pool asked the provider %v", asked)
		}
		out, refusal := b.token(t, Client{ID: webClient}, exchange(back.Query().Get("code"), nil))
		if refusal != "" {
			t.Fatalf("%s: %s", back, refusal)
		}
		real, sources := b.verifiedToken(t, out.IDToken), b.fns.sources(t)
		page := b.become(t, "Page", map[string]string{
			"subject": login, "email": login + "@example.com", "email_verified": fmt.Sprint(login == "ada"), "claims": `{"name":"` + login + ` of OP"}`,
		})
		wantSources(t, b.fns.sources(t), sources...)
		for _, claim := range []string{"email", "email_verified", "name", "nonce", "cognito:username", "cognito:groups", "identities"} {
			got := strings.NewReplacer("Real", "Page", "real", "page").Replace(fmt.Sprint(real[claim]))
			if got != fmt.Sprint(page[claim]) {
				t.Errorf("%s: the real provider makes %s %s, the page %v", login, claim, got, page[claim])
			}
		}
	}
}

// Nobody speaks for a provider that can be asked: not its page, not another's answer.
func TestR57_NobodySpeaksForARealProvider(t *testing.T) {
	b := realRig(t)
	q := request(map[string]string{"identity_provider": "Real"})
	if b.open(t, somebodyPath, q); b.returned == nil || strings.HasPrefix(b.at.String(), b.URL()) || b.at.Query().Get("client_id") != "pool" {
		t.Fatalf("the page for it: %d %s %s", b.status, b.title, b.at)
	}
	state := b.at.Query().Get("state")
	for _, answer := range []url.Values{{"code": {"made-up"}}, {"code": {"made-up"}, "iss": {"https://op.example"}}} {
		answer.Set("state", state)
		if b.do(t, http.MethodGet, b.URL()+"/oauth2/idpresponse?"+answer.Encode(), nil); b.returned.Get("error") != "invalid_request" {
			t.Errorf("%v: %d %v", answer, b.status, b.returned)
		}
		b.open(t, "/oauth2/authorize", q)
		state = b.at.Query().Get("state")
	}
	denied := url.Values{"error": {"access_denied"}, "state": {state}}
	if b.do(t, http.MethodGet, b.URL()+"/oauth2/idpresponse?"+denied.Encode(), nil); b.returned.Get("error") != "access_denied" {
		t.Errorf("denied: %d %v", b.status, b.returned)
	}
}
