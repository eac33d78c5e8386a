package userpool

import "cmp"

// The challenges of a device. It proves the secret of its verifier by SRP, after the user
// has proven a first factor: "You can't sign users in with device authentication only"
// (device page).
const (
	deviceSRP      = "DEVICE_SRP_AUTH"
	deviceVerifier = "DEVICE_PASSWORD_VERIFIER"
)

// byDevice is the source of pre token generation after a device has proven itself (guide,
// "Pre token generation Lambda trigger").
const byDevice = "AuthenticateDevice"

// checkDevice refuses a sign-in that names a device which the user does not have; clients
// then forget it and try again without (Amplify, amazon-cognito-identity-js).
func (p *Pool) checkDevice(u user, client Client) error {
	if _, known := u.device(client.device); p.cfg().Devices != nil && client.device != "" && !known {
		return errNoDevice()
	}
	return nil
}

// remembers reports whether the sign-in is on a device that is remembered, and so has to
// prove itself.
func (p *Pool) remembers(u user, client Client) bool {
	d, _ := u.device(client.device)
	return p.cfg().Devices != nil && d.remembered
}

// isNewDevice reports whether the sign-in is on a device that the user has not confirmed. In
// a pool that remembers none it is false (guide, "Post authentication Lambda trigger",
// newDeviceUsed).
func (p *Pool) isNewDevice(u user, client Client) bool {
	_, known := u.device(client.device)
	return p.cfg().Devices != nil && !known
}

// askDevice asks for the proof of a device; second says that it stands for a second factor.
func (p *Pool) askDevice(u user, client Client, second bool) authOutput {
	return p.wait(u, client, challenge{waitsFor: []string{deviceSRP}, second: second}, map[string]string{"USERNAME": u.username, "DEVICE_KEY": client.device})
}

// provenBy is the secret of a device.
func (p *Pool) provenBy(u user, d device) srpSecret {
	return srpSecret{deviceVerifier, u.username, p.deviceGroup() + d.key, d.verifier}
}

// awaited returns the device of a sign-in that waits for its proof, if it may still give it.
func (p *Pool) awaited(c challenge, u user, key string) (device, error) {
	settings := p.cfg().Devices
	d, known := u.device(key)
	switch {
	case settings == nil || (c.second && !settings.ChallengeRequiredOnNewDevice):
		return device{}, errNotDemanded()
	case !known || !d.remembered || c.device != key:
		return device{}, errNoDevice()
	}
	return d, nil
}

// answerDeviceSRP is DEVICE_SRP_AUTH. A client may send no Session (pycognito): then it is
// the sign-in of this user, client and device that waits.
func (p *Pool) answerDeviceSRP(client Client, in respondInput) (authOutput, error) {
	params := in.ChallengeResponses
	if err := demand(params, "USERNAME", "DEVICE_KEY", "SRP_A"); err != nil {
		return authOutput{}, err
	}
	named, known := p.store.find(params["USERNAME"])
	if in.Session == "" && known {
		in.Session = p.store.waitingDevice(named.sub, client.ID, client.device)
	}
	var d device
	c, u, err := p.answered(client, in.Session, deviceSRP, params["USERNAME"], func(c challenge, u user) (err error) {
		d, err = p.awaited(c, u, params["DEVICE_KEY"])
		return err
	})
	if err != nil {
		return authOutput{}, err
	}
	session := p.newSession(u, client, challenge{waitsFor: []string{deviceVerifier}, second: c.second})
	parameters, err := p.srpParameters(p.provenBy(u, d), srpState{Session: session}, client, params["SRP_A"])
	if err != nil {
		return authOutput{}, err
	}
	parameters["DEVICE_KEY"] = d.key
	return authOutput{ChallengeName: deviceVerifier, ChallengeParameters: parameters, Session: session}, nil
}

// answerDeviceVerifier is DEVICE_PASSWORD_VERIFIER, after which the tokens are made. A wrong
// proof is told as a wrong password is (aws-sdk-net-extensions-cognito#73).
func (p *Pool) answerDeviceVerifier(client Client, in respondInput) (authOutput, error) {
	params := in.ChallengeResponses
	at, err := srpTime(params, "USERNAME", "DEVICE_KEY")
	if err != nil {
		return authOutput{}, err
	}
	var sealed srpState
	p.unseal(params["PASSWORD_CLAIM_SECRET_BLOCK"], &sealed)
	_, u, err := p.answered(client, cmp.Or(in.Session, sealed.Session), deviceVerifier, params["USERNAME"], func(c challenge, u user) error {
		d, err := p.awaited(c, u, params["DEVICE_KEY"])
		if err != nil {
			return err
		}
		return p.judge(u.username, func() error {
			if !p.proves(p.provenBy(u, d), client, params, at) {
				return errIncorrect()
			}
			return nil
		})
	})
	if err != nil {
		return authOutput{}, err
	}
	if err := p.changeDevice(u, client.device, func(u *user, i int) { u.devices[i].authenticated = p.now() }); err != nil {
		return authOutput{}, err
	}
	return p.signedIn(u, client, byDevice, in.ClientMetadata)
}

// waitingDevice returns the newest session that waits for this device of this user, "" if
// none does.
func (s *store) waitingDevice(sub, clientID, key string) (session string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var newest challenge
	for id, c := range s.challenges {
		mine := c.user.sub == sub && c.clientID == clientID && c.device == key && c.waitsFor[0] == deviceSRP
		if mine && c.expires.After(newest.expires) {
			session, newest = id, c
		}
	}
	return session
}

// linked puts the device of a sign-in into its session; the result is the offer of a new
// one, nil if the user has this one or the pool remembers none. A device that was forgotten
// after its proof proves nothing.
func (p *Pool) linked(g *grant, client Client, source string) (*newDevice, error) {
	u, _ := p.store.find(g.username)
	isNew := p.isNewDevice(u, client)
	switch {
	case isNew && source == byDevice:
		return nil, errNoDevice()
	case p.cfg().Devices == nil:
		return nil, nil
	case !isNew:
		g.device = client.device
		return nil, nil
	}
	g.device = p.newDeviceKey()
	return &newDevice{g.device, p.deviceGroup()}, nil
}

// fromItsDevice reports whether a refresh comes from the session's device, which the user
// must have confirmed and not forgotten: with device tracking "these tokens are linked to a
// single device" (AWS Mobile Blog; amplify-js#2962, amplify-android#2506). A session of the
// hosted pages has none ("doesn't offer to remember devices", device page).
func (p *Pool) fromItsDevice(g grant, client Client) bool {
	if p.cfg().Devices == nil || g.device == "" {
		return !g.forgotten
	}
	return !g.forgotten && client.device == g.device && p.deviceStill(g.username, g.device) != ""
}
