package userpool

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestR55_AUserSignsUpConfirmsAndSignsInOnThePages(t *testing.T) {
	b := pagesRig(t, func(c *Config) {
		c.RequiredAttributes = []string{"email", "given_name"}
		c.Clients[0].Secret = "web-secret"
	})
	b.open(t, "/oauth2/authorize", request(nil))
	b.follow(t, "Create an account")
	if want := []string{"_csrf", "username", "given_name", "password"}; !slices.Equal(b.inputs, want) {
		t.Errorf("the form asks for %v", b.inputs)
	}
	if !strings.Contains(b.raw, `name="given_name" type="text" value="" autocomplete="given-name"`) {
		t.Errorf("no program knows the purpose of the field: %s", b.raw)
	}
	b.fns.answer(preSignUp, failing("not from here"))
	typed := map[string]string{"username": "ada@example.com", "given_name": hostile, "password": longPassword}
	if b.send(t, typed); b.alert != "PreSignUp failed with error not from here." || b.fields.Get("given_name") != hostile || b.fields.Get("password") != "" {
		t.Errorf("alert %q, fields %v", b.alert, b.fields)
	}
	to, err := url.Parse(b.links["Return to the app with this error"])
	if err != nil || !strings.Contains(to.RawQuery, "error=invalid_request&error_description=PreSignUp+failed+with+error+not+from+here.+&") {
		t.Errorf("the app would get %v, %v", to, err)
	}
	b.fns.answer(preSignUp, nil)
	b.fns.take()
	b.send(t, typed)
	wantSources(t, b.fns.sources(t), "PreSignUp_SignUp")
	old, _ := b.Code("ada@example.com")
	if b.at.Path != "/confirmUser" || b.fields.Get("username") != "ada@example.com" {
		t.Fatalf("at %s: %s", b.at, b.alert)
	}
	b.fields.Set("other", "1")
	b.send(t, nil)
	code, _ := b.Code("ada@example.com")
	b.send(t, map[string]string{"code": "no code"})
	if code == old || b.alert != "Invalid verification code provided, please try again." {
		t.Errorf("codes %s, %s: alert %q", old, code, b.alert)
	}
	b.send(t, map[string]string{"code": code})
	wantSources(t, b.fns.sources(t), "PostConfirmation_ConfirmSignUp")
	if b.at.Path != "/login" || b.fields.Get("username") != "ada@example.com" {
		t.Fatalf("at %s: %s", b.at, b.alert)
	}
	if b.send(t, map[string]string{"password": longPassword}); b.returned.Get("code") == "" {
		t.Fatalf("%d %s", b.status, b.alert)
	}
	if _, refusal := b.token(t, Client{ID: webClient, Secret: "wrong"}, exchange(b.returned.Get("code"), nil)); !strings.HasPrefix(refusal, "invalid_client") {
		t.Errorf("a wrong secret: %q", refusal)
	}
	form := exchange(b.returned.Get("code"), map[string]string{"client_id": webClient, "client_secret": "web-secret"})
	if _, refusal := b.token(t, Client{}, form); refusal != "" {
		t.Errorf("the secret in the body: %s", refusal)
	}
}

// follow opens a link of the page.
func (b *browser) follow(t *testing.T, text string) {
	t.Helper()
	to, err := b.at.Parse(b.links[text])
	if err != nil || b.links[text] == "" {
		t.Fatalf("%s has no link %q: %v", b.title, text, b.links)
	}
	b.do(t, http.MethodGet, to.String(), nil)
}

