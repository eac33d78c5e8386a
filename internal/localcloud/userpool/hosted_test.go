package userpool

import (
	"crypto/sha256"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

const (
	callback    = "http://localhost:3000/callback?app=1"
	hostile     = `"><script>alert(1)</script><a href='javascript:alert(2)'>`
	appVerifier = "a-verifier-of-forty-three-characters-or-more-1"
)

// browser is a user's browser with cookies and no JavaScript. It stops where the app
// begins.
type browser struct {
	*rig
	client http.Client
	status int
	header http.Header
	at     *url.URL
	// title, alert and the form are those of the last page.
	title, alert, action string
	fields               url.Values
	inputs, labels       []string
	focus                string   // the field that a refused form begins with
	choices              []string // values of the buttons named answer
	links                map[string]string
	// returned is what the app got with the last redirect; nil on a page.
	returned url.Values
	raw      string
	formsTo  string // where the page may send its form besides the pool
}

func pagesRig(t *testing.T, change func(*Config)) *browser {
	t.Helper()
	r := machineRig(t, "V3_0", func(c *Config) {
		web := &c.Clients[0]
		web.AllowedOAuthFlows, web.AllowedOAuthScopes = []string{"code"}, []string{"openid", "email", selfService}
		web.CallbackURLs, web.LogoutURLs = []string{callback, "myapp://signed-in"}, []string{"http://localhost:3000/bye"}
		if change != nil {
			change(c)
		}
	})
	return r.browser(t)
}

func (r *rig) browser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{rig: r}
	b.client = http.Client{Jar: jar, CheckRedirect: func(next *http.Request, _ []*http.Request) error {
		if "http://"+next.URL.Host != r.URL() {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	return b
}

// request is what the app asks for, with changes; an empty value takes a parameter away.
func request(changes map[string]string) url.Values {
	sum := sha256.Sum256([]byte(appVerifier))
	q := url.Values{
		"client_id": {webClient}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {"openid email"}, "state": {"s&1"},
		"nonce": {"n-1"}, "code_challenge": {base64URL(sum[:])}, "code_challenge_method": {"S256"},
	}
	for name, value := range changes {
		if q.Set(name, value); value == "" {
			q.Del(name)
		}
	}
	return q
}

func (b *browser) open(t *testing.T, path string, q url.Values) {
	t.Helper()
	b.do(t, http.MethodGet, b.URL()+path+"?"+q.Encode(), nil)
}

// send fills the page's form in and sends it.
func (b *browser) send(t *testing.T, typed map[string]string) {
	t.Helper()
	form := maps.Clone(b.fields)
	for name, value := range typed {
		if !slices.Contains(b.inputs, name) {
			t.Fatalf("%s (%s) has no field %s: %s", b.title, b.at, name, b.raw)
		}
		form.Set(name, value)
	}
	to, err := b.at.Parse(b.action)
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, http.MethodPost, to.String(), form)
}

func (b *browser) do(t *testing.T, method, to string, form url.Values) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, to, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Mode", "navigate")
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		req.Header.Set("Origin", b.URL())
	}
	b.read(t, req)
}

func (b *browser) read(t *testing.T, req *http.Request) {
	t.Helper()
	res, err := b.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	*b = browser{rig: b.rig, client: b.client, status: res.StatusCode, header: res.Header, at: res.Request.URL, raw: string(body), fields: url.Values{}, links: map[string]string{}}
	if res.StatusCode == http.StatusFound {
		to, err := url.Parse(res.Header.Get("Location"))
		if err != nil {
			t.Fatal(err)
		}
		b.at, b.returned = to, to.Query()
		if fragment, err := url.ParseQuery(to.EscapedFragment()); err != nil {
			t.Fatal(err)
		} else {
			maps.Copy(b.returned, fragment)
		}
		if b.returned.Has("error") != (b.returned.Get("error_description") != "") {
			t.Errorf("a refusal without its reason, or a reason without a refusal: %s", to)
		}
		if strings.Contains(b.raw, "<html") {
			t.Errorf("a page follows the redirect to %s", to)
		}
		return
	}
	if !strings.HasSuffix(strings.TrimSpace(b.raw), "</html>") {
		t.Errorf("%s: something follows the page: %s", b.at, b.raw)
	}
	root, err := html.Parse(strings.NewReader(b.raw))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		b.see(t, n)
	}
	if len(b.labels) > 0 && (b.alert != "") != (b.focus == b.labels[0]) {
		t.Errorf("%s: the refusal is %q, the focus on %q", b.title, b.alert, b.focus)
	}
	for _, input := range b.inputs {
		if kind := b.fields.Get(input); !slices.Contains(b.labels, input) && kind == "" {
			t.Errorf("%s: the field %s has no label", b.title, input)
		}
	}
	b.headers(t)
	if strings.TrimPrefix(b.title, "Error: ") == "" || (b.status >= 400) != (b.alert != "") {
		t.Errorf("%s: %d %q %q", b.at, b.status, b.title, b.alert)
	}
}

