package userpool

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"time"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/srp"
)

// srpState is a sign-in that waits for the proof of a password. The client carries it.
type srpState struct {
	Username, ClientID string
	// Step is the challenge that the block is of. Salt names the secret that was asked for: a
	// new one has another salt.
	Step, Salt string
	// Device is the one that the sign-in names; Session is that of a device's proof.
	Device, Session string
	Key             srp.Key
	Expires         time.Time
	Custom          bool // in a sign-in by CUSTOM_AUTH, which goes on with its session
}

// srpSecret is what a challenge asks a proof of: a user's password or a device's secret.
type srpSecret struct {
	step, username, identity string
	verifier                 srp.Verifier
}

// passwordOf is the secret of a user.
func (p *Pool) passwordOf(u user) srpSecret {
	return srpSecret{"PASSWORD_VERIFIER", u.username, srp.Identity(p.cfg().ID, u.username), u.password}
}

// clockTolerance is how far a client's clock may be wrong. AWS names no figure; signed
// requests have this one (IAM user guide, "AWS Signature Version 4 for API requests").
const clockTolerance = 5 * time.Minute

// srpAuth begins a sign-in in which the password never leaves the client.
func (p *Pool) srpAuth(client Client, in initiateAuthInput) (authOutput, error) {
	params := in.AuthParameters
	u, err := p.begins(client, params["USERNAME"], in.ClientMetadata, p.claimant)
	if err == nil && u.password.IsZero() {
		u, err = p.simulated(params["USERNAME"])
	}
	if err != nil {
		return authOutput{}, err
	}
	return p.srpChallenge(u, client, params["SRP_A"])
}

func (p *Pool) srpChallenge(u user, client Client, a string) (authOutput, error) {
	parameters, err := p.srpParameters(p.passwordOf(u), srpState{Device: p.deviceStill(u.username, client.device)}, client, a)
	if err != nil {
		return authOutput{}, err
	}
	parameters["USER_ID_FOR_SRP"] = u.username
	out := authOutput{ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: parameters}
	if client.custom != nil {
		out.Session = p.newSession(u, client, waitsForPassword())
	}
	return out, nil
}

// srpParameters answers a client's A; state is what the block remembers besides.
func (p *Pool) srpParameters(s srpSecret, state srpState, client Client, a string) (map[string]string, error) {
	challenge, err := s.verifier.Challenge(a)
	if err != nil {
		return nil, invalidParameter("%v", err)
	}
	state.Step, state.Username, state.ClientID, state.Salt = s.step, s.username, client.ID, s.verifier.Salt()
	state.Key, state.Expires, state.Custom = challenge.Key, p.now().Add(client.sessionLife()), client.custom != nil
	block, err := p.seal(state)
	return map[string]string{"SALT": state.Salt, "SRP_B": challenge.B, "SECRET_BLOCK": block, "USERNAME": s.username}, err
}

func waitsForPassword() challenge { return challenge{waitsFor: []string{"PASSWORD_VERIFIER"}} }

// simulated returns what the pool shows for a name without a password: "the same salt and an
// internal user ID in UUID format for the same username and user pool combination" (guide,
// "Managing user existence error responses").
func (p *Pool) simulated(name string) (user, error) {
	verifier, err := srp.Simulated(p.simulationKey, p.store.fold(name))
	return user{username: p.simulatedName(name), password: verifier}, err
}

func (p *Pool) simulatedName(name string) string {
	mac := hmac.New(sha256.New, p.simulationKey)
	mac.Write([]byte("username of " + p.store.fold(name)))
	return asUUID(mac.Sum(nil)[:16])
}

// answerPasswordVerifier ends the proof. Whatever is wrong with it, the refusal is the same,
// except of a TIMESTAMP that cannot be read (amazon-cognito-identity-js#683). AWS does not
// say whether a block counts once; here it counts for as long as it lives.
func (p *Pool) answerPasswordVerifier(client Client, in respondInput) (authOutput, error) {
	at, err := srpTime(in.ChallengeResponses, "USERNAME")
	if err != nil {
		return authOutput{}, err
	}
	typed := in.ChallengeResponses["USERNAME"]
	u, known := p.store.find(typed)
	var asked srpState
	p.unseal(in.ChallengeResponses["PASSWORD_CLAIM_SECRET_BLOCK"], &asked)
	lock := u.username
	if !known { // named as the challenge did, whatever the client repeats
		lock = cmp.Or(asked.Username, p.lockOf(u, typed))
	}
	prove := func(_ challenge, u user) error {
		return p.judge(lock, func() error {
			if u.sub == "" || !p.proves(p.passwordOf(u), client, in.ChallengeResponses, at) {
				return errIncorrect()
			}
			return nil
		})
	}
	if client.custom != nil {
		_, u, err = p.answered(client, in.Session, in.ChallengeName, typed, prove)
	} else {
		err = prove(challenge{}, u)
	}
	if err != nil {
		return authOutput{}, err
	}
	client.device = cmp.Or(client.device, p.deviceStill(u.username, asked.Device))
	return p.admitted(u, client, in.ClientMetadata)
}

// srpTime returns the TIMESTAMP of a proof that has its other parameters.
func srpTime(proof map[string]string, besides ...string) (time.Time, error) {
	err := demand(proof, append(besides, "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP")...)
	if err != nil {
		return time.Time{}, err
	}
	at, err := time.Parse(srp.TimestampLayout, proof["TIMESTAMP"])
	if err != nil {
		return at, invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	return at, nil
}

func (p *Pool) proves(s srpSecret, client Client, proof map[string]string, at time.Time) bool {
	var state srpState
	now := p.now()
	block, ok := p.unseal(proof["PASSWORD_CLAIM_SECRET_BLOCK"], &state)
	switch {
	case !ok, state.Step != s.step, state.ClientID != client.ID, state.Username != s.username, state.Custom != (client.custom != nil):
		return false
	case now.After(state.Expires), at.Sub(now).Abs() > clockTolerance:
		return false
	case s.verifier.IsZero(), s.verifier.Salt() != state.Salt:
		return false
	}
	return state.Key.Proves(s.identity, block, at, proof["PASSWORD_CLAIM_SIGNATURE"])
}
