package cognito

// Proofs is everything that a sign-up may say in validationData or clientMetadata;
// the rest of them is not read. Cognito checks neither (API reference, SignUp,
// ClientMetadata), so nothing here can be believed: an invite and a challenge prove
// themselves, and a locale selects among the operator's sentences.
//
// A text is "" when it is absent, empty or not a JSON string.
type Proofs struct {
	Invite    string
	Challenge string
	Locale    string
}

// proofs reads the proofs. It takes each from validationData (ValidationData of
// SignUp and AdminCreateUser) or else from clientMetadata, since some clients can
// send only one of the two.
//
// A caller cannot make the event unreadable. An object with a repeated name or too
// many members holds no proofs; the sign-up is judged without it. The error is about
// request itself.
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

// proofsIn reads the proofs in one object.
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

// either returns the first text that is not empty.
func either(first, second string) string {
	if first != "" {
		return first
	}
	return second
}
