package refusal

// English is the table of the program's own sentences, a new one each time.
// Written by `go test ./infra/refusal -update`.
func English() Table {
	return Table{
		// begin
		"account-disabled":    {"en": "This account is disabled, please contact support"},
		"attribute-missing":   {"en": "Please fill in all required fields"},
		"email-domain-denied": {"en": "Addresses of this e-mail provider are not accepted, please use a different one"},
		"email-missing":       {"en": "Please give an e-mail address"},
		"email-unusable":      {"en": "This e-mail address cannot be used, please check it"},
		"unavailable":         {"en": "Sign-up is not possible right now, please try again later"},
		// end
	}
}
