package infra

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// Factor is what a person may sign in with first (developer guide, "Authentication
// flows", choice-based sign-in).
type Factor string

// The factors. FactorPassword is always among them: Cognito takes no pool without.
const (
	FactorPassword Factor = "password"
	FactorPasskey  Factor = "passkey"  // WebAuthn: a key on the person's device
	FactorEmailOTP Factor = "emailOtp" // a code that Cognito sends by e-mail
)

// Passkeys are the settings of FactorPasskey.
type Passkeys struct {
	// RelyingPartyID is the domain that passkeys belong to: that of the sign-in
	// pages, or of your own app if it signs in through the API.
	// Default: "" means the domain of the pool. Example: example.com.
	// WARNING: a passkey works for the domain for which it was made, and for no
	// other: a change makes all of them useless.
	RelyingPartyID string `yaml:"relyingPartyId"`

	// UserVerification says whether the device must see who uses it, by a finger, a
	// face or a PIN: VerificationRequired or VerificationPreferred.
	// Default: "" means required. Example: preferred.
	UserVerification UserVerification `yaml:"userVerification"`
}

// UserVerification is WebAuthn's.
type UserVerification string

// The verifications.
const (
	VerificationRequired  UserVerification = "required"
	VerificationPreferred UserVerification = "preferred"
)

// offers tells whether people may sign in with a factor.
func (p *Props) offers(f Factor) bool { return slices.Contains(p.FirstFactors, f) }

// choice tells whether there is one: the flow USER_AUTH is then allowed, and only
// then.
func (p *Props) choice() bool { return p.offers(FactorPasskey) || p.offers(FactorEmailOTP) }

// signInPolicy is nil where passwords are all: that is what Cognito has without it.
func signInPolicy(p *Props) *awscognito.SignInPolicy {
	if !p.choice() {
		return nil
	}
	return &awscognito.SignInPolicy{AllowedFirstAuthFactors: &awscognito.AllowedFirstAuthFactors{
		Password: new(true), Passkey: new(p.offers(FactorPasskey)), EmailOtp: new(p.offers(FactorEmailOTP)),
	}}
}

// relyingParty and userVerification are said only for passkeys.
func relyingParty(p *Props) *string {
	if p.Passkeys.RelyingPartyID == "" {
		return nil
	}
	return new(p.Passkeys.RelyingPartyID)
}

func userVerification(p *Props) awscognito.PasskeyUserVerification {
	switch {
	case !p.offers(FactorPasskey):
		return ""
	case p.Passkeys.UserVerification == VerificationPreferred:
		return awscognito.PasskeyUserVerification_PREFERRED
	}
	return awscognito.PasskeyUserVerification_REQUIRED
}

// pagesVersion is that of the pages at the pool's domain.
func pagesVersion(p *Props) awscognito.ManagedLoginVersion {
	if p.ManagedLogin {
		return awscognito.ManagedLoginVersion_NEWER_MANAGED_LOGIN
	}
	return ""
}

// newBranding gives the web client Cognito's own style. Without any, the pages of
// managed login are an error ("Login pages unavailable").
func newBranding(scope constructs.Construct, pool awscognito.IUserPool, client awscognito.IUserPoolClient, p *Props) awscognito.CfnManagedLoginBranding {
	if !p.ManagedLogin {
		return nil
	}
	return awscognito.NewCfnManagedLoginBranding(scope, new("Branding"), &awscognito.CfnManagedLoginBrandingProps{
		UserPoolId: pool.UserPoolId(), ClientId: client.UserPoolClientId(), UseCognitoProvidedValues: new(true),
	})
}

// domainForm is a host name, as WebAuthn wants it: no scheme, no port.
var domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// signIn judges how people sign in.
func (c *checker) signIn(p *Props) {
	for i, f := range p.FirstFactors {
		if f == "" {
			c.fault(policy.Item("firstFactors", i), "is empty", "use one of password, passkey, emailOtp")
		}
		oneOf(c, policy.Item("firstFactors", i), f, FactorPassword, FactorPasskey, FactorEmailOTP)
	}
	unique(c, "firstFactors", p.FirstFactors)
	if len(p.FirstFactors) > 0 && !p.offers(FactorPassword) {
		c.fault("firstFactors", "lacks password", "add it: Cognito takes no pool without (SignInPolicy)")
	}
	if p.Passkeys != (Passkeys{}) && !p.offers(FactorPasskey) {
		c.fault("passkeys", "has settings, and firstFactors no passkey", "add passkey to firstFactors, or remove them")
	}
	oneOf(c, "passkeys.userVerification", p.Passkeys.UserVerification, VerificationRequired, VerificationPreferred)
	if id := p.Passkeys.RelyingPartyID; id != "" && (len(id) > 127 || !domainForm.MatchString(id)) {
		c.fault("passkeys.relyingPartyId", fmt.Sprintf("%q is no domain", id), "write it in small letters, without https:// and port, such as example.com")
	}
	c.beyondLite(p)
}

// beyondLite finds what the smallest plan does not have (cognito-sign-in-feature-plans).
func (c *checker) beyondLite(p *Props) {
	if p.plan() != PlanLite {
		return
	}
	const fix = "use plan: essentials, or remove it"
	if p.choice() {
		c.fault("firstFactors", "the plan lite has passwords only", fix)
	}
	if p.ManagedLogin {
		c.fault("managedLogin", "the plan lite has the classic pages only", fix)
	}
}
