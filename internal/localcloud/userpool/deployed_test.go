package userpool

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// restart ends the pool and starts it again with what was kept of it, and with a template that
// change may have changed.
func (r *rig) restart(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	again, err := r.tryRestart(t, change)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

func (r *rig) tryRestart(t *testing.T, change func(*Config)) (*rig, error) {
	t.Helper()
	text, err := r.Kept()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	cfg := r.template()
	if change != nil {
		change(&cfg)
	}
	p, err := Start(cfg, r.fns, Options{Now: r.clock.now, Kept: text})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { _ = p.Close() })
	return &rig{Pool: p, api: newAPI(p.URL()), fns: r.fns, clock: r.clock, template: r.template}, nil
}

// restartable starts a pool that restart can start again.
func restartable(t *testing.T, change func(*Config)) *rig {
	t.Helper()
	template := func() Config {
		cfg := baseConfig()
		if change != nil {
			change(&cfg)
		}
		return cfg
	}
	r := startRig(t, func(c *Config, _ *Options) { *c = template() })
	r.template = template
	return r
}

// A pool with rows of every kind answers the same after a restart.
func TestR64_APoolGoesOnWhereItWas(t *testing.T) {
	r, access := listed(t)
	change := func(c *Config) {
		c.AdvancedSecurityMode, c.Devices = "AUDIT", &DeviceSettings{}
		c.FirstFactors, c.Passkeys.RelyingPartyID = []string{"PASSWORD", "WEB_AUTHN"}, "localhost"
	}
	r.template = func() Config { c := baseConfig(); change(&c); return c }
	update := inPool("PoolName", "renamed", "Foreign", map[string]any{"Member": "1.50"}, "AutoVerifiedAttributes", []string{"email"},
		"UserPoolAddOns", map[string]any{"AdvancedSecurityMode": "AUDIT"}, "LambdaConfig", r.cfg().Settings["LambdaConfig"],
		"DeviceConfiguration", map[string]any{}, "Policies", r.cfg().Settings["Policies"])
	r.must(t, "UpdateUserPool", update)
	own := r.must(t, "CreateUserPoolClient", inPool("ClientName", "own", "GenerateSecret", true))["UserPoolClient"].(map[string]any)
	public := r.must(t, "CreateUserPoolClient", inPool("ClientName", "public", "ExplicitAuthFlows", []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}, "AccessTokenValidity", 2))["UserPoolClient"].(map[string]any)["ClientId"]
	signIn := func(r *rig, name, password string) map[string]any {
		return r.must(t, "InitiateAuth", map[string]any{"ClientId": public, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": map[string]any{"USERNAME": name, "PASSWORD": password}})
	}
	tokens := signIn(r, "u0@example.com", longPassword)["AuthenticationResult"].(map[string]any)
	r.owns(t, tokens) // a device refreshes once it is confirmed
	gone := signIn(r, "u0@example.com", longPassword)["AuthenticationResult"].(map[string]any)
	r.must(t, "RevokeToken", map[string]any{"Token": gone["RefreshToken"], "ClientId": public})
	r.must(t, "AdminCreateUser", inPool("Username", "new@example.com", "TemporaryPassword", "Canary-Temporary-1"))

	ask := func(r *rig) map[string]string {
		all := map[string]string{}
		for operation, w := range walks(access) {
			all[operation] = strings.ReplaceAll(fmt.Sprint(r.must(t, operation, w.in)[w.rows]), r.URL(), "") // where a file is uploaded to
		}
		for operation, in := range map[string]map[string]any{
			"DescribeUserPool": inPool(), "GetUser": {"AccessToken": tokens["AccessToken"]}, "GetUserPoolMfaConfig": inPool(),
			"DescribeUserPoolClient": inPool("ClientId", own["ClientId"]), "AdminGetUser": inPool("Username", "new@example.com"),
			"DescribeResourceServer": inPool("Identifier", "s1"), "GetUserPoolSessionConfiguration": inPool(),
			"DescribeIdentityProvider": inPool("ProviderName", "Tenant1"),
		} {
			all[operation] = fmt.Sprint(r.must(t, operation, in))
		}
		return all
	}
	before := ask(r)
	r = r.restart(t, nil)
	for operation, after := range ask(r) {
		if after != before[operation] {
			t.Errorf("%s\nbefore %s\nafter  %s", operation, before[operation], after)
		}
	}
	if _, err := r.raw(t, "GetUser", map[string]any{"AccessToken": gone["AccessToken"]}); err == nil {
		t.Error("a session that was revoked is back")
	}
	refresh := map[string]any{"ClientId": public, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": map[string]any{
		"REFRESH_TOKEN": tokens["RefreshToken"], "DEVICE_KEY": tokens["NewDeviceMetadata"].(map[string]any)["DeviceKey"],
	}}
	if fresh := r.must(t, "InitiateAuth", refresh)["AuthenticationResult"].(map[string]any); fresh["ExpiresIn"] != 7200.0 {
		t.Errorf("a refresh: %v", fresh)
	}
	if got := signIn(r, "new@example.com", "Canary-Temporary-1")["ChallengeName"]; got != "NEW_PASSWORD_REQUIRED" {
		t.Errorf("an invited user: %v", got)
	}
}

