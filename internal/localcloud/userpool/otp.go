package userpool

import (
	"crypto/subtle"
	"slices"
)

// otpAttribute returns the address that a factor sends its code to, "" if it sends none.
func otpAttribute(factor string) string {
	return map[string]string{byEmail: "email", bySMS: "phone_number"}[factor]
}

// sendOTP sends a code that lives as long as its session. The message to a simulated user
// is not sent.
func (p *Pool) sendOTP(factor string, u user, client Client, source string) (authOutput, error) {
	attribute := otpAttribute(factor)
	c := challenge{
		waitsFor: []string{factor}, address: u.attributes[attribute], source: source,
		sent: code{value: sixDigits(), purpose: "signin", attribute: attribute, expires: p.now().Add(client.sessionLife())},
	}
	delivery := simulatedDelivery(c.address)
	if u.sub != "" {
		p.mail(u, c.sent)
		delivery = describeDelivery(attribute, c.address)
	}
	return p.wait(u, client, c, map[string]string{
		"USERNAME": u.username, "CODE_DELIVERY_DELIVERY_MEDIUM": delivery.DeliveryMedium, "CODE_DELIVERY_DESTINATION": delivery.Destination,
	}), nil
}

// answerOTP takes the code of a first factor, which "verifies the address and confirms the
// user" (guide, "Authentication flows", passwordless sign-in). AWS does not say whether
// PostConfirmation fires then; here it does not, so that no app relies on it.
func (p *Pool) answerOTP(client Client, in respondInput) (authOutput, error) {
	c, u, err := p.answered(client, in.Session, in.ChallengeName, in.ChallengeResponses["USERNAME"], func(c challenge, u user) error {
		if !slices.Contains(p.offered(u), in.ChallengeName) {
			return invalidParameter("%s is not one of the available challenges", in.ChallengeName)
		}
		return p.checkOTP(c, u, in.ChallengeResponses[in.ChallengeName+"_CODE"])
	})
	if err == nil {
		u, err = p.provenAddress(u, c)
	}
	if err != nil {
		return authOutput{}, err
	}
	return p.admitted(u, client, in.ClientMetadata)
}

// checkOTP counts wrong codes as wrong passwords are (guide, "Adding MFA to a user pool").
func (p *Pool) checkOTP(c challenge, u user, given string) error {
	right := func() bool {
		return u.sub != "" && c.sent.value != "" && subtle.ConstantTimeCompare([]byte(c.sent.value), []byte(given)) == 1
	}
	if err := p.judge(u.username, right, errCodeMismatch()); err != nil {
		return err
	}
	p.store.takeCode(u.username, c.sent)
	return nil
}

// provenAddress verifies the address that the code went to and confirms the user. What has
// changed since the code was sent ends the sign-in.
func (p *Pool) provenAddress(u user, c challenge) (user, error) {
	u, err := p.store.change(u.username, false, func(u *user) error {
		attribute := c.sent.attribute
		if u.attributes[attribute] != c.address {
			return errCodeExpired()
		}
		if u.status == unconfirmed {
			u.status, u.modified = confirmed, p.now()
		}
		u.attributes[attribute+"_verified"] = "true"
		return nil
	})
	if err == nil {
		p.store.dropCodes(u.username)
	}
	return u, err
}
