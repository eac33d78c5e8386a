package userpool

import (
	"encoding/json"
	"strings"
)

// newPasswordChallenge is NEW_PASSWORD_REQUIRED (API reference, RespondToAuthChallenge).
func (p *Pool) newPasswordChallenge(u user, client Client) (authOutput, error) {
	session := secret()
	p.store.setChallenge(session, challenge{username: u.username, clientID: client.ID, expires: p.now().Add(client.sessionLife())})
	shown := map[string]string{}
	for name, value := range u.attributes {
		if client.readable(name) {
			shown[name] = value
		}
	}
	attributes, err := json.Marshal(shown)
	return authOutput{
		ChallengeName: "NEW_PASSWORD_REQUIRED", Session: session,
		ChallengeParameters: map[string]string{
			"USER_ID_FOR_SRP": u.username, "requiredAttributes": "[]", "userAttributes": string(attributes),
		},
	}, err
}

// answerNewPassword completes the first sign-in of an admin-created user. PostConfirmation
// does not fire: it is for self sign-up only (guide, "Post confirmation Lambda trigger").
// AWS does not say which status the events show; here the password is already set and the
// user CONFIRMED.
func (p *Pool) answerNewPassword(client Client, in respondInput) (authOutput, error) {
	u, err := p.takeNewPassword(client, in)
	if err != nil {
		return authOutput{}, err
	}
	return p.finish(u, client, "NewPasswordChallenge", in.ClientMetadata)
}

// takeNewPassword checks everything before it uses up the session, so that the user can
// type another password when the policy refuses one.
func (p *Pool) takeNewPassword(client Client, in respondInput) (user, error) {
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
