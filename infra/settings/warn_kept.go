package settings

import "github.com/cognito-triggers/cognito-triggers/internal/policy"

// unready warns of a stage that is kept and whose pool, the suite's own, is not what
// production needs: somebody has to say that this is meant.
func unready(s *Settings, given Given) policy.Faults {
	var warnings policy.Faults
	if given.Pool {
		return nil
	}
	if !s.Disposable && !s.Email.throughSES() && !s.Email.CognitoDefault {
		warnings.Add("email", "is missing: Cognito's own sender sends 50 e-mails a day, codes of sign-ups included",
			"set email.identity, or cognitoDefault: true if that is enough")
	}
	if !s.Disposable && !s.MFA.asks() {
		warnings.Add("mfa", "is off: a password alone signs in", "set mode: optional or required")
	}
	if s.ManagedLogin && s.MFA.Mode == MFAOptional {
		warnings.Add("mfa.mode", "is optional, and the pages of managed login do not offer users to set up a second factor", "set mode: required, or let your app do it through the API")
	}
	return warnings
}
