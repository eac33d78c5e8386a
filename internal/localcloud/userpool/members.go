package userpool

import "maps"

// taken says which request has a member of UserPoolType, and what an update makes of it.
type taken int

const (
	// byUpdate is in CreateUserPool and UpdateUserPool; an update that omits it resets it.
	byUpdate taken = iota
	// stays is like byUpdate, and an update that omits it changes nothing.
	stays
	// byCreate is in CreateUserPool alone and never changes.
	byCreate
	// byMFA is no member of UserPoolType: SetUserPoolMfaConfig sets it.
	byMFA
	// byNobody is what the service says of a pool.
	byNobody
)

// member is what becomes of one member. Normal is AWS's default as JSON, "" if there is
// none; it completes an object that is given in part.
type member struct {
	taken  taken
	normal string
}

// members are those of UserPoolType, as in the API's models of 2026 (the Go SDK's has no
// AcrConfiguration and no DcrConfiguration yet), and those of the MFA configuration. What an
// update omits is reset "with the exception of UserPoolTier" (API reference, UpdateUserPool);
// that a name stays AWS does not say. CloudFormation's EnabledMfas says which second factors
// the API turns on by an object each.
func members() map[string]member {
	all := map[string]member{
		// "The response always returns the effective configuration, with the default names merged
		// in" (guide, "Authentication levels with ACR and AMR claims").
		"AcrConfiguration":            {byUpdate, `{"Level1":{"AcrValue":"urn:cognito:loa:1"},"Level2":{"AcrValue":"urn:cognito:loa:2"},"Level3":{"AcrValue":"urn:cognito:loa:3"},"Level4":{"AcrValue":"urn:cognito:loa:4"}}`},
		"AdminCreateUserConfig":       {byUpdate, `{"AllowAdminCreateUserOnly":false}`},
		"DeletionProtection":          {byUpdate, `"INACTIVE"`},
		"EmailConfiguration":          {byUpdate, `{"EmailSendingAccount":"COGNITO_DEFAULT"}`},
		"LambdaConfig":                {byUpdate, `{}`},
		"MfaConfiguration":            {byUpdate, `"OFF"`},
		"Name":                        {stays, ""},
		"Policies":                    {byUpdate, `{"PasswordPolicy":` + strictPolicy + `,"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}}`},
		"UserPoolTags":                {byUpdate, `{}`},
		"UserPoolTier":                {stays, `"ESSENTIALS"`},
		"VerificationMessageTemplate": {byUpdate, `{"DefaultEmailOption":"CONFIRM_WITH_CODE"}`},
	}
	for kind, names := range map[taken][]string{
		byUpdate: {
			"AccountRecoverySetting", "AutoVerifiedAttributes", "DcrConfiguration", "DeviceConfiguration",
			"EmailVerificationMessage", "EmailVerificationSubject", "IssuerConfiguration", "KeyConfiguration", "SmsAuthenticationMessage",
			"SmsConfiguration", "SmsVerificationMessage", "UserAttributeUpdateSettings", "UserPoolAddOns",
		},
		byCreate: {"AliasAttributes", "SchemaAttributes", "UsernameAttributes", "UsernameConfiguration"},
		byMFA:    {"EmailMfaConfiguration", "EnabledMfas", "WebAuthnConfiguration"},
		byNobody: {
			"Arn", "CreationDate", "CustomDomain", "Domain", "EmailConfigurationFailure", "EstimatedNumberOfUsers", "Id",
			"LastModifiedDate", "SmsConfigurationFailure", "Status",
		},
	} {
		for _, name := range names {
			all[name] = member{taken: kind}
		}
	}
	return all
}

// A pool without a password policy demands all four kinds of character, a policy what it
// names (guide, "Adding user pool password requirements"; API reference,
// PasswordPolicyType).
const (
	strictPolicy = `{"MinimumLength":8,"RequireLowercase":true,"RequireNumbers":true,"RequireSymbols":true,"RequireUppercase":true,"TemporaryPasswordValidityDays":7}`
	laxPolicy    = `{"RequireLowercase":false,"RequireUppercase":false,"RequireNumbers":false,"RequireSymbols":false}`
)

