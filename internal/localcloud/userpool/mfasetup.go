package userpool

import (
	"cmp"
	"encoding/json"
	"slices"
)

type softwareTokenInput struct {
	ofHolder
	Session, UserCode string
}

type softwareTokenOutput struct {
	SecretCode string `json:",omitempty"`
	Status     string `json:",omitempty"`
	Session    string `json:",omitempty"`
}

// verifyToken is the step of a session that has a secret and waits for its first code.
const verifyToken = "VerifySoftwareToken"

// mfaSetup is for a user who has no second factor in a pool that requires one. A phone
// number cannot be set up here (guide, "Adding MFA to a user pool"), nor an address that the
// client may not write.
func (p *Pool) mfaSetup(u user, client Client, settings mfaSettings, source string) (authOutput, error) {
	can := slices.DeleteFunc(slices.Clone(settings.enabled), func(f string) bool {
		return f == sms2 || f == email2 && !client.writable("email")
	})
	if len(can) == 0 {
		return authOutput{}, invalidParameter("User does not have delivery config set to turn on SMS_MFA")
	}
	list, err := json.Marshal(can)
	return p.wait(u, client, challenge{waitsFor: []string{"MFA_SETUP"}, source: source}, map[string]string{
		"MFAS_CAN_SETUP": string(list), "USER_ID_FOR_SRP": u.username,
	}), err
}

// associateSoftwareToken makes a secret for the holder of an access token or for a sign-in
// that waits in MFA_SETUP, which goes on with a new session (API reference,
// AssociateSoftwareToken).
func (p *Pool) associateSoftwareToken(in softwareTokenInput) (softwareTokenOutput, error) {
	if in.AccessToken == "" {
		return p.associateIn(p.clientOfSession(in.Session), in.Session)
	}
	fresh, err := p.newSecret()
	if err != nil {
		return softwareTokenOutput{}, err
	}
	u, _, err := p.holder(in.AccessToken)
	if err == nil {
		_, err = p.store.change(u.username, false, func(u *user) error { u.totpNew = fresh; return nil })
	}
	if err != nil {
		return softwareTokenOutput{}, err
	}
	return softwareTokenOutput{SecretCode: fresh}, nil
}

func (p *Pool) newSecret() (string, error) {
	if !p.mfaSettings().allow(totp2) {
		return "", refuse("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool.")
	}
	return newTOTPSecret(), nil
}

func (p *Pool) associateIn(client Client, session string) (softwareTokenOutput, error) {
	fresh, err := p.newSecret()
	if err != nil {
		return softwareTokenOutput{}, err
	}
	c, u, err := p.settingUp(client, session, "MFA_SETUP", unproven)
	if err != nil {
		return softwareTokenOutput{}, err
	}
	c = challenge{waitsFor: []string{verifyToken, "MFA_SETUP"}, totp: fresh, source: c.source}
	return softwareTokenOutput{SecretCode: fresh, Session: p.newSession(u, client, c)}, nil
}

// verifySoftwareToken registers the token of an access token's holder. In a sign-in the
// answer to MFA_SETUP registers it, with the new session (API reference,
// VerifySoftwareToken).
func (p *Pool) verifySoftwareToken(in softwareTokenInput) (softwareTokenOutput, error) {
	if in.AccessToken == "" {
		return p.verifyIn(p.clientOfSession(in.Session), in.Session, in.UserCode)
	}
	u, _, err := p.holder(in.AccessToken)
	if err != nil {
		return softwareTokenOutput{}, err
	}
	step, err := p.firstCode(u, u.totpNew, in.UserCode)
	if err == nil {
		_, err = p.store.change(u.username, false, func(now *user) error {
			if now.totpNew != u.totpNew { // replaced meanwhile
				return errNoFirstCode()
			}
			now.totp, now.totpNew, now.totpStep = u.totpNew, "", step
			return nil
		})
	}
	if err != nil {
		return softwareTokenOutput{}, err
	}
	return softwareTokenOutput{Status: "SUCCESS"}, nil
}

