package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
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

// newBranding sets Cognito's own style for the web client. Without a style the pages of
// managed login are an error ("Login pages unavailable").
func newBranding(scope constructs.Construct, pool awscognito.IUserPool, client awscognito.IUserPoolClient, p *Props) awscognito.CfnManagedLoginBranding {
	if !p.ManagedLogin {
		return nil
	}
	return awscognito.NewCfnManagedLoginBranding(scope, new("Branding"), &awscognito.CfnManagedLoginBrandingProps{
		UserPoolId: pool.UserPoolId(), ClientId: client.UserPoolClientId(), UseCognitoProvidedValues: new(true),
	})
}