// No password is in the file, neither one that was chosen nor one that was sent, and of a
// provider elsewhere no secret.
func TestR64_NoPasswordIsKept(t *testing.T) {
	r := restartable(t, nil)
	r.member(t, "ada@example.com")
	r.must(t, "AdminCreateUser", inPool("Username", "bob@example.com"))
	temporary, _ := r.Code("bob@example.com")
	r.must(t, "AdminSetUserPassword", inPool("Username", "ada@example.com", "Password", "Canary-Chosen-22", "Permanent", true))
	elsewhere := tenant("Elsewhere")
	elsewhere["ProviderType"], elsewhere["ProviderDetails"] = "OIDC", map[string]any{
		"client_id": "c", "client_secret": "Canary-Provider", "attributes_request_method": "GET", "authorize_scopes": "openid", "oidc_issuer": "https://login.example.com",
	}
	r.must(t, "CreateIdentityProvider", elsewhere)
	text, err := r.Kept()
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"Canary-Chosen-22", longPassword, temporary, "Canary-Provider"} {
		if secret == "" || bytes.Contains(text, []byte(secret)) {
			t.Errorf("%q is kept", secret)
		}
	}
	r = r.restart(t, nil)
	found := r.must(t, "DescribeIdentityProvider", inPool("ProviderName", "Elsewhere"))["IdentityProvider"].(map[string]any)
	if got := found["ProviderDetails"].(map[string]any)["client_secret"]; got != notKept {
		t.Errorf("the secret is %v", got)
	}
}

// As CloudFormation: a template that says the same leaves what the API has changed, one that
// says something else wins, and what it no longer has is gone.
func TestR64_AnotherTemplateIsADeployment(t *testing.T) {
	r := restartable(t, nil)
	r.member(t, "ada@example.com")
	r.must(t, "CreateGroup", inPool("GroupName", "byAPI"))
	r.must(t, "UpdateGroup", inPool("GroupName", "admins", "Description", "drift"))
	r.must(t, "AdminAddUserToGroup", inPool("GroupName", "editors", "Username", "ada@example.com"))
	r.must(t, "AdminAddUserToGroup", inPool("GroupName", "byAPI", "Username", "ada@example.com"))
	r.must(t, "AddCustomAttributes", inPool("CustomAttributes", []any{map[string]any{"Name": "later"}}))
	r.must(t, "UpdateUserPool", inPool("AutoVerifiedAttributes", []string{"email"}, "EmailVerificationSubject", "drift"))
	if err := r.Create(TemplateUser{Username: "tom@example.com"}, TemplateUser{Username: "tim@example.com"}); err != nil {
		t.Fatal(err)
	}

	same := r.restart(t, nil)
	if got := same.must(t, "DescribeUserPool", inPool())["UserPool"].(map[string]any)["EmailVerificationSubject"]; got != "drift" {
		t.Errorf("the same template undoes a change of the pool: %v", got)
	}
	if err := same.Create(TemplateUser{Username: "tom@example.com"}, TemplateUser{Username: "tim@example.com"}); err != nil {
		t.Errorf("users of the template: %v", err)
	}

	other := same.restart(t, func(c *Config) {
		c.CustomAttributes["custom:anew"] = true
		c.Groups = []Group{{Name: "admins", Description: "template"}, {Name: "added"}}
		c.Clients = append(c.Clients, Client{ID: "another"})
	})
	pool := other.must(t, "DescribeUserPool", inPool())["UserPool"].(map[string]any)
	if pool["EmailVerificationSubject"] != nil {
		t.Errorf("a changed template leaves %v", pool["EmailVerificationSubject"])
	}
	for _, name := range []string{"custom:later", "custom:anew", "custom:plan"} {
		if !other.inSchema(name) {
			t.Errorf("the schema lacks %s", name)
		}
	}
	if got := other.must(t, "GetGroup", inPool("GroupName", "admins"))["Group"].(map[string]any)["Description"]; got != "template" {
		t.Errorf("the group is %v", got)
	}
	u, _ := other.store.find("ada@example.com")
	if !slices.Equal(u.groups, []string{"byAPI"}) {
		t.Errorf("the user is in %v", u.groups)
	}
	if got := slices.Sorted(maps.Keys(other.store.groups)); !slices.Equal(got, []string{"added", "admins", "byAPI"}) {
		t.Errorf("groups %v", got)
	}
	if err := other.Create(TemplateUser{Username: "tom@example.com"}); err != nil {
		t.Fatal(err)
	}
	if _, there := other.store.find("tim@example.com"); there {
		t.Error("a user whom the template has no longer is there")
	}
	if _, there := other.store.find("tom@example.com"); !there {
		t.Error("the template's user is gone")
	}
}

