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
	return map[string]meaning{
		"account-disabled":    {"the user's AUTHZ row is not active, or the user was deleted; `ops authz show` says which", nil},
		"attribute-missing":   {"a required attribute is absent or blank", []string{"attributes"}},
		"challenge-expired":   {"the proof of work is older than maxAge, or the device's clock is wrong", []string{"challenge"}},
		"challenge-invalid":   {"the proof of work is malformed, too easy, or was made for another address or phone number", []string{"challenge"}},
		"challenge-missing":   {"the sign-up brought no proof of work: the app does not send one, or sends it under another name than challenge", []string{"challenge"}},
		"email-domain-denied": {"the domain of the address, or one above it, is denied", []string{"domains"}},
		"email-missing":       {"no e-mail address was given, and the policy requires one", []string{"email"}},
		"email-unusable":      {"the address is not one that the parser takes: it has quotes, a comment, a display name, letters beyond ASCII, or is too long", []string{"email", "domains"}},
		"invite-expired":      {"the invite is genuine and for this address, and its time is over", []string{"access"}},
		"invite-invalid":      {"the invite is for another address or app client, is signed with a key that the policy does not have, or is damaged", []string{"access"}},
		"invite-missing":      {"the sign-up brought no invite: the person has none, or the app does not send it under the name invite", []string{"access"}},
		"sign-up-closed":      {"the policy lets nobody sign up", []string{"access"}},
		"unavailable":         {"the sign-up could not be judged; nothing was wrong with the person. The log line with this outcome says why (cause)", nil},
	}
}
