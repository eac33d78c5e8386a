package userpool

import (
	"encoding/json"
	"slices"
)

// The second factors, as EnabledMfas and the challenges name them.
const (
	sms2   = "SMS_MFA"
	totp2  = "SOFTWARE_TOKEN_MFA"
	email2 = "EMAIL_OTP"
)

// mfaSettings are the pool's; SetUserPoolMfaConfig changes them.
type mfaSettings struct {
	mode     string // OFF, OPTIONAL or ON
	enabled  []string
	passkeys PasskeySettings
}

func (s mfaSettings) allow(factor string) bool { return slices.Contains(s.enabled, factor) }

// has reports whether the user could prove a second factor.
func (u *user) has(factor string) bool {
	if factor == totp2 {
		return u.totp != ""
	}
	return u.attributes[otpAttribute(factor)] != ""
}

// secondFactors returns the factors from which a sign-in demands one: those that the user has
// turned on. If the user has turned none on and MFA is required, these are all that the user
// has (guide, "Adding MFA to a user pool", MFA logic at user runtime).
func (s mfaSettings) secondFactors(u user) []string {
	usable := s.usable(u)
	on := slices.DeleteFunc(slices.Clone(usable), func(factor string) bool { return !slices.Contains(u.mfa, factor) })
	if len(on) == 0 && s.mode == "ON" {
		return usable
	}
	return on
}

// usable returns the second factors that the user could prove, turned on or not.
func (s mfaSettings) usable(u user) (usable []string) {
	for _, factor := range []string{sms2, totp2, email2} {
		if s.mode != "OFF" && s.allow(factor) && u.has(factor) {
			usable = append(usable, factor)
		}
	}
	return usable
}

// demandsSecond reports whether only a password may begin a sign-in: MFA and passwordless
// factors exclude each other, for the pool if MFA is required, otherwise for a user who has
// turned it on (guide, "Authentication flows", choice-based sign-in and MFA).
func (s mfaSettings) demandsSecond(u user) bool { return s.mode == "ON" || len(s.secondFactors(u)) > 0 }

// secondFactor returns the challenge that follows the first factor and a new password; an
// output without a ChallengeName only if the settings demand no more. A remembered device
// takes the place of a factor that the user has, not of setting one up.
func (p *Pool) secondFactor(u user, client Client, source string) (authOutput, error) {
	settings := p.mfaSettings()
	switch have := settings.secondFactors(u); {
	case len(have) == 0 && settings.mode == "ON":
		return p.mfaSetup(u, client, settings, source)
	case len(have) == 0:
		return authOutput{}, nil
	case p.remembers(u, client) && p.cfg().Devices.ChallengeRequiredOnNewDevice && client.custom == nil:
		return p.askDevice(u, client, true), nil
	default:
		return p.askSecond(have, u, client, challenge{source: source})
	}
}

// askSecond asks for the only factor or the preferred one; otherwise the user chooses.
func (p *Pool) askSecond(factors []string, u user, client Client, c challenge) (authOutput, error) {
	switch {
	case len(factors) == 1:
		return p.beginSecond(factors[0], u, client, c)
	case slices.Contains(factors, u.mfaPreferred):
		return p.beginSecond(u.mfaPreferred, u, client, c)
	}
	choice, err := json.Marshal(factors)
	c.waitsFor = []string{"SELECT_MFA_TYPE"}
	return p.wait(u, client, c, map[string]string{"MFAS_CAN_CHOOSE": string(choice), "USER_ID_FOR_SRP": u.username}), err
}

// beginSecond keeps what c says of the sign-in.
func (p *Pool) beginSecond(factor string, u user, client Client, c challenge) (authOutput, error) {
	c.second = true
	if factor == totp2 {
		c.waitsFor = []string{totp2}
		return p.wait(u, client, c, map[string]string{"USER_ID_FOR_SRP": u.username}), nil
	}
	return p.sendOTP(factor, u, client, c)
}

// answerMFAType is SELECT_MFA_TYPE.
func (p *Pool) answerMFAType(client Client, in respondInput) (authOutput, error) {
	factor := in.ChallengeResponses["ANSWER"]
	c, u, err := p.answered(client, in.Session, in.ChallengeName, in.ChallengeResponses["USERNAME"], func(c challenge, u user) error {
		if !p.demands(c, u, factor) {
			return invalidParameter("ANSWER %q is not one of MFAS_CAN_CHOOSE", factor)
		}
		return nil
	})
	if err != nil {
		return authOutput{}, err
	}
	return p.beginSecond(factor, u, client, c)
}

// answerTOTP is SOFTWARE_TOKEN_MFA.
func (p *Pool) answerTOTP(client Client, in respondInput) (authOutput, error) {
	c, u, err := p.proveTOTP(client, in)
	if err != nil {
		return authOutput{}, err
	}
	return p.finish(u, client, c.source, in.ClientMetadata)
}

func (p *Pool) proveTOTP(client Client, in respondInput) (challenge, user, error) {
	return p.answered(client, in.Session, totp2, in.ChallengeResponses["USERNAME"], func(c challenge, u user) error {
		return p.useTOTP(c, u, in.ChallengeResponses["SOFTWARE_TOKEN_MFA_CODE"])
	})
}

func (p *Pool) mfaSettings() mfaSettings {
	cfg := p.cfg()
	return mfaSettings{cfg.MfaConfiguration, cfg.EnabledMfas, cfg.Passkeys}
}
