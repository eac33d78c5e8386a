package cognito

// Proofs is all that a sign-up may say in validationData or clientMetadata, by
// name; whatever else a caller writes there is not looked at. Cognito checks
// neither of the two (API reference, SignUp, ClientMetadata), so nothing here
// can be believed: an invite and a challenge prove themselves, and a locale
// chooses among sentences that the operator wrote.
//
// A text is "" when it is absent, empty or no JSON string.
type Proofs struct {
	Invite    string
	Challenge string
	Locale    string
}

// proofs reads the proofs. Each is taken from validationData (SignUp's and
// AdminCreateUser's ValidationData) and, where that has none, from
// clientMetadata: a client that can send only one of the two is served too.
//
// What a caller writes cannot make the event unreadable. An object in which a
// name stands twice, or that has too many members, holds no proofs: the rest is
// judged as if it were not there. The error is about request itself.
func (e *Event) proofs() (Proofs, error) {
	var validation, metadata span
	err := eachMember(e.doc, e.request, func(name []byte, value span) {
		switch string(name) {
		case "validationData":
			validation = value
		case "clientMetadata":
			metadata = value
		}
	})
	if err != nil {
		return Proofs{}, err
	}
	first, second := e.proofsIn(validation), e.proofsIn(metadata)
	return Proofs{
		Invite:    either(first.Invite, second.Invite),
		Challenge: either(first.Challenge, second.Challenge),
		Locale:    either(first.Locale, second.Locale),
	}, nil
}

// proofsIn reads the proofs of one object.
func (e *Event) proofsIn(object span) Proofs {
	var found Proofs
	err := eachMember(e.doc, object, func(name []byte, value span) {
		var into *string
		switch string(name) {
		case "invite":
			into = &found.Invite
		case "challenge":
			into = &found.Challenge
		case "locale":
			into = &found.Locale
		default:
			return
		}
		if value.kind(e.doc) == '"' {
			*into = scalar(e.doc, value)
		}
	})
	if err != nil {
		return Proofs{}
	}
	return found
}

// either gives the first text that is one.
func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
