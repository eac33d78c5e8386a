package settings

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// corp are settings with one SAML provider, changed.
func corp(change func(*IdentityProvider)) *Settings {
	s := sound()
	p := IdentityProvider{Type: ProviderSAML, MetadataURL: "https://idp.example/saml"}
	if change != nil {
		change(&p)
	}
	s.IdentityProviders = map[string]IdentityProvider{"Corp": p}
	return s
}

const secretARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:"

// entra is a provider of one tenant.
func entra() IdentityProvider {
	return IdentityProvider{
		Type: ProviderOIDC, ClientID: "c", Issuer: "https://login.microsoftonline.com/11112222-bbbb-3333-cccc-4444dddd5555/v2.0",
		Secret: Secret{ARN: secretARN + "entra-AbCdEf", Field: "secret", Version: "EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE"},
	}
}

func TestR72_ASoundProviderHasNoFaultAndItsDefaults(t *testing.T) {
	t.Parallel()
	token := Secret{ARN: "${Token[TOKEN.7]}"} // of a construct, which the CDK fills in
	metadata := `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"><md:IDPSSODescriptor></md:IDPSSODescriptor></md:EntityDescriptor>`
	edov, marked := entra(), entra()
	marked.TrustsEmail, marked.Scopes, marked.Attributes = true, []string{"openid"}, map[string]string{"email": "mail", "email_verified": "email_verified"}
	edov.TrustsEmail, edov.Scopes, edov.Attributes = true, []string{"openid", "email"}, map[string]string{"email": "email", "email_verified": "xms_edov", "name": "name"}
	for name, c := range map[string]struct {
		given      IdentityProvider
		attributes map[string]string
		scopes     string
	}{
		"Google":          {IdentityProvider{Type: ProviderGoogle, ClientID: "c", Secret: token, TrustsEmail: true}, map[string]string{"email": "email", "email_verified": "email_verified"}, "openid email profile"},
		"SignInWithApple": {IdentityProvider{Type: ProviderApple, ClientID: "c", Secret: token, TeamID: "1A2B3C4D5E", KeyID: "1A2B3C4D5E", Scopes: []string{"email", "name"}}, map[string]string{"email": "email"}, "email name"},
		"Entra":           {entra(), map[string]string{"email": "email"}, "openid email profile"},
		"Entra-2":         {edov, map[string]string{"email": "email", "email_verified": "xms_edov", "name": "name"}, "openid email"},
		"marked":          {marked, map[string]string{"email": "mail", "email_verified": "email_verified"}, "openid"},
		"plain-saml":      {IdentityProvider{Type: ProviderSAML, MetadataXML: metadata, Attributes: map[string]string{"email": "email"}}, map[string]string{"email": "email"}, ""},
		"no-mail":         {IdentityProvider{Type: ProviderOIDC, ClientID: "c", Secret: token, Issuer: "https://idp.example:443/x/", Scopes: []string{"openid"}, Attributes: map[string]string{"name": "upn"}}, map[string]string{"name": "upn"}, "openid"},
		"123":             {IdentityProvider{Type: ProviderSAML, MetadataXML: metadata, Identifiers: numbered(50)}, map[string]string{"email": emailAddress}, ""},
	} {
		s := sound()
		s.IdentityProviders, s.Region = map[string]IdentityProvider{name: c.given}, "eu-west-1" // that of the secrets
		before := maps.Clone(c.given.Attributes)
		if err := s.Faults(Given{}).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		full := s.WithDefaults()
		if got := full.IdentityProviders[name]; !maps.Equal(got.Attributes, c.attributes) || strings.Join(got.Scopes, " ") != c.scopes {
			t.Errorf("%s: %v, %v", name, got.Attributes, got.Scopes)
		}
		if !reflect.DeepEqual(s.IdentityProviders[name].Attributes, before) {
			t.Errorf("%s: the defaults change what was given", name)
		}
	}
}

func TestR72_AppleIsAskedForAnAddress(t *testing.T) {
	t.Parallel()
	if got := (IdentityProvider{Type: ProviderApple}).full().Scopes; !slices.Equal(got, []string{"email", "name"}) {
		t.Errorf("scopes %v", got)
	}
}

// numbered returns different identifiers.
func numbered(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprint(i))
	}
	return list
}

func TestR72_AProviderHasFiftyOtherNames(t *testing.T) {
	t.Parallel()
	s := corp(func(p *IdentityProvider) { p.Identifiers = numbered(51) })
	onlyFault(t, "identityProviders.Corp.identifiers: has 51 entries; Cognito takes 50", s.Faults(Given{}).Err())
}

