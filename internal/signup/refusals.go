package signup

import "github.com/cognito-triggers/cognito-triggers/internal/deny"

// What a person may be told. The sentences are fixed: they repeat nothing that
// was typed, since Cognito carries them into the URL of the hosted page, and say
// nothing about other accounts. Codes are never reused.
var (
	EmailMissing      = deny.Refusal{Code: "email-missing", Sentence: "Please give an e-mail address"}
	EmailUnusable     = deny.Refusal{Code: "email-unusable", Sentence: "This e-mail address cannot be used, please check it"}
	EmailDomainDenied = deny.Refusal{Code: "email-domain-denied", Sentence: "Addresses of this e-mail provider are not accepted, please use a different one"}
	AttributeMissing  = deny.Refusal{Code: "attribute-missing", Sentence: "Please fill in all required fields"}
)

// Refusals lists every refusal that a Verdict can hold, each time a new list.
func Refusals() []deny.Refusal {
	return []deny.Refusal{EmailMissing, EmailUnusable, EmailDomainDenied, AttributeMissing, deny.SignUpUnavailable}
}