func TestR55_AForgottenPasswordIsReplacedOnThePages(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.Clients[0].PreventUserExistenceErrors = true })
	b.member(t, "ada@example.com")
	for _, name := range []string{"nobody@example.com", "ada@example.com"} { // told apart by nothing
		b.open(t, "/login", request(nil))
		b.follow(t, "Forgot your password?")
		if b.send(t, map[string]string{"username": name}); b.at.Path != "/confirmForgotPassword" || b.alert != "" || !strings.Contains(b.raw, "Enter the code that was sent to you.") {
			t.Errorf("%s: at %s, %q", name, b.at, b.alert)
		}
	}
	code, _ := b.Code("ada@example.com")
	const fresh = "Another-horse-8"
	if b.send(t, map[string]string{"code": "no code", "password": fresh}); b.alert == "" || b.fields.Get("code") != "" {
		t.Error("a wrong code passed, or is shown again")
	}
	b.send(t, map[string]string{"code": code, "password": fresh})
	wantSources(t, b.fns.sources(t), "PostConfirmation_ConfirmForgotPassword")
	if b.at.Path != "/login" || !strings.Contains(b.raw, "Your password is changed. Sign in.") {
		t.Errorf("at %s: %s", b.at, b.raw)
	}
	if b.send(t, map[string]string{"password": longPassword}); b.alert != "Incorrect username or password." {
		t.Errorf("the old password: %q", b.alert)
	}
	if b.send(t, map[string]string{"password": fresh}); b.returned.Get("code") == "" {
		t.Errorf("the new password: %q", b.alert)
	}
}

func TestR55_AForgottenPasswordOfNobodyIsRefusedOnItsPage(t *testing.T) {
	b := pagesRig(t, nil)
	b.open(t, "/forgotPassword", request(nil))
	if b.send(t, map[string]string{"username": "nobody@example.com"}); b.at.Path != "/forgotPassword" || b.alert != "Username/client id combination not found." {
		t.Errorf("at %s, %q", b.at, b.alert)
	}
	if b.follow(t, "Sign in instead"); b.at.Path != "/login" {
		t.Errorf("the link leads to %s", b.at)
	}
}

func TestR55_AUserWhoIsNotReadyIsLedToThePageThatHelps(t *testing.T) {
	b := pagesRig(t, nil)
	b.signUp(t, "ada@example.com")
	b.open(t, "/login", request(nil))
	b.send(t, map[string]string{"username": "ada@example.com", "password": longPassword})
	if b.at.Path != "/confirmUser" || b.fields.Get("username") != "ada@example.com" || !strings.Contains(b.raw, "Your account waits to be confirmed. Enter the code that was sent to you.") {
		t.Errorf("unconfirmed: at %s", b.at)
	}
	if b.send(t, map[string]string{"code": b.mustCode(t, ada)}); b.at.Path != "/login" || !strings.Contains(b.raw, "Your account is confirmed. Sign in.") {
		t.Errorf("confirmed: at %s", b.at)
	}
	if strings.Contains(b.links["Create an account"], "done=") {
		t.Errorf("the next page says the same: %s", b.links["Create an account"])
	}
	b.member(t, "bea@example.com")
	if _, err := b.adminResetUserPassword(theUser(t, b.rig, "bea@example.com"), adminResetInput{}); err != nil {
		t.Fatal(err)
	}
	b.open(t, "/login", request(nil))
	if b.send(t, map[string]string{"username": "bea@example.com", "password": longPassword}); b.at.Path != "/confirmForgotPassword" || !strings.Contains(b.raw, "Enter the code that was sent to you.") {
		t.Errorf("to reset: at %s", b.at)
	}
	b.open(t, "/login", request(nil))
	if b.send(t, map[string]string{"username": ada, "password": ""}); b.alert != "Missing required parameter password" {
		t.Errorf("without a password: %q", b.alert)
	}
}

func TestR55_ThePageNamesWhatUsersSignInWith(t *testing.T) {
	for label, names := range map[string][]string{"Email": {"email"}, "Username": nil} {
		b := pagesRig(t, func(c *Config) { c.UsernameAttributes = names })
		if b.open(t, "/login", request(nil)); !strings.Contains(b.raw, `<label for="username">`+label+"</label>") {
			t.Errorf("of %v the page asks: %s", names, b.raw)
		}
	}
	b := pagesRig(t, func(c *Config) { c.UsernameAttributes = []string{"email", "phone_number"} })
	if b.open(t, "/login", request(nil)); !strings.Contains(b.raw, `<label for="username">Username</label>`) {
		t.Errorf("of two kinds of names the page asks: %s", b.raw)
	}
}

