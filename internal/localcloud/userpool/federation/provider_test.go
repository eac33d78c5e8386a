package federation

import (
	"maps"
	"strings"
	"testing"
)

// complete is a provider of the type with all that AWS wants.
func complete(kind string) Provider {
	p := Provider{Name: kind, Type: kind, Details: map[string]string{}}
	if !p.Social() {
		p.Name = "Corp"
	}
	for _, need := range kinds()[kind].needs {
		name, _, _ := strings.Cut(need, "|")
		p.Details[name] = "x"
	}
	return p
}

func anything(string) bool { return true }

// The API reference, CreateIdentityProvider, has what each type needs.
func TestEachTypeOfProviderNeedsItsDetails(t *testing.T) {
	for kind, needs := range map[string]string{
		"Google": "client_id client_secret authorize_scopes", "Facebook": "client_id client_secret authorize_scopes", "LoginWithAmazon": "client_id client_secret authorize_scopes",
		"SignInWithApple": "client_id team_id key_id private_key authorize_scopes", OIDC: "client_id attributes_request_method authorize_scopes oidc_issuer", SAML: "MetadataURL",
	} {
		if fault := complete(kind).Fault(anything); fault != "" {
			t.Errorf("%s: %s", kind, fault)
		}
		for _, need := range strings.Fields(needs) {
			p := complete(kind)
			delete(p.Details, need)
			want := "ProviderDetails of type " + kind + " need " + strings.Replace(need, "MetadataURL", "MetadataURL or MetadataFile", 1) + "."
			if got := p.Fault(anything); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
	}
	file := Provider{Name: "Corp", Type: SAML, Details: map[string]string{"MetadataFile": "<x/>"}}
	if fault := file.Fault(anything); fault != "" {
		t.Errorf("SAML by a file: %s", fault)
	}
}

func TestAProviderThatAWSRefusesIsRefused(t *testing.T) {
	const name, kind, of = "at 'providerName' failed", "at 'providerType' failed", "cannot be of type "
	for why, c := range map[string]struct {
		change func(*Provider)
		want   string
	}{
		"a short name":             {func(p *Provider) { p.Name = "ab" }, name},
		"a name that begins _":     {func(p *Provider) { p.Name = "_abc" }, name},
		"a name with a space":      {func(p *Provider) { p.Name = "a bc" }, name},
		"a long name":              {func(p *Provider) { p.Name = strings.Repeat("ä", 33) }, name},
		"the longest name":         {func(p *Provider) { p.Name = strings.Repeat("ä", 32) }, ""},
		"an unknown type":          {func(p *Provider) { p.Type = "Twitter" }, kind},
		"a social one renamed":     {func(p *Provider) { p.Type = "Google" }, "Provider Corp " + of + "Google."},
		"the name of a social one": {func(p *Provider) { p.Name = "Google" }, "Provider Google " + of + "OIDC."},
		"the name of SAML":         {func(p *Provider) { p.Name = "SAML" }, "Provider SAML " + of + "OIDC."},
		"the pool's own":           {func(p *Provider) { p.Name = "Cognito" }, "Provider Cognito " + of + "OIDC."},
		"identifiers":              {func(p *Provider) { p.Identifiers = []string{"corp.example", strings.Repeat("a", 40)} }, ""},
		"a long identifier":        {func(p *Provider) { p.Identifiers = []string{"a", strings.Repeat("a", 41)} }, "IdpIdentifiers: " + strings.Repeat("a", 41) + " does not have the form of an identifier."},
		"an empty identifier":      {func(p *Provider) { p.Identifiers = []string{""} }, "does not have the form of an identifier."},
		"a mapping":                {func(p *Provider) { p.Mapping = map[string]string{"username": "sub", "email": "mail"} }, ""},
		"an unknown attribute":     {func(p *Provider) { p.Mapping = map[string]string{"email": "mail", "custom:y": "b", "custom:x": "a"} }, "AttributeMapping: custom:x is not in the schema of the user pool."},
	} {
		p := complete(OIDC)
		c.change(&p)
		if got := p.Fault(func(name string) bool { return name == "email" }); !strings.Contains(got, c.want) || (got == "") != (c.want == "") {
			t.Errorf("%s: %q", why, got)
		}
	}
}

func TestAProviderIsCompletedAndDescribed(t *testing.T) {
	for kind, subject := range map[string]string{"Google": "sub", "SignInWithApple": "sub", OIDC: "sub", "Facebook": "id", "LoginWithAmazon": "user_id", SAML: ""} {
		p := complete(kind)
		if p.SubjectClaim() != subject || p.Completed().Mapping["username"] != subject || (p.Completed().Mapping == nil) != (kind == SAML) {
			t.Errorf("%s: %q, %v", kind, p.SubjectClaim(), p.Completed().Mapping)
		}
		p.Mapping = map[string]string{"email": "mail"}
		if got := p.Completed().Mapping; got["email"] != "mail" || got["username"] != subject || len(p.Mapping) != 1 {
			t.Errorf("%s: %v, its own %v", kind, got, p.Mapping)
		}
		p.Mapping["username"] = "own"
		if got := p.Completed().Mapping["username"]; got != "own" {
			t.Errorf("%s: %q", kind, got)
		}
		p.Details["attributes_url_add_attributes"] = "own"
		if got := p.Described(); got["private_key"] != "" || got["attributes_url_add_attributes"] != "own" || kind != SAML && got["client_id"] != "x" {
			t.Errorf("%s is described as %v", kind, got)
		}
		if want := map[bool]string{true: "/saml2/idpresponse", false: "/oauth2/idpresponse"}[kind == SAML]; p.Callback() != want {
			t.Errorf("%s comes back to %s", kind, p.Callback())
		}
	}
}

// What DescribeIdentityProvider adds (API reference, CreateIdentityProvider, ProviderDetails).
func TestADescriptionHasTheProvidersAddresses(t *testing.T) {
	for kind, want := range map[string]map[string]string{
		"Google": {
			"attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true", "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
			"oidc_issuer": "https://accounts.google.com", "token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token",
		},
		"Facebook": {"attributes_url_add_attributes": "true", "token_request_method": "GET"},
		"LoginWithAmazon": {
			"attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false", "authorize_url": "https://www.amazon.com/ap/oa",
			"token_request_method": "POST", "token_url": "https://api.amazon.com/auth/o2/token",
		},
		"SignInWithApple": {
			"attributes_url_add_attributes": "false", "authorize_url": "https://appleid.apple.com/auth/authorize", "oidc_issuer": "https://appleid.apple.com",
			"token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token",
		},
		OIDC: {"attributes_url_add_attributes": "false"}, SAML: {},
	} {
		if got := (Provider{Type: kind}).Described(); !maps.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", kind, got, want)
		}
	}
}
