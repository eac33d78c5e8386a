package userpool

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/federation"
)

const (
	emailURI  = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"
	groupsURI = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups"
)

// oidc is a provider that this pool does not ask.
func oidc(name string) federation.Provider {
	return federation.Provider{
		Name: name, Type: "OIDC",
		Details: map[string]string{"client_id": "c", "client_secret": "s", "authorize_scopes": "openid", "attributes_request_method": "GET", "oidc_issuer": "https://op.example"},
		Mapping: map[string]string{"email": "email", "email_verified": "email_verified", "name": "name", "custom:plan": "groups"},
	}
}

// federatedRig is a pool with the pages, three providers and all triggers of a federated
// sign-in. OIDC maps the verification of addresses, Google does not.
func federatedRig(t *testing.T, change func(*Config)) *browser {
	t.Helper()
	return pagesRig(t, func(c *Config) {
		withHooks(inboundFederation, preAuthentication)(c, nil)
		corp := federation.Provider{
			Name: "Corp", Type: "SAML", Details: map[string]string{"MetadataURL": "https://idp.example/metadata"}, Identifiers: []string{"corp.example"},
			Mapping: map[string]string{"email": emailURI, "custom:plan": groupsURI},
		}
		c.Providers = append(c.Providers, oidc("Open"), corp)
		c.Clients[0].SupportedIdentityProviders = []string{federation.Native, "Google", "Open", "Corp"}
		c.Clients[0].AllowedOAuthScopes = append(c.Clients[0].AllowedOAuthScopes, "profile")
		if change != nil {
			change(c)
		}
	})
}

// visits goes to a provider's page.
func (b *browser) visits(t *testing.T, provider string, changes map[string]string) {
	t.Helper()
	q := request(map[string]string{"scope": "openid email profile", "identity_provider": provider})
	for name, value := range changes {
		q.Set(name, value)
	}
	b.open(t, "/oauth2/authorize", q)
}

// become signs in at a provider's page as somebody, and returns the claims of the ID token.
func (b *browser) become(t *testing.T, provider string, who map[string]string) map[string]any {
	t.Helper()
	b.visits(t, provider, map[string]string{"prompt": "login"})
	if b.send(t, who); b.returned.Get("code") == "" {
		t.Fatalf("no code: %d %s %v", b.status, b.alert, b.returned)
	}
	out, refusal := b.token(t, Client{ID: webClient}, exchange(b.returned.Get("code"), nil))
	if refusal != "" {
		t.Fatal(refusal)
	}
	return b.verifiedToken(t, out.IDToken)
}

// refused signs in as somebody who is refused, and returns the sentence that the app reads.
func (b *browser) refused(t *testing.T, provider string, who map[string]string) string {
	t.Helper()
	b.visits(t, provider, map[string]string{"prompt": "login"})
	if b.send(t, who); b.returned.Get("error") != "invalid_request" || b.at.Host != "localhost:3000" || b.returned.Get("state") != "s&1" {
		t.Fatalf("%d %s %s", b.status, b.alert, b.at)
	}
	return b.returned.Get("error_description")
}

var (
	firstSignIn = []string{"InboundFederation_ExternalProvider", "PreSignUp_ExternalProvider", "PostConfirmation_ConfirmSignUp", "TokenGeneration_HostedAuth"}
	laterSignIn = []string{"InboundFederation_ExternalProvider", "PreAuthentication_Authentication", "PostAuthentication_Authentication", "TokenGeneration_HostedAuth"}
)

func TestR57_TheFirstAndLaterSignInsFireTheirTriggersInOrder(t *testing.T) {
	for provider, username := range map[string]string{"Google": "google_x-1", "Open": "open_x-1", "Corp": "corp_x-1"} {
		t.Run(provider, func(t *testing.T) {
			b := federatedRig(t, nil)
			id := b.become(t, provider, map[string]string{"subject": "X-1"})
			wantSources(t, b.fns.sources(t), firstSignIn...)
			if id["cognito:username"] != username || !strings.Contains(fmt.Sprint(id["identities"]), "userId:X-1") || fmt.Sprint(id["cognito:groups"]) != "["+poolUnderTest+"_"+provider+"]" {
				t.Errorf("ID token %v", id)
			}
			if again := b.become(t, provider, map[string]string{"subject": "X-1"}); again["sub"] != id["sub"] || fmt.Sprint(again["identities"]) != fmt.Sprint(id["identities"]) {
				t.Errorf("later %v", again)
			}
			wantSources(t, b.fns.sources(t), laterSignIn...)
		})
	}
}