// What an issuer's host and path say of its tenants.
func TestR72_AnIssuerOfManyTenantsIsNoProvider(t *testing.T) {
	t.Parallel()
	for issuer, many := range map[string]bool{
		"https://login.microsoftonline.com/common/v2.0":                              true,
		"https://LOGIN.microsoftonline.com/Organizations/v2.0":                       true,
		"https://login.microsoftonline.us/consumers/v2.0":                            true,
		"https://login.partner.microsoftonline.cn/common":                            true,
		"https://sts.windows.net/common/":                                            true,
		"https://login.windows.net/common":                                           true,
		"https://login.microsoft.com/common/v2.0":                                    true,
		"https://login.microsoftonline.com":                                          true,
		"https://login.microsoftonline.com/v2.0":                                     true,
		"https://login.microsoftonline.com/{tenantid}/v2.0":                          true,
		"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/":    true,
		"https://login.microsoftonline.com/11112222-bbbb-3333-cccc-4444dddd5555":     false,
		"https://sts.windows.net/11112222-bbbb-3333-cccc-4444dddd5555/":              false,
		"https://login.microsoftonline.com/example.onmicrosoft.com/v2.0":             false,
		"https://idp.example/common":                                                 false,
		"https://corp.ciamlogin.com/11112222-bbbb-3333-cccc-4444dddd5555/v2.0":       false,
		"https://login.microsoftonline.com.evil.example/11112222-bbbb-3333-cccc-444": false,
	} {
		p := entra()
		p.Issuer = issuer
		s := sound()
		s.IdentityProviders = map[string]IdentityProvider{"Entra": p}
		if err := s.Faults(Given{}).Err(); (err != nil) != many {
			t.Errorf("%s: %v", issuer, err)
		}
	}
}

// What a provider maps is written by it, whoever else writes it; nobody else gains anything.
func TestR72_WhatAProviderMapsIsWrittenByIt(t *testing.T) {
	t.Parallel()
	const by = "the users and administrators of the identity provider "
	mapped := corp(func(p *IdentityProvider) {
		p.Attributes = map[string]string{"zoneinfo": "tz", "name": "cn", "email": "mail"}
	})
	mapped.OtherClients = OtherClientsNone
	two := as(func(s *Settings) {
		*s = *mapped
		s.IdentityProviders = maps.Clone(s.IdentityProviders)
		s.IdentityProviders["Entra"] = IdentityProvider{Attributes: map[string]string{"zoneinfo": "zone"}}
	})
	judgeWriters(t, map[string]written{
		"what it maps":                         {mapped, Given{}, "zoneinfo", by + "Corp"},
		"what the web client writes, too":      {mapped, Given{}, "name", by + "Corp"},
		"what two map":                         {two, Given{}, "zoneinfo", by + "Corp, Entra"},
		"an address":                           {mapped, Given{}, "email", "every user"},
		"a mark":                               {mapped, Given{}, "email_verified", "Cognito, when users ask for it"},
		"what it does not map":                 {mapped, Given{}, "website", ""},
		"what it does not map, a client":       {mapped, Given{}, "locale", "the users of the stack's app clients"},
		"in a pool of the app's, all the same": {mapped, Given{Pool: true}, "zoneinfo", "the users of any app client of the pool"},
	})
	mapped.Policy.Tokens = app(from("zoneinfo"))
	mapped.Policy.Tokens.Trusted = map[string]string{"zoneinfo": "Corp's own administrators alone write it"}
	if err := mapped.Faults(Given{}).Err(); err != nil {
		t.Errorf("what is trusted is refused: %v", err)
	}
}

