package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/cognito-triggers/cognito-triggers/infra/settings"
)

// newPool makes the user pool. Users sign in with their e-mail address. Its case does
// not matter, and a change takes effect only after verification.
//
// There are no StandardAttributes: the CDK writes them without a data type, and a later
// update of the pool then fails although they did not change
// (github.com/aws-amplify/amplify-backend#3299, github.com/aws/aws-cdk#8585). There are
// no custom attributes either: they can never be removed, and the table is the better
// place.
func newPool(scope constructs.Construct, p *Props) awscognito.UserPool {
	verification := p.Texts.Verification.Default
	pool := awscognito.NewUserPool(scope, new("Pool"), &awscognito.UserPoolProps{
		SignInAliases:                &awscognito.SignInAliases{Email: new(true)},
		SignInCaseSensitive:          new(false),
		SelfSignUpEnabled:            new(p.SelfSignUp),
		AutoVerify:                   &awscognito.AutoVerifiedAttrs{Email: new(true)},
		KeepOriginal:                 &awscognito.KeepOriginalAttrs{Email: new(true)},
		AccountRecovery:              recovery(p),
		Mfa:                          mfaModes[p.MFA.Mode],
		MfaSecondFactor:              secondFactors(p),
		EnableSmsRole:                some(p.SendsSMS()),
		SnsRegion:                    some(p.SMS.Region),
		UserVerification:             &awscognito.UserVerificationConfig{EmailSubject: some(verification.Subject), EmailBody: some(verification.Body), SmsMessage: some(verification.SMS)},
		UserInvitation:               invitation(p),
		MfaMessage:                   some(p.Texts.MFA.Default.SMS),
		PasswordPolicy:               passwordPolicy(p),
		SignInPolicy:                 signInPolicy(p),
		PasskeyRelyingPartyId:        relyingParty(p),
		PasskeyUserVerification:      userVerification(p),
		FeaturePlan:                  featurePlans[p.Plan],
		StandardThreatProtectionMode: threatModes[p.ThreatProtection.Standard],
		CustomThreatProtectionMode:   customThreatModes[p.ThreatProtection.Custom],
		DeletionProtection:           new(p.protected()),
		RemovalPolicy:                p.removal(),
	})
	cfn := pool.Node().DefaultChild().(awscognito.CfnUserPool)
	mailBySES(cfn, p)
	codesByMail(cfn, p)
	if p.Passkeys.TwoFactors { // the CDK does not know the property yet
		cfn.AddPropertyOverride(new("WebAuthnFactorConfiguration"), "MULTI_FACTOR_WITH_USER_VERIFICATION")
	}
	override(cfn, p.Overrides[settings.PoolOverride])
	return pool
}

// featurePlans and threatModes are the CDK's names for ours. Without the setting Cognito
// has no threat protection.
var (
	featurePlans = map[Plan]awscognito.FeaturePlan{
		PlanLite:       awscognito.FeaturePlan_LITE,
		PlanEssentials: awscognito.FeaturePlan_ESSENTIALS,
		PlanPlus:       awscognito.FeaturePlan_PLUS,
	}
	threatModes = map[Threats]awscognito.StandardThreatProtectionMode{
		ThreatsAudited:  awscognito.StandardThreatProtectionMode_AUDIT_ONLY,
		ThreatsEnforced: awscognito.StandardThreatProtectionMode_FULL_FUNCTION,
	}
	customThreatModes = map[Threats]awscognito.CustomThreatProtectionMode{
		ThreatsAudited:  awscognito.CustomThreatProtectionMode_AUDIT_ONLY,
		ThreatsEnforced: awscognito.CustomThreatProtectionMode_FULL_FUNCTION,
	}
)

// passwordPolicy sets every part of the policy: Cognito decides what is left out, and a
// reader of the template does not see it.
func passwordPolicy(p *Props) *awscognito.PasswordPolicy {
	return &awscognito.PasswordPolicy{
		MinLength:            new(float64(p.PasswordMinimumLength)),
		RequireLowercase:     new(true),
		RequireUppercase:     new(true),
		RequireDigits:        new(true),
		RequireSymbols:       new(true),
		TempPasswordValidity: awscdk.Duration_Days(new(7.0)),
	}
}

// newDomain makes the pool's domain. Client credentials need one for the token endpoint.
func newDomain(scope constructs.Construct, pool awscognito.UserPool, p *Props) awscognito.UserPoolDomain {
	props := &awscognito.UserPoolDomainProps{UserPool: pool, ManagedLoginVersion: pagesVersion(p)}
	if p.Domain.Name == "" {
		props.CognitoDomain = &awscognito.CognitoDomainOptions{DomainPrefix: new(p.Domain.Prefix)}
	} else {
		props.CustomDomain = &awscognito.CustomDomainOptions{
			DomainName:  new(p.Domain.Name),
			Certificate: awscertificatemanager.Certificate_FromCertificateArn(scope, new("Certificate"), new(p.Domain.CertificateARN)),
		}
	}
	return awscognito.NewUserPoolDomain(scope, new("Domain"), props)
}

// newGroups makes the pool's groups.
func newGroups(scope constructs.Construct, pool awscognito.UserPool, p *Props) []awscognito.UserPoolGroup {
	groups := make([]awscognito.UserPoolGroup, len(p.Groups))
	for i, name := range p.Groups {
		groups[i] = awscognito.NewUserPoolGroup(scope, new("Group"+name), &awscognito.UserPoolGroupProps{
			UserPool:  pool,
			GroupName: new(name),
		})
	}
	return groups
}