func (p *Pool) verifyIn(client Client, session, code string) (softwareTokenOutput, error) {
	var step int64
	c, u, err := p.settingUp(client, session, verifyToken, func(c challenge, u user) (err error) {
		step, err = p.firstCode(u, c.totp, code)
		return err
	})
	if err != nil {
		return softwareTokenOutput{}, err
	}
	c = challenge{waitsFor: []string{"MFA_SETUP"}, totp: c.totp, totpStep: step, source: c.source}
	return softwareTokenOutput{Status: "SUCCESS", Session: p.newSession(u, client, c)}, nil
}

// firstCode returns the step of the first code of a software token.
func (p *Pool) firstCode(u user, secret, code string) (step int64, err error) {
	err = p.judge(u.username, func() error {
		if step = totpStep(secret, code, p.now()); step == 0 {
			return errNoFirstCode()
		}
		return nil
	})
	return step, err
}

func errNoFirstCode() *APIError { return refuse("EnableSoftwareTokenMFAException", "Code mismatch") }

// clientOfSession returns the app client of a session of the API, for a request that names none.
func (p *Pool) clientOfSession(session string) Client {
	waiting := p.store.waiting(session)
	client, _ := p.store.client(waiting.clientID)
	client.custom, client.device = waiting.custom, waiting.device
	return client
}

// settingUp takes a session of a request that names no user.
func (p *Pool) settingUp(client Client, session, step string, prove func(challenge, user) error) (challenge, user, error) {
	return p.answered(client, session, step, p.store.waiting(session).user.username, prove)
}

// answerMFASetup is MFA_SETUP (API reference, RespondToAuthChallenge).
func (p *Pool) answerMFASetup(client Client, in respondInput) (authOutput, error) {
	c, u, out, err := p.setUpMFA(client, in)
	if err != nil || out.ChallengeName != "" {
		return out, err
	}
	return p.finish(u, client, c.source, in.ClientMetadata)
}

// setUpMFA registers a software token that is verified, or goes on to a code for the address
// in EMAIL. AWS does not say whether WriteAttributes holds for that address; as it does for
// every other, it does here.
func (p *Pool) setUpMFA(client Client, in respondInput) (challenge, user, authOutput, error) {
	address := in.ChallengeResponses["EMAIL"]
	c, u, err := p.answered(client, in.Session, in.ChallengeName, in.ChallengeResponses["USERNAME"], func(c challenge, u user) error {
		switch {
		case c.totpStep == 0 && address == "":
			return invalidParameter("MFA_SETUP needs a verified software token or EMAIL")
		case c.totpStep == 0 && !p.mfaSettings().allow(email2):
			return invalidParameter("EMAIL_OTP is not one of MFAS_CAN_SETUP")
		case c.totpStep == 0:
			set := map[string]string{"email": address}
			return cmp.Or(client.checkWritable(set), p.checkAttributes(set), p.checkMutable(u.attributes, set))
		}
		return nil
	})
	switch {
	case err != nil:
		return c, u, authOutput{}, err
	case c.totpStep == 0:
		u.attributes["email"] = address
		out, err := p.sendOTP(email2, u, client, challenge{second: true, setup: true, source: c.source})
		return c, u, out, err
	}
	u, err = p.enrol(u, func(u *user) {
		u.totp, u.totpStep, u.mfa = c.totp, c.totpStep, append(u.mfa, totp2)
	})
	return c, u, authOutput{}, err
}

// enrol sets the first second factor of a user. A session from before another one was set up
// must not replace it: a password alone made that session.
func (p *Pool) enrol(u user, set func(*user)) (user, error) {
	settings := p.mfaSettings()
	return p.store.change(u.username, false, func(u *user) error {
		if len(settings.secondFactors(*u)) > 0 {
			return notAuthorized("Invalid session for the user.")
		}
		set(u)
		return nil
	})
}