// headers holds the page to what every page has.
func (b *browser) headers(t *testing.T) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Access-Control-Expose-Headers": "",
	} {
		if got := b.header.Get(name); got != want {
			t.Errorf("%s has %s %q, want %q", b.at, name, got, want)
		}
	}
	policy := regexp.MustCompile(`^default-src 'none'; style-src 'nonce-([A-Z2-7]+)'; form-action 'self' (\S*); frame-ancestors 'none'; base-uri 'none'$`)
	if nonce := policy.FindStringSubmatch(b.header.Get("Content-Security-Policy")); nonce == nil || !strings.Contains(b.raw, `<style nonce="`+nonce[1]+`">`) {
		t.Errorf("%s may do %s", b.at, b.header.Get("Content-Security-Policy"))
	} else {
		b.formsTo = nonce[2]
	}
	if header := b.header.Get("X-Frame-Options") + b.header.Get("Content-Security-Policy"); !strings.Contains(header, "DENY") || !strings.Contains(header, "frame-ancestors 'none'") {
		t.Errorf("%s may be framed: %s", b.at, header)
	}
	if b.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s may be read by another site", b.at)
	}
}

func (b *browser) see(t *testing.T, n *html.Node) {
	t.Helper()
	of := map[string]string{}
	for _, a := range n.Attr {
		of[a.Key] = a.Val
	}
	// WCAG 2.2, criterion 3.3.1: a field leads to what is wrong with the form.
	if typed := n.Data == "textarea" || n.Data == "input" && of["type"] != "hidden"; typed && (b.alert != "") != (of["aria-describedby"] == "error") {
		t.Errorf("%s: the refusal is %q, the field %v", b.title, b.alert, of)
	}
	switch n.Data {
	case "script":
		t.Errorf("%s has a script", b.at)
	case "title":
		b.title = n.FirstChild.Data
	case "p":
		if of["role"] == "alert" {
			b.alert = n.FirstChild.Data
		}
	case "form":
		b.action = of["action"]
	case "button":
		if n.FirstChild == nil {
			t.Errorf("%s: a button without words", b.title)
		}
		if of["name"] == "answer" {
			b.choices = append(b.choices, of["value"])
		}
	case "input":
		// HTML, section 4.10.18.7: what a browser and a password manager know the field by.
		if hidden := of["type"] == "hidden"; of["type"] == "" || !hidden && of["autocomplete"] == "" || strings.Contains(of["name"], "password") && of["type"] != "password" {
			t.Errorf("%s: the field %v says too little of itself", b.title, of)
		}
		if _, focus := of["autofocus"]; focus && (of["aria-describedby"] != "error" || of["type"] == "hidden") {
			t.Errorf("%s: the focus of a refused form is on %v", b.title, of)
		} else if focus {
			b.focus = of["name"]
		}
		b.inputs = append(b.inputs, of["name"])
		b.fields.Set(of["name"], of["value"])
	case "textarea":
		b.inputs = append(b.inputs, of["name"])
		if n.FirstChild != nil {
			b.fields.Set(of["name"], n.FirstChild.Data)
		}
	case "label":
		if n.FirstChild == nil {
			t.Errorf("%s: the label of %s has no words", b.title, of["for"])
		}
		b.labels = append(b.labels, of["for"])
	case "a":
		b.links[n.FirstChild.Data] = of["href"]
	}
}