// The three kinds of events, byte for byte.
func TestR57_InboundFederationSeesWhatTheProviderSaid(t *testing.T) {
	b := federatedRig(t, func(c *Config) {
		facebook := google()
		facebook.Name, facebook.Type = "Facebook", "Facebook"
		c.Providers = append(c.Providers, facebook)
		c.Clients[0].SupportedIdentityProviders = append(c.Clients[0].SupportedIdentityProviders, "Facebook")
	})
	for _, provider := range []string{"Open", "Corp", "Facebook"} {
		b.become(t, provider, map[string]string{"claims": `{"` + emailURI + `":"a@corp.example","n":12345678901234567890,"on":true,"of":["a b~*","c"],"in":{"x":null},"no":null}`})
		event := b.fns.take()[0].raw
		golden(t, "inbound-"+provider, maskedAnswer(t, event))
	}
}

// maskedAnswer replaces what differs from run to run.
func maskedAnswer(t *testing.T, event []byte) []byte {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(event, &v); err != nil {
		t.Fatal(err)
	}
	attributes := v["request"].(map[string]any)["attributes"].(map[string]any)
	for part, names := range map[string][]string{"tokenResponse": {"access_token"}, "idToken": {"iat", "exp"}} {
		for _, name := range names {
			if of, there := attributes[part].(map[string]any); there && of[name] != "" {
				of[name] = "masked"
			}
		}
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestR57_AnEmptyAnswerKeepsAllAndAnyOtherDropsWhatItOmits(t *testing.T) {
	who := map[string]string{"email": "ada@example.com", "email_verified": "true", "claims": `{"name":"Ada"}`}
	for response, want := range map[string]string{
		`{"userAttributesToMap":{}}`:             "ada@example.com true Ada",
		`{}`:                                     "ada@example.com true Ada",
		`{"userAttributesToMap":{"name":"Eve"}}`: "<nil> <nil> Eve",
		`{"userAttributesToMap":{"email":"ada@example.com"}}`:                                 "ada@example.com false <nil>",
		`{"userAttributesToMap":{"email":"ada@example.com","email_verified":"true"}}`:         "ada@example.com true <nil>",
		`{"userAttributesToMap":{"custom:plan":"gold","sub":"another","identities":"[]"}}`:    "<nil> <nil> <nil>",
		`{"userAttributesToMap":{"email":"a@b.example","email_verified":"yes","name":"<b>"}}`: "a@b.example false <b>",
	} {
		t.Run(response, func(t *testing.T) {
			b := federatedRig(t, nil)
			b.fns.answer(inboundFederation, responding(response))
			id := b.become(t, "Open", who)
			if got := fmt.Sprint(id["email"], " ", id["email_verified"], " ", id["name"]); got != want || id["cognito:username"] != "open_ada-1" || id["custom:plan"] != nil {
				t.Errorf("got %q, want %q: %v", got, want, id)
			}
		})
	}
	for _, response := range []string{`{"userAttributesToMap":null}`, `{"userAttributesToMap":[]}`, `{"userAttributesToMap":{"n":1}}`, `[]`} {
		b := federatedRig(t, nil)
		b.fns.answer(inboundFederation, responding(response))
		if got := b.refused(t, "Open", who); got != "Unrecognizable lambda output " {
			t.Errorf("%s: %q", response, got)
		}
	}
}

func TestR57_ATriggersRefusalReachesTheApp(t *testing.T) {
	for trigger, signIns := range map[string]int{inboundFederation: 0, preSignUp: 0, postConfirmation: 0, preAuthentication: 1, postAuthentication: 1} {
		b := federatedRig(t, nil)
		for range signIns {
			b.become(t, "Open", nil)
		}
		b.fns.answer(trigger, failing("not <you>"))
		if got := b.refused(t, "Open", nil); got != trigger+" failed with error not <you>. " {
			t.Errorf("%s: %q", trigger, got)
		}
	}
}

func TestR57_AttributesComeByTheMappingAlone(t *testing.T) {
	b := federatedRig(t, func(c *Config) {
		c.Providers[0].Mapping["custom:plan"] = "access_token" // Google
		c.Clients[0].WriteAttributes = []string{"email", "custom:plan"}
	})
	id := b.become(t, "Corp", map[string]string{"subject": "Ada", "groups": "ignored", "claims": `{"` + emailURI + `":"ada@corp.example","` + groupsURI + `":["Domain Admins","a&b"],"name":"Ada","custom:plan":"gold"}`})
	if id["email"] != "ada@corp.example" || id["email_verified"] != false || id["custom:plan"] != "[Domain+Admins, a%26b]" || id["name"] != nil {
		t.Errorf("SAML: %v", id)
	}
	if id := b.become(t, "Google", map[string]string{"email": "g@example.com", "email_verified": "true", "claims": `{"name":"Ada","nickname":"A"}`}); id["email_verified"] != false || id["name"] != nil || id["nickname"] != nil || len(fmt.Sprint(id["custom:plan"])) != 26 {
		t.Errorf("Google: %v", id) // name is not writable, and no claim of verification is mapped
	}
	for writable, want := range map[string]string{"email": "ada@example.com true", "name": "<nil> <nil>"} {
		b := federatedRig(t, func(c *Config) { c.Clients[0].WriteAttributes = []string{writable} })
		if id := b.become(t, "Open", map[string]string{"email": "ada@example.com", "email_verified": "true"}); fmt.Sprint(id["email"], " ", id["email_verified"]) != want {
			t.Errorf("a client that writes %s alone: %v", writable, id)
		}
	}
	// What is no longer sent stays, what is blank goes, and an address is verified anew.
	b = federatedRig(t, nil)
	b.become(t, "Open", map[string]string{"email": "ada@example.com", "email_verified": "true", "claims": `{"name":"Ada"}`})
	if id := b.become(t, "Open", map[string]string{"email": "", "email_verified": "", "claims": `{"name":""}`}); id["email"] != "ada@example.com" || id["email_verified"] != true || id["name"] != nil {
		t.Errorf("nothing sent: %v", id)
	}
	for sent, want := range map[string]bool{"true": true, "TRUE": false, "1": false, "": false, "false": false} {
		if id := b.become(t, "Open", map[string]string{"email": "ada@example.com", "email_verified": sent}); id["email_verified"] != want {
			t.Errorf("email_verified %q is %v", sent, id["email_verified"])
		}
	}
}

func TestR57_ARequiredAttributeMustComeAndAnImmutableOneComesOnce(t *testing.T) {
	b := federatedRig(t, func(c *Config) { c.RequiredAttributes = []string{"email"} })
	if got := b.refused(t, "Open", map[string]string{"email": ""}); got != "Invalid user attributes: email: The attribute is required. " {
		t.Errorf("%q", got)
	}
	wantSources(t, b.fns.sources(t), "InboundFederation_ExternalProvider")
	b.become(t, "Open", map[string]string{"email": "ada@example.com"})
	if got := b.refused(t, "Open", map[string]string{"claims": `{"email":""}`, "email": ""}); got != "Invalid user attributes: email: The attribute is required. " {
		t.Errorf("a blank one: %q", got)
	}
	for _, change := range []func(*Config){
		func(c *Config) { c.ImmutableAttributes = []string{"name"} },
		func(c *Config) {
			c.CustomAttributes["custom:plan"] = false
			c.Providers[1].Mapping["custom:plan"] = "name"
		},
	} {
		b := federatedRig(t, change)
		b.become(t, "Open", map[string]string{"claims": `{"name":"Ada"}`})
		if got := b.refused(t, "Open", map[string]string{"claims": `{"name":"Ada"}`}); !strings.HasSuffix(got, ": Attribute cannot be updated. ") {
			t.Errorf("the same value again: %q", got)
		}
	}
}

// A name that somebody else has, or could take, makes nobody that somebody.
func TestR57_NobodyBecomesAnotherByAName(t *testing.T) {
	b := federatedRig(t, func(c *Config) {
		c.UsernameAttributes, c.AliasAttributes = nil, []string{"preferred_username", "email"}
	})
	entry := "Already found an entry for username open_x-1 "
	b.imports(t, ImportedUser{Username: "open_x-1", Password: longPassword, Attributes: map[string]string{"email": "native@example.com"}})
	if got := b.refused(t, "Open", map[string]string{"subject": "X-1"}); got != entry {
		t.Errorf("a native user has the name: %q", got)
	}
	wantSources(t, b.fns.sources(t), "InboundFederation_ExternalProvider")
	b.fns.answer(preSignUp, func(ev []byte) ([]byte, error) {
		if strings.Contains(string(ev), "open_x-2") {
			b.imports(t, ImportedUser{Username: "open_x-2"})
		}
		return ev, nil
	})
	if got := b.refused(t, "Open", map[string]string{"subject": "X-2"}); got != strings.Replace(entry, "x-1", "x-2", 1) {
		t.Errorf("a native user takes the name meanwhile: %q", got)
	}
	b = federatedRig(t, func(c *Config) { c.UsernameAttributes, c.AliasAttributes = nil, []string{"preferred_username"} })
	subs := b.imports(t, ImportedUser{Username: "mallory", Password: longPassword, Attributes: map[string]string{"preferred_username": "open_x-1"}})
	victim := b.become(t, "Open", map[string]string{"subject": "X-1"})
	if victim["sub"] == subs[0] || victim["cognito:username"] != "open_x-1" {
		t.Errorf("an alias is the name: %v", victim)
	}
	if got := b.refused(t, "Open", map[string]string{"subject": "x-1"}); got != entry {
		t.Errorf("the subject differs in case: %q", got)
	}
	_, err := b.FederatedSignIn("Open", "", nil, webClient)
	wantAPIError(t, err, "InvalidParameterException: username attribute mapping required")
	if got := b.refused(t, "Open", map[string]string{"subject": "x 1"}); got != "The provider's name for the user makes no username. " {
		t.Errorf("a blank: %q", got)
	}
	b = federatedRig(t, func(c *Config) { c.CaseSensitive = true })
	if one, other := b.become(t, "Open", map[string]string{"subject": "X-1"}), b.become(t, "Open", map[string]string{"subject": "x-1"}); one["sub"] == other["sub"] || one["cognito:username"] != "Open_X-1" {
		t.Errorf("in a pool that minds case: %v", one)
	}
}

// A provider says whatever it likes: the address of a native user remains that user's.
func TestR57_AHostileTenantTakesNobodysAddress(t *testing.T) {
	b := federatedRig(t, nil)
	sub := b.member(t, "ceo@example.com")
	for _, provider := range []string{"Google", "Open", "Corp"} {
		b.visits(t, provider, nil)
		b.do(t, http.MethodGet, b.URL()+b.links["Fill in: hostile"], nil)
		if b.send(t, map[string]string{"email_verified": "true", "claims": `{"` + emailURI + `":"ceo@example.com","sub":"` + sub + `","cognito:username":"` + sub + `"}`}); b.returned.Get("code") == "" {
			t.Fatalf("%s: %s %v", provider, b.alert, b.returned)
		}
		out, _ := b.token(t, Client{ID: webClient}, exchange(b.returned.Get("code"), nil))
		if id := b.verifiedToken(t, out.IDToken); id["sub"] == sub || id["cognito:username"] != strings.ToLower(provider)+"_mallory" {
			t.Errorf("%s: %v", provider, id)
		}
	}
	b.login(t, "ceo@example.com", longPassword)
	if got := b.attribute(t, sub, "identities"); got != "" {
		t.Errorf("the native user has %s", got)
	}
}

func TestR57_AnAnswerCountsOnceForTheBrowserThatLeft(t *testing.T) {
	b := federatedRig(t, nil)
	for _, provider := range []string{"Open", "Corp"} {
		answer := b.answer(t, provider)
		other := b.rig.browser(t)
		other.visits(t, provider, nil) // another browser, with a cookie of its own
		if other.do(t, http.MethodGet, answer.String(), nil); other.status != http.StatusBadRequest || other.returned != nil {
			t.Errorf("%s: another browser: %d %v", provider, other.status, other.returned)
		}
		wrong := *answer
		q := wrong.Query()
		q.Set(map[string]string{"Open": "code", "Corp": "SAMLResponse"}[provider], "another")
		wrong.RawQuery = q.Encode()
		fresh := b.answer(t, provider)
		if b.do(t, http.MethodGet, fresh.String(), nil); b.returned.Get("code") == "" {
			t.Errorf("%s: the browser itself: %d %v", provider, b.status, b.returned)
		}
		if b.do(t, http.MethodGet, fresh.String(), nil); b.status != http.StatusBadRequest || b.returned != nil {
			t.Errorf("%s: a second time: %d %v", provider, b.status, b.returned)
		}
		if b.do(t, http.MethodGet, wrong.String(), nil); b.returned.Get("error") != "invalid_request" || b.returned.Get("error_description") != provider+": the code is not that of this sign-in " {
			t.Errorf("%s: another code: %d %v", provider, b.status, b.returned)
		}
		late := b.answer(t, provider)
		b.clock.pass(departureLife)
		if b.do(t, http.MethodGet, late.String(), nil); b.status != http.StatusBadRequest {
			t.Errorf("%s: late: %d", provider, b.status)
		}
		swapped := b.answer(t, provider)
		swapped.Path = map[string]string{"Open": "/saml2/idpresponse", "Corp": "/oauth2/idpresponse"}[provider]
		if b.do(t, http.MethodGet, swapped.String(), nil); b.status != http.StatusBadRequest {
			t.Errorf("%s: at the other path: %d", provider, b.status)
		}
	}
	for _, query := range []string{"", "?state=", "?state=x&code=y&redirect_uri=https://evil.example/", "?error=access_denied"} {
		if b.do(t, http.MethodGet, b.URL()+"/oauth2/idpresponse"+query, nil); b.status != http.StatusBadRequest || b.returned != nil {
			t.Errorf("%s: %d %v", query, b.status, b.returned)
		}
	}
}

// answer returns where a provider's page sends the browser, which does not go there.
func (b *browser) answer(t *testing.T, provider string) *url.URL {
	t.Helper()
	b.visits(t, provider, map[string]string{"prompt": "login"})
	follow := b.client.CheckRedirect
	b.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	b.send(t, nil)
	b.client.CheckRedirect = follow
	to, err := url.Parse(b.URL() + b.at.String())
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func TestR57_AClientSignsInByItsProvidersOnly(t *testing.T) {
	b := federatedRig(t, func(c *Config) {
		only := c.Clients[0]
		only.ID, only.SupportedIdentityProviders = "only1example", []string{"Open"}
		none := c.Clients[0]
		none.ID, none.SupportedIdentityProviders = "none1example", nil
		c.Clients = append(c.Clients, only, none)
	})
	only := map[string]string{"client_id": "only1example"}
	for _, name := range []string{"Google", "Nobody", "COGNITO", "open"} {
		if b.visits(t, name, only); b.returned.Get("error") != "invalid_request" {
			t.Errorf("%s: %d %v", name, b.status, b.returned)
		}
		q := request(only)
		q.Set("identity_provider", name)
		if b.open(t, somebodyPath, q); b.returned.Get("error") != "invalid_request" {
			t.Errorf("the page for %s: %d %v", name, b.status, b.returned)
		}
	}
	none := map[string]string{"client_id": "none1example"}
	if b.visits(t, "Open", none); b.returned.Get("error") != "invalid_request" {
		t.Errorf("a client without a list: %v", b.returned)
	}
	if b.open(t, "/login", request(none)); b.action == "" || len(b.links) != 2 {
		t.Errorf("a client without a list shows %q %v", b.action, b.links)
	}
	b.open(t, "/login", request(only))
	if b.action != "" || b.links["Continue with Open"] == "" || b.links["Continue with Google"] != "" || b.links["Create an account"] != "" {
		t.Errorf("its login page has %q %v", b.action, b.links)
	}
	if b.do(t, http.MethodGet, b.URL()+b.links["Continue with Open"], nil); b.title != "Be somebody at Open" {
		t.Errorf("the link leads to %q", b.title)
	}
	form := maps.Clone(b.fields)
	form.Set("username", "ada@example.com")
	form.Set("password", longPassword)
	if b.do(t, http.MethodPost, b.URL()+"/login?"+request(only).Encode(), form); b.status != http.StatusForbidden {
		t.Errorf("a password: %d", b.status)
	}
	// A browser that is signed in by another provider is not, for this client.
	b.become(t, "Google", nil)
	only["prompt"] = "none"
	if b.open(t, "/oauth2/authorize", request(only)); b.returned.Get("error") != "login_required" {
		t.Errorf("signed in by Google: %v", b.returned)
	}
	if b.open(t, "/oauth2/authorize", request(map[string]string{"prompt": "none"})); b.returned.Get("code") == "" {
		t.Errorf("the client of Google: %v", b.returned)
	}
	// A provider that goes while its user is away counts no more.
	answer := b.answer(t, "Open")
	b.must(t, "DeleteIdentityProvider", inPool("ProviderName", "Open"))
	if b.do(t, http.MethodGet, answer.String(), nil); b.status != http.StatusBadRequest {
		t.Errorf("a deleted provider: %d %v", b.status, b.returned)
	}
}

func TestR57_AnIdentifierNamesAProviderAndCancelEndsInTheApp(t *testing.T) {
	b := federatedRig(t, nil)
	q := request(map[string]string{"idp_identifier": "corp.example"})
	if b.open(t, "/oauth2/authorize", q); b.title != "Be somebody at Corp" {
		t.Fatalf("%s %v", b.title, b.returned)
	}
	b.fields.Set("other", "1")
	if !strings.Contains(b.raw, "This page takes the place of Corp. You are the user that you describe.") || !strings.Contains(b.raw, `name="other"`) {
		t.Errorf("the page says %s", b.raw)
	}
	if b.send(t, nil); b.returned.Get("error") != "access_denied" || b.returned.Get("error_description") != "the user did not sign in at Corp" || b.returned.Get("state") != "s&1" || b.at.Host != "localhost:3000" {
		t.Errorf("cancelled: %s", b.at)
	}
	wantSources(t, b.fns.sources(t))
	if id := b.become(t, "Open", map[string]string{"subject": "g-1", "groups": "a,b"}); id["custom:plan"] != "[a, b]" {
		t.Errorf("the groups are %v", id["custom:plan"])
	}
	if b.rig.browser(t).opens(t, somebodyPath).title != "Sign in" {
		t.Error("nobody is asked, and a page stands in the place of nobody")
	}
	b.visits(t, "Open", map[string]string{"prompt": "login"})
	if b.send(t, map[string]string{"claims": "[]"}); !strings.HasSuffix(b.alert, ".") || strings.Contains(b.alert, "EXTRA") {
		t.Errorf("claims that are none: %q", b.alert)
	}
	b.must(t, "CreateUserPool", map[string]any{"PoolName": "later"}) // nothing is locked by a state that was looked for
}

// opens opens a page as an app asks for it.
func (b *browser) opens(t *testing.T, path string) *browser {
	b.open(t, path, request(nil))
	return b
}

// COGNITO is the pool itself. MFA is the provider's affair, and no sign-in of one stands for
// another's.
func TestR57_ASignedInBrowserIsThatOfItsProvider(t *testing.T) {
	b := federatedRig(t, func(c *Config) { c.MfaConfiguration, c.EnabledMfas = "ON", []string{"SOFTWARE_TOKEN_MFA"} })
	b.become(t, "Open", nil)
	for provider, want := range map[string]string{"Open": "", "Google": "Be somebody at Google", "COGNITO": "Sign in"} {
		if b.visits(t, provider, nil); b.title != want || (b.returned.Get("code") != "") != (want == "") {
			t.Errorf("%s: %q %v", provider, b.title, b.returned)
		}
	}
	// No factor of the pool raises a provider's user to a level.
	b.visits(t, "Open", map[string]string{"acr_values": "urn:cognito:loa:4"})
	out, refusal := b.token(t, Client{ID: webClient}, exchange(b.returned.Get("code"), nil))
	if refusal != "" {
		t.Fatal(refusal)
	}
	if access := b.verifiedToken(t, out.AccessToken); fmt.Sprint(access["amr"]) != "[fed]" || access["acr"] != nil {
		t.Errorf("the access token says acr %v, amr %v", access["acr"], access["amr"])
	}
	b.clock.pass(departureLife)
	b.answer(t, "Open")
	b.clock.pass(departureLife)
	b.answer(t, "Open")
	if n := len(b.store.departures); n != 1 {
		t.Errorf("%d departures are kept", n)
	}
}

func TestR57_ThePageShowsWhatItIsToldAsText(t *testing.T) {
	b := federatedRig(t, nil)
	for _, field := range []string{"subject", "email", "email_verified", "groups", "claims"} {
		b.visits(t, "Open", map[string]string{"preset": hostile})
		b.send(t, map[string]string{field: hostile, "claims": hostile})
		if b.status != http.StatusBadRequest || b.alert == "" || strings.Contains(b.raw, "<script") || b.fields.Get("claims") != hostile {
			t.Errorf("%s: %d %q %s", field, b.status, b.alert, b.raw)
		}
	}
	for _, claims := range []string{"[]", "null", "1", `{"a":1} {"b":2}`, `{"a":`} {
		b.visits(t, "Open", nil)
		if b.send(t, map[string]string{"claims": claims}); b.status != http.StatusBadRequest {
			t.Errorf("%s: %d", claims, b.status)
		}
	}
	b.visits(t, "Open", nil)
	b.fields.Set("_csrf", "another")
	if b.send(t, nil); b.status != http.StatusForbidden {
		t.Errorf("a form of another browser: %d", b.status)
	}
	names := slices.Sorted(maps.Keys(federation.Presets()))
	for _, provider := range []string{"Google", "Open", "Corp"} {
		for _, name := range names {
			b.visits(t, provider, map[string]string{"prompt": "login"})
			b.do(t, http.MethodGet, b.URL()+b.links["Fill in: "+name], nil)
			if b.send(t, nil); b.returned.Get("code") == "" && b.returned.Get("error_description") == "" {
				t.Errorf("%s as %s: %d %s", name, provider, b.status, b.alert)
			}
		}
	}
}

// Who trusts a provider no more deletes it: its users' browsers do not go on for an hour.
func TestR57_ABrowserEndsWithItsProvider(t *testing.T) {
	b := federatedRig(t, nil)
	b.become(t, "Open", nil)
	silent := request(map[string]string{"prompt": "none"})
	if b.open(t, "/oauth2/authorize", silent); b.returned.Get("code") == "" {
		t.Fatalf("before: %v", b.returned)
	}
	b.must(t, "DeleteIdentityProvider", inPool("ProviderName", "Open"))
	if b.open(t, "/oauth2/authorize", silent); b.returned.Get("error") != "login_required" {
		t.Errorf("after: %v", b.returned)
	}
}

// An answer names no pool: its state does.
func TestR57_AnAnswerReachesThePoolThatItsBrowserLeft(t *testing.T) {
	b := federatedRig(t, nil)
	other := b.must(t, "CreateUserPool", map[string]any{"PoolName": "other"})["UserPool"].(map[string]any)["Id"].(string)
	in := func(members ...any) map[string]any {
		made := inPool(members...)
		made["UserPoolId"] = other
		return made
	}
	b.must(t, "CreateUserPoolDomain", in("Domain", "other"))
	provider := tenant("Corp")
	provider["UserPoolId"] = other
	b.must(t, "CreateIdentityProvider", provider)
	client := b.must(t, "CreateUserPoolClient", in("ClientName", "other", "SupportedIdentityProviders", []string{"Corp"}, "CallbackURLs", []string{callback},
		"AllowedOAuthFlows", []string{"code"}, "AllowedOAuthScopes", []string{"openid"}, "AllowedOAuthFlowsUserPoolClient", true))["UserPoolClient"].(map[string]any)["ClientId"].(string)
	b.visits(t, "Corp", map[string]string{"client_id": client, "scope": "openid"})
	b.send(t, map[string]string{"subject": "N-1"})
	out, refusal := b.token(t, Client{ID: client}, exchange(b.returned.Get("code"), nil))
	if refusal != "" || b.returned.Get("code") == "" {
		t.Fatal(refusal, b.returned, b.alert)
	}
	if users := b.must(t, "ListUsers", in())["Users"].([]any); len(users) != 1 || out.IDToken == "" {
		t.Errorf("the other pool has %v", users)
	}
	if users := b.must(t, "ListUsers", inPool())["Users"].([]any); len(users) != 0 {
		t.Errorf("this pool has %v", users)
	}
}
