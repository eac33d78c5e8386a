package refusal

// English returns the table of the program's own sentences, a new one each time.
// Written by `go test ./infra/client/refusal -update`.
func English() Table {
	return Table{
		// begin
		"account-disabled":         {"en": "This account is disabled, please contact support"},
		"attribute-form":           {"en": "One of the fields is not filled in as it should be, please check them"},
		"attribute-length":         {"en": "One of the fields is too short or too long, please check them"},
		"attribute-missing":        {"en": "Please fill in all required fields"},
		"attribute-privileged":     {"en": "Sign-up with these details is not possible, please contact support"},
		"challenge-expired":        {"en": "The check against automated sign-ups took too long, please check your clock and try again"},
		"challenge-invalid":        {"en": "The check against automated sign-ups failed, please try again"},
		"challenge-missing":        {"en": "This app is too old to sign up with, please update it or reload the page"},
		"email-disposable":         {"en": "Disposable e-mail addresses are not accepted, please use a lasting one"},
		"email-domain-denied":      {"en": "Addresses of this e-mail provider are not accepted, please use a different one"},
		"email-domain-not-allowed": {"en": "Sign-up is for addresses of certain organisations only, please use yours"},
		"email-missing":            {"en": "Please give an e-mail address"},
		"email-relay":              {"en": "Forwarding addresses are not accepted here, please use your own e-mail address"},
		"email-role":               {"en": "Please use a personal e-mail address instead of a shared one"},
		"email-unusable":           {"en": "This e-mail address cannot be used, please check it"},
		"invite-expired":           {"en": "This invitation has expired, please ask for a new one"},
		"invite-invalid":           {"en": "This invitation cannot be used with this e-mail address, please check both"},
		"invite-missing":           {"en": "Sign-up is by invitation only, please use the link in your invitation"},
		"name-waits":               {"en": "You have an account already: please sign in with the password that you have"},
		"phone-cost":               {"en": "This kind of phone number is not accepted, please use a mobile or home number"},
		"phone-country":            {"en": "Phone numbers of this country are not accepted"},
		"phone-missing":            {"en": "Please give a phone number"},
		"phone-unusable":           {"en": "This phone number cannot be used, please write it with + and the country code"},
		"provider-not-allowed":     {"en": "Signing up through this provider is not possible, please use a different way"},
		"sign-in-unavailable":      {"en": "Sign-in is not possible right now, please try again later"},
		"sign-up-closed":           {"en": "Sign-up is closed at the moment"},
		"unavailable":              {"en": "Sign-up is not possible right now, please try again later"},
		"username-length":          {"en": "This user name is too short or too long"},
		"username-look-alike":      {"en": "This user name can be mistaken for another one, please use letters of one alphabet"},
		"username-reserved":        {"en": "This user name cannot be chosen, please choose a different one"},
		"username-unusable":        {"en": "This user name cannot be used, please use letters and digits"},
		// end
	}
}