// signIn goes from the app to its code.
func (b *browser) signIn(t *testing.T, changes map[string]string) string {
	t.Helper()
	b.open(t, "/oauth2/authorize", request(changes))
	if b.returned == nil {
		b.send(t, map[string]string{"username": "ada@example.com", "password": longPassword})
	}
	if b.returned.Get("code") == "" {
		t.Fatalf("no code: %d %s %v", b.status, b.alert, b.returned)
	}
	return b.returned.Get("code")
}

func exchange(code string, changes map[string]string) url.Values {
	form := url.Values{"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {appVerifier}}
	for name, value := range changes {
		form.Set(name, value)
	}
	return form
}

func TestR55_AUserSignsInOnThePagesAndTheAppGetsTokens(t *testing.T) {
	b := pagesRig(t, nil)
	sub := b.member(t, "ada@example.com")
	code := b.signIn(t, nil)
	if b.at.Host != "localhost:3000" || b.returned.Get("state") != "s&1" || b.returned.Get("app") != "1" {
		t.Errorf("returned to %s", b.at)
	}
	wantSources(t, b.fns.sources(t), "PostAuthentication_Authentication")
	out, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil))
	if refusal != "" {
		t.Fatal(refusal)
	}
	wantSources(t, b.fns.sources(t), "TokenGeneration_HostedAuth")
	id, access := b.verifiedToken(t, out.IDToken), b.verifiedToken(t, out.AccessToken)
	if id["sub"] != sub || id["aud"] != webClient || id["nonce"] != "n-1" || id["email"] != "ada@example.com" || kid(t, out.IDToken) == kid(t, out.AccessToken) {
		t.Errorf("ID token %v", id)
	}
	if access["scope"] != "openid email" || access["version"] != 2.0 || access["token_use"] != "access" {
		t.Errorf("access token %v", access)
	}
	next, refusal := b.token(t, Client{ID: webClient}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {out.RefreshToken}})
	if refusal != "" || next.RefreshToken == out.RefreshToken || b.verifiedToken(t, next.IDToken)["nonce"] != nil {
		t.Errorf("refresh: %q %+v", refusal, next)
	}
	b.fns.take()

	// The signed-in browser gets its next code at once, an hour long.
	if b.open(t, "/oauth2/authorize", request(map[string]string{"prompt": "none"})); b.returned.Get("code") == "" {
		t.Errorf("signed in: %v", b.returned)
	}
	wantSources(t, b.fns.sources(t))
	b.clock.pass(visitLife)
	if b.open(t, "/oauth2/authorize", request(map[string]string{"prompt": "none"})); b.returned.Get("error") != "login_required" {
		t.Errorf("an hour later: %v", b.returned)
	}
}

func TestR55_ACodeIsForOneUseByItsClientAddressAndVerifier(t *testing.T) {
	for name, c := range map[string]struct {
		asks  map[string]string
		as    Client
		sends map[string]string
		late  bool
	}{
		"another client":           {nil, machine(), nil, false},
		"another address":          {nil, Client{ID: webClient}, map[string]string{"redirect_uri": "myapp://signed-in"}, false},
		"a wrong verifier":         {nil, Client{ID: webClient}, map[string]string{"code_verifier": appVerifier + "x"}, false},
		"no verifier":              {nil, Client{ID: webClient}, map[string]string{"code_verifier": ""}, false},
		"the challenge":            {nil, Client{ID: webClient}, map[string]string{"code_verifier": request(nil).Get("code_challenge")}, false},
		"a verifier nobody wanted": {map[string]string{"code_challenge": "", "code_challenge_method": ""}, Client{ID: webClient}, nil, false},
		"too late":                 {nil, Client{ID: webClient}, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			b := pagesRig(t, nil)
			b.member(t, "ada@example.com")
			code := b.signIn(t, c.asks)
			if c.late {
				b.clock.pass(authorizationCodeLife)
			}
			if _, refusal := b.token(t, c.as, exchange(code, c.sends)); !strings.HasPrefix(refusal, "invalid_grant") {
				t.Errorf("got %q", refusal)
			}
			if _, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); !strings.HasPrefix(refusal, "invalid_grant") {
				t.Errorf("the right way, after a wrong one: %q", refusal)
			}
		})
	}
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	code := b.signIn(t, nil)
	for i, want := range []string{"", "invalid_grant"} {
		if _, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); !strings.HasPrefix(refusal, want) || (want == "") != (refusal == "") {
			t.Errorf("use %d: %q", i+1, refusal)
		}
	}
}

