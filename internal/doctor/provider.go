package doctor

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// provider is what DescribeIdentityProvider answers.
type provider struct {
	ProviderName, ProviderType string
	ProviderDetails            map[string]string
	AttributeMapping           map[string]string // attribute of the pool to the provider's claim
}

// providers returns the pool's identity providers, as far as they can be asked.
func (f *Facts) providers() (all []provider) {
	names, _ := list[struct{ ProviderName string }](f, "cognito-idp", "ListIdentityProviders", in{"UserPoolId": f.Pool, "MaxResults": 60}, "Providers")
	for _, p := range names {
		out, ok := ask[struct{ IdentityProvider provider }](f, "cognito-idp", "DescribeIdentityProvider", in{"UserPoolId": f.Pool, "ProviderName": p.ProviderName})
		if ok {
			all = append(all, out.IdentityProvider)
		}
	}
	return all
}

func providerChecks() []Check {
	return []Check{
		{
			27, "a provider decides about its own users only", "cognito-idp DescribeIdentityProvider: AttributeMapping, ProviderDetails",
			"an administrator of any other tenant names your user's address and is that user (nOAuth), or writes the attribute that grants rights",
			"attributes and trustsEmail in identityProviders of the stage; or Cognito console, Social and external providers", Critical,
			"https://www.descope.com/blog/post/noauth", mappings,
		},
		{
			28, "no SAML provider's certificate ends soon", "cognito-idp DescribeIdentityProvider: ProviderDetails.MetadataFile",
			"nobody signs in through the provider from that day on",
			"ask the provider for its new metadata; with a metadata URL Cognito fetches it itself", Warning,
			"https://aws.amazon.com/blogs/security/how-to-monitor-the-expiration-of-saml-identity-provider-certificates-in-an-amazon-cognito-user-pool/", certificates,
		},
	}
}

// multiTenant are the issuers of Microsoft Entra for accounts of every tenant.
var multiTenant = regexp.MustCompile(`//login\.microsoftonline\.com/(common|organizations|consumers)(/|$)`)

// provers are the types of providers that verify every address themselves (infra/stages/README.md,
// trustsEmail).
var provers = []string{"Google", "SignInWithApple"}

// mappings is check 27.
func mappings(f *Facts) (found []Finding) {
	for _, p := range f.providers() {
		trusted := slices.Contains(provers, p.ProviderType) || f.Stage != nil && slices.Contains(f.Stage.TrustsEmail, p.ProviderName)
		if p.AttributeMapping["email_verified"] != "" && !trusted {
			found = append(found, wrong(p.ProviderName, "email_verified", "provider %s says which addresses are verified", p.ProviderName))
		}
		for _, key := range []string{"oidc_issuer", "authorize_url", "MetadataURL"} {
			if p.AttributeMapping["email"] != "" && multiTenant.MatchString(p.ProviderDetails[key]) {
				found = append(found, wrong(p.ProviderName, "email", "provider %s is every tenant of Microsoft Entra, and names the address", p.ProviderName))
				break
			}
		}
		if f.Stage == nil {
			f.without("which attributes decide about rights is not known without a stage file")
			continue
		}
		for _, name := range f.Stage.Trusted {
			if p.AttributeMapping[name] != "" {
				found = append(found, wrong(p.ProviderName, name, "provider %s writes %s", p.ProviderName, name))
			}
		}
	}
	return found
}

// soon is when the end of a certificate is worth a warning.
const soon = 30 * 24 * time.Hour

// certificates is check 28. The certificate that lasts longest counts: a provider that changes
// its key names both for a while.
func certificates(f *Facts) (found []Finding) {
	for _, p := range f.providers() {
		metadata := p.ProviderDetails["MetadataFile"]
		if p.ProviderType != "SAML" || metadata == "" {
			continue
		}
		switch last, err := lastSigning(metadata); {
		case err != nil:
			f.without("the certificate of %s: %v", p.ProviderName, err)
		case last.NotAfter.Sub(f.Now) < soon:
			end := last.NotAfter.UTC().Format(time.DateOnly)
			found = append(found, wrong(p.ProviderName, end, "the certificate of provider %s ends on %s", p.ProviderName, end))
		}
	}
	return found
}

// element is an element of XML.
type element struct {
	XMLName xml.Name
	Use     string    `xml:"use,attr"`
	Text    string    `xml:",chardata"`
	Within  []element `xml:",any"`
}

// named returns the outermost elements of a name.
func (e element) named(name string) (all []element) {
	if e.XMLName.Local == name {
		return []element{e}
	}
	for _, in := range e.Within {
		all = append(all, in.named(name)...)
	}
	return all
}

// lastSigning returns the certificate for signatures that ends last (SAML 2.0 metadata, 2.4.1.1:
// a KeyDescriptor without use is for both).
func lastSigning(metadata string) (last *x509.Certificate, err error) {
	var root element
	if err := xml.Unmarshal([]byte(metadata), &root); err != nil {
		return nil, fmt.Errorf("the metadata is not XML: %w", err)
	}
	for _, key := range root.named("KeyDescriptor") {
		if key.Use == "encryption" {
			continue
		}
		for _, text := range key.named("X509Certificate") {
			der, _ := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text.Text), ""))
			c, err := x509.ParseCertificate(der)
			if err != nil {
				return nil, fmt.Errorf("a certificate cannot be read: %w", err)
			}
			if last == nil || c.NotAfter.After(last.NotAfter) {
				last = c
			}
		}
	}
	if last == nil {
		return nil, errors.New("the metadata has none for signatures")
	}
	return last, nil
}
