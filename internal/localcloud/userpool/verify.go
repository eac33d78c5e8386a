package userpool

import "maps"

type verifyInput struct {
	ofHolder
	AttributeName, Code string
	ClientMetadata      map[string]string
}

// verifyUserAttribute verifies an address with the right code (API reference,
// VerifyUserAttribute). A waiting address becomes the user's own, unless another user has
// it by now. Then the code can be used again.
func (p *Pool) verifyUserAttribute(u user, _ Client, in verifyInput) (empty, error) {
	if err := p.tryCode("attribute", u.username); err != nil {
		return empty{}, err
	}
	c, err := p.checkCode(u.username, "attribute", in.AttributeName, in.Code)
	if err != nil {
		return empty{}, err
	}
	_, err = p.store.change(u.username, false, func(u *user) error {
		if value := u.waiting[in.AttributeName]; value != "" {
			u.move(in.AttributeName, value)
		}
		if u.attributes[in.AttributeName] != c.address { // deleted or replaced meanwhile
			return errCodeExpired()
		}
		u.attributes[in.AttributeName+"_verified"], u.modified = "true", p.now()
		return nil
	})
	if err == nil {
		p.store.takeCode(u.username, c)
		p.store.forgiveTries("attribute", u.username)
	}
	return empty{}, err
}

// getUserAttributeVerificationCode fires CustomMessage alone (API reference). The code goes to a
// waiting address rather than to the present one.
func (p *Pool) getUserAttributeVerificationCode(u user, client Client, in verifyInput) (deliveryOutput, error) {
	switch {
	case !isAddress(in.AttributeName):
		return deliveryOutput{}, invalidParameter("Invalid attribute for verification: %s", in.AttributeName)
	case u.attributes[in.AttributeName] == "" && u.waiting[in.AttributeName] == "":
		return deliveryOutput{}, invalidParameter("User does not have an attribute %s", in.AttributeName)
	}
	if err := p.tryCode("attribute", u.username); err != nil {
		return deliveryOutput{}, err
	}
	delivery, err := p.sendCode(u, "attribute", in.AttributeName, occasion{"VerifyUserAttribute", client.ID, in.ClientMetadata})
	return deliveryOutput{delivery}, err
}

// deleteUser and globalSignOut serve both forms and fire no trigger (API reference).
func (p *Pool) deleteUser(u user, _ ofEither) (empty, error) {
	p.store.remove(u.username)
	return empty{}, nil
}

func (p *Pool) globalSignOut(u user, _ ofEither) (empty, error) {
	p.store.signOut(u.username)
	return empty{}, nil
}

// dropChallenges ends a deleted user's unfinished sign-ins, so that the next user with
// the name does not get them.
func (s *store) dropChallenges(key string) {
	maps.DeleteFunc(s.challenges, func(_ string, c challenge) bool { return s.fold(c.user.username) == key })
}
