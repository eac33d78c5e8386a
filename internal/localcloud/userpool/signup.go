package userpool

import (
	"slices"
	"strconv"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

type signUpInput struct {
	ClientID       string `json:"ClientId"`
	SecretHash     string
	Username       string
	Password       string
	UserAttributes []attribute
	ValidationData []attribute
	ClientMetadata map[string]string
}

type signUpOutput struct {
	UserConfirmed       bool
	UserSub             string
	CodeDeliveryDetails *codeDelivery `json:",omitempty"`
	Session             string        `json:",omitempty"`
}

// signUp is as in guide, "Pre sign-up Lambda trigger" and "Signing up and confirming user
// accounts". AWS does not say whether it looks for an existing user before or after the
// trigger. Here it does both: before, so that a taken name costs no invocation, and again
// when it stores the user.
func (p *Pool) signUp(in signUpInput) (signUpOutput, error) {
	client, err := p.client(in.ClientID, in.Username, in.SecretHash)
	if err != nil {
		return signUpOutput{}, err
	}
	u, err := p.applicant(client, in)
	if err != nil {
		return signUpOutput{}, err
	}
	flags, err := p.firePreSignUp("SignUp", u, client.ID, dataMap(in.ValidationData), in.ClientMetadata)
	if err != nil {
		return signUpOutput{}, err
	}
	if err := applyFlags(&u, flags); err != nil {
		return signUpOutput{}, err
	}
	// An alias that auto-verify claims moves to the new user (guide, "Pre sign-up Lambda
	// trigger", autoVerifyEmail).
	if err := p.store.add(u, true); err != nil {
		return signUpOutput{}, err
	}
	return p.finishSignUp(u, client, in.ClientMetadata)
}

// applicant returns the user that the caller asks for, checked but not stored.
func (p *Pool) applicant(client Client, in signUpInput) (user, error) {
	if p.cfg().AllowAdminCreateUserOnly {
		return user{}, notAuthorized("SignUp is not permitted for this user pool")
	}
	attributes := attributeMap(in.UserAttributes)
	if err := client.checkWritable(attributes); err != nil {
		return user{}, err
	}
	u, err := p.newUser(in.Username, in.Password, attributes)
	if err == nil {
		err = p.checkRequired(u)
	}
	if err != nil {
		return user{}, err
	}
	u.status = unconfirmed
	return u, p.store.available(&u)
}

// newUser does what SignUp and AdminCreateUser have in common.
func (p *Pool) newUser(typed, password string, attributes map[string]string) (user, error) {
	sub := newUUID()
	name, err := p.name(typed, sub, attributes)
	if err != nil {
		return user{}, err
	}
	verifier, fault := p.firstPassword(name, password)
	for _, check := range []error{fault, p.checkAttributes(attributes)} {
		if check != nil {
			return user{}, check
		}
	}
	now := p.now()
	return user{
		username: name, sub: sub, enabled: true, attributes: attributes, password: verifier, created: now, modified: now,
	}, nil
}

// firstPassword returns the verifier of a new user's password. Where a code may be the first
// factor, a user may have none (API reference, SignUp, Password).
func (p *Pool) firstPassword(name, password string) (srp.Verifier, error) {
	if password == "" && slices.ContainsFunc(p.cfg().FirstFactors, func(f string) bool { return otpAttribute(f) != "" }) {
		return srp.Verifier{}, nil
	}
	if err := p.cfg().PasswordPolicy.check(password); err != nil {
		return srp.Verifier{}, err
	}
	return p.verifier(name, password), nil
}

// available refuses a taken name before the trigger runs.
func (s *store) available(u *user) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[s.fold(u.username)] != nil {
		return errUserExists()
	}
	return s.claimNames(u, false, true)
}

func (p *Pool) firePreSignUp(source string, u user, clientID string, validation, metadata map[string]string) (preSignUpResponse, error) {
	request := preSignUpRequest{UserAttributes: u.attributes, ValidationData: validation, ClientMetadata: metadata}
	response, err := p.fire(preSignUp, p.newEvent("PreSignUp_"+source, u.username, clientID, request, preSignUpResponse{}))
	if err != nil {
		return preSignUpResponse{}, err
	}
	var flags preSignUpResponse
	err = decodeResponse(response, &flags)
	return flags, err
}

// applyFlags applies the trigger's flags (guide, "Pre sign-up Lambda trigger").
// Auto-verify needs the attribute, "Otherwise an error will occur and the user will not
// be able to complete sign-up". AWS does not say which error;
// InvalidLambdaResponseException blames the function. A self-asserted address starts
// unverified.
func applyFlags(u *user, flags preSignUpResponse) error {
	if flags.AutoConfirmUser {
		u.status = confirmed
	}
	if err := markVerified(u, "email", flags.AutoVerifyEmail); err != nil {
		return err
	}
	return markVerified(u, "phone_number", flags.AutoVerifyPhone)
}

func markVerified(u *user, name string, verify bool) error {
	switch given := u.attributes[name] != ""; {
	case verify && !given:
		return refuse("InvalidLambdaResponseException", "The user has no %s to auto-verify.", name)
	case given:
		u.attributes[name+"_verified"] = strconv.FormatBool(verify)
	}
	return nil
}

// finishSignUp confirms at once, with PostConfirmation and no code, or sends the code
// (seen in localstack#3200). As in ConfirmSignUp, an error of PostConfirmation reaches
// the client and the user stays confirmed; so does one of CustomMessage, and the user stays
// unconfirmed.
func (p *Pool) finishSignUp(u user, client Client, metadata map[string]string) (signUpOutput, error) {
	out := signUpOutput{UserSub: u.sub, UserConfirmed: u.status == confirmed}
	if out.UserConfirmed {
		return out, p.firePostConfirmation(u, "ConfirmSignUp", client.ID, metadata)
	}
	if attribute := p.deliveryAttribute(u); attribute != "" {
		var err error
		if out.CodeDeliveryDetails, err = p.sendCode(u, "signup", attribute, occasion{"SignUp", client.ID, metadata}); err != nil {
			return signUpOutput{}, err
		}
	}
	out.Session = p.sessionOfSignUp(u, client)
	return out, nil
}
