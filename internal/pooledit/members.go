package pooledit

import (
	"maps"
	"slices"
)

// readOnly is the name in a request of what no request has.
const readOnly = ""

// members returns the members of UserPoolType and what UpdateUserPoolRequest calls them. The
// guide ("Updating user pool and app client configuration") does not say that the alias and
// username members cannot be sent; the API's model does. AWS's newest model is that of its SDK
// for JavaScript: the one for Go lacks AcrConfiguration and DcrConfiguration.
func members() map[string]string {
	all := map[string]string{"Id": "UserPoolId", "Name": "PoolName"}
	for _, name := range []string{
		"AliasAttributes", "Arn", "CreationDate", "CustomDomain", "Domain", "EmailConfigurationFailure", "EstimatedNumberOfUsers",
		"LastModifiedDate", "SchemaAttributes", "SmsConfigurationFailure", "Status", "UsernameAttributes", "UsernameConfiguration",
	} {
		all[name] = readOnly
	}
	for _, name := range []string{
		"AccountRecoverySetting", "AcrConfiguration", "AdminCreateUserConfig", "AutoVerifiedAttributes", "DcrConfiguration",
		"DeletionProtection", "DeviceConfiguration", "EmailConfiguration", "EmailVerificationMessage", "EmailVerificationSubject",
		"IssuerConfiguration", "KeyConfiguration", "LambdaConfig", "MfaConfiguration", "Policies", "SmsAuthenticationMessage",
		"SmsConfiguration", "SmsVerificationMessage", "UserAttributeUpdateSettings", "UserPoolAddOns", "UserPoolTags", "UserPoolTier",
		"VerificationMessageTemplate",
	} {
		all[name] = name
	}
	return all
}

// pointless returns the members that a request may have only with a member of theirs: without
// it they say nothing, and UpdateUserPool refuses them (hashicorp/terraform-provider-aws#21143
// for AccountRecoverySetting; the API's model requires the other two).
func pointless() map[string]string {
	return map[string]string{"AccountRecoverySetting": "RecoveryMechanisms", "UserPoolAddOns": "AdvancedSecurityMode", "SmsConfiguration": "SnsCallerArn"}
}

// older returns the texts that VerificationMessageTemplate has taken the place of, by their
// names there (API reference, UpdateUserPool).
func older() map[string]string {
	return map[string]string{"EmailVerificationMessage": "EmailMessage", "EmailVerificationSubject": "EmailSubject", "SmsVerificationMessage": "SmsMessage"}
}

// Unknown returns the members of a described pool that this release does not know, sorted; nil
// if the description is no JSON object.
func Unknown(described []byte) []string {
	all, _ := object(described)
	known := members()
	return slices.DeleteFunc(slices.Sorted(maps.Keys(all)), func(name string) bool {
		_, is := known[name]
		return is
	})
}
