// Package federation is what a user pool knows of identity providers: how one is
// configured, what it answers, which attributes its mapping makes of the answer, and how
// the pool asks a real OpenID provider. It decides about no user.
package federation

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Provider is an identity provider of a user pool (API reference, IdentityProviderType).
type Provider struct {
	Name        string            `json:"ProviderName"`
	Type        string            `json:"ProviderType"`
	Details     map[string]string `json:"ProviderDetails"`
	Mapping     map[string]string `json:"AttributeMapping,omitempty"` // user pool attribute → claim
	Identifiers []string          `json:"IdpIdentifiers,omitempty"`
}

// Native is the name under which an app client supports the pool's own users. In the
// operations on links it is written Cognito.
const Native = "COGNITO"

// Subject is the attribute of a link to a provider's own name for the user (API
// reference, AdminLinkProviderForUser).
const Subject = "Cognito_Subject"

// SAML and OIDC are the types of which a pool may have several providers.
const (
	SAML = "SAML"
	OIDC = "OIDC"
)

// kind is what AWS says of a type.
type kind struct {
	needs []string          // of ProviderDetails; one of each "a|b"
	adds  map[string]string // what a description adds to them
	// subject is the claim that becomes the username (guide, "Mapping IdP attributes to
	// profiles and tokens").
	subject string
}

// kinds has the details of each type (API reference, CreateIdentityProvider,
// ProviderDetails).
func kinds() map[string]kind {
	social := []string{"client_id", "client_secret", "authorize_scopes"}
	return map[string]kind{
		"Google": {social, map[string]string{
			"attributes_url": "https://people.googleapis.com/v1/people/me?personFields=", "attributes_url_add_attributes": "true",
			"authorize_url": "https://accounts.google.com/o/oauth2/v2/auth", "oidc_issuer": "https://accounts.google.com",
			"token_request_method": "POST", "token_url": "https://www.googleapis.com/oauth2/v4/token",
		}, "sub"},
		"Facebook": {social, map[string]string{"attributes_url_add_attributes": "true", "token_request_method": "GET"}, "id"},
		"LoginWithAmazon": {social, map[string]string{
			"attributes_url": "https://api.amazon.com/user/profile", "attributes_url_add_attributes": "false",
			"authorize_url": "https://www.amazon.com/ap/oa", "token_request_method": "POST", "token_url": "https://api.amazon.com/auth/o2/token",
		}, "user_id"},
		"SignInWithApple": {[]string{"client_id", "team_id", "key_id", "private_key", "authorize_scopes"}, map[string]string{
			"attributes_url_add_attributes": "false", "authorize_url": "https://appleid.apple.com/auth/authorize",
			"oidc_issuer": "https://appleid.apple.com", "token_request_method": "POST", "token_url": "https://appleid.apple.com/auth/token",
		}, "sub"},
		OIDC: {[]string{"client_id", "attributes_request_method", "authorize_scopes", "oidc_issuer"}, map[string]string{"attributes_url_add_attributes": "false"}, "sub"},
		SAML: {[]string{"MetadataURL|MetadataFile"}, nil, ""},
	}
}

// Social reports whether the type has one provider a pool, with the type's name.
func (p Provider) Social() bool { return p.Type != SAML && p.Type != OIDC }

// SubjectClaim returns the claim with the provider's name for the user; "" for SAML, whose
// NameID is no attribute.
func (p Provider) SubjectClaim() string { return kinds()[p.Type].subject }

// Completed returns the provider with the mapping that AWS adds to one that lacks it
// (terraform-provider-aws#4831: username of every provider but SAML).
func (p Provider) Completed() Provider {
	if claim := p.SubjectClaim(); claim != "" && p.Mapping["username"] == "" {
		p.Mapping = maps.Clone(p.Mapping)
		if p.Mapping == nil {
			p.Mapping = map[string]string{}
		}
		p.Mapping["username"] = claim
	}
	return p
}

// Described returns the details as DescribeIdentityProvider does: without Apple's key.
func (p Provider) Described() map[string]string {
	out := maps.Clone(kinds()[p.Type].adds)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, p.Details)
	delete(out, "private_key")
	return out
}

// The pattern of a new provider's name, and that of an identifier (API reference,
// CreateIdentityProvider).
var (
	nameForm       = regexp.MustCompile(`^[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+$`)
	identifierForm = regexp.MustCompile(`^[\w\s+=.@-]{1,40}$`)
)

// Fault returns what AWS refuses in a provider, as a sentence for its caller; "" if nothing.
// inSchema reports whether the pool has an attribute.
func (p Provider) Fault(inSchema func(string) bool) string {
	of, known := kinds()[p.Type]
	switch {
	case !nameForm.MatchString(p.Name) || utf8.RuneCountInString(p.Name) > 32:
		return "1 validation error detected: Value '" + p.Name + "' at 'providerName' failed to satisfy constraint: Member must have length less than or equal to 32 and satisfy regular expression pattern: [^_\\p{Z}][\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}][^_\\p{Z}]+"
	case !known:
		return "1 validation error detected: Value '" + p.Type + "' at 'providerType' failed to satisfy constraint: Member must satisfy enum value set: [SAML, Facebook, Google, LoginWithAmazon, SignInWithApple, OIDC]"
	case p.Social() && p.Name != p.Type, !p.Social() && kinds()[p.Name].needs != nil, strings.EqualFold(p.Name, Native):
		// Guide, "Authorize endpoint": a social provider is asked for by the name of its type.
		return "Provider " + p.Name + " cannot be of type " + p.Type + "."
	}
	if missing := p.missing(of); missing != "" {
		return "ProviderDetails of type " + p.Type + " need " + strings.ReplaceAll(missing, "|", " or ") + "."
	}
	for _, id := range p.Identifiers {
		if !identifierForm.MatchString(id) {
			return "IdpIdentifiers: " + id + " does not have the form of an identifier."
		}
	}
	for _, attribute := range slices.Sorted(maps.Keys(p.Mapping)) {
		if attribute != "username" && !inSchema(attribute) {
			return "AttributeMapping: " + attribute + " is not in the schema of the user pool."
		}
	}
	return ""
}

func (p Provider) missing(of kind) string {
	for _, need := range of.needs {
		if !slices.ContainsFunc(strings.Split(need, "|"), func(name string) bool { return p.Details[name] != "" }) {
			return need
		}
	}
	return ""
}

// Callback returns the path that the provider sends a browser back to (guide, "User pool
// endpoints and managed login reference").
func (p Provider) Callback() string {
	if p.Type == SAML {
		return "/saml2/idpresponse"
	}
	return "/oauth2/idpresponse"
}
