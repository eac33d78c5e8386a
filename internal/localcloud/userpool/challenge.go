package userpool

import "strings"

type respondInput struct {
	ofPool             // AdminRespondToAuthChallenge only
	ChallengeName      string
	ChallengeResponses map[string]string
	ClientID           string `json:"ClientId"`
	Session            string
	ClientMetadata     map[string]string
}

// respondToAuthChallenge completes the first sign-in of an admin-created user. Its
// ClientMetadata reaches both triggers (guide, "Post authentication" and "Pre token
// generation Lambda trigger", clientMetadata). PostConfirmation does not fire: it is for
// self sign-up only (guide, "Post confirmation Lambda trigger"). AWS does not say which
// status the events show; here the password is already set and the user CONFIRMED.
func (p *Pool) respondToAuthChallenge(in respondInput) (authOutput, error) {
	if in.ChallengeName != "NEW_PASSWORD_REQUIRED" {
		return authOutput{}, invalidParameter("ChallengeName %s: the local user pool does not simulate it.", in.ChallengeName)
	}
	client, err := p.client(in.ClientID, in.ChallengeResponses["USERNAME"], in.ChallengeResponses["SECRET_HASH"])
	if err != nil {
		return authOutput{}, err
	}
	u, err := p.answerNewPassword(client, in)
	if err != nil {
		return authOutput{}, err
	}
	if err := p.firePostAuthentication(u, client.ID, in.ClientMetadata); err != nil {
		return authOutput{}, err
	}
	return p.open(u.username, client, "NewPasswordChallenge", in.ClientMetadata)
}

// answerNewPassword checks everything before it uses up the session, so that the user can
// type another password when the policy refuses one.
func (p *Pool) answerNewPassword(client Client, in respondInput) (user, error) {
	password, changes := in.ChallengeResponses["NEW_PASSWORD"], map[string]string{}
	for name, value := range in.ChallengeResponses {
		if attribute, ok := strings.CutPrefix(name, "userAttributes."); ok {
			changes[attribute] = value
		}
	}
	for _, check := range []error{p.cfg.PasswordPolicy.check(password), client.checkWritable(changes), p.checkAttributes(changes)} {
		if check != nil {
			return user{}, check
		}
	}
	name, err := p.takeSession(client, in)
	if err != nil {
		return user{}, err
	}
	return p.setPassword(name, password, func(u *user) error {
		if u.status != forceChangePassword {
			return errIncorrect()
		}
		for name, value := range changes {
			u.attributes[name] = value
		}
		return nil
	})
}

func (p *Pool) takeSession(client Client, in respondInput) (string, error) {
	c, ok := p.store.takeChallenge(in.Session)
	typed, known := p.store.find(in.ChallengeResponses["USERNAME"])
	switch {
	case !ok || c.clientID != client.ID || !known || typed.username != c.username:
		return "", notAuthorized("Invalid session for the user, session can only be used once.")
	case p.now().After(c.expires):
		return "", notAuthorized("Invalid session for the user, session is expired.")
	case !typed.enabled:
		return "", errDisabled()
	}
	return c.username, nil
}
