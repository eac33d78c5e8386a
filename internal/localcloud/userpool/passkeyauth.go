package userpool

import (
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/localcloud/userpool/passkey"
)

// passkeyIsBoth reports whether the user's passkey counts as two factors: the pool allows
// it and the user has turned it on (API reference, WebAuthnConfigurationType and
// WebAuthnMfaSettingsType).
func (s mfaSettings) passkeyIsBoth(u user) bool {
	return s.passkeys.FactorConfiguration == multiFactor && u.passkeyMFA
}

// offersPasskey reports whether a sign-in of the user may begin with a passkey: beside a
// demanded second factor only one that counts as both (guide, "Adding MFA to a user pool").
func (s mfaSettings) offersPasskey(u user) bool {
	return len(u.passkeys) > 0 && (!s.demandsSecond(u) || s.passkeyIsBoth(u))
}

// askPasskey returns the challenge WEB_AUTHN. Its parameter is a text of JSON, as Amplify
// expects.
func (p *Pool) askPasskey(u user, client Client) (authOutput, error) {
	if len(u.passkeys) == 0 {
		return authOutput{}, errIncorrect()
	}
	options, ceremony, err := u.owner().SignIn(p.mfaSettings().passkeys.verification(), client.sessionLife())
	if err != nil {
		return authOutput{}, err
	}
	c := challenge{waitsFor: []string{byPasskey}, passkey: ceremony}
	return p.wait(u, client, c, map[string]string{"CREDENTIAL_REQUEST_OPTIONS": string(options)}), nil
}

// answerPasskey is WEB_AUTHN. One answer uses its session up, right or wrong: nobody
// mistypes a signature. Wrong ones count as wrong passwords do; AWS does not say so.
func (p *Pool) answerPasskey(client Client, in respondInput) (authOutput, error) {
	if err := demand(in.ChallengeResponses, "USERNAME", "CREDENTIAL"); err != nil {
		return authOutput{}, err
	}
	both, asked := false, false
	_, u, err := p.answered(client, in.Session, in.ChallengeName, in.ChallengeResponses["USERNAME"], func(c challenge, u user) error {
		settings := p.mfaSettings()
		asked, both = true, settings.passkeyIsBoth(u)
		if !slices.Contains(p.cfg().firstFactors(), byPasskey) || !settings.offersPasskey(u) {
			return errIncorrect()
		}
		return p.judge(u.username, func() error {
			return p.usePasskey(u, c.passkey, settings.passkeys.verification(), in.ChallengeResponses["CREDENTIAL"])
		})
	})
	switch {
	case err != nil && asked:
		p.store.takeChallenge(in.Session)
		return authOutput{}, err
	case err != nil:
		return authOutput{}, err
	case !both:
		return p.admitted(u, client, in.ClientMetadata)
	}
	if out, err := p.beforeSecond(u, client); err != nil || out.ChallengeName != "" {
		return out, err
	}
	return p.finish(u, client, "Authentication", in.ClientMetadata)
}

// usePasskey takes a signature of one of the user's passkeys and keeps its new counter.
func (p *Pool) usePasskey(u user, c passkey.Ceremony, verify passkey.Verification, answer string) error {
	proven, err := c.Proven(u.owner(), []byte(answer), verify)
	if err != nil {
		return errIncorrect()
	}
	_, err = p.store.change(u.username, false, func(now *user) error {
		i := now.passkey(proven.ID())
		if now.sub != u.sub || i < 0 || !proven.Follows(now.passkeys[i]) {
			return errIncorrect()
		}
		now.passkeys[i] = proven
		return nil
	})
	return err
}
