package settings

import (
	"strings"
	"testing"
)

// choices are settings of a pool at the limits of what its keys take.
var choices = map[string]func(*Settings){
	"codes by e-mail and a phone": func(s *Settings) {
		s.MFA, s.Email.Identity, s.Recovery = MFA{MFARequired, []SecondFactor{SecondEmail}}, "login@example.org", []RecoveryWay{RecoverByPhone, RecoverByEmail}
	},
	"a passkey for two factors": func(s *Settings) {
		s.MFA.Mode, s.FirstFactors, s.ManagedLogin, s.Passkeys.TwoFactors = MFARequired, []Factor{FactorPassword, FactorPasskey}, true, true
	},
	"MFA that is off, in words": func(s *Settings) { s.MFA.Mode = MFAOff },
	"a sender in a sub-domain": func(s *Settings) {
		s.Email = EmailSender{Identity: "example.org", From: "Bücher <a@Mail.Example.org>"}
	},
	"a sender of the domain": func(s *Settings) { s.Email = EmailSender{Identity: "example.org", From: "a@example.org"} },
	"a name for an address": func(s *Settings) {
		s.Email = EmailSender{Identity: "login@example.org", From: "Acme <Login@Example.org>"}
	},
	"a style sheet in a text": func(s *Settings) {
		s.Texts.Verification.Default.Body = "<style>p {color: red}</style>\n<p>{username}, {####}</p>"
	},
	"the longest texts": func(s *Settings) {
		s.Texts.Invitation.Default = Text{Subject: strings.Repeat("ß", 140), Body: "{username}{####}" + strings.Repeat("ß", 20_000-16)}
	},
	"a subject of one letter": func(s *Settings) { s.Texts.Verification.Default = Text{Subject: "x", Body: "{####}"} },
	"texts of a code by e-mail": func(s *Settings) {
		s.FirstFactors, s.Email.Identity, s.Texts.MFA.Default.Body = []Factor{FactorPassword, FactorEmailOTP}, "login@example.org", "{####}"
	},
	"texts of a second factor by e-mail": func(s *Settings) {
		s.MFA, s.Email.Identity, s.Recovery = MFA{MFAOptional, []SecondFactor{SecondEmail, SecondSMS}}, "login@example.org", []RecoveryWay{RecoverByPhone}
		s.Texts.MFA.Default = Text{Subject: "x", Body: "{####}", SMS: "{####}"}
	},
	"texts of a recovery by phone": func(s *Settings) {
		s.Recovery, s.Texts.Verification.Default.SMS = []RecoveryWay{RecoverByEmail, RecoverByPhone}, "{####}"+strings.Repeat("ß", 134)
	},
	"logs of sign-ins": func(s *Settings) {
		s.Plan, s.ThreatProtection.Custom, s.PoolLogs.AuthEvents.RetentionDays = PlanPlus, ThreatsAudited, 3653
	},
	"a tag without a value": func(s *Settings) {
		s.Tags = map[string]string{strings.Repeat("ß", 128): "", "aws": strings.Repeat("ß", 256)}
		for i := range 43 {
			s.Tags[strings.Repeat("a", i+1)] = ""
		}
	},
	"lines for ever": func(s *Settings) { s.LogRetentionDays = -1 },
	"a property without key": func(s *Settings) {
		s.Overrides = map[string]map[string]any{"Pool": {"Policies.PasswordPolicy.PasswordHistorySize": 5, "PoliciesOfOurs": true, "EmailConfig": true, "Policies.PasswordPolicy2.MinimumLength": 1}}
	},
	"lite with V1": func(s *Settings) { s.Plan, s.TokenVersion = PlanLite, V1_0 },
}

func TestR71_WhatIsAChoiceIsNoFault(t *testing.T) {
	t.Parallel()
	for name, choose := range choices {
		s := sound()
		choose(s)
		if err := s.Faults(Given{}).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
