package template

import "strings"

// actingPaths are the properties that act, by their type. A test compares the triggers among
// them with those that the pool fires.
var actingPaths = map[string]string{
	"UserPool": `
		AccountRecoverySetting.RecoveryMechanisms.Name AccountRecoverySetting.RecoveryMechanisms.Priority
		AdminCreateUserConfig.AllowAdminCreateUserOnly AdminCreateUserConfig.InviteMessageTemplate.EmailMessage
		AdminCreateUserConfig.InviteMessageTemplate.EmailSubject AdminCreateUserConfig.InviteMessageTemplate.SMSMessage
		AdminCreateUserConfig.UnusedAccountValidityDays AliasAttributes AutoVerifiedAttributes DeletionProtection
		DeviceConfiguration.ChallengeRequiredOnNewDevice DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt
		EmailAuthenticationMessage EmailAuthenticationSubject EmailConfiguration.EmailSendingAccount EmailVerificationMessage
		EmailVerificationSubject EnabledMfas IssuerConfiguration.Type LambdaConfig.CreateAuthChallenge
		LambdaConfig.CustomMessage LambdaConfig.DefineAuthChallenge LambdaConfig.InboundFederation.LambdaArn
		LambdaConfig.PostAuthentication LambdaConfig.PostConfirmation LambdaConfig.PreAuthentication LambdaConfig.PreSignUp
		LambdaConfig.PreTokenGeneration LambdaConfig.PreTokenGenerationConfig.LambdaArn
		LambdaConfig.PreTokenGenerationConfig.LambdaVersion LambdaConfig.UserMigration
		LambdaConfig.VerifyAuthChallengeResponse MfaConfiguration Policies.PasswordPolicy.MinimumLength
		Policies.PasswordPolicy.PasswordHistorySize Policies.PasswordPolicy.RequireLowercase
		Policies.PasswordPolicy.RequireNumbers Policies.PasswordPolicy.RequireSymbols Policies.PasswordPolicy.RequireUppercase
		Policies.PasswordPolicy.TemporaryPasswordValidityDays Policies.SignInPolicy.AllowedFirstAuthFactors
		Schema.AttributeDataType Schema.DeveloperOnlyAttribute Schema.Mutable Schema.Name
		Schema.NumberAttributeConstraints.MaxValue Schema.NumberAttributeConstraints.MinValue Schema.Required
		Schema.StringAttributeConstraints.MaxLength Schema.StringAttributeConstraints.MinLength SmsAuthenticationMessage
		SmsVerificationMessage UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate
		UserPoolAddOns.AdvancedSecurityMode=AUDIT UserPoolTier UsernameAttributes UsernameConfiguration.CaseSensitive
		VerificationMessageTemplate.DefaultEmailOption=CONFIRM_WITH_CODE
		VerificationMessageTemplate.DefaultEmailOption=CONFIRM_WITH_LINK VerificationMessageTemplate.EmailMessage
		VerificationMessageTemplate.EmailMessageByLink VerificationMessageTemplate.EmailSubject
		VerificationMessageTemplate.EmailSubjectByLink VerificationMessageTemplate.SmsMessage WebAuthnFactorConfiguration
		WebAuthnRelyingPartyID=localhost WebAuthnUserVerification`,
	"UserPoolClient": `
		AccessTokenValidity AllowedOAuthFlows=client_credentials AllowedOAuthFlows=code AllowedOAuthFlows=implicit
		AllowedOAuthFlowsUserPoolClient AllowedOAuthScopes AuthSessionValidity CallbackURLs ClientName DefaultRedirectURI
		EnableTokenRevocation ExplicitAuthFlows=ADMIN_NO_SRP_AUTH ExplicitAuthFlows=ALLOW_ADMIN_USER_PASSWORD_AUTH
		ExplicitAuthFlows=ALLOW_CLIENT_TOKEN_AUTH ExplicitAuthFlows=ALLOW_CUSTOM_AUTH
		ExplicitAuthFlows=ALLOW_REFRESH_TOKEN_AUTH ExplicitAuthFlows=ALLOW_USER_AUTH
		ExplicitAuthFlows=ALLOW_USER_PASSWORD_AUTH ExplicitAuthFlows=ALLOW_USER_SRP_AUTH
		ExplicitAuthFlows=CUSTOM_AUTH_FLOW_ONLY ExplicitAuthFlows=USER_PASSWORD_AUTH GenerateSecret IdTokenValidity LogoutURLs
		PreventUserExistenceErrors ReadAttributes RefreshTokenRotation.Feature RefreshTokenRotation.RetryGracePeriodSeconds
		RefreshTokenValidity SupportedIdentityProviders TokenValidityUnits.AccessToken TokenValidityUnits.IdToken
		TokenValidityUnits.RefreshToken UserPoolId WriteAttributes`,
	"IdentityPool": `
		AllowUnauthenticatedIdentities CognitoIdentityProviders.ClientId
		CognitoIdentityProviders.ProviderName CognitoIdentityProviders.ServerSideTokenCheck`,
	"IdentityPoolPrincipalTag": `IdentityPoolId IdentityProviderName PrincipalTags`,
	"IdentityPoolRoleAttachment": `
		IdentityPoolId Roles RoleMappings.*.AmbiguousRoleResolution=AuthenticatedRole RoleMappings.*.AmbiguousRoleResolution=Deny
		RoleMappings.*.IdentityProvider RoleMappings.*.RulesConfiguration.Rules.Claim
		RoleMappings.*.RulesConfiguration.Rules.MatchType=Contains RoleMappings.*.RulesConfiguration.Rules.MatchType=Equals
		RoleMappings.*.RulesConfiguration.Rules.MatchType=NotEqual RoleMappings.*.RulesConfiguration.Rules.MatchType=StartsWith
		RoleMappings.*.RulesConfiguration.Rules.RoleARN RoleMappings.*.RulesConfiguration.Rules.Value
		RoleMappings.*.Type=Rules RoleMappings.*.Type=Token`,
	"UserPoolDomain":           `Domain UserPoolId`,
	"UserPoolGroup":            `Description GroupName Precedence RoleArn UserPoolId`,
	"UserPoolIdentityProvider": `AttributeMapping IdpIdentifiers ProviderDetails ProviderName ProviderType UserPoolId`,
	"UserPoolResourceServer":   `Identifier Name Scopes.ScopeDescription Scopes.ScopeName UserPoolId`,
	"UserPoolUser": `
		ClientMetadata DesiredDeliveryMediums ForceAliasCreation MessageAction UserAttributes.Name UserAttributes.Value
		UserPoolId Username ValidationData.Name ValidationData.Value`,
	"UserPoolUserToGroupAttachment": `GroupName UserPoolId Username`,
}

// actingRows returns a row for each of them.
func actingRows() map[string]verdict {
	all := map[string]verdict{}
	for kind, paths := range actingPaths {
		for _, path := range strings.Fields(paths) {
			all[kind+"."+path] = verdict{class: acts}
		}
	}
	return all
}
