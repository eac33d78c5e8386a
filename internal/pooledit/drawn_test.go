package pooledit_test

import (
	"encoding/json"
	"fmt"
	"slices"

	"pgregory.net/rapid"
)

type object = map[string]any

// drawn is a request of CreateUserPool with settings drawn from all that a pool may have, and
// the places of the suite that somebody else's hooks hold.
type drawn struct {
	request object
	taken   []string
}

// draw sets each member with a chance of nine in ten, so most pools have nearly all of them.
func draw(t *rapid.T, foreign bool) drawn {
	d := drawn{request: object{"PoolName": rapid.StringMatching(`[A-Za-z0-9 +=,.@-]{1,20}`).Draw(t, "name")}}
	verified := some(t, "verified", "email", "phone_number")
	text := func(name string) string {
		return rapid.StringMatching(`[a-zß☃<>&"\\ ]{0,12}`).Draw(t, name) + "{####}"
	}
	email, subject, sms := text("email message"), text("subject"), text("sms")
	all := object{
		"AccountRecoverySetting":      object{"RecoveryMechanisms": []any{object{"Name": "verified_email", "Priority": 2}, object{"Name": "verified_phone_number", "Priority": 1}}},
		"AcrConfiguration":            object{"Level2": object{"AcrValue": rapid.StringMatching(`urn:[a-z]{1,9}`).Draw(t, "acr")}},
		"AdminCreateUserConfig":       object{"AllowAdminCreateUserOnly": boolean(t), "InviteMessageTemplate": object{"EmailSubject": subject, "EmailMessage": email + "{username}", "SMSMessage": sms}},
		"AutoVerifiedAttributes":      verified,
		"DcrConfiguration":            object{"OpenDcrEnabled": boolean(t), "AllowedScopes": []any{"a", text("scope")}},
		"DeletionProtection":          either(t, "ACTIVE", "INACTIVE"),
		"DeviceConfiguration":         object{"ChallengeRequiredOnNewDevice": boolean(t), "DeviceOnlyRememberedOnUserPrompt": boolean(t)},
		"EmailConfiguration":          object{"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:eu-central-1:111122223333:identity/a.example", "From": text("from"), "ReplyToEmailAddress": "a@a.example", "ConfigurationSet": "set"},
		"EmailVerificationMessage":    email,
		"EmailVerificationSubject":    subject,
		"IssuerConfiguration":         object{"Type": either(t, "ORIGINAL", "UPDATED")},
		"KeyConfiguration":            object{"KeyType": "AWS_OWNED"},
		"LambdaConfig":                d.hooks(t, foreign),
		"MfaConfiguration":            either(t, "OFF", "OPTIONAL", "ON"),
		"Policies":                    policies(t),
		"SmsAuthenticationMessage":    text("authentication"),
		"SmsConfiguration":            object{"SnsCallerArn": "arn:aws:iam::111122223333:role/sms", "ExternalId": text("external"), "SnsRegion": "eu-west-1"},
		"SmsVerificationMessage":      sms,
		"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": verified},
		"UserPoolAddOns":              object{"AdvancedSecurityMode": either(t, "OFF", "AUDIT", "ENFORCED"), "AdvancedSecurityAdditionalFlows": object{"CustomAuthMode": "AUDIT"}},
		"UserPoolTags":                object{"team": text("tag"), text("key"): ""},
		"UserPoolTier":                either(t, "ESSENTIALS", "PLUS"),
		"VerificationMessageTemplate": object{"DefaultEmailOption": "CONFIRM_WITH_CODE", "EmailSubject": subject, "EmailMessage": email, "SmsMessage": sms, "EmailSubjectByLink": subject, "EmailMessageByLink": "{##a##}"},
		either(t, "AliasAttributes", "UsernameAttributes"): some(t, "aliases", "email", "phone_number"),
		"UsernameConfiguration":                            object{"CaseSensitive": boolean(t)},
		"Schema":                                           []any{object{"Name": "plan", "AttributeDataType": "Number", "Mutable": boolean(t)}},
	}
	for _, name := range slices.Sorted(keys(all)) {
		if rapid.IntRange(0, 9).Draw(t, name) > 0 {
			d.request[name] = all[name]
		}
	}
	if d.request["UserPoolTier"] != "PLUS" { // whose threat protection it is
		delete(d.request, "UserPoolAddOns")
	}
	if d.request["SmsConfiguration"] == nil { // AWS refuses a second factor without a way to send one
		d.request["MfaConfiguration"] = "OFF"
	}
	if d.request["AutoVerifiedAttributes"] == nil {
		delete(d.request, "UserAttributeUpdateSettings")
	}
	if d.request["LambdaConfig"] == nil {
		d.taken = nil
	}
	return d
}

// hooks draws a LambdaConfig. Foreign hooks stand beside the suite's places, or in them.
func (d *drawn) hooks(t *rapid.T, foreign bool) object {
	hook := func(name string) string { return "arn:aws:lambda:eu-central-1:999900001111:function:" + name }
	config := object{}
	for _, name := range some(t, "beside", "CustomMessage", "PreAuthentication", "CreateAuthChallenge", "DefineAuthChallenge") {
		config[name.(string)] = hook(name.(string))
	}
	if boolean(t) {
		config["KMSKeyID"] = "arn:aws:kms:eu-central-1:999900001111:key/a"
	}
	if foreign && boolean(t) {
		config["Tomorrow"] = json.RawMessage(`{"LambdaArn":"x","n":12345678901234567890.10}`)
	}
	for _, name := range some(t, "in the way", "PreSignUp", "PostAuthentication", "PreTokenGeneration") {
		d.taken = append(d.taken, name.(string))
		config[name.(string)] = hook(name.(string))
	}
	versioned := object{"LambdaArn": hook("PreTokenGeneration"), "LambdaVersion": either(t, "V1_0", "V2_0")}
	if config["PreTokenGeneration"] != nil && boolean(t) { // as AWS describes one with a version: by both names
		config["PreTokenGenerationConfig"] = versioned
	}
	return config
}

func policies(t *rapid.T) object {
	password := object{
		"MinimumLength": rapid.IntRange(6, 99).Draw(t, "length"), "PasswordHistorySize": rapid.IntRange(0, 24).Draw(t, "history"),
		"TemporaryPasswordValidityDays": rapid.IntRange(0, 365).Draw(t, "days"),
	}
	for _, kind := range []string{"RequireLowercase", "RequireNumbers", "RequireSymbols", "RequireUppercase"} {
		password[kind] = boolean(t)
	}
	return object{"PasswordPolicy": password, "SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}}}
}

// strange draws a member that no model has.
func strange(t *rapid.T) (name string, value json.RawMessage) {
	inner := rapid.SampledFrom([]string{`1.50`, `12345678901234567890`, `"<&>☃"`, `[{"b":[]}]`, `{"c":false,"d":1e3}`}).Draw(t, "value")
	return fmt.Sprintf("Tomorrow%d", rapid.IntRange(0, 99).Draw(t, "number")), json.RawMessage(`{"a":` + inner + `}`)
}

func boolean(t *rapid.T) bool { return rapid.Bool().Draw(t, "flag") }

func either(t *rapid.T, values ...string) string {
	return rapid.SampledFrom(values).Draw(t, "value")
}

// some draws at least one of the names.
func some(t *rapid.T, label string, names ...string) (all []any) {
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, len(names), rapid.ID[string]).Draw(t, label) {
		all = append(all, name)
	}
	return all
}
