package settings

import (
	"cmp"
	"maps"
	"slices"
)

// IdentityProvider is a provider whose users may sign in to the pool. Cognito knows such a
// user by the provider and its name for the user (sub, NameID), and by nothing else. Link
// nobody by an address, which the administrator of any tenant can write.
type IdentityProvider struct {
	// Type is what the provider speaks. The pool has one provider of the types
	// ProviderGoogle and ProviderApple, and Cognito fixes their names: Google and
	// SignInWithApple. Another name has 3 to 32 letters, digits and hyphens. No default.
	// Example: google.
	Type ProviderType `yaml:"type"`

	// ClientID is the id of the client that you registered at the provider; Apple calls it
	// the services id. All types but ProviderSAML need it. Default: none. Example:
	// 1234-abcd.apps.googleusercontent.com.
	ClientID string `yaml:"clientId"`

	// Secret says where the secret of that client is, for Apple its private key: what stands
	// between the lines BEGIN and END of the .p8 file, in one line. All types but
	// ProviderSAML need it. Default: none.
	Secret Secret `yaml:"secret"`

	// Scopes are what the pool asks the provider for. Google knows openid, email and
	// profile, Apple email and name; one of ProviderOIDC needs openid. Default: none given
	// means [openid, email, profile], for ProviderApple [email, name]. Example: [openid,
	// email].
	Scopes []string `yaml:"scopes"`

	// Attributes are the attributes of the pool that the provider writes at each sign-in,
	// and the claims that they come from. Every app client with the provider must be able to
	// write them; so do its users, and no claim may come from one of them. Default: none
	// given means email, from the claim email, for ProviderSAML from
	// http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress. Example: {email:
	// email, name: name}.
	Attributes map[string]string `yaml:"attributes"`

	// TrustsEmail takes the provider's word for it that an address is the user's: the
	// attribute email_verified comes from the claim of that name, or from the one that
	// Attributes says. Without it the addresses of the provider's users are unverified.
	// Default: false. Example: true. WARNING: who can make the provider say so owns every
	// address.
	TrustsEmail bool `yaml:"trustsEmail"`

	// Issuer is the address of a provider of the type ProviderOIDC, as its tokens have it,
	// below which Cognito reads .well-known/openid-configuration. Default: none. Example:
	// https://login.microsoftonline.com/<tenant>/v2.0.
	Issuer string `yaml:"issuer"`

	// MetadataURL is where Cognito reads the metadata of a provider of the type
	// ProviderSAML, again every six hours. Default: none. Example:
	// https://idp.example/metadata.
	MetadataURL string `yaml:"metadataUrl"`

	// MetadataXML is the metadata itself, an EntityDescriptor, for a provider without such
	// an address. Default: none.
	MetadataXML string `yaml:"metadataXml"`

	// TeamID is Apple's id of your team. Default: none. Example: 1A2B3C4D5E.
	TeamID string `yaml:"teamId" pattern:"^[A-Z0-9]{10}$"`

	// KeyID is Apple's id of the private key. Default: none. Example: 1A2B3C4D5E.
	KeyID string `yaml:"keyId" pattern:"^[A-Z0-9]{10}$"`

	// Identifiers are at most 50 other names by which an app may ask for the provider
	// (idp_identifier), such as the domains of its users' addresses. Default: none.
	// Example: [corp.example].
	Identifiers []string `yaml:"identifiers"`
}

// ProviderType is what an identity provider speaks.
type ProviderType string

// The types.
const (
	ProviderGoogle ProviderType = "google"
	ProviderApple  ProviderType = "apple" // Sign in with Apple
	ProviderOIDC   ProviderType = "oidc"  // OpenID Connect, as Microsoft Entra, Okta and Keycloak speak it
	ProviderSAML   ProviderType = "saml"
)

// emailAddress is the claim of an address in the assertions of most SAML providers.
const emailAddress = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"

// full returns the provider with the defaults.
func (p IdentityProvider) full() IdentityProvider {
	claim := "email"
	switch p.Type {
	case ProviderSAML:
		claim = emailAddress
	case ProviderApple:
		p.Scopes = orList(p.Scopes, "email", "name")
	default:
		p.Scopes = orList(p.Scopes, "openid", "email", "profile")
	}
	p.Attributes = maps.Clone(p.Attributes)
	if len(p.Attributes) == 0 {
		p.Attributes = map[string]string{"email": claim}
	}
	if p.TrustsEmail {
		p.Attributes[emailMark] = cmp.Or(p.Attributes[emailMark], emailMark)
	}
	return p
}

// emailMark is the attribute that says that an address is its user's.
const emailMark = "email_verified"

// providers returns the names of the identity providers, in order.
func (s *Settings) providers() []string { return slices.Sorted(maps.Keys(s.IdentityProviders)) }

// mapping returns the providers that write an attribute, in order.
func (s *Settings) mapping(attribute string) (names []string) {
	for _, name := range s.providers() {
		if _, maps := s.IdentityProviders[name].full().Attributes[attribute]; maps {
			names = append(names, name)
		}
	}
	return names
}
