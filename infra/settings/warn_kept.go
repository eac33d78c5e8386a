package settings

import "github.com/cognito-triggers/cognito-triggers/internal/policy"

// unready warns of second factors that users of the suite's own pool do not have, or cannot
// turn on. A kept stage also says who sends its e-mails (Stage.Placeholders).
func unready(s *Settings, given Given) policy.Faults {
	var warnings policy.Faults
	if given.Pool {
		return nil
	}
	if !s.Disposable && !s.MFA.asks() {
		warnings.Add("mfa", "is off: a password alone is enough to sign in", "set mode: optional or required")
	}
	if s.ManagedLogin && s.MFA.Mode == MFAOptional {
		warnings.Add("mfa.mode", "is optional, and the pages of managed login do not offer users to set up a second factor", "set mode: required, or let your app do it through the API")
	}
	return warnings
}
