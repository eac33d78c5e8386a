package settings

import (
	"slices"
	"strings"
	"testing"
)

// The warnings, in their words.
const (
	noMFA     = "mfa: is off: a password alone is enough to sign in; set mode: optional or required"
	noPage    = "mfa.mode: is optional, and the pages of managed login do not offer users to set up a second factor; set mode: required, or let your app do it through the API"
	unchecked = ": goes to CloudFormation unchecked; look for a key that does the same, or leave it if it is meant"
)

func TestR71_AKeptStageThatIsNotReadySaysSo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Settings)
		given  Given
		want   []string
	}{
		"as it is":                    {func(*Settings) {}, Given{}, []string{noMFA}},
		"MFA that is off":             {func(s *Settings) { s.MFA.Mode = MFAOff }, Given{}, []string{noMFA}},
		"an authenticator app":        {func(s *Settings) { s.MFA.Mode = MFAOptional }, Given{}, nil},
		"disposable":                  {func(s *Settings) { s.Disposable = true }, Given{}, nil},
		"the app's pool":              {func(*Settings) {}, Given{Pool: true}, nil},
		"pages that do not offer MFA": {func(s *Settings) { s.Disposable, s.ManagedLogin, s.MFA.Mode = true, true, MFAOptional }, Given{}, []string{noPage}},
		"pages that demand it":        {func(s *Settings) { s.Disposable, s.ManagedLogin, s.MFA.Mode = true, true, MFARequired }, Given{}, nil},
		"two properties": {func(s *Settings) {
			s.Disposable, s.Overrides = true, map[string]map[string]any{"Pool": {"UserPoolName": "x", "A.B": 1}}
		}, Given{}, []string{`overrides.Pool["A.B"]` + unchecked, "overrides.Pool.UserPoolName" + unchecked}},
	} {
		s := sound()
		s.Monitoring.TopicARN, s.Monitoring.TicketTopicARN = topicARN, topicARN
		c.change(s)
		var got []string
		for _, warning := range s.Warnings(c.given) {
			got = append(got, warning.String())
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: warned of %q, want %q", name, got, c.want)
		}
	}
}

func TestR71_ASingleValueIsThatOfStandardThreatProtection(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]ThreatProtection{
		"audit":                       {Standard: ThreatsAudited},
		"{custom: enforced}":          {Custom: ThreatsEnforced},
		"\n  standard: enforced":      {Standard: ThreatsEnforced},
		"\n  \"enforced\" # a remark": {Standard: ThreatsEnforced},
	} {
		s, err := ReadStage("plus.yaml", []byte(soundStage+"plan: plus\nthreatProtection: "+text+"\n"), Given{})
		if err != nil || s.ThreatProtection != want {
			t.Errorf("%q: %+v, %v", text, s.ThreatProtection, err)
		}
	}
}

// The name is encoded as RFC 2047 says; what is ASCII stays as it was written.
func TestR71_ASenderOfAnyAlphabetIsSentAsASCII(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{
		"": "", "a@example.org": "a@example.org", "Acme <a@example.org>": "Acme <a@example.org>", "~ <a@example.org>": "~ <a@example.org>",
		"Bücher <a@example.org>": "=?utf-8?q?B=C3=BCcher?= <a@example.org>",
	} {
		if got := (EmailSender{From: from}).Sender(); got != want {
			t.Errorf("%q is sent as %q", from, got)
		}
	}
}

// A kept stage without SES is said at synth, and refused by ops deploy.
func TestR71_AKeptStageSaysWhoSendsItsEmails(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*Settings)
		given  Given
		want   bool
	}{
		"as it is":         {func(*Settings) {}, Given{}, true},
		"50 are enough":    {func(s *Settings) { s.Email.CognitoDefault = true }, Given{}, false},
		"through SES":      {func(s *Settings) { s.Email.Identity = "login@acme.org" }, Given{}, false},
		"disposable":       {func(s *Settings) { s.Disposable = true }, Given{}, false},
		"a pool of an app": {func(*Settings) {}, Given{Pool: true}, false},
	} {
		stage := Stage{Settings: Settings{Account: "210987654321", Region: "eu-central-1"}, given: c.given}
		c.change(&stage.Settings)
		if got := stage.Placeholders().Err(); (got != nil) != c.want || got != nil && !strings.Contains(got.Error(), "email: is missing: Cognito's own sender sends 50 e-mails a day, codes of sign-ups included; set email.identity, or cognitoDefault: true if that is enough") {
			t.Errorf("%s: %v", name, got)
		}
	}
}
