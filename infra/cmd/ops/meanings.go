package main

// meaning says what a code means to an operator.
type meaning struct {
	// means is one sentence about what happened.
	means string
	// rules are the keys below signUp of the rules that can answer with the code;
	// none where no rule of the policy does.
	rules []string
}

// meanings has every code, by name. A new code is a new line here; a test
// compares the list with what the functions can say.
func meanings() map[string]meaning {
	addresses := []string{"email", "domains", "disposable", "relay", "roles"}
	return map[string]meaning{
		"account-disabled":         {"the user's AUTHZ row is not active, or the user was deleted; `ops authz show` says which", nil},
		"attribute-form":           {"an attribute's value does not match its pattern", []string{"attributes"}},
		"attribute-length":         {"an attribute's value is shorter or longer than the policy says", []string{"attributes"}},
		"attribute-missing":        {"a required attribute is absent or blank", []string{"attributes"}},
		"attribute-privileged":     {"the sign-up carries an attribute that nobody may set of themselves; somebody may be trying", []string{"privileged"}},
		"challenge-expired":        {"the proof of work is older than maxAge, or the device's clock is wrong", []string{"challenge"}},
		"challenge-invalid":        {"the proof of work is malformed, too easy, or was made for another address or phone number", []string{"challenge"}},
		"challenge-missing":        {"the sign-up brought no proof of work: the app does not send one, or not under the name challenge", []string{"challenge"}},
		"email-disposable":         {"the domain of the address, or one above it, is on the list of services that hand out mailboxes for minutes", []string{"disposable"}},
		"email-domain-denied":      {"the domain of the address, or one above it, is on the deny list", []string{"domains"}},
		"email-domain-not-allowed": {"there is an allow list, and the domain of the address is not on it", []string{"domains"}},
		"email-missing":            {"no e-mail address was given, and the policy requires one", []string{"email"}},
		"email-relay":              {"the address belongs to a service that forwards to a mailbox that stays hidden", []string{"relay"}},
		"email-role":               {"the address belongs to an office, such as admin@, and not to a person", []string{"roles"}},
		"email-unusable":           {"the address is not one that the parser takes: it has quotes, a comment, a display name, letters beyond ASCII, a domain that begins with xn-- where idn is not on, or is too long", addresses},
		"invite-expired":           {"the invite is genuine and for this address, and its time is over", []string{"access"}},
		"invite-invalid":           {"the invite is for another address or app client, is signed with a key that the policy does not have, or is damaged", []string{"access"}},
		"invite-missing":           {"the sign-up brought no invite: the person has none, or the app does not send it under the name invite", []string{"access"}},
		"phone-cost":               {"calls and messages to the phone number cost more than others (premium rate, shared cost)", []string{"phone"}},
		"phone-country":            {"the phone number is of a country that the policy does not name", []string{"phone"}},
		"phone-missing":            {"no phone number was given, and the policy requires one", []string{"phone"}},
		"phone-unusable":           {"the phone number is not written as E.164, or there can be no such number", []string{"phone"}},
		"provider-not-allowed":     {"the identity provider is not one that the policy names", []string{"providers"}},
		"sign-up-closed":           {"the policy lets nobody sign up", []string{"access"}},
		"unavailable":              {"the sign-up could not be judged; nothing was wrong with the person. The log line with this outcome says why (cause)", nil},
		"username-length":          {"the user name has fewer or more characters than the policy says", []string{"username"}},
		"username-look-alike":      {"the user name mixes scripts, or is in letters that look like others", []string{"username"}},
		"username-reserved":        {"the user name is reserved, or reads like one that is", []string{"username"}},
		"username-unusable":        {"the user name has characters that no user name may have (PRECIS, RFC 8265)", []string{"username"}},
	}
}
