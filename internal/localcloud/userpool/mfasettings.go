package userpool

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

type mfaSetting struct{ Enabled, PreferredMfa bool }

type mfaPreference struct {
	SMSMfaSettings, SoftwareTokenMfaSettings, EmailMfaSettings *mfaSetting
	WebAuthnMfaSettings                                        *struct{ Enabled bool }
}

type preferenceInput struct {
	ofEither
	mfaPreference
}

func (p *Pool) setUserMFAPreference(u user, in preferenceInput) (empty, error) {
	return empty{}, p.preferMFA(u, in.mfaPreference)
}

// preferMFA turns second factors of a user on and off, and says which one is preferred; what
// the request leaves out stays (API reference, SetUserMFAPreference).
func (p *Pool) preferMFA(u user, in mfaPreference) error {
	settings := p.mfaSettings()
	_, err := p.store.change(u.username, false, func(u *user) error {
		preferred := 0
		for factor, asked := range map[string]*mfaSetting{sms2: in.SMSMfaSettings, totp2: in.SoftwareTokenMfaSettings, email2: in.EmailMfaSettings} {
			if asked == nil {
				continue
			}
			if err := u.setMFA(factor, *asked, settings); err != nil {
				return err
			}
			if asked.PreferredMfa {
				preferred++
			}
		}
		if preferred > 1 {
			return invalidParameter("More than one MFA setting is preferred")
		}
		u.modified = p.now()
		return u.setPasskeyMFA(in, settings)
	})
	return err
}

// setPasskeyMFA refuses a passkey as two factors where the pool does not allow it and where
// the user has no other second factor (API reference, WebAuthnMfaSettingsType).
func (u *user) setPasskeyMFA(in mfaPreference, settings mfaSettings) error {
	if in.WebAuthnMfaSettings != nil {
		u.passkeyMFA = in.WebAuthnMfaSettings.Enabled
		if u.passkeyMFA && settings.passkeys.FactorConfiguration != multiFactor {
			return invalidParameter("The user pool has passkeys for one factor only")
		}
	}
	if u.passkeyMFA && len(u.mfa) == 0 {
		return invalidParameter("A passkey counts as a second factor beside another one only")
	}
	return nil
}

func (u *user) setMFA(factor string, asked mfaSetting, settings mfaSettings) error {
	switch {
	case asked.PreferredMfa && !asked.Enabled:
		return invalidParameter("%s is preferred and not enabled", factor)
	case asked.Enabled && !settings.allow(factor):
		return invalidParameter("The user pool has no %s", factor)
	case asked.Enabled && !u.has(factor):
		return invalidParameter("User does not have delivery config set to turn on %s", factor)
	}
	u.mfa = slices.DeleteFunc(u.mfa, func(f string) bool { return f == factor })
	if u.mfaPreferred == factor {
		u.mfaPreferred = ""
	}
	if asked.Enabled {
		u.mfa = append(u.mfa, factor)
		slices.Sort(u.mfa)
	}
	if asked.PreferredMfa {
		u.mfaPreferred = factor
	}
	return nil
}

// getUserPoolMfaConfig shows the members of the settings in its own way. A second factor
// that is off has no object.
func (p *Pool) getUserPoolMfaConfig(ofPool) (object, error) {
	cfg, mfa := p.cfg(), p.mfaSettings()
	out := object{"MfaConfiguration": mfa.mode, "SoftwareTokenMfaConfiguration": object{"Enabled": mfa.allow(totp2)}}
	if mfa.allow(sms2) {
		sms := part(out, "SmsMfaConfiguration")
		for _, name := range smsMembers() {
			if value, ok := cfg.Settings[name]; ok {
				sms[name] = value
			}
		}
	}
	if mfa.allow(email2) {
		out["EmailMfaConfiguration"] = complete(object{}, cfg.Settings.part("EmailMfaConfiguration"))
	}
	if passkeys := cfg.Settings.part("WebAuthnConfiguration"); passkeys != nil {
		out["WebAuthnConfiguration"] = passkeys
	}
	return out, nil
}

