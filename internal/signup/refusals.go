package signup

import (
	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/challenge"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/invite"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/username"
)

// What a person may be told. The sentences are fixed: they repeat nothing that
// was typed, since Cognito carries them into the URL of the hosted page, and say
// nothing about other accounts. Codes are never reused. The rooms username,
// invite and challenge have their own.
var (
	ProviderNotAllowed    = deny.Refusal{Code: "provider-not-allowed", Sentence: "Signing up through this provider is not possible, please use a different way"}
	AttributePrivileged   = deny.Refusal{Code: "attribute-privileged", Sentence: "Sign-up with these details is not possible, please contact support"}
	EmailMissing          = deny.Refusal{Code: "email-missing", Sentence: "Please give an e-mail address"}
	EmailUnusable         = deny.Refusal{Code: "email-unusable", Sentence: "This e-mail address cannot be used, please check it"}
	EmailDomainDenied     = deny.Refusal{Code: "email-domain-denied", Sentence: "Addresses of this e-mail provider are not accepted, please use a different one"}
	EmailDomainNotAllowed = deny.Refusal{Code: "email-domain-not-allowed", Sentence: "Sign-up is for addresses of certain organisations only, please use yours"}
	EmailDisposable       = deny.Refusal{Code: "email-disposable", Sentence: "Disposable e-mail addresses are not accepted, please use a lasting one"}
	EmailRelay            = deny.Refusal{Code: "email-relay", Sentence: "Forwarding addresses are not accepted here, please use your own e-mail address"}
	EmailRole             = deny.Refusal{Code: "email-role", Sentence: "Please use a personal e-mail address instead of a shared one"}
	PhoneMissing          = deny.Refusal{Code: "phone-missing", Sentence: "Please give a phone number"}
	PhoneUnusable         = deny.Refusal{Code: "phone-unusable", Sentence: "This phone number cannot be used, please write it with + and the country code"}
	PhoneCountry          = deny.Refusal{Code: "phone-country", Sentence: "Phone numbers of this country are not accepted"}
	PhoneCost             = deny.Refusal{Code: "phone-cost", Sentence: "This kind of phone number is not accepted, please use a mobile or home number"}
	AttributeMissing      = deny.Refusal{Code: "attribute-missing", Sentence: "Please fill in all required fields"}
	AttributeLength       = deny.Refusal{Code: "attribute-length", Sentence: "One of the fields is too short or too long, please check them"}
	AttributeForm         = deny.Refusal{Code: "attribute-form", Sentence: "One of the fields is not filled in as it should be, please check them"}
)

// Refusals lists every refusal that a Verdict can hold, each time a new list, in
// the order of the rules.
func Refusals() []deny.Refusal {
	return []deny.Refusal{
		invite.Closed, invite.Missing, invite.Invalid, invite.Expired,
		ProviderNotAllowed, AttributePrivileged,
		EmailMissing, EmailUnusable, EmailDomainDenied, EmailDomainNotAllowed, EmailDisposable, EmailRelay, EmailRole,
		PhoneMissing, PhoneUnusable, PhoneCountry, PhoneCost,
		username.Unusable, username.Length, username.Reserved, username.LookAlike,
		AttributeMissing, AttributeLength, AttributeForm,
		challenge.Missing, challenge.Invalid, challenge.Expired,
		deny.SignUpUnavailable,
	}
}
