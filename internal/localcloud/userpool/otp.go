package userpool

import (
	"crypto/subtle"
	"slices"
)

// otpAttribute returns the address that a factor sends its code to, "" if it sends none.
func otpAttribute(factor string) string {
	return map[string]string{byEmail: "email", bySMS: "phone_number", sms2: "phone_number"}[factor]
}

// sendOTP sends a code that lives as long as its session; c says what the code is for. The
// message to a simulated user is not sent.
func (p *Pool) sendOTP(factor string, u user, client Client, c challenge) (authOutput, error) {
	attribute := otpAttribute(factor)
	c.waitsFor, c.address = []string{factor}, u.attributes[attribute]
	length := 6
	if !c.second {
		length = 8 // "fixed at an 8 digit PIN", amplify-js#14428
	}
	c.sent = code{value: p.digits(length), purpose: "signin", attribute: attribute, address: c.address, expires: p.now().Add(client.sessionLife())}
	delivery := simulatedDelivery(c.address)
	if u.sub != "" {
		if err := p.send(u, c.sent, occasion{"Authentication", client.ID, client.said}); err != nil {
			return authOutput{}, err
		}
	}
	return p.wait(u, client, c, map[string]string{
		"USERNAME": u.username, "CODE_DELIVERY_DELIVERY_MEDIUM": delivery.DeliveryMedium, "CODE_DELIVERY_DESTINATION": delivery.Destination,
	}), nil
}

// answerOTP takes the code of a first or a second factor. The first one verifies the address
// and confirms the user (guide, "Authentication flows", passwordless sign-in). AWS does not
// say whether PostConfirmation fires then; here it does not, so that no app relies on it.
func (p *Pool) answerOTP(client Client, in respondInput) (authOutput, error) {
	c, u, err := p.proveOTP(client, in)
	switch {
	case err != nil:
		return authOutput{}, err
	case c.second:
		return p.finish(u, client, c.source, in.ClientMetadata)
	}
	return p.admitted(u, client, in.ClientMetadata)
}

func (p *Pool) proveOTP(client Client, in respondInput) (challenge, user, error) {
	c, u, err := p.answered(client, in.Session, in.ChallengeName, in.ChallengeResponses["USERNAME"], func(c challenge, u user) error {
		if !c.second && !slices.Contains(p.offered(u), in.ChallengeName) {
			return invalidParameter("%s is not one of the available challenges", in.ChallengeName)
		}
		return p.checkOTP(c, u, in.ChallengeResponses[in.ChallengeName+"_CODE"])
	})
	switch {
	case err != nil:
	case c.setup:
		u, err = p.enrol(u, func(u *user) {
			u.attributes["email"], u.attributes["email_verified"], u.mfa = c.address, "true", append(u.mfa, email2)
		})
	case !c.second:
		u, err = p.provenAddress(u, c)
	}
	return c, u, err
}

// demands reports whether a sign-in of the user may end with this second factor now: the
// user may have replaced it since the sign-in began.
func (p *Pool) demands(c challenge, u user, factor string) bool {
	settings := p.mfaSettings()
	if c.stepUp {
		return slices.Contains(settings.usable(u), factor)
	}
	return slices.Contains(settings.secondFactors(u), factor)
}

func errNotDemanded() *APIError { return notAuthorized("Invalid session for the user.") }

// checkOTP counts wrong codes as wrong passwords are (guide, "Adding MFA to a user pool"). The
// sentence is seen in amplify-js#3066 and #11069.
func (p *Pool) checkOTP(c challenge, u user, given string) error {
	if c.second && !c.setup && !p.demands(c, u, c.waitsFor[0]) {
		return errNotDemanded()
	}
	return p.judge(u.username, func() error {
		if u.sub == "" || c.sent.value == "" || subtle.ConstantTimeCompare([]byte(c.sent.value), []byte(given)) != 1 {
			return refuse("CodeMismatchException", "Invalid code or auth state for the user.")
		}
		p.store.takeCode(u.username, c.sent)
		return nil
	})
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