// smsMembers are those of UserPoolType that SmsMfaConfiguration has too.
func smsMembers() []string { return []string{"SmsAuthenticationMessage", "SmsConfiguration"} }

type setPoolMFAInput struct {
	ofPool
	MfaConfiguration                                                  string
	SmsMfaConfiguration, EmailMfaConfiguration, WebAuthnConfiguration object
	SoftwareTokenMfaConfiguration                                     struct{ Enabled bool }
}

// setUserPoolMfaConfig replaces the whole configuration: what a request leaves out is off
// (go-to-k/cdkd#791).
func (p *Pool) setUserPoolMfaConfig(in setPoolMFAInput) (object, error) {
	factors := []any{}
	for factor, on := range map[string]bool{
		sms2: in.SmsMfaConfiguration != nil, email2: in.EmailMfaConfiguration != nil,
		totp2: in.SoftwareTokenMfaConfiguration.Enabled,
	} {
		if on {
			factors = append(factors, factor)
		}
	}
	if len(factors) == 0 && cmp.Or(in.MfaConfiguration, "OFF") != "OFF" { // seen in anomalyco/sst#5177
		return nil, invalidParameter("Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration.")
	}
	err := p.change(func(next *Config) error {
		s := maps.Clone(next.Settings)
		s["MfaConfiguration"], s["EnabledMfas"] = cmp.Or(in.MfaConfiguration, "OFF"), factors
		s["EmailMfaConfiguration"], s["WebAuthnConfiguration"] = in.EmailMfaConfiguration, in.WebAuthnConfiguration
		for _, name := range smsMembers() {
			if value, ok := in.SmsMfaConfiguration[name]; ok {
				s[name] = value
			}
		}
		return next.become(s)
	})
	if err != nil {
		return nil, err
	}
	return p.getUserPoolMfaConfig(in.ofPool)
}

// complete sorts and checks settings (API reference, SetUserPoolMfaConfig; guide, "User pool
// feature plans" and "SMS and email message MFA", for codes by e-mail, "Adding MFA to a user
// pool" for passkeys).
func (s mfaSettings) complete(pool Config) (mfaSettings, error) {
	if s.mode == "" {
		s.mode = "OFF"
	}
	s.enabled = slices.Sorted(slices.Values(s.enabled))
	for _, factor := range s.enabled {
		if !slices.Contains([]string{sms2, totp2, email2}, factor) {
			return s, fmt.Errorf("EnabledMfas %s: want SMS_MFA, SOFTWARE_TOKEN_MFA or EMAIL_OTP", factor)
		}
	}
	switch {
	case !slices.Contains([]string{"OFF", "OPTIONAL", "ON"}, s.mode):
		return s, fmt.Errorf("MfaConfiguration %q: want OFF, OPTIONAL or ON", s.mode)
	case s.mode != "OFF" && len(s.enabled) == 0:
		return s, fmt.Errorf("MfaConfiguration %s: no second factor is enabled, name one in EnabledMfas", s.mode)
	case s.allow(email2) && len(pool.Recovery) == 1 && pool.Recovery[0] == "email":
		return s, fmt.Errorf("EnabledMfas EMAIL_OTP: it excludes account recovery by e-mail alone")
	case s.allow(email2) && pool.Tier == "LITE":
		return s, errPlan("EnabledMfas EMAIL_OTP")
	case s.mode == "ON" && slices.Contains(pool.FirstFactors, byPasskey) && s.passkeys.FactorConfiguration != multiFactor:
		return s, fmt.Errorf("MfaConfiguration ON: beside it AllowedFirstAuthFactors has WEB_AUTHN only with the FactorConfiguration %s", multiFactor)
	}
	return s, s.passkeys.check(pool.Tier)
}