func TestR55_APageForAnUnregisteredAppShowsNoForm(t *testing.T) {
	b := pagesRig(t, nil)
	for path := range hosted() {
		if b.open(t, path, request(map[string]string{"redirect_uri": "https://evil.example/"})); b.status != http.StatusBadRequest || b.action != "" || b.returned != nil {
			t.Errorf("%s: %d %v", path, b.status, b.returned)
		}
		b.do(t, http.MethodPost, b.URL()+path+"?"+request(nil).Encode(), url.Values{"username": {"ada@example.com"}})
		if path != "/logout" && !strings.HasSuffix(path, "idpresponse") && b.status != http.StatusForbidden {
			t.Errorf("%s without a token: %d", path, b.status)
		}
	}
	for path := range hosted() {
		b.open(t, path, request(map[string]string{"login_hint": hostile, "state": hostile, "done": hostile}))
		if strings.Contains(b.raw, "<script") || strings.Contains(b.raw, "href='javascript") {
			t.Errorf("%s: %s", path, b.raw)
		}
	}
}

func TestR55_LogoutGoesToARegisteredAddressOrNowhere(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	b.signIn(t, nil)
	bye := url.Values{"client_id": {webClient}, "logout_uri": {"http://localhost:3000/bye"}}
	for name, change := range map[string]map[string]string{
		"another site": {"logout_uri": "https://evil.example/"}, "a longer one": {"logout_uri": "http://localhost:3000/bye/x"},
		"a callback": {"logout_uri": callback}, "another client": {"client_id": machine().ID}, "no client": {"client_id": ""},
		"neither": {"logout_uri": ""}, "an unregistered callback": {"logout_uri": "", "redirect_uri": "https://evil.example/"},
		"a sign-out address as callback": {"logout_uri": "", "redirect_uri": "http://localhost:3000/bye"}, "HTML": {"logout_uri": hostile},
	} {
		q := maps.Clone(bye)
		for parameter, value := range change {
			q.Set(parameter, value)
		}
		if b.open(t, "/logout", q); b.status != http.StatusBadRequest || b.returned != nil {
			t.Errorf("%s: %d %v", name, b.status, b.at)
		}
		want := "The app client has no address among its LogoutURLs that is exactly this logout_uri."
		if q.Get("client_id") == "" {
			want = "No app client has this client_id."
		}
		if b.alert != want {
			t.Errorf("%s: %s", name, b.alert)
		}
	}
	if b.open(t, "/oauth2/authorize", request(nil)); b.returned.Get("code") == "" {
		t.Error("a refused sign-out signed the browser out")
	}
	if b.open(t, "/logout", bye); b.at.String() != "http://localhost:3000/bye" {
		t.Errorf("at %s: %d", b.at, b.status)
	}
	if b.open(t, "/oauth2/authorize", request(nil)); b.returned != nil {
		t.Error("still signed in")
	}
	b.signIn(t, nil)
	if b.open(t, "/logout", request(nil)); b.at.Path != "/login" || b.title != "Sign in" {
		t.Errorf("to sign in again: at %s", b.at)
	}
	if b.open(t, "/oauth2/authorize", request(nil)); b.returned != nil {
		t.Error("still signed in")
	}
}

// info asks userInfo with a token.
func (b *browser) info(t *testing.T, token string) (int, map[string]string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.URL()+"/oauth2/userInfo", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out map[string]string
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	if want := `Bearer error="` + out["error"] + `", error_description="` + out["error_description"] + `"`; res.StatusCode != http.StatusOK && (res.Header.Get("WWW-Authenticate") != want || out["error_description"] == "") {
		t.Errorf("%d without the reason in its header: %v", res.StatusCode, res.Header)
	}
	return res.StatusCode, out
}

