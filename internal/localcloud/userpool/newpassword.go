package userpool

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
)

// attributePrefix begins the names of attributes in NEW_PASSWORD_REQUIRED.
const attributePrefix = "userAttributes."

// newPasswordChallenge is NEW_PASSWORD_REQUIRED (API reference, RespondToAuthChallenge).
// requiredAttributes names the attributes that the user lacks, with the prefix that
// amazon-cognito-identity-js takes away (CognitoUser.js, authenticateUserInternal).
func (p *Pool) newPasswordChallenge(u user, client Client) (authOutput, error) {
	shown := map[string]string{}
	for name, value := range u.attributes {
		if client.readable(name) {
			shown[name] = value
		}
	}
	lacking := []string{}
	for _, name := range p.lacking(u) {
		lacking = append(lacking, attributePrefix+name)
	}
	attributes, err := json.Marshal(shown)
	required, err2 := json.Marshal(lacking)
	return p.wait(u, client, challenge{waitsFor: []string{"NEW_PASSWORD_REQUIRED"}}, map[string]string{
		"USER_ID_FOR_SRP": u.username, "requiredAttributes": string(required), "userAttributes": string(attributes),
	}), errors.Join(err, err2)
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
		if attribute, ok := strings.CutPrefix(name, attributePrefix); ok {
			changes[attribute] = value
		}
	}
	_, u, err := p.answered(client, in.Session, "NEW_PASSWORD_REQUIRED", in.ChallengeResponses["USERNAME"], func(_ challenge, u user) error {
		return cmp.Or(p.cfg().PasswordPolicy.check(password), p.checkHistory(u, password), p.checkLacking(u, changes), client.checkWritable(changes), p.checkChanges(changes), p.checkMutable(u.attributes, changes))
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

// lacking are the required attributes that a user has not: AdminCreateUser demands none ("the
// user should supply" them; API reference, AdminCreateUser, UserAttributes).
func (p *Pool) lacking(u user) (names []string) {
	for _, name := range p.cfg().RequiredAttributes {
		if u.attributes[name] == "" && name != "sub" {
			names = append(names, name)
		}
	}
	return names
}

// checkLacking demands them with the new password, and refuses a required attribute that has
// a value: "you can't modify" it then (API reference, RespondToAuthChallenge). The sentences
// are seen in aws-sdk-net-extensions-cognito#40 and amplify-js#10491.
func (p *Pool) checkLacking(u user, changes map[string]string) error {
	for _, name := range p.cfg().RequiredAttributes {
		value, given := changes[name]
		switch {
		case u.attributes[name] == "" && value == "" && name != "sub":
			return invalidParameter("Invalid attributes given, %s is missing", name)
		case u.attributes[name] != "" && given:
			return notAuthorized("Cannot modify an already provided %s", name)
		}
	}
	return nil
}
