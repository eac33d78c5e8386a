package userpool

type confirmSignUpInput struct {
	ClientID           string `json:"ClientId"`
	SecretHash         string
	Username           string
	ConfirmationCode   string
	ForceAliasCreation bool
	Session            string
	ClientMetadata     map[string]string
}

type confirmSignUpOutput struct {
	Session string `json:",omitempty"`
}

// confirmSignUp confirms the user before the trigger runs. The user stays confirmed when
// the trigger fails (amplify-cli#2735); the trigger does not run again for this user
// (guide, "Post confirmation Lambda trigger").
func (p *Pool) confirmSignUp(in confirmSignUpInput) (confirmSignUpOutput, error) {
	client, err := p.client(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return confirmSignUpOutput{}, err
	}
	u, ok := p.store.find(in.Username)
	if err := p.tryCode("signup", p.lockOf(u, in.Username)); err != nil {
		return confirmSignUpOutput{}, err
	}
	if !ok {
		return confirmSignUpOutput{}, client.unknownCodeUser()
	}
	if u.status != unconfirmed {
		return confirmSignUpOutput{}, errCannotConfirm(u)
	}
	c, err := p.checkCode(u.username, "signup", "", in.ConfirmationCode)
	if err != nil {
		return confirmSignUpOutput{}, err
	}
	u, err = p.confirm(u, c, in.ForceAliasCreation)
	if err != nil {
		return confirmSignUpOutput{}, err
	}
	session := p.confirmedSession(u, client, in)
	return confirmSignUpOutput{session}, p.firePostConfirmation(u, "ConfirmSignUp", client.ID, in.ClientMetadata)
}

// confirm changes the status once: the second of two concurrent calls finds the user
// confirmed. The zero code verifies no address.
func (p *Pool) confirm(u user, with code, steal bool) (user, error) {
	u, err := p.store.change(u.username, steal, func(u *user) error {
		if u.status != unconfirmed {
			return errCannotConfirm(*u)
		}
		u.status, u.modified = confirmed, p.now()
		if with.attribute != "" && u.attributes[with.attribute] == with.address {
			u.attributes[with.attribute+"_verified"] = "true"
		}
		return nil
	})
	if err == nil {
		p.store.dropCodes(u.username)
		p.store.forgiveTries("signup", u.username)
	}
	return u, err
}

// errCannotConfirm has the wording seen in amplify-flutter#2684.
func errCannotConfirm(u user) *APIError {
	return notAuthorized("User cannot be confirmed. Current status is %s", u.status)
}

// unknownCodeUser is the refusal of a code for an unknown user (guide, "Managing user
// existence error responses").
func (c Client) unknownCodeUser() *APIError {
	if c.PreventUserExistenceErrors {
		return errCodeMismatch()
	}
	return errNoUserForClient()
}

type adminConfirmInput struct {
	ofUser
	ClientMetadata map[string]string
}

// adminConfirmSignUp confirms without a code, so it verifies no address (API reference,
// AdminConfirmSignUp).
func (p *Pool) adminConfirmSignUp(u user, in adminConfirmInput) (empty, error) {
	u, err := p.confirm(u, code{}, false)
	if err != nil {
		return empty{}, err
	}
	return empty{}, p.firePostConfirmation(u, "ConfirmSignUp", noClient, in.ClientMetadata)
}

type resendInput struct {
	ClientID   string `json:"ClientId"`
	SecretHash string
	Username   string

	ClientMetadata map[string]string
}

type deliveryOutput struct{ CodeDeliveryDetails *codeDelivery }

// resendConfirmationCode simulates a delivery for an unknown user if the client prevents
// user existence errors (guide, "Managing user existence error responses").
func (p *Pool) resendConfirmationCode(in resendInput) (deliveryOutput, error) {
	client, err := p.client(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return deliveryOutput{}, err
	}
	u, ok := p.store.find(in.Username)
	if err := p.tryCode("signup", p.lockOf(u, in.Username)); err != nil {
		return deliveryOutput{}, err
	}
	switch {
	case !ok && client.PreventUserExistenceErrors:
		return deliveryOutput{simulatedDelivery(in.Username)}, nil
	case !ok:
		return deliveryOutput{}, errNoUserForClient()
	case u.status != unconfirmed:
		return deliveryOutput{}, invalidParameter("User is already confirmed.")
	}
	attribute := p.deliveryAttribute(u)
	if attribute == "" {
		return deliveryOutput{}, invalidParameter("Cannot resend codes. Auto verification not turned on.")
	}
	delivery, err := p.sendCode(u, "signup", attribute, occasion{"ResendCode", client.ID, in.ClientMetadata})
	return deliveryOutput{delivery}, err
}

func simulatedDelivery(typed string) *codeDelivery {
	if phoneForm.MatchString(typed) {
		return describeDelivery("phone_number", typed)
	}
	if !emailForm.MatchString(typed) {
		typed += "@e"
	}
	return describeDelivery("email", typed)
}
