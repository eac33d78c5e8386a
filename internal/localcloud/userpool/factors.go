package userpool

import "slices"

type authFactorsOutput struct {
	Username                  string
	ConfiguredUserAuthFactors []string `json:",omitempty"`
	userMFA
}

// getUserAuthFactors lists the first factors that the user has now and the second ones that
// are turned on, by the names of AuthFactorType (API reference, GetUserAuthFactors:
// SOFTWARE_TOKEN is only a second factor, PASSWORD only a first one).
func (p *Pool) getUserAuthFactors(u user, _ ofEither) (authFactorsOutput, error) {
	names := map[string]string{bySRP: byPassword, totp2: "SOFTWARE_TOKEN", sms2: bySMS}
	out := authFactorsOutput{Username: u.username, userMFA: userMFA{u.mfa, u.mfaPreferred}}
	for _, factor := range append(p.offered(u), p.mfaSettings().secondFactors(u)...) {
		if name, other := names[factor]; other {
			factor = name
		}
		if !slices.Contains(out.ConfiguredUserAuthFactors, factor) {
			out.ConfiguredUserAuthFactors = append(out.ConfiguredUserAuthFactors, factor)
		}
	}
	return out, nil
}

// settingsInput is that of the operations before SetUserMFAPreference, which know SMS only.
type settingsInput struct {
	ofEither
	MFAOptions []struct{ DeliveryMedium, AttributeName string }
}

// setUserSettings turns SMS codes on, or with an empty list off (API reference,
// SetUserSettings and MFAOptionType).
func (p *Pool) setUserSettings(u user, in settingsInput) (empty, error) {
	for _, option := range in.MFAOptions {
		if option.DeliveryMedium != "SMS" || option.AttributeName != "phone_number" {
			return empty{}, invalidParameter("MFAOptions: want SMS to phone_number, and use SetUserMFAPreference for other factors")
		}
	}
	return empty{}, p.preferMFA(u, mfaPreference{SMSMfaSettings: &mfaSetting{Enabled: len(in.MFAOptions) > 0}})
}

// adminDeleteSoftwareToken also turns the factor off (API reference).
func (p *Pool) adminDeleteSoftwareToken(u user, _ ofUser) (empty, error) {
	_, err := p.store.change(u.username, false, func(u *user) error {
		u.totp, u.totpNew, u.totpStep, u.modified = "", "", 0, p.now()
		return u.setMFA(totp2, mfaSetting{}, mfaSettings{})
	})
	return empty{}, err
}
