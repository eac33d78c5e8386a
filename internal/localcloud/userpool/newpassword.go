package userpool

import (
	"cmp"
	"encoding/json"
	"strings"
)

// newPasswordChallenge is NEW_PASSWORD_REQUIRED (API reference, RespondToAuthChallenge).
func (p *Pool) newPasswordChallenge(u user, client Client) (authOutput, error) {
	shown := map[string]string{}
	for name, value := range u.attributes {
		if client.readable(name) {
			shown[name] = value
		}
	}
	attributes, err := json.Marshal(shown)
	return p.wait(u, client, challenge{waitsFor: []string{"NEW_PASSWORD_REQUIRED"}}, map[string]string{
		"USER_ID_FOR_SRP": u.username, "requiredAttributes": "[]", "userAttributes": string(attributes),
	}), err
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
	return p.goOn(u, client, "NewPasswordChallenge", in.ClientMetadata)
}

func (p *Pool) takeNewPassword(client Client, in respondInput) (user, error) {
	password, changes := in.ChallengeResponses["NEW_PASSWORD"], map[string]string{}
	for name, value := range in.ChallengeResponses {
		if attribute, ok := strings.CutPrefix(name, "userAttributes."); ok {
			changes[attribute] = value
		}
	}
	_, u, err := p.answered(client, in.Session, "NEW_PASSWORD_REQUIRED", in.ChallengeResponses["USERNAME"], func(_ challenge, u user) error {
		return cmp.Or(p.cfg().PasswordPolicy.check(password), client.checkWritable(changes), p.checkChanges(changes), p.checkMutable(u.attributes, changes))
	})
	if err != nil {
		return user{}, err
	}
	var unproven []string
	u, err = p.setPassword(u.username, password, func(u *user) error {
		if u.status != forceChangePassword {
			return errIncorrect()
		}
		unproven = p.write(u, changes)
		return nil
	})
	if err == nil {
		_, err = p.sendCodes(u, unproven, occasion{"UpdateUserAttribute", client.ID, in.ClientMetadata})
	}
	return u, err
}
