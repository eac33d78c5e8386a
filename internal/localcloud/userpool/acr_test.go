package userpool

import (
	"crypto/sha256"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const loa = "urn:cognito:loa:"

// stepRig has a user with an authenticator app that is not turned on, and one without.
func stepRig(t *testing.T, change func(*Config)) (*browser, *string) {
	t.Helper()
	b := pagesRig(t, func(c *Config) {
		c.MfaConfiguration, c.EnabledMfas, c.UsernameAttributes = "OPTIONAL", []string{totp2, email2}, nil
		if change != nil {
			change(c)
		}
	})
	b.imports(t, ImportedUser{Username: "app", Password: longPassword}, ImportedUser{Username: "bare", Password: longPassword},
		ImportedUser{Username: "mail", Password: longPassword, Attributes: map[string]string{"email": ada, "email_verified": "true"}})
	secret := newTOTPSecret()
	if _, err := b.store.change("app", false, func(u *user) error { u.totp = secret; return nil }); err != nil {
		t.Fatal(err)
	}
	return b, &secret
}

// enters signs a user in who is asked for a password, and for a code if one is given.
func (b *browser) enters(t *testing.T, q map[string]string, name string, code func() string) {
	t.Helper()
	if b.open(t, "/oauth2/authorize", request(q)); b.alert != "" {
		t.Errorf("nobody is refused yet: %s", b.alert)
	}
	b.send(t, map[string]string{"username": name, "password": longPassword})
	if code != nil {
		b.wantNoCode(t, "the password alone")
		b.send(t, map[string]string{"code": code()})
	}
}

// wantLevel exchanges the code that the app got and compares the claims of both tokens; acr ""
// wants none.
func (b *browser) wantLevel(t *testing.T, acr string, amr ...string) tokenOutput {
	t.Helper()
	out, refusal := b.token(t, Client{ID: webClient}, exchange(b.returned.Get("code"), nil))
	if refusal != "" {
		t.Fatalf("%s: %q %s %v", refusal, b.title, b.alert, b.returned)
	}
	b.wantLevelClaims(t, out, acr, amr...)
	return out
}

func (b *browser) wantLevelClaims(t *testing.T, out tokenOutput, acr string, amr ...string) {
	t.Helper()
	want := "<nil> <nil>"
	if acr != "" {
		want = fmt.Sprint(acr, amr)
	}
	for _, token := range []string{out.IDToken, out.AccessToken} {
		claims := b.verifiedToken(t, token)
		if got := fmt.Sprint(claims["acr"], claims["amr"]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestR55_ALevelThatTheAppAsksForIsReachedAndNamed(t *testing.T) {
	b, secret := stepRig(t, nil)
	fresh := func() *browser { return b.rig.browser(t) }

	b.enters(t, nil, "app", nil)
	b.wantLevel(t, "")
	b = fresh()
	b.enters(t, map[string]string{"acr_values": loa + "1"}, "app", nil)
	b.wantLevel(t, loa+"1", "pwd")
	b = fresh()
	b.enters(t, map[string]string{"acr_values": "urn:other " + loa + "4 " + loa + "1"}, "app", func() string { return b.app(secret) })
	out := b.wantLevel(t, loa+"4", "pwd", "otp", "mfa")
	for range 2 { // kept on refresh
		next, refusal := b.token(t, Client{ID: webClient}, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {out.RefreshToken}})
		if refusal != "" {
			t.Fatal(refusal)
		}
		b.wantLevelClaims(t, next, loa+"4", "pwd", "otp", "mfa")
		out = next
	}
	// The cookie is of level 4: it is asked for nothing more.
	if b.open(t, "/oauth2/authorize", request(map[string]string{"acr_values": loa + "4", "prompt": "none"})); b.returned.Get("code") == "" {
		t.Errorf("%v", b.returned)
	}
	b = fresh()
	b.enters(t, map[string]string{"acr_values": loa + "4 " + loa + "3"}, "mail", func() string { return b.mustCode(t, "mail") })
	b.wantLevel(t, loa+"3", "pwd", "email_otp", "mfa")
	b = fresh()
	b.enters(t, map[string]string{"acr_values": loa + "4"}, "mail", nil)
	if b.returned.Get("error") != "unmet_authentication_requirements" || b.returned.Has("code") {
		t.Errorf("a level that the user cannot reach: %v", b.returned)
	}
	b = fresh()
	b.enters(t, map[string]string{"acr_values": "urn:other"}, "bare", nil)
	b.wantLevel(t, loa+"1", "pwd")
}

// A browser that is signed in proves what it lacks, and when it proved the first factor stays.
func TestR55_AStepUpAsksForTheFactorThatIsMissing(t *testing.T) {
	b, secret := stepRig(t, nil)
	b.enters(t, nil, "app", nil)
	began := b.clock.now()
	up := map[string]string{"acr_values": loa + "4"}
	b.clock.pass(10 * time.Minute)
	if b.open(t, "/oauth2/authorize", request(merged(map[string]string{"prompt": "none"}, up))); b.returned.Get("error") != "login_required" {
		t.Errorf("none shows no page: %v", b.returned)
	}
	b.open(t, "/oauth2/authorize", request(up))
	if b.title != "One more step" || slices.Contains(b.inputs, "password") {
		t.Fatalf("%q", b.title)
	}
	b.send(t, map[string]string{"code": b.app(secret)})
	out := b.wantLevel(t, loa+"4", "pwd", "otp", "mfa")
	if got := b.verifiedToken(t, out.IDToken)["auth_time"]; got != float64(began.Unix()) {
		t.Errorf("auth_time %v, want %d", got, began.Unix())
	}
	if b.open(t, "/login", request(up)); b.title != "Sign in" {
		t.Errorf("nothing is missing, and the page asks for %q", b.title)
	}
	// Too old, or not wanted: from scratch, and not with the factor alone.
	low := b.rig.browser(t)
	low.enters(t, nil, "app", nil)
	b.clock.pass(time.Minute)
	for _, from := range []map[string]string{{"max_age": "1"}, {"prompt": "login"}} {
		if low.open(t, "/login", request(merged(from, up))); low.title != "Sign in" || !slices.Contains(low.inputs, "password") {
			t.Errorf("%v: the page asks for %q", from, low.title)
		}
	}
	b.clock.pass(-time.Minute)
	// Older than max_age: from scratch.
	for age, title := range map[string]string{"599": "Sign in", "0": "Sign in", "600": ""} {
		if b.open(t, "/oauth2/authorize", request(map[string]string{"acr_values": loa + "4", "max_age": age})); b.title != title {
			t.Errorf("max_age %s: %q, want %q", age, b.title, title)
		}
	}
}

// A form that drops the level, or was made for another, ends in no code of the level.
func TestR55_NoFormEndsBelowTheLevelOfItsRequest(t *testing.T) {
	b, secret := stepRig(t, func(c *Config) { c.MfaConfiguration = "ON" })
	if _, err := b.store.change("mail", false, func(u *user) error { u.totp = *secret; return nil }); err != nil {
		t.Fatal(err)
	}
	b.open(t, "/login", request(map[string]string{"acr_values": loa + "3"}))
	b.send(t, map[string]string{"username": "mail", "password": longPassword})
	b.forge(t, map[string]string{"answer": email2})
	b.action = strings.Replace(b.action, url.QueryEscape(loa+"3"), url.QueryEscape(loa+"4"), 1)
	b.send(t, map[string]string{"code": b.mustCode(t, "mail")})
	if b.returned.Has("code") || b.title != "One more step" {
		t.Fatalf("%q %v", b.title, b.returned)
	}
	b.send(t, map[string]string{"code": b.app(secret)})
	b.wantLevel(t, loa+"4", "pwd", "otp", "mfa")
}

func TestR55_LevelsHaveTheNamesOfThePool(t *testing.T) {
	b, secret := stepRig(t, func(c *Config) { c.AcrValues = [4]string{3: "urn:bank:high"} })
	b.enters(t, map[string]string{"acr_values": "urn:bank:high"}, "app", func() string { return b.app(secret) })
	b.wantLevel(t, "urn:bank:high", "pwd", "otp", "mfa")
	b, _ = stepRig(t, func(c *Config) {
		c.Tier, c.EnabledMfas, c.Triggers[preTokenGeneration] = "LITE", []string{totp2}, Trigger{FunctionARN: preTokenGeneration}
	})
	b.enters(t, map[string]string{"acr_values": loa + "4"}, "bare", nil) // ignored
	b.wantLevel(t, "")
	settings, err := NewSettings(map[string]any{"PoolName": "p", "AcrConfiguration": object{"Level2": object{"AcrValue": "urn:my:2"}}})
	if err != nil {
		t.Fatal(err)
	}
	if c, err := settings.Config(); err != nil || c.acrName(2) != "urn:my:2" || c.acrName(3) != loa+"3" {
		t.Errorf("%v, %v", c.AcrValues, err)
	}
	if _, err := (Settings{"AcrConfiguration": object{"Level1": "x"}}).Config(); err == nil {
		t.Error("a level that is no object is taken")
	}
	if got := fmt.Sprint(b.cfg().Settings["AcrConfiguration"]); !strings.Contains(got, "Level1:map[AcrValue:"+loa+"1]") {
		t.Errorf("a pool that is made in Go shows %s", got)
	}
	if got := fmt.Sprint(settings["AcrConfiguration"]); !strings.Contains(got, "Level4:map[AcrValue:"+loa+"4]") {
		t.Errorf("the names of AWS are not there: %s", got)
	}
	for name, bad := range map[string]struct {
		values [4]string
		want   string
	}{
		"twice":     {[4]string{"urn:a", "urn:a"}, "two levels are named urn:a"},
		"the last":  {[4]string{"", "", "urn:a", "urn:a"}, "two levels are named urn:a"},
		"a default": {[4]string{"urn:cognito:loa:2"}, "two levels are named urn:cognito:loa:2"},
		"a blank":   {[4]string{"urn: a"}, "want at most 64 characters"},
		"too long":  {[4]string{strings.Repeat("a", 65)}, "want at most 64 characters"},
	} {
		c := baseConfig()
		c.AcrValues = bad.values
		if err := c.complete(); err == nil || !strings.Contains(err.Error(), bad.want) {
			t.Errorf("%s: %v, want %s", name, err, bad.want)
		}
	}
	own := Config{ID: poolUnderTest, AcrValues: [4]string{strings.Repeat("a", 64)}}
	if err := own.complete(); err != nil {
		t.Error(err)
	}
	if own.Tier = "LITE"; own.complete() == nil {
		t.Error("Lite has own names")
	}
}

// TARGET_ACR_VALUES would be a promise that the API does not keep here.
func TestR55_TheAPIRefusesALevel(t *testing.T) {
	r := startChoice(t, nil)
	r.member(t, ada)
	_, err := r.choose(t, ada, "", "TARGET_ACR_VALUES", loa+"4")
	wantRefusal(t, err, "InvalidParameterException", "TARGET_ACR_VALUES: the local user pool does not simulate it; it has acr_values on the hosted pages.")
}

// The levels of a text message, and those below every second factor.
func TestR55_EachLevelIsReachedByItsFactors(t *testing.T) {
	b, _ := stepRig(t, func(c *Config) { c.EnabledMfas = []string{sms2, totp2} })
	b.imports(t, ImportedUser{Username: "phone", Password: longPassword, Attributes: map[string]string{"phone_number": "+491701", "phone_number_verified": "true"}})
	b.enters(t, map[string]string{"acr_values": loa + "3"}, "phone", func() string { return b.mustCode(t, "phone") })
	b.wantLevel(t, loa+"3", "pwd", "sms", "mfa")
	b.fns.take()
	b = b.rig.browser(t)
	if b.enters(t, map[string]string{"acr_values": loa + "2"}, "bare", nil); b.returned.Get("error") != "unmet_authentication_requirements" {
		t.Errorf("level 2 of a user with a password alone: %v", b.returned)
	}
	wantSources(t, b.fns.sources(t)) // nobody is signed in
	b = b.rig.browser(t)
	b.enters(t, map[string]string{"acr_values": loa + "1"}, "bare", nil)
	b.wantLevel(t, loa+"1", "pwd")
}

func TestR55_TheImplicitGrantAnswersInTheFragment(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.Clients[0].AllowedOAuthFlows = []string{"implicit"} })
	b.member(t, ada)
	implicit := map[string]string{"response_type": "token", "code_challenge": "", "code_challenge_method": "", "scope": "openid email " + selfService}
	b.open(t, "/oauth2/authorize", request(implicit))
	b.send(t, map[string]string{"username": ada, "password": longPassword})
	wantSources(t, b.fns.sources(t), "PostAuthentication_Authentication", "TokenGeneration_HostedAuth")
	if b.at.Query().Has("access_token") || b.returned.Get("token_type") != "Bearer" || b.returned.Get("expires_in") != "3600" || b.returned.Get("state") != "s&1" {
		t.Fatalf("%s", b.at)
	}
	if b.returned.Has("refresh_token") || b.returned.Has("code") {
		t.Errorf("%v", b.returned)
	}
	access := b.returned.Get("access_token")
	half := sha256.Sum256([]byte(access)) // OpenID Connect Core, section 3.2.2.9
	if id := b.verifiedToken(t, b.returned.Get("id_token")); id["nonce"] != "n-1" || id["aud"] != webClient || id["at_hash"] != base64URL(half[:16]) {
		t.Errorf("%v", id)
	}
	if err := b.whoAmI(t, access); err != nil {
		t.Error(err)
	}
	b.store.signOut(theUser(t, b.rig, ada).username)
	wantRefusal(t, b.whoAmI(t, access), "NotAuthorizedException", "Access Token has been revoked")
	if b.open(t, "/oauth2/authorize", request(merged(map[string]string{"scope": "nope"}, map[string]string{"response_type": "token"}))); b.at.Query().Has("error") || b.returned.Get("error") != "invalid_scope" {
		t.Errorf("a refusal goes to the fragment, too: %s", b.at)
	}
	if b.open(t, "/oauth2/authorize", request(nil)); b.returned.Get("error") != "unauthorized_client" {
		t.Errorf("a code: %v", b.returned)
	}
	b.fns.answer(preTokenGeneration, failing("no"))
	if b.open(t, "/oauth2/authorize", request(implicit)); b.returned.Get("error") != "invalid_request" || b.returned.Has("access_token") {
		t.Errorf("a refusing trigger: %v", b.returned)
	}
}

func TestR55_TheDefaultAddressIsForRequestsThatNameNone(t *testing.T) {
	b := pagesRig(t, func(c *Config) { c.Clients[0].DefaultRedirectURI = callback })
	b.member(t, ada)
	code := b.signIn(t, map[string]string{"redirect_uri": ""})
	if b.at.Host != "localhost:3000" || b.returned.Get("app") != "1" {
		t.Errorf("returned to %s", b.at)
	}
	if _, refusal := b.token(t, Client{ID: webClient}, exchange(code, nil)); refusal != "" {
		t.Error(refusal)
	}
	if b.open(t, "/oauth2/authorize", request(map[string]string{"redirect_uri": "https://evil.example"})); b.returned != nil {
		t.Errorf("another address: %v", b.returned)
	}
	web := b.store.clients[webClient]
	web.DefaultRedirectURI = "https://evil.example"
	set(b.store, b.store.clients, web.ID, web)
	if b.open(t, "/oauth2/authorize", request(map[string]string{"redirect_uri": ""})); b.returned != nil {
		t.Errorf("a default that is not registered: %v", b.returned)
	}
}

// The table of the guide, "Authentication levels with ACR and AMR claims".
func TestR55_ALevelIsThatOfTheFactorsThatWereProven(t *testing.T) {
	for methods, want := range map[string]int{
		"": 0, "fed": 0, "mfa": 0, "pwd": 1, "sms": 2, "email_otp": 2, "otp": 0, "swk": 3, "hwk": 3, "pwd sms mfa": 3, "pwd email_otp mfa": 3, "pwd otp mfa": 4,
	} {
		if got := levelOf(strings.Fields(methods)); got != want {
			t.Errorf("%q is of level %d, want %d", methods, got, want)
		}
	}
	if got := (&Config{}).acrName(0); got != "" {
		t.Errorf("no level is named %q", got)
	}
}

// A code alone is no sign-in of the pages; a password with one is more.
func TestR55_AHigherLevelSatisfiesALowerOne(t *testing.T) {
	b, _ := stepRig(t, nil)
	b.enters(t, map[string]string{"acr_values": loa + "2"}, "mail", func() string { return b.mustCode(t, "mail") })
	b.wantLevel(t, loa+"3", "pwd", "email_otp", "mfa")
	// The signed-in browser of a user who cannot go higher.
	if b.open(t, "/oauth2/authorize", request(map[string]string{"acr_values": loa + "4"})); b.returned.Get("error") != "unmet_authentication_requirements" {
		t.Errorf("%q %v", b.title, b.returned)
	}
	if _, err := b.store.change("app", false, func(u *user) error { u.enabled = false; return nil }); err != nil {
		t.Fatal(err)
	}
	b = b.rig.browser(t)
	if b.enters(t, map[string]string{"acr_values": loa + "4"}, "app", nil); b.alert != "User is disabled." {
		t.Errorf("a disabled user: %q %s %v", b.title, b.alert, b.returned)
	}
}
