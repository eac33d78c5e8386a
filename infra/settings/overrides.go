package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// PoolOverride is the key of Overrides that means the user pool; any other is a client's name.
const PoolOverride = "Pool"

// poolKeys are the keys that set the properties of the pool; "" is for the suite itself. A
// test compares them with a template that has every key.
var poolKeys = map[string]string{
	"AccountRecoverySetting": "recovery", "AdminCreateUserConfig.AllowAdminCreateUserOnly": "selfSignUp",
	"AdminCreateUserConfig.InviteMessageTemplate": "texts.invitation", "AliasAttributes": "", "AutoVerifiedAttributes": "",
	"DeletionProtection": "disposable", "EmailAuthenticationMessage": "texts.mfa", "EmailAuthenticationSubject": "texts.mfa",
	"EmailConfiguration": "email", "EmailVerificationMessage": "texts.verification", "EmailVerificationSubject": "texts.verification",
	"EnabledMfas": "mfa", "LambdaConfig": "", "MfaConfiguration": "mfa", "Policies.PasswordPolicy.MinimumLength": "passwordMinimumLength",
	"Policies.PasswordPolicy.RequireLowercase": "", "Policies.PasswordPolicy.RequireNumbers": "", "Policies.PasswordPolicy.RequireSymbols": "",
	"Policies.PasswordPolicy.RequireUppercase": "", "Policies.PasswordPolicy.TemporaryPasswordValidityDays": "", "Policies.SignInPolicy": "firstFactors",
	"Schema": "", "SmsAuthenticationMessage": "texts.mfa", "SmsConfiguration": "sms", "SmsVerificationMessage": "texts.verification",
	"UserAttributeUpdateSettings": "", "UserPoolAddOns": "threatProtection", "UserPoolTags": "tags", "UserPoolTier": "plan",
	"UsernameAttributes": "", "UsernameConfiguration": "", "VerificationMessageTemplate": "texts.verification",
	"WebAuthnFactorConfiguration": "passkeys", "WebAuthnRelyingPartyID": "passkeys", "WebAuthnUserVerification": "passkeys",
}

// clientKeys are those of an app client.
var clientKeys = map[string]string{
	"AccessTokenValidity": "tokens", "AllowedOAuthFlows": "", "AllowedOAuthFlowsUserPoolClient": "", "AllowedOAuthScopes": "scopes",
	"AuthSessionValidity": "tokens", "CallbackURLs": "callbackUrls", "EnableTokenRevocation": "", "ExplicitAuthFlows": "flows",
	"GenerateSecret": "machine", "IdTokenValidity": "tokens", "LogoutURLs": "logoutUrls", "PreventUserExistenceErrors": "",
	"ReadAttributes": "readAttributes", "RefreshTokenRotation": "rotation", "RefreshTokenValidity": "tokens",
	"SupportedIdentityProviders": "providers", "TokenValidityUnits": "tokens", "UserPoolId": "", "WriteAttributes": "writeAttributes",
}

var propertyForm = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$`)

// overrides checks which properties are set past the keys.
func (c *checker) overrides(s *Settings) {
	for _, resource := range slices.Sorted(maps.Keys(s.Overrides)) {
		at := policy.Child("overrides", resource)
		keys := poolKeys
		if _, client := s.Clients[resource]; client && resource != PoolOverride {
			keys = clientKeys
		} else if resource != PoolOverride {
			c.faults.Add(at, fmt.Sprintf("%q is neither the pool nor a client", resource), "use "+PoolOverride+" or the name of a client")
			continue
		}
		for _, property := range slices.Sorted(maps.Keys(s.Overrides[resource])) {
			c.override(policy.Child(at, property), property, keys)
		}
	}
}

// override checks one property against those that keys set, above and below it.
func (c *checker) override(at, property string, keys map[string]string) {
	if !propertyForm.MatchString(property) {
		c.faults.Add(at, fmt.Sprintf("%q is not a property", property), "write it as CloudFormation does, with dots, such as DeviceConfiguration.ChallengeRequiredOnNewDevice")
		return
	}
	for _, set := range slices.Sorted(maps.Keys(keys)) {
		if property != set && !strings.HasPrefix(property, set+".") && !strings.HasPrefix(set, property+".") {
			continue
		}
		if key := keys[set]; key != "" {
			c.faults.Add(at, fmt.Sprintf("%s is what the key %s sets", set, key), "use that key")
		} else {
			c.faults.Add(at, fmt.Sprintf("%s is set by the suite, which relies on it", set), "remove it, or make the pool in your app (Props.Pool)")
		}
		return
	}
}

// overridden warns of each property that is set past the keys: no check knows it.
func overridden(s *Settings) policy.Faults {
	var warnings policy.Faults
	for _, resource := range slices.Sorted(maps.Keys(s.Overrides)) {
		for _, property := range slices.Sorted(maps.Keys(s.Overrides[resource])) {
			warnings.Add(policy.Child(policy.Child("overrides", resource), property),
				"goes to CloudFormation unchecked", "look for a key that does the same, or leave it if it is meant")
		}
	}
	return warnings
}
