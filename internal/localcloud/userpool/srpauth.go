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
	// Salt names the password that was asked for: a new one has another salt.
	Salt    string
	Key     srp.Key
	Expires time.Time
	Custom  bool // in a sign-in by CUSTOM_AUTH, which goes on with its session
}

// clockTolerance is how far a client's clock may be wrong. AWS names no figure; signed
// requests have this one (IAM user guide, "AWS Signature Version 4 for API requests").
const clockTolerance = 5 * time.Minute

// srpAuth begins a sign-in in which the password never leaves the client.
func (p *Pool) srpAuth(client Client, in initiateAuthInput) (authOutput, error) {
	params := in.AuthParameters
	if err := demand(params, "USERNAME", "SRP_A"); err != nil {
		return authOutput{}, err
	}
	if err := client.checkSecretHash(params["USERNAME"], params["SECRET_HASH"]); err != nil {
		return authOutput{}, err
	}
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
	challenge, err := u.password.Challenge(a)
	if err != nil {
		return authOutput{}, invalidParameter("%v", err)
	}
	block, err := p.seal(srpState{u.username, client.ID, u.password.Salt(), challenge.Key, p.now().Add(client.sessionLife()), client.custom != nil})
	out := authOutput{ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: map[string]string{
		"SALT": u.password.Salt(), "SRP_B": challenge.B, "SECRET_BLOCK": block, "USERNAME": u.username, "USER_ID_FOR_SRP": u.username,
	}}
	if client.custom != nil {
		out.Session = p.newSession(u, client, waitsForPassword())
	}
	return out, err
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
	err := demand(in.ChallengeResponses, "USERNAME", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP")
	if err != nil {
		return authOutput{}, err
	}
	at, err := time.Parse(srp.TimestampLayout, in.ChallengeResponses["TIMESTAMP"])
	if err != nil {
		return authOutput{}, invalidParameter("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	typed := in.ChallengeResponses["USERNAME"]
	u, known := p.store.find(typed)
	var asked srpState // names an unknown user as the challenge did, whatever the client repeats
	if !known {
		p.unseal(in.ChallengeResponses["PASSWORD_CLAIM_SECRET_BLOCK"], &asked)
	}
	prove := func(_ challenge, u user) error {
		return p.judge(cmp.Or(asked.Username, p.lockOf(u, typed)), func() error {
			if u.sub == "" || !p.proves(client, u, in.ChallengeResponses, at) {
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
	return p.admitted(u, client, in.ClientMetadata)
}

func (p *Pool) proves(client Client, u user, proof map[string]string, at time.Time) bool {
	var state srpState
	now := p.now()
	block, ok := p.unseal(proof["PASSWORD_CLAIM_SECRET_BLOCK"], &state)
	switch {
	case !ok, state.ClientID != client.ID, state.Username != u.username, state.Custom != (client.custom != nil):
		return false
	case now.After(state.Expires), at.Sub(now).Abs() > clockTolerance:
		return false
	case u.password.IsZero(), u.password.Salt() != state.Salt:
		return false
	}
	return state.Key.Proves(srp.Identity(p.cfg().ID, u.username), block, at, proof["PASSWORD_CLAIM_SIGNATURE"])
}