// An app client that the template has no longer takes its sessions along.
func TestR64_AClientThatIsGoneHasNoSessions(t *testing.T) {
	r := restartable(t, func(c *Config) { c.Clients = append(c.Clients, Client{ID: "second"}) })
	r.member(t, "ada@example.com")
	tokens := r.login(t, "ada@example.com", longPassword)
	r = r.restart(t, func(c *Config) { c.Clients = c.Clients[1:] })
	if _, known := r.store.client(webClient); known {
		t.Error("the client is there")
	}
	if _, known := r.store.grant(*tokens.RefreshToken); known {
		t.Error("its session is there")
	}
	if !r.store.isRevoked("", r.originOf(*tokens.AccessToken)) {
		t.Error("its access token is not revoked")
	}
}

func TestR64_WhatDoesNotFitIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"UsernameAttributes, which a user pool never changes":    func(c *Config) { c.UsernameAttributes = []string{"phone_number"} },
		"UsernameConfiguration, which a user pool never changes": func(c *Config) { c.CaseSensitive = true },
		"the attribute custom:plan":                              func(c *Config) { delete(c.CustomAttributes, "custom:plan") },
		"the attribute custom:origin":                            func(c *Config) { c.CustomAttributes["custom:origin"] = true },
		"it is of the user pool " + poolUnderTest:                func(c *Config) { c.ID = "eu-central-1_Another1" },
	} {
		if _, err := restartable(t, nil).tryRestart(t, change); !errors.Is(err, ErrKept) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	aliases := func(names ...string) func(*Config) {
		return func(c *Config) { c.UsernameAttributes, c.AliasAttributes = nil, names }
	}
	if _, err := restartable(t, aliases("email")).tryRestart(t, aliases("phone_number")); !errors.Is(err, ErrKept) || !strings.Contains(err.Error(), "AliasAttributes, which") {
		t.Errorf("aliases: %v", err)
	}
	r := restartable(t, nil)
	r.member(t, "ada@example.com")
	text, _ := r.Kept()
	for name, bad := range map[string]string{
		"empty": "", "truncated": string(text[:len(text)-3]), "half": string(text[:len(text)/2]), "foreign": `{"format":1,"stranger":true}`,
		"a list": "[]", "no pool": "null", "newer": strings.Replace(string(text), `"format":1`, `"format":2`, 1), "a hollow client": strings.Replace(string(text), `"clients":{`, `"clients":{"c":{},`, 1),
		"hollow":        `{"format":1,"home":"` + poolUnderTest + `","pools":{"` + poolUnderTest + `":{}}}`,
		"nothing in it": `{"format":1,"home":"` + poolUnderTest + `","pools":{"` + poolUnderTest + `":null}}`,
	} {
		p, err := Start(baseConfig(), r.fns, Options{Kept: []byte(bad), keys: testKeys})
		if err == nil {
			_ = p.Close()
		}
		if !errors.Is(err, ErrKept) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What is written is copied under the lock and encoded without it: sign-ins go on meanwhile.
func TestR64_SignInsGoOnWhileAPoolIsEncoded(t *testing.T) {
	r := restartable(t, nil)
	r.member(t, "ada@example.com")
	c := r.copied()
	var encoding sync.WaitGroup
	encoding.Add(1)
	blocked := blockedKeeper{&encoding}
	done := make(chan struct{})
	go func() { defer close(done); _ = new(encoder).encoded(&blocked); _ = new(encoder).encoded(c) }()
	for range 3 {
		r.login(t, "ada@example.com", longPassword) // while the encoder waits
	}
	encoding.Done()
	<-done
	if got := len(c.store.grants); got != 0 {
		t.Errorf("the copy has %d sessions that began after it", got)
	}
}

// blockedKeeper lets an encoder wait.
type blockedKeeper struct{ *sync.WaitGroup }

func (b *blockedKeeper) keeps() object { b.Wait(); return object{} }