func TestR55_ScopesDecideWhatAnAppLearns(t *testing.T) {
	b := pagesRig(t, func(c *Config) {
		c.Clients[0].AllowedOAuthScopes = []string{"openid", "email", "phone", "profile", selfService}
	})
	b.member(t, "ada@example.com")
	u := theUser(t, b.rig, "ada@example.com")
	if _, err := b.store.change(u.username, false, func(u *user) error { u.attributes["custom:plan"] = "pro"; return nil }); err != nil {
		t.Fatal(err)
	}
	for scopes, c := range map[string]struct {
		status int
		learns []string
	}{
		"openid":                {200, []string{"custom:plan", "email", "email_verified", "sub", "username"}},
		"openid email":          {200, []string{"email", "email_verified", "sub", "username"}},
		"openid phone":          {200, []string{"sub", "username"}},
		"openid profile":        {200, []string{"custom:plan", "email", "email_verified", "sub", "username"}},
		"openid " + selfService: {200, []string{"custom:plan", "email", "email_verified", "sub", "username"}},
		"email":                 {403, nil},
		selfService:             {403, nil},
	} {
		code := b.signIn(t, map[string]string{"scope": scopes})
		out, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil))
		if refusal != "" {
			t.Fatal(refusal)
		}
		status, info := b.info(t, out.AccessToken)
		if status == 403 && info["error"] != "insufficient_scope" {
			t.Errorf("%s: userInfo says %v", scopes, info)
		}
		if status != c.status || status == 200 && !slices.Equal(slices.Sorted(maps.Keys(info)), c.learns) {
			t.Errorf("%s: userInfo %d %v", scopes, status, info)
		}
		if (out.IDToken != "") != (status == 200) {
			t.Errorf("%s: ID token %q", scopes, out.IDToken)
			continue
		}
		if status == 200 {
			claims := b.verifiedToken(t, out.IDToken)
			for _, name := range []string{"custom:plan", "email", "email_verified"} {
				if _, learns := claims[name]; learns != slices.Contains(c.learns, name) {
					t.Errorf("%s: the ID token has %s: %v", scopes, name, learns)
				}
			}
		}
	}
	if status, info := b.info(t, "nonsense"); status != 401 || info["error"] != "invalid_token" {
		t.Errorf("nonsense: %d %v", status, info)
	}
}

func TestR55_ARevokedSessionIsOver(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, "ada@example.com")
	out, refusal := b.token(t, Client{ID: webClient}, exchange(b.signIn(t, nil), nil))
	if refusal != "" {
		t.Fatal(refusal)
	}
	next, refusal := b.token(t, Client{ID: webClient}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {out.RefreshToken}})
	if refusal != "" {
		t.Fatal(refusal)
	}
	for name, c := range map[string]struct {
		client Client
		token  string
		want   string
	}{
		"no token": {Client{ID: webClient}, "", "invalid_request"}, "an access token": {Client{ID: webClient}, out.AccessToken, "unsupported_token_type"},
		"another client": {machine(), next.RefreshToken, "invalid_request"}, "a wrong client": {Client{ID: "none"}, next.RefreshToken, "invalid_client"},
		"an unknown token": {Client{ID: webClient}, "unknown", ""},
	} {
		if got := b.tryRevoke(t, c.client, c.token); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if status, _ := b.info(t, out.AccessToken); status != 200 {
		t.Errorf("before: %d", status)
	}
	if got := b.tryRevoke(t, Client{ID: webClient}, out.RefreshToken); got != "" { // the rotated one names the session too
		t.Fatal(got)
	}
	for _, token := range []string{out.AccessToken, next.AccessToken} {
		if status, _ := b.info(t, token); status != 401 {
			t.Errorf("after: %d", status)
		}
	}
	if _, refusal := b.token(t, Client{ID: webClient}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {next.RefreshToken}}); !strings.HasPrefix(refusal, "invalid_grant") {
		t.Errorf("a refresh: %q", refusal)
	}
}