func TestR55_ARefusalGoesToARegisteredAddressOrNowhere(t *testing.T) {
	b := pagesRig(t, nil)
	for _, path := range []string{"/oauth2/authorize", "/login"} {
		for name, changes := range map[string]map[string]string{
			"no address": {"redirect_uri": ""}, "another site": {"redirect_uri": "https://evil.example/callback"}, "a longer one": {"redirect_uri": callback + "&x=1"},
			"a shorter one": {"redirect_uri": "http://localhost:3000/callback"}, "another port": {"redirect_uri": "http://localhost:3001/callback?app=1"},
			"a user name": {"redirect_uri": "http://localhost:3000@evil.example/callback?app=1"}, "a path up": {"redirect_uri": "http://localhost:3000/x/../callback?app=1"},
			"upper case": {"redirect_uri": strings.ToUpper(callback)}, "no scheme": {"redirect_uri": "//evil.example"}, "a script": {"redirect_uri": "javascript:alert(1)"},
			"HTML": {"redirect_uri": hostile}, "no client": {"client_id": ""}, "another client": {"client_id": machine().ID}, "an unknown client": {"client_id": hostile},
			"a new line": {"redirect_uri": callback + "\r\nLocation: https://evil.example"},
		} {
			if b.open(t, path, request(changes)); b.status != http.StatusBadRequest || b.returned != nil || b.action != "" {
				t.Errorf("%s, %s: %d %v", path, name, b.status, b.returned)
			}
		}
		twice := request(nil)
		twice.Add("redirect_uri", "https://evil.example")
		if b.open(t, path, twice); b.status != http.StatusBadRequest || b.returned != nil {
			t.Errorf("%s, two addresses: %d %v", path, b.status, b.returned)
		}
		for name, c := range map[string]struct {
			changes map[string]string
			want    string
		}{
			"no response type":         {map[string]string{"response_type": ""}, "invalid_request"},
			"the implicit grant":       {map[string]string{"response_type": "token"}, "unauthorized_client"},
			"a plain challenge":        {map[string]string{"code_challenge_method": "plain"}, "invalid_request"},
			"no method":                {map[string]string{"code_challenge_method": ""}, "invalid_request"},
			"no challenge":             {map[string]string{"code_challenge": ""}, "invalid_request"},
			"a short challenge":        {map[string]string{"code_challenge": "short"}, "invalid_request"},
			"a scope not allowed":      {map[string]string{"scope": "openid profile"}, "invalid_scope"},
			"a negative age":           {map[string]string{"max_age": "-1"}, "invalid_request"},
			"an age without end":       {map[string]string{"max_age": "99999999999"}, "invalid_request"},
			"none and login":           {map[string]string{"prompt": "none login"}, "invalid_request"},
			"an audience in the clear": {map[string]string{"resource": "http://api.example"}, "invalid_request"},
			"an audience by name":      {map[string]string{"resource": "api"}, "invalid_request"},
			"a scope not known":        {map[string]string{"scope": hostile}, "invalid_scope"},
		} {
			if b.open(t, path, request(c.changes)); b.returned.Get("error") != c.want || b.returned.Get("state") != "s&1" || b.at.Host != "localhost:3000" {
				t.Errorf("%s, %s: %d %s %v", path, name, b.status, b.at, b.returned)
			}
		}
	}
	if b.open(t, "/oauth2/authorize", request(map[string]string{"scope": "email profile", "state": ""})); b.returned.Has("state") {
		t.Errorf("a state that nobody sent: %v", b.returned)
	}
	b.member(t, "ada@example.com")
	b.signIn(t, map[string]string{"redirect_uri": "myapp://signed-in"})
	if b.at.Scheme != "myapp" || b.at.Host != "signed-in" {
		t.Errorf("the native app got %s", b.at)
	}
}

