package cognito

// PreSignUp is what may decide a sign-up. The event has no sub yet.
type PreSignUp struct {
	Header
	Attributes map[string]string
	Proofs     Proofs
}

// PostConfirmation is what is known of a user just confirmed.
type PostConfirmation struct {
	Header
	Attributes map[string]string
}

// PostAuthentication is what is known of a user who has just signed in.
type PostAuthentication struct {
	Header
	Attributes map[string]string
}

// TokenGeneration is what is known when tokens are about to be made. A machine
// has no attributes and no user name worth reading. The groups that Cognito will
// put into the tokens are not here: no rule changes them.
type TokenGeneration struct {
	Header
	Attributes map[string]string
}

// Machine says whether the tokens are for a client of its own right, without a
// user (the client credentials grant).
func (t TokenGeneration) Machine() bool { return t.Source == TokenClientCredentials }

// PreSignUp gives the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) PreSignUp() (PreSignUp, error) {
	attributes, err := e.attributes()
	if err != nil {
		return PreSignUp{}, err
	}
	proofs, err := e.proofs()
	return PreSignUp{e.Header, attributes, proofs}, err
}

// PostConfirmation gives the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) PostConfirmation() (PostConfirmation, error) {
	attributes, err := e.attributes()
	return PostConfirmation{e.Header, attributes}, err
}

// PostAuthentication gives the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) PostAuthentication() (PostAuthentication, error) {
	attributes, err := e.attributes()
	return PostAuthentication{e.Header, attributes}, err
}

// TokenGeneration gives the view; the error is [ErrDuplicate] or [ErrTooLarge].
func (e *Event) TokenGeneration() (TokenGeneration, error) {
	attributes, err := e.attributes()
	return TokenGeneration{e.Header, attributes}, err
}

// attributes reads request.userAttributes. All values are strings in Cognito;
// see scalar for what else has been seen. A null value is absent. The map is
// never nil.
func (e *Event) attributes() (map[string]string, error) {
	var object span
	err := eachMember(e.doc, e.request, func(name []byte, value span) {
		if string(name) == "userAttributes" {
			object = value
		}
	})
	if err != nil {
		return nil, err
	}
	attributes := make(map[string]string, 12)
	err = eachMember(e.doc, object, func(name []byte, value span) {
		switch value.kind(e.doc) {
		case 'n', '{', '[':
		default:
			attributes[string(name)] = scalar(e.doc, value)
		}
	})
	if err != nil {
		return nil, err
	}
	return attributes, nil
}