// tryRevoke returns the error's code, "" if the token is revoked.
func (b *browser) tryRevoke(t *testing.T, c Client, token string) string {
	t.Helper()
	form := url.Values{"token": {token}, "client_id": {c.ID}}
	if c.Secret != "" {
		form.Set("client_secret", c.Secret)
	}
	res, err := http.PostForm(b.URL()+"/oauth2/revoke", form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var refusal oauthError
	if err := json.NewDecoder(res.Body).Decode(&refusal); res.StatusCode != http.StatusOK && err != nil {
		t.Fatal(err)
	}
	return refusal.Code
}

func TestR55_EveryEndpointThatDiscoveryNamesAnswers(t *testing.T) {
	b := pagesRig(t, nil)
	var document map[string]any
	getJSON(t, b.URL()+"/"+poolUnderTest+"/.well-known/openid-configuration", &document)
	endpoints := 0
	for name, value := range document {
		if !strings.HasSuffix(name, "_endpoint") {
			continue
		}
		endpoints++
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			req, err := http.NewRequestWithContext(t.Context(), method, value.(string), nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if _ = res.Body.Close(); res.StatusCode == http.StatusNotFound {
				t.Errorf("%s %s: %d", method, name, res.StatusCode)
			}
		}
	}
	if endpoints != 5 {
		t.Errorf("%d endpoints in %v", endpoints, document)
	}
	if keys := b.jwks(t); len(keys) != 2 || keys[0].Kid == keys[1].Kid {
		t.Errorf("keys %v", keys)
	}
}

// What a page does counts against the quota of its operation.
func TestR55_ThePagesCountAsTheirOperations(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.Messages.ConfirmWithLink = true })
	link := request(map[string]string{"user_name": ada, "confirmation_code": "000000"})
	for page, c := range map[string]struct {
		category string
		query    url.Values
		sends    map[string]string // nil opens it only
	}{
		"/signup":                {"UserCreation", request(nil), map[string]string{"username": ada, "password": longPassword}},
		"/confirmUser":           {"UserCreation", request(nil), map[string]string{"username": ada, "code": "000000"}},
		"/confirmUser another":   {"UserResourceRead", request(nil), map[string]string{"username": ada}},
		"/confirmUser by link":   {"UserCreation", link, nil},
		"/login":                 {"UserAuthentication", request(nil), map[string]string{"username": ada, "password": longPassword}},
		"/forgotPassword":        {"UserAccountRecovery", request(nil), map[string]string{"username": ada}},
		"/confirmForgotPassword": {"UserAccountRecovery", request(nil), map[string]string{"username": ada, "code": "000000", "password": longPassword}},
	} {
		b.throttle = newThrottle(Quotas{c.category: 1})
		if err := b.throttle.admit(counted{c.category, 1}, b.clock.now()); err != nil {
			t.Fatal(err)
		}
		path, button, _ := strings.Cut(page, " ")
		if b.open(t, path, c.query); c.sends != nil {
			if button != "" {
				b.fields.Set("other", "yes")
			}
			b.send(t, c.sends)
		}
		if b.alert != "Rate exceeded" {
			t.Errorf("%s: %q", page, b.alert)
		}
	}
}