func TestR55_AFormIsItsBrowsersOwn(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	other := b.rig.browser(t)
	other.open(t, "/login", request(nil))
	ours := map[string]string{"username": "ada@example.com", "password": longPassword}
	for name, token := range map[string]string{"none": "", "another browser's": other.fields.Get("_csrf"), "a guess": "x"} {
		b.open(t, "/login", request(nil))
		b.fields.Set("_csrf", token)
		if b.send(t, ours); b.status != http.StatusForbidden || b.returned != nil {
			t.Errorf("token %s: %d %v", name, b.status, b.returned)
		}
	}
	// Another site that has a token and a cookie is still another site.
	for name, header := range map[string]http.Header{
		"another site":     {"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}},
		"another port":     {"Origin": {"http://localhost:3000"}, "Sec-Fetch-Site": {"same-site"}},
		"an old browser":   {"Origin": {"https://evil.example"}},
		"a sandboxed form": {"Origin": {"null"}},
	} {
		b.open(t, "/login", request(nil))
		form := b.fields
		form.Set("username", "ada@example.com")
		form.Set("password", longPassword)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.at.String(), strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = header
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		res, err := b.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _ = res.Body.Close(); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	b.open(t, "/login", request(nil))
	if b.send(t, ours); b.returned.Get("code") == "" {
		t.Errorf("the form itself: %d %s", b.status, b.alert)
	}
}

func TestR55_ACookieIsForItsPoolAndItsUser(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	b.signIn(t, nil)
	host, err := url.Parse(b.URL())
	if err != nil {
		t.Fatal(err)
	}
	theirs := b.client.Jar.Cookies(host)
	second := pagesRig(t, nil)
	second.member(t, "ada@example.com")
	there, err := url.Parse(second.URL())
	if err != nil {
		t.Fatal(err)
	}
	second.client.Jar.SetCookies(there, theirs)
	if second.open(t, "/oauth2/authorize", request(nil)); second.returned != nil || second.title != "Sign in" {
		t.Errorf("another pool's cookie: %v", second.returned)
	}
	for _, c := range theirs {
		if !strings.HasSuffix(c.Name, poolUnderTest) {
			t.Errorf("cookie %s does not name its pool", c.Name)
		}
	}
}

// A new user with the name of a deleted one inherits neither cookie nor code; a user who is
// disabled has none.
func TestR55_ACookieEndsWithItsUserAndWithTheNextSignIn(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.UsernameAttributes = nil })
	b.join(t)
	code := b.signIn(t, nil)
	host, err := url.Parse(b.URL())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range b.header.Values("Set-Cookie") {
		if c, err := http.ParseSetCookie(line); err != nil || c.MaxAge > 0 && (c.MaxAge != 3600 || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode) {
			t.Errorf("cookie %s, %v", line, err)
		}
	}
	before := b.client.Jar.Cookies(host)
	if b.open(t, "/oauth2/authorize", request(map[string]string{"prompt": "login"})); b.returned != nil {
		t.Error("prompt=login asked nobody")
	}
	b.send(t, map[string]string{"username": "ada@example.com", "password": longPassword})
	second := b.client.Jar.Cookies(host)
	b.client.Jar.SetCookies(host, before)
	if b.open(t, "/oauth2/authorize", request(nil)); b.returned != nil {
		t.Error("the cookie of before the next sign-in still counts")
	}
	b.client.Jar.SetCookies(host, second)
	enable := func(enabled bool) {
		if _, err := b.store.change("ada@example.com", false, func(u *user) error { u.enabled = enabled; return nil }); err != nil {
			t.Fatal(err)
		}
	}
	enable(false)
	if b.open(t, "/oauth2/authorize", request(nil)); b.returned != nil {
		t.Error("a disabled user's cookie counts")
	}
	enable(true)
	if b.open(t, "/oauth2/authorize", request(nil)); b.returned == nil {
		t.Error("the cookie does not count again")
	}
	b.store.remove("ada@example.com")
	b.join(t)
	if _, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); !strings.HasPrefix(refusal, "invalid_grant") {
		t.Errorf("a deleted user's code: %q", refusal)
	}
	if b.open(t, "/oauth2/authorize", request(nil)); b.returned != nil {
		t.Errorf("a deleted user's cookie: %v", b.returned)
	}
}

// join signs a user up whose name is an address and confirms it.
func (b *browser) join(t *testing.T) {
	t.Helper()
	if _, err := b.Pool.signUp(signUpInput{ClientID: webClient, Username: "ada@example.com", Password: longPassword}); err != nil {
		t.Fatal(err)
	}
	if _, err := b.adminConfirmSignUp(user{username: "ada@example.com"}, adminConfirmInput{}); err != nil {
		t.Fatal(err)
	}
}

