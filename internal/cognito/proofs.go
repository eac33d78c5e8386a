package cognito

import "cmp"

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
// many members holds no proofs; the sign-up is judged without it.
func (e *Event) proofs(validation, metadata span) Proofs {
	first, second := e.proofsIn(validation), e.proofsIn(metadata)
	return Proofs{
		Invite:    cmp.Or(first.Invite, second.Invite),
		Challenge: cmp.Or(first.Challenge, second.Challenge),
		Locale:    cmp.Or(first.Locale, second.Locale),
	}
}

// proofsIn reads the proofs in one object.
func (e *Event) proofsIn(object span) Proofs {
	var invite, challenge, locale span
	if e.find(object, member{"invite", &invite}, member{"challenge", &challenge}, member{"locale", &locale}) != nil {
		return Proofs{}
	}
	return Proofs{e.text(invite), e.text(challenge), e.text(locale)}
}