// Guide, "Scopes, M2M, and resource servers": email and phone limit what openid discloses.
func TestR55_AScopeDisclosesItsAttributes(t *testing.T) {
	for scopes, want := range map[string]string{
		"openid": "email email_verified phone_number phone_number_verified name", "openid profile": "email email_verified phone_number phone_number_verified name",
		"openid email": "email email_verified", "openid phone": "phone_number phone_number_verified", "openid email phone": "email email_verified phone_number phone_number_verified",
		"openid email profile": "email email_verified phone_number phone_number_verified name",
	} {
		var got []string
		for _, name := range strings.Fields("email email_verified phone_number phone_number_verified name") {
			if disclosed(strings.Fields(scopes), name) {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q", scopes, got)
		}
	}
}

// HTML, section 4.10.18.7.1: what a browser fills a field in by.
func TestR55_AFieldSaysWhatItIsFor(t *testing.T) {
	for attribute, want := range map[string]string{
		"address": "Address street-address", "birthdate": "Birthdate bday", "email": "Email email", "family_name": "Family name family-name", "gender": "Gender sex",
		"given_name": "Given name given-name", "middle_name": "Middle name additional-name", "name": "Name name", "nickname": "Nickname nickname",
		"phone_number": "Phone number tel", "website": "Website url", "locale": "Locale on", "custom:plan": "Plan on",
	} {
		if f := attributeField("k", attribute, "v"); f.Label+" "+f.Autocomplete != want || f.Name != "k" || f.Value != "v" || f.Type != "text" {
			t.Errorf("%s: %+v", attribute, f)
		}
	}
	p := newPool(Config{ID: poolUnderTest, RequiredAttributes: []string{"name", "email", "given_name"}, AutoVerifiedAttributes: []string{"phone_number", "email"}}, nil, Options{keys: testKeys})
	if got := strings.Join(p.askedAttributes(), " "); got != "email given_name name phone_number" {
		t.Errorf("a sign-up asks for %s", got)
	}
}

// The pages of a sign-up, from the empty form to what each button does.
func TestR55_ASignUpIsLedFromPageToPage(t *testing.T) {
	b := pagesRig(t, nil)
	if b.open(t, "/signup", request(nil)); b.status != http.StatusOK || b.alert != "" {
		t.Errorf("the empty form: %d %s", b.status, b.alert)
	}
	if b.send(t, map[string]string{"username": ada, "password": "short"}); b.alert == "" || b.fields.Get("username") != ada || b.fields.Get("password") != "" {
		t.Errorf("refused: %s, %v", b.alert, b.fields)
	}
	if b.send(t, map[string]string{"password": longPassword}); b.at.Path != "/confirmUser" || !strings.Contains(b.raw, "Enter the code that was sent to you.") {
		t.Errorf("signed up: at %s", b.at)
	}
	if !strings.Contains(b.raw, `name="other"`) || !strings.Contains(b.raw, "Send another code") {
		t.Error("no button sends another code")
	}
	b.fields.Set("other", "1")
	if b.send(t, nil); b.alert != "" || !strings.Contains(b.raw, "A new code is on its way.") {
		t.Errorf("another code: %s", b.alert)
	}
	if b.send(t, map[string]string{"username": "nobody@example.com", "code": "no"}); b.alert == "" || b.fields.Get("username") != "nobody@example.com" {
		t.Errorf("another name: %s, %v", b.alert, b.fields)
	}
	if b.send(t, map[string]string{"username": ada, "code": b.mustCode(t, ada)}); b.at.Path != "/login" || !strings.Contains(b.raw, "Your account is confirmed. Sign in.") {
		t.Errorf("confirmed: at %s", b.at)
	}
	b.open(t, "/confirmUser", request(map[string]string{"login_hint": ada}))
	b.fields.Set("other", "1")
	if b.send(t, nil); b.alert != "User is already confirmed." {
		t.Errorf("another code for a confirmed user: %s", b.alert)
	}
	b.open(t, "/signup", request(nil))
	if b.follow(t, "Sign in instead"); b.at.Path != "/login" {
		t.Errorf("the link leads to %s", b.at)
	}
	b.fns.answer(preSignUp, responding(`{"autoConfirmUser":true}`))
	b.open(t, "/signup", request(nil))
	if b.send(t, map[string]string{"username": "bea@example.com", "password": longPassword}); b.at.Path != "/login" || !strings.Contains(b.raw, "Your account is confirmed. Sign in.") {
		t.Errorf("confirmed by the trigger: at %s", b.at)
	}
}

// The endpoint takes its token in either method, and nothing else.
func TestR55_UserInfoTakesABearerToken(t *testing.T) {
	b := pagesRig(t, nil)
	b.member(t, ada)
	out, refusal := b.token(t, Client{ID: webClient}, exchange(b.signIn(t, nil), nil))
	if refusal != "" {
		t.Fatal(refusal)
	}
	ask := func(method, authorization string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, b.URL()+"/oauth2/userInfo", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", authorization)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var said oauthError
		_ = json.NewDecoder(res.Body).Decode(&said)
		return res.StatusCode, said.Error()
	}
	const none = "invalid_request: The user pool has no domain, or the request no bearer token"
	for _, c := range []struct {
		method, authorization string
		status                int
		want                  string
	}{
		{http.MethodGet, "Bearer " + out.AccessToken, 200, ": "},
		{http.MethodPost, "bearer " + out.AccessToken, 200, ": "},
		{http.MethodGet, "Basic " + out.AccessToken, 400, none},
		{http.MethodGet, out.AccessToken, 400, none},
		{http.MethodGet, "Bearer x", 401, "invalid_token: Access token is expired, disabled, or deleted, or the user has globally signed out."},
	} {
		if status, said := ask(c.method, c.authorization); status != c.status || said != c.want {
			t.Errorf("%s %.12s: %d %s", c.method, c.authorization, status, said)
		}
	}
	b.must(t, "DeleteUserPoolDomain", inPool("Domain", "demo"))
	if status, said := ask(http.MethodGet, "Bearer "+out.AccessToken); status != 400 || said != none {
		t.Errorf("without a domain: %d %s", status, said)
	}
}

// A page is opened or sent, and nothing else is done with it.
func TestR55_APageHasTwoMethods(t *testing.T) {
	b := pagesRig(t, nil)
	for path := range hosted() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, b.URL()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _ = res.Body.Close(); res.StatusCode != http.StatusMethodNotAllowed && res.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
