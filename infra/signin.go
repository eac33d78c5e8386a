package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// signInPolicy returns nil if there are only passwords, which is Cognito's default.
func signInPolicy(p *Props) *awscognito.SignInPolicy {
	if !p.OffersChoice() {
		return nil
	}
	return &awscognito.SignInPolicy{AllowedFirstAuthFactors: &awscognito.AllowedFirstAuthFactors{
		Password: new(true), Passkey: new(p.Offers(FactorPasskey)), EmailOtp: new(p.Offers(FactorEmailOTP)),
	}}
}

// relyingParty and userVerification are set only for passkeys.
func relyingParty(p *Props) *string {
	if p.Passkeys.RelyingPartyID == "" {
		return nil
	}
	return new(p.Passkeys.RelyingPartyID)
}

func userVerification(p *Props) awscognito.PasskeyUserVerification {
	switch {
	case !p.Offers(FactorPasskey):
		return ""
	case p.Passkeys.UserVerification == VerificationPreferred:
		return awscognito.PasskeyUserVerification_PREFERRED
	}
	return awscognito.PasskeyUserVerification_REQUIRED
}

// pagesVersion returns the version of the pages at the pool's domain.
func pagesVersion(p *Props) awscognito.ManagedLoginVersion {
	if p.ManagedLogin {
		return awscognito.ManagedLoginVersion_NEWER_MANAGED_LOGIN
	}
	return ""
}

// newBranding sets Cognito's own style for each client of users with sign-in pages. Without a style the pages
// of managed login are an error ("Login pages unavailable").
func newBranding(scope constructs.Construct, pool awscognito.IUserPool, clients map[string]awscognito.UserPoolClient, p *Props) map[string]awscognito.CfnManagedLoginBranding {
	if !p.ManagedLogin {
		return nil
	}
	styles := make(map[string]awscognito.CfnManagedLoginBranding)
	for _, name := range p.UserClients(settings.Given{}) {
		if len(p.Settings.Clients[name].CallbackURLs) == 0 {
			continue
		}
		id := "Branding"
		if name != settings.WebClient { // which had it first
			id += settings.ClientResource(name)
		}
		styles[name] = awscognito.NewCfnManagedLoginBranding(scope, &id, &awscognito.CfnManagedLoginBrandingProps{
			UserPoolId: pool.UserPoolId(), ClientId: clients[name].UserPoolClientId(), UseCognitoProvidedValues: new(true),
		})
	}
	return styles
}
