package userpool

// The session of a sign-up passes from SignUp through ConfirmSignUp to USER_AUTH, which then
// asks for no other factor (API reference, SignUp, ConfirmSignUp and InitiateAuth, Session;
// Amplify's autoSignIn). A user who confirms without the session signs in as usual.
const (
	toConfirm = "ConfirmSignUp"
	toSignIn  = "InitiateAuth"
)

func (p *Pool) sessionOfSignUp(u user, client Client) string {
	if !client.allows("USER_AUTH") {
		return ""
	}
	return p.newSession(u, client, challenge{waitsFor: []string{toConfirm}})
}

func (p *Pool) confirmedSession(u user, client Client, in confirmSignUpInput) string {
	if _, _, err := p.answered(client, in.Session, toConfirm, u.username, unproven); err != nil {
		return ""
	}
	return p.newSession(u, client, challenge{waitsFor: []string{toSignIn}})
}

func (p *Pool) autoSignIn(client Client, in initiateAuthInput) (authOutput, error) {
	_, u, err := p.answered(client, in.Session, toSignIn, in.AuthParameters["USERNAME"], func(_ challenge, u user) error {
		return p.firePreAuthentication(u, u.username, client, in.ClientMetadata)
	})
	if err != nil {
		return authOutput{}, err
	}
	return p.admitted(u, client, nil)
}

// unproven is for a step that the session alone allows.
func unproven(challenge, user) error { return nil }