func TestR72_RulesAndProvidersThatDoNotMeetAreWarnedOf(t *testing.T) {
	t.Parallel()
	allow := func(s *Settings, mode policy.Mode, names ...string) *Settings {
		s.Policy.SignUp.Providers = &policy.Providers{Mode: mode, Allow: names}
		return s
	}
	for name, c := range map[string]struct {
		stage *Settings
		given Given
		want  string
	}{
		"none is made": {allow(sound(), "", "Okta"), Given{}, `policy.signUp.providers.allow[0]: the stack makes no identity provider "Okta"; add it to identityProviders, or leave it if another program makes it`},
		"for one client alone": {as(func(s *Settings) {
			s.Policy.SignUp.Clients = map[string]policy.Rules{"1example2client3id4web5app": {Providers: &policy.Providers{Allow: []string{"Okta"}}}}
		}), Given{}, `policy.signUp.clients.1example2client3id4web5app.providers.allow[0]: the stack makes no identity provider "Okta"; `},
		"another case":           {allow(corp(nil), "", "CORP"), Given{}, ""},
		"off":                    {allow(sound(), policy.Off, "Okta"), Given{}, ""},
		"of a pool of the app's": {allow(&Settings{}, "", "Okta"), Given{Pool: true}, ""},
		"nobody new": {allow(as(func(s *Settings) {
			*s = *corp(nil)
			s.IdentityProviders["Entra"] = entra()
		}), "", "Corp"), Given{}, "policy.signUp.providers.allow: refuses every new user of Entra; add it, or leave it if its users are linked to others, or made before"},
	} {
		if err := c.stage.Faults(c.given).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		c.stage.Monitoring.NoAlarms = true
		got := slices.DeleteFunc(c.stage.Warnings(c.given), func(f policy.Fault) bool { return !strings.Contains(f.Path, ".providers.") })
		if (c.want == "") != (len(got) == 0) || !strings.HasPrefix(got.Error(), c.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Users of a provider cannot carry an invite.
func TestR72_AnInviteIsWarnedOfBesideAProvider(t *testing.T) {
	t.Parallel()
	s := corp(nil)
	s.Policy.SignUp.Access = &policy.Access{Mode: policy.AccessInvite}
	if got := uninvited(s, Given{}).Error(); !strings.Contains(got, "users of an identity provider come without an invite") {
		t.Error(got)
	}
}

// An address is the word of whoever administers the provider: a list of domains is no door.
func TestR72_DomainsThatAProviderPassesAreWarnedOf(t *testing.T) {
	t.Parallel()
	both := []policy.Origin{policy.Self, policy.External}
	for name, c := range map[string]struct {
		trusts bool
		rule   *policy.Domains
		want   string
	}{
		"not judged":  {true, &policy.Domains{Allow: []string{"corp.example"}}, "policy.signUp.domains: does not judge users of Google, who come with an address of any domain; "},
		"not proved":  {false, &policy.Domains{Rule: policy.Rule{AppliesTo: both}, Allow: []string{"corp.example"}}, "policy.signUp.domains: believes the address that Google says, "},
		"proved":      {true, &policy.Domains{Rule: policy.Rule{AppliesTo: both}, Allow: []string{"corp.example"}}, ""},
		"nobody's":    {false, &policy.Domains{Deny: []string{"corp.example"}}, ""},
		"off":         {false, &policy.Domains{Rule: policy.Rule{Mode: policy.Off}, Allow: []string{"corp.example"}}, ""},
		"not written": {},
	} {
		s := sound()
		s.IdentityProviders = map[string]IdentityProvider{"Google": {Type: ProviderGoogle, TrustsEmail: c.trusts}}
		s.Policy.SignUp.Domains = c.rule
		got := s.unproven()
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0].String(), c.want) || got[0].Fix == "") {
			t.Errorf("%s: %v", name, got)
		}
		for _, warning := range got {
			if !slices.Contains(s.Warnings(Given{}), warning) {
				t.Errorf("%s: synth does not say %s", name, warning)
			}
		}
	}
	s := sound()
	s.IdentityProviders = map[string]IdentityProvider{"Google": {Type: ProviderGoogle}}
	s.Policy.SignUp.Domains = nil
	s.Policy.SignUp.Clients = map[string]policy.Rules{"1example2client": {Domains: &policy.Domains{Allow: []string{"corp.example"}}}}
	if got := s.unproven(); len(got) != 1 || !strings.Contains(got[0].Path, "1example2client") {
		t.Errorf("a rule of one app client: %v", got)
	}
}

func TestR72_AProviderThatNoClientOffersIsWarnedOf(t *testing.T) {
	t.Parallel()
	s := corp(nil)
	const want = "identityProviders.Corp: is in the providers of no app client, so nobody signs in by it; add it to those of a client, or leave it if another program makes that client"
	if got := s.idleProviders().Error(); got != want {
		t.Errorf("got %s", got)
	}
	web := s.Clients[WebClient]
	web.Providers = []string{nativeProvider, "Corp"}
	s.Clients = map[string]Client{"batch": {Machine: true}, WebClient: web}
	if err := s.Faults(Given{}).Err(); err != nil || len(s.idleProviders()) > 0 {
		t.Errorf("%v, %v", err, s.idleProviders())
	}
	full := s.WithDefaults()
	if got := full.Clients[WebClient].Providers; !slices.Equal(got, web.Providers) || len(full.Clients["batch"].Providers) > 0 {
		t.Errorf("providers %v", got)
	}
	if def := as(func(*Settings) {}).WithDefaults(); !slices.Equal(def.Clients[WebClient].Providers, []string{nativeProvider}) {
		t.Errorf("by default %v", def.Clients[WebClient].Providers)
	}
}