// requested are the members that the requests call otherwise than the answers.
func requested() map[string]string {
	return map[string]string{"PoolName": "Name", "Schema": "SchemaAttributes"}
}

// fields are where what the pool obeys stands in Config, by the members of the API. It
// reads settings into a Config and writes the settings of a Config that is made in Go.
func (c *Config) fields() map[string]any {
	policy, texts := &c.PasswordPolicy, &c.Messages
	return map[string]any{
		"AccountRecoverySetting": (*recovery)(&c.Recovery),
		"AcrConfiguration":       (*acrNames)(&c.AcrValues),
		"AdminCreateUserConfig": object{"AllowAdminCreateUserOnly": &c.AllowAdminCreateUserOnly, "InviteMessageTemplate": object{
			"EmailSubject": &texts.Invitation.EmailSubject, "EmailMessage": &texts.Invitation.EmailMessage, "SMSMessage": &texts.Invitation.SMSMessage,
		}},
		"AliasAttributes":        &c.AliasAttributes,
		"AutoVerifiedAttributes": &c.AutoVerifiedAttributes,
		"DeletionProtection":     &c.DeletionProtection,
		"DeviceConfiguration":    &c.Devices,
		"EmailConfiguration":     object{"EmailSendingAccount": &c.EmailSendingAccount},
		"EmailMfaConfiguration":  object{"Subject": &texts.Authentication.EmailSubject, "Message": &texts.Authentication.EmailMessage},
		"EnabledMfas":            &c.EnabledMfas,
		"IssuerConfiguration":    object{"Type": &c.Issuer},
		"LambdaConfig":           (*hooks)(&c.Triggers),
		"MfaConfiguration":       &c.MfaConfiguration,
		"Policies": object{
			"PasswordPolicy": object{
				"MinimumLength":    &policy.MinimumLength,
				"RequireLowercase": &policy.RequireLowercase, "RequireUppercase": &policy.RequireUppercase,
				"RequireNumbers": &policy.RequireNumbers, "RequireSymbols": &policy.RequireSymbols,
				"TemporaryPasswordValidityDays": &policy.TemporaryPasswordValidityDays, "PasswordHistorySize": &policy.PasswordHistorySize,
			},
			"SignInPolicy": object{"AllowedFirstAuthFactors": &c.FirstFactors},
		},
		"SchemaAttributes":            (*schema)(c),
		"SmsAuthenticationMessage":    &texts.Authentication.SMSMessage,
		"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": &c.VerifyBeforeUpdate},
		"UserPoolAddOns":              object{"AdvancedSecurityMode": &c.AdvancedSecurityMode},
		"UserPoolTier":                &c.Tier,
		"UsernameAttributes":          &c.UsernameAttributes,
		"UsernameConfiguration":       object{"CaseSensitive": (*caseSensitive)(&c.CaseSensitive)},
		"WebAuthnConfiguration": object{
			"RelyingPartyId": &c.Passkeys.RelyingPartyID, "UserVerification": &c.Passkeys.UserVerification,
			"FactorConfiguration": &c.Passkeys.FactorConfiguration,
		},
		"VerificationMessageTemplate": object{
			"DefaultEmailOption": (*withLink)(&texts.ConfirmWithLink),
			"EmailSubject":       &texts.Verification.EmailSubject, "EmailMessage": &texts.Verification.EmailMessage, "SmsMessage": &texts.Verification.SMSMessage,
			"EmailSubjectByLink": &texts.ByLink.EmailSubject, "EmailMessageByLink": &texts.ByLink.EmailMessage,
		},
	}
}

// object is a JSON object.
type object = map[string]any

// part returns an object in an object, for changing; it makes a missing one.
func part(in object, name string) object {
	found, ok := in[name].(object)
	if !ok {
		found = object{}
		in[name] = found
	}
	return found
}

// complete adds to an object what it lacks of another, at every depth.
func complete(with, given object) object {
	out := object{}
	maps.Copy(out, given)
	for name, value := range with {
		inner, isObject := value.(object)
		switch found := out[name].(type) {
		case nil:
			out[name] = value
		case object:
			if isObject {
				out[name] = complete(inner, found)
			}
		}
	}
	return out
}
