package settings

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/cognito"
	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// nativeProvider is the name of the pool's own users among the providers of a client.
const nativeProvider = "COGNITO"

// fixedNames are the names of the types that a pool has one of, and what such a provider may
// be asked for. Cognito has two more social types, whose names are not free either (API
// reference, CreateIdentityProvider; CloudFormation, ProviderDetails).
var fixedNames = map[ProviderType]string{ProviderGoogle: "Google", ProviderApple: "SignInWithApple", "facebook": "Facebook", "amazon": "LoginWithAmazon"}

var fixedScopes = map[ProviderType][]string{ProviderGoogle: {"openid", "email", "profile"}, ProviderApple: {"email", "name"}}

var (
	// providerForm is narrower than Cognito's: _ ends the provider's part of a user name,
	// and the rest of it is a part of a group's name and of a logical id.
	providerForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]{2,31}$`)
	identifierName = regexp.MustCompile(`^[\w\s+=.@-]{1,40}$`)
	teamForm       = form[IdentityProvider]("TeamID")
	fieldForm      = regexp.MustCompile(`^[A-Za-z0-9_./@+=-]+$`) // a colon would end it in the reference
	versionForm    = regexp.MustCompile(`^[A-Za-z0-9-]{32,64}$`) // Secrets Manager API reference, GetSecretValue, VersionId
)

// providerKeys says which types have a key, and whether they need it.
var providerKeys = []struct {
	key    string
	types  []ProviderType
	needed bool
	given  func(IdentityProvider) bool
}{
	{"clientId", withClient, true, func(p IdentityProvider) bool { return p.ClientID != "" }},
	{"secret", withClient, true, func(p IdentityProvider) bool { return p.Secret != Secret{} }},
	{"scopes", withClient, false, func(p IdentityProvider) bool { return len(p.Scopes) > 0 }},
	{"issuer", []ProviderType{ProviderOIDC}, true, func(p IdentityProvider) bool { return p.Issuer != "" }},
	{"teamId", []ProviderType{ProviderApple}, true, func(p IdentityProvider) bool { return p.TeamID != "" }},
	{"keyId", []ProviderType{ProviderApple}, true, func(p IdentityProvider) bool { return p.KeyID != "" }},
	{"metadataUrl", []ProviderType{ProviderSAML}, false, func(p IdentityProvider) bool { return p.MetadataURL != "" }},
	{"metadataXml", []ProviderType{ProviderSAML}, false, func(p IdentityProvider) bool { return p.MetadataXML != "" }},
}

var withClient = []ProviderType{ProviderGoogle, ProviderApple, ProviderOIDC}

// identityProviders checks the identity providers.
func (c *checker) identityProviders(s *Settings) {
	names, identifiers := map[string]string{}, map[string]string{}
	for _, name := range s.providers() {
		p, at := s.IdentityProviders[name], policy.Child("identityProviders", name)
		c.providerName(at, name, p.Type)
		// Cognito writes a provider's name in small letters before that of its user.
		if other := names[strings.ToLower(name)]; other != "" {
			c.faults.Add(at, fmt.Sprintf("%q and %q differ in case only, and their users would have the same names", name, other), "choose another name")
		}
		names[strings.ToLower(name)] = name
		if slices.Contains(withClient, p.Type) || p.Type == ProviderSAML {
			c.providerKeys(at, p)
			c.providerAddresses(at, p)
			c.secret(at+".secret", p.Secret, s.Region)
			c.providerScopes(at+".scopes", p)
			c.mapped(at+".attributes", p)
		} else {
			c.faults.Add(at+".type", fmt.Sprintf("%q is not known", string(p.Type)), "use one of google, apple, oidc, saml")
		}
		c.identifiers(at+".identifiers", p.Identifiers, identifiers)
	}
}

func (c *checker) providerName(at, name string, kind ProviderType) {
	fixed := fixedNames[kind]
	taken := slices.ContainsFunc(slices.Collect(maps.Values(fixedNames)), func(other string) bool { return strings.EqualFold(name, other) })
	switch {
	case fixed != "" && name != fixed:
		c.faults.Add(at, fmt.Sprintf("%q cannot be the name of a provider of type %s", name, kind), "name it "+fixed+", as Cognito does")
	case fixed == "" && (taken || strings.EqualFold(name, nativeProvider)):
		c.faults.Add(at, fmt.Sprintf("%q is reserved by Cognito", name), "choose another name, such as that of the company")
	case !providerForm.MatchString(name):
		c.faults.Add(at, fmt.Sprintf("%q is not a name of a provider", name), "use 3 to 32 letters, digits and hyphens")
	}
}

// providerKeys checks that a provider has the keys of its type.
func (c *checker) providerKeys(at string, p IdentityProvider) {
	for _, k := range providerKeys {
		switch has := slices.Contains(k.types, p.Type); {
		case k.given(p) && !has:
			c.faults.Add(at+"."+k.key, "is not a key of type "+string(p.Type), "remove it, or use another type: "+joined(k.types))
		case k.needed && has && !k.given(p):
			c.faults.Add(at+"."+k.key, "is missing", "type "+string(p.Type)+" needs it")
		}
	}
	if p.Type == ProviderSAML && (p.MetadataURL == "") == (p.MetadataXML == "") {
		c.faults.Add(at+".metadataUrl", "is needed, or metadataXml, and not both", "write where the provider's metadata is, or paste it")
	}
}

// providerAddresses checks where Cognito asks, and the ids of Apple.
func (c *checker) providerAddresses(at string, p IdentityProvider) {
	c.asked(at+".issuer", p.Issuer)
	c.asked(at+".metadataUrl", p.MetadataURL)
	if u, err := url.Parse(p.Issuer); err == nil && ofManyTenants(u) {
		c.faults.Add(at+".issuer", fmt.Sprintf("%q stands for every tenant: whoever has one writes any address into it, and its tokens name another issuer", p.Issuer),
			"name one tenant by its id, https://login.microsoftonline.com/<tenant>/v2.0, in one provider each")
	}
	for _, id := range [][2]string{{".keyId", p.KeyID}, {".teamId", p.TeamID}} {
		if id[1] != "" && !teamForm.MatchString(id[1]) {
			c.faults.Add(at+id[0], fmt.Sprintf("%q is not an id of Apple's", id[1]), "write its ten capital letters and digits")
		}
	}
	if p.MetadataXML != "" && !isMetadata(p.MetadataXML) {
		c.faults.Add(at+".metadataXml", "is not the metadata of a SAML provider", "paste the whole file: an EntityDescriptor with an IDPSSODescriptor")
	}
}

// asked checks an address that Cognito asks: over HTTPS, at no other port (guide, "Using OIDC
// identity providers with a user pool").
func (c *checker) asked(at, address string) {
	u, err := url.Parse(address)
	if address != "" && (err != nil || u.Scheme != "https" || u.Hostname() == "" || u.Fragment != "" || u.User != nil || u.Port() != "" && u.Port() != "443") {
		c.faults.Add(at, fmt.Sprintf("%q is not an address that Cognito asks", address), "write it out, with https:// and without a port, such as https://idp.example")
	}
}

// ofManyTenants reports whether an issuer is Microsoft's for more than one organisation
// (Microsoft identity platform, "OpenID Connect": common, organizations, consumers; the id is
// the tenant of all personal accounts). Who administers any of them writes an address of
// anybody's into an account (nOAuth, Descope, June 2023).
func ofManyTenants(issuer *url.URL) bool {
	tenant, _, _ := strings.Cut(strings.TrimPrefix(issuer.Path, "/"), "/")
	host := strings.ToLower(issuer.Hostname())
	return (strings.HasPrefix(host, "login.microsoftonline.") || slices.Contains([]string{"login.microsoft.com", "login.windows.net"}, host) || host == "sts.windows.net" || host == "login.partner.microsoftonline.cn") &&
		slices.Contains([]string{"", "common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad", "{tenantid}", "v2.0"}, strings.ToLower(tenant))
}

// isMetadata reports whether a text is the metadata of one SAML provider.
func isMetadata(text string) bool {
	var read struct {
		XMLName  xml.Name
		Provider *struct{} `xml:"urn:oasis:names:tc:SAML:2.0:metadata IDPSSODescriptor"`
	}
	err := xml.Unmarshal([]byte(text), &read)
	return err == nil && read.Provider != nil && read.XMLName == xml.Name{Space: "urn:oasis:names:tc:SAML:2.0:metadata", Local: "EntityDescriptor"}
}

// secret checks where a secret is. No fault shows what stands there: it may be the secret.
func (c *checker) secret(at string, s Secret, region string) {
	found := arnForm.FindStringSubmatch(s.ARN)
	switch {
	case s == Secret{}, strings.Contains(s.ARN, "${Token["):
	case found == nil || found[1] != "secretsmanager" || !strings.Contains(s.ARN, ":secret:"):
		c.faults.Add(at+".arn", "is not an ARN of secretsmanager", "store the secret there and write its ARN, arn:aws:secretsmanager:eu-west-1:111122223333:secret:…; never the secret itself")
	case region != "" && found[2] != region:
		c.faults.Add(at+".arn", "is in another Region than the stack, which asks its own alone", "replicate the secret to "+region+", and write the replica's ARN")
	}
	if s.Field != "" && !fieldForm.MatchString(s.Field) {
		c.faults.Add(at+".field", "is not a name that is found in a secret", "use letters, digits and _ . / @ + = -")
	}
	if s.Version != "" && !versionForm.MatchString(s.Version) {
		c.faults.Add(at+".version", "is not the id of a version", "write the VersionId that put-secret-value has answered, not a stage such as AWSCURRENT")
	}
}

// providerScopes checks what the pool asks a provider for.
func (c *checker) providerScopes(at string, p IdentityProvider) {
	full, known := p.full(), fixedScopes[p.Type]
	for i, scope := range p.Scopes {
		if known != nil && !slices.Contains(known, scope) {
			c.faults.Add(policy.Item(at, i), fmt.Sprintf("%q is not a scope of %s", scope, p.Type), "use "+joined(known))
		} else if !scopeText.MatchString(scope) {
			c.faults.Add(policy.Item(at, i), fmt.Sprintf("%q is not a scope", scope), "write one scope an entry, without blanks")
		}
	}
	unique(c, at, p.Scopes)
	if p.Type == ProviderSAML {
		return
	}
	if p.Type == ProviderOIDC && !slices.Contains(full.Scopes, "openid") {
		c.faults.Add(at, "lack openid", "add it: without it the provider sends no ID token")
	}
	if full.Attributes["email"] == "email" && !slices.Contains(full.Scopes, "email") {
		c.faults.Add(at, "lack email, which the attributes map", "add it, or take email out of the attributes")
	}
}

var scopeText = regexp.MustCompile(`^[\x21\x23-\x5B\x5D-\x7E]+$`) // RFC 6749, section 3.3

// mapped checks which attributes a provider writes.
func (c *checker) mapped(at string, p IdentityProvider) {
	trusts := strings.TrimSuffix(at, "attributes") + "trustsEmail"
	for _, name := range slices.Sorted(maps.Keys(p.Attributes)) {
		here := policy.Child(at, name)
		switch {
		case strings.TrimSpace(p.Attributes[name]) == "":
			c.faults.Add(here, "comes from no claim", "name the provider's claim")
		case name == emailMark && !p.TrustsEmail:
			c.faults.Add(here, "lets the provider alone mark an address as verified", "write trustsEmail: true if the provider proves every address, or remove it")
		case name == emailMark:
		case name == "username":
			c.faults.Add(here, "cannot be mapped: Cognito makes it from the provider's sub or NameID", "remove it; map preferred_username for a name to show")
		case name == "phone_number_verified":
			c.faults.Add(here, "lets the provider alone mark a number as verified", "remove it")
		case !cognito.IsStandard(name, cognito.Writable):
			c.attributes(at, []string{name})
			c.faults[len(c.faults)-1].Path = here
		}
	}
	switch {
	case !p.TrustsEmail:
	case p.Type == ProviderSAML:
		c.faults.Add(trusts, "is not possible for SAML: the administrator of the tenant writes what an assertion says", "remove it; the addresses stay unverified")
	case p.full().Attributes["email"] == "":
		c.faults.Add(trusts, "has no effect: the provider writes no email", "add email to the attributes, or remove it")
	case p.full().Attributes["email"] != "email" && p.Attributes[emailMark] == "":
		// OpenID Connect Core, section 5.1: it says that of the claim email alone.
		c.faults.Add(trusts, fmt.Sprintf("takes the claim email_verified for a proof of %q, of which it says nothing", p.full().Attributes["email"]),
			"take email from the claim email, or map email_verified from the claim that proves the other one")
	}
}

// identifiers checks a provider's other names, which no other provider has.
func (c *checker) identifiers(at string, list []string, taken map[string]string) {
	if len(list) > 50 {
		c.faults.Add(at, fmt.Sprintf("has %d entries", len(list)), "Cognito takes 50")
	}
	for i, name := range list {
		here := policy.Item(at, i)
		if !identifierName.MatchString(name) {
			c.faults.Add(here, fmt.Sprintf("%q is not an identifier", name), "use 1 to 40 letters, digits, blanks and + = . @ _ -")
		} else if other := taken[name]; other != "" {
			c.faults.Add(here, fmt.Sprintf("%q is listed already as %s", name, other), "list it once")
		}
		taken[name] = here
	}
}