func theUser(t *testing.T, r *rig, name string) user {
	t.Helper()
	u, ok := r.store.find(name)
	if !ok {
		t.Fatalf("no user %s", name)
	}
	return u
}

func TestR55_NothingThatIsReflectedIsHTML(t *testing.T) {
	b := pagesRig(t, nil)
	b.fns.answer(postAuthentication, failing(hostile))
	b.member(t, "ada@example.com")
	b.open(t, "/login", request(map[string]string{"state": hostile, "login_hint": hostile, "nonce": hostile}))
	if b.fields.Get("username") != hostile {
		t.Errorf("the hint is %q", b.fields.Get("username"))
	}
	b.send(t, map[string]string{"username": hostile, "password": hostile})
	if b.alert != "User does not exist." || b.fields.Get("username") != hostile || b.fields.Get("password") != "" || strings.Contains(b.raw, "<script") {
		t.Errorf("%s: %s", b.alert, b.raw)
	}
	b.send(t, map[string]string{"username": "ada@example.com", "password": longPassword})
	if b.alert != "PostAuthentication failed with error "+hostile+"." || b.title != "Error: Sign in" {
		t.Errorf("alert %q", b.alert)
	}
	to, err := url.Parse(b.links["Return to the app with this error"])
	if err != nil {
		t.Fatal(err)
	}
	if q := to.Query(); q.Get("error") != "invalid_request" || q.Get("error_description") != b.alert+" " || q.Get("state") != hostile || to.Host != "localhost:3000" {
		t.Errorf("the app would get %v", to)
	}
}

func TestR55_ATemporaryPasswordIsReplacedOnAPage(t *testing.T) {
	b := pagesRig(t, nil)
	if err := b.tryInvite(t, "ada@example.com", ""); err != nil {
		t.Fatal(err)
	}
	b.fns.take()
	b.open(t, "/oauth2/authorize", request(nil))
	temporary, _ := b.Code("ada@example.com")
	b.send(t, map[string]string{"username": "ada@example.com", "password": temporary})
	if b.title != "Choose a new password" {
		t.Fatalf("%d %s %s", b.status, b.title, b.alert)
	}
	if b.send(t, map[string]string{"new_password": "short"}); b.alert == "" {
		t.Error("the policy let it pass")
	}
	if b.send(t, map[string]string{"new_password": longPassword}); b.returned.Get("code") == "" {
		t.Errorf("%d %s", b.status, b.alert)
	}
	wantSources(t, b.fns.sources(t), "PostAuthentication_Authentication")
	b.login(t, "ada@example.com", longPassword)
}

func TestR55_APoolWithoutADomainHasNoPages(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.Domain = "" })
	for _, path := range []string{"/oauth2/authorize", "/login"} {
		if b.open(t, path, request(nil)); b.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, b.status)
		}
	}
}

// Where a page may send its form besides the pool: to the app, which the form's redirect leads
// to (CSP Level 3, "Source Lists").
func TestR55_APagesFormGoesToThePoolAndTheApp(t *testing.T) {
	for address, want := range map[string]string{
		"https://app.example/callback?x=1": "https://app.example", "http://localhost:3000/a": "http://localhost:3000", "myapp://signed-in": "myapp:",
		"https://a;b": "", "https://a,b": "", "https://a b/": "", ":": "",
	} {
		if got := sourceOf(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	b := pagesRig(t, nil)
	if b.open(t, "/login", request(nil)); b.formsTo != "http://localhost:3000" {
		t.Errorf("the form may go to %s", b.formsTo)
	}
	if b.open(t, "/login", request(map[string]string{"redirect_uri": "myapp://signed-in"})); b.formsTo != "myapp:" {
		t.Errorf("the form may go to %s", b.formsTo)
	}
	// The cookie of the forms lasts as long as the browser (AWS's name).
	for _, cookie := range (&http.Response{Header: b.rig.browser(t).opened(t).header}).Cookies() {
		if !strings.HasPrefix(cookie.Name, "XSRF-TOKEN-") || cookie.MaxAge != 0 || !cookie.HttpOnly {
			t.Errorf("the cookie is %v", cookie)
		}
	}
}

// opened is a browser that has opened the page to sign in.
func (b *browser) opened(t *testing.T) *browser {
	b.open(t, "/login", request(nil))
	return b
}
