package userpool

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// The first factors of a sign-in that a user chooses (API reference, InitiateAuth,
// PREFERRED_CHALLENGE).
const (
	byPassword = "PASSWORD"
	bySRP      = "PASSWORD_SRP"
	byEmail    = "EMAIL_OTP"
	bySMS      = "SMS_OTP"
	byPasskey  = "WEB_AUTHN"
)

// userAuth begins a sign-in that the user chooses the first factor of: the preferred one if
// the user has it, otherwise one of AvailableChallenges (guide, "Authentication flows",
// choice-based sign-in). With the session of a sign-up it needs none.
func (p *Pool) userAuth(client Client, in initiateAuthInput) (authOutput, error) {
	params := in.AuthParameters
	if params["TARGET_ACR_VALUES"] != "" {
		return authOutput{}, invalidParameter("TARGET_ACR_VALUES: the local user pool does not simulate it; it has acr_values on the hosted pages.")
	}
	if in.Session != "" {
		return p.autoSignIn(client, in)
	}
	preferred := params["PREFERRED_CHALLENGE"]
	if preferred == byPassword && params["PASSWORD"] != "" && slices.Contains(p.cfg().firstFactors(), byPassword) {
		if err := p.migrateAtSignIn(client, params["USERNAME"], params["PASSWORD"], in.ClientMetadata); err != nil {
			return authOutput{}, err
		}
	}
	u, err := p.begins(client, params["USERNAME"], in.ClientMetadata, p.chooser)
	if err != nil {
		return authOutput{}, err
	}
	offered := p.offered(u)
	switch {
	case preferred != "" && !slices.Contains(p.cfg().firstFactors(), preferred):
		return authOutput{}, invalidParameter("PREFERRED_CHALLENGE %s is not a first factor of the user pool", preferred)
	case len(offered) == 0:
		return authOutput{}, errIncorrect()
	case slices.Contains(offered, preferred):
		return p.beginFactor(preferred, u, client, params, nil)
	}
	out := p.wait(u, client, challenge{waitsFor: []string{"SELECT_CHALLENGE", byPassword, bySRP}}, map[string]string{})
	out.AvailableChallenges = offered
	return out, nil
}

// checkFactors refuses what AWS does (API reference, SignInPolicyType; guide, "User pool
// feature plans": choice-based sign-in is a feature of Essentials and Plus; "Authentication
// flows", passkey sign-in: not alone).
func (c *Config) checkFactors() error {
	if slices.Equal(c.FirstFactors, []string{byPasskey}) {
		return errors.New("AllowedFirstAuthFactors WEB_AUTHN: it needs another factor beside it")
	}
	for _, factor := range c.FirstFactors {
		switch {
		case !slices.Contains([]string{byPassword, byEmail, bySMS, byPasskey}, factor):
			return fmt.Errorf("AllowedFirstAuthFactors %s: want PASSWORD, EMAIL_OTP, SMS_OTP or WEB_AUTHN", factor)
		case factor != byPassword && c.Tier == "LITE":
			return errPlan("AllowedFirstAuthFactors " + factor)
		}
	}
	return nil
}

// firstFactors are AllowedFirstAuthFactors; PASSWORD, the default, stands for both of its
// forms (API reference, SignInPolicyType).
func (c *Config) firstFactors() []string {
	all := []string{byPassword, bySRP}
	if len(c.FirstFactors) > 0 && !slices.Contains(c.FirstFactors, byPassword) {
		all = nil
	}
	for _, factor := range c.FirstFactors {
		if factor != byPassword {
			all = append(all, factor)
		}
	}
	return all
}

// offered are the first factors that a user has. An unconfirmed user has no password yet;
// beside a second factor only passwords are first ones, and passkeys that count as both. Who
// has a temporary password gets no code: AWS does not say so; it is reported of a real pool,
// and an app that works with less works with more.
func (p *Pool) offered(u user) []string {
	settings := p.mfaSettings()
	second := settings.demandsSecond(u)
	return slices.DeleteFunc(p.cfg().firstFactors(), func(factor string) bool {
		if factor == byPasskey {
			return !settings.offersPasskey(u)
		}
		if attribute := otpAttribute(factor); attribute != "" {
			return second || u.attributes[attribute] == "" || u.status == forceChangePassword
		}
		return u.status == unconfirmed || u.password.IsZero() && (factor == bySRP || u.imported == "")
	})
}

// chooser returns the user who is to choose. An unconfirmed one may, if a code can confirm
// it. An unknown one is shown the factors of a user with the typed name.
func (p *Pool) chooser(client Client, typed string) (user, error) {
	if u, known := p.store.find(typed); known && u.status == unconfirmed && len(p.offered(u)) > 0 {
		return u, nil
	}
	u, err := p.claimant(client, typed)
	if err != nil || u.username != "" {
		return u, err
	}
	u, err = p.simulated(typed)
	u.attributes = map[string]string{"email": typed}
	if phoneForm.MatchString(typed) {
		u.attributes = map[string]string{"phone_number": typed}
	}
	return u, err
}

// beginFactor begins a first factor. What it needs of a password may come now or with the
// next answer.
func (p *Pool) beginFactor(factor string, u user, client Client, params, metadata map[string]string) (authOutput, error) {
	switch {
	case otpAttribute(factor) != "":
		return p.sendOTP(factor, u, client, challenge{})
	case factor == byPasskey:
		return p.askPasskey(u, client)
	case factor == byPassword && params["PASSWORD"] != "":
		if err := p.checkPassword(u, u.username, params["PASSWORD"]); err != nil {
			return authOutput{}, err
		}
		return p.admitted(u, client, metadata)
	case factor == bySRP && params["SRP_A"] != "":
		return p.srpChallenge(u, client, params["SRP_A"])
	}
	return p.wait(u, client, challenge{waitsFor: []string{factor}}, map[string]string{}), nil
}

// answerChoice takes both forms: SELECT_CHALLENGE with ANSWER (Amplify), and the factor as
// ChallengeName (guide, same page). WEB_AUTHN is chosen here and proven with the next
// answer: a CREDENTIAL beside the choice signs no challenge that the pool has made.
func (p *Pool) answerChoice(client Client, in respondInput) (authOutput, error) {
	params, factor := in.ChallengeResponses, in.ChallengeName
	if factor == "SELECT_CHALLENGE" {
		factor = params["ANSWER"]
	} else if err := demand(params, map[string]string{byPassword: "PASSWORD", bySRP: "SRP_A"}[factor]); err != nil {
		return authOutput{}, err
	}
	_, u, err := p.answered(client, in.Session, in.ChallengeName, params["USERNAME"], func(_ challenge, u user) error {
		if !slices.Contains(p.offered(u), factor) {
			return invalidParameter("%s is not one of the available challenges", cmp.Or(factor, "ANSWER"))
		}
		if factor == byPassword && params["PASSWORD"] != "" {
			return p.checkPassword(u, u.username, params["PASSWORD"])
		}
		return nil
	})
	switch {
	case err != nil:
		return authOutput{}, err
	case factor == byPassword && params["PASSWORD"] != "":
		return p.admitted(u, client, in.ClientMetadata)
	}
	return p.beginFactor(factor, u, client, params, in.ClientMetadata)
}
