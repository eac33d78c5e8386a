package settings

import (
	"fmt"
	"slices"
)

// MFA is the second factor of sign-ins with a password (developer guide, "Multi-factor
// authentication").
type MFA struct {
	// Mode says who is asked. Default: "" means MFAOff. Example: optional. WARNING: with
	// MFARequired a user without any of Factors sets one up at the next sign-in; an app must
	// be able to answer that.
	Mode MFAMode `yaml:"mode"`

	// Factors are the second factors that users may choose from. SecondEmail needs the
	// key email, a plan beyond PlanLite and a way of recovery beside the address;
	// SecondSMS costs money for each message. Default: none given means [totp]. Example:
	// [totp, email].
	Factors []SecondFactor `yaml:"factors"`
}

// MFAMode says who is asked for a second factor.
type MFAMode string

// The modes.
const (
	MFAOff      MFAMode = "off"      // nobody
	MFAOptional MFAMode = "optional" // users who have turned it on
	MFARequired MFAMode = "required" // everybody
)

// SecondFactor proves a user after the password.
type SecondFactor string

// The factors.
const (
	SecondTOTP  SecondFactor = "totp"  // a code of an authenticator app
	SecondEmail SecondFactor = "email" // a code by e-mail
	SecondSMS   SecondFactor = "sms"   // a code by SMS
)

// SMS is how text messages are sent: codes of mfa and of recovery. The stack
// makes the role that Cognito sends them with, and its external id. An account begins in
// the SMS sandbox of Amazon SNS, which reaches verified numbers only.
type SMS struct {
	// Region is where Amazon SNS sends them, if not where the pool is (developer guide, "SMS
	// message settings", has a table). Default: "",
	// the pool's. Example: eu-west-1.
	Region string `yaml:"region"`
}

// RecoveryWay is where the code goes with which a user sets a new password.
type RecoveryWay string

// The ways. Cognito sends none to a phone number that is also the user's second factor.
const (
	RecoverByEmail RecoveryWay = "email" // to the verified address
	RecoverByPhone RecoveryWay = "phone" // to the verified number, by SMS
)

// asks reports whether anybody is asked for a second factor.
func (m MFA) asks() bool { return m.Mode == MFAOptional || m.Mode == MFARequired }

// HasSecond reports whether a user may turn on a second factor, also by default.
func (s *Settings) HasSecond(f SecondFactor) bool {
	return s.MFA.asks() && slices.Contains(orList(s.MFA.Factors, SecondTOTP), f)
}

// SendsSMS reports whether the pool sends text messages.
func (s *Settings) SendsSMS() bool {
	return s.HasSecond(SecondSMS) || slices.Contains(s.Recovery, RecoverByPhone)
}

// mfa checks second factors, text messages and recovery. What Cognito refuses at the
// deployment alone is refused here (API reference, SetUserPoolMfaConfig; guide, "SMS and email
// message MFA", "Adding MFA to a user pool", and "Authentication flows", choice-based sign-in
// and MFA).
func (c *checker) mfa(s *Settings) {
	oneOf(c, "mfa.mode", s.MFA.Mode, MFAOff, MFAOptional, MFARequired)
	eachOf(c, "mfa.factors", s.MFA.Factors, SecondTOTP, SecondEmail, SecondSMS)
	eachOf(c, "recovery", s.Recovery, RecoverByEmail, RecoverByPhone)
	required := s.MFA.Mode == MFARequired
	c.refuse("mfa.factors", []refusal{
		{len(s.MFA.Factors) > 0 && (s.MFA.Mode == "" || s.MFA.Mode == MFAOff), "are given, and nobody is asked for one", "set mfa.mode: optional or required, or remove them"},
		{s.HasSecond(SecondEmail) && !s.Email.throughSES(), "has email, and Cognito's own sender sends no sign-in codes", "set email.identity, or take email out"},
		{s.HasSecond(SecondEmail) && s.plan() == PlanLite, "has email, and the plan lite sends no sign-in codes by e-mail", "use plan: essentials, or take email out"},
		{s.HasSecond(SecondEmail) && slices.Equal(orList(s.Recovery, RecoverByEmail), []RecoveryWay{RecoverByEmail}), "has email, and the same mailbox alone recovers an account: Cognito refuses that", "set recovery: [phone, email], or take email out"},
	})
	c.refuse("mfa.mode", []refusal{
		{required && s.Offers(FactorEmailOTP), "is required, and firstFactors has emailOtp: a code alone signs in, so Cognito refuses both", "take emailOtp out, or set mode: optional"},
		{required && s.Offers(FactorPasskey) && !s.Passkeys.TwoFactors, "is required, and a passkey of firstFactors counts as one factor", "set passkeys.twoFactors: true, take passkey out, or set mode: optional"},
	})
	c.refuse("sms", []refusal{{s.SMS != SMS{} && !s.SendsSMS(), "has settings, and no text message is sent", "add sms to mfa.factors or phone to recovery, or remove them"}})
	c.refuse("sms.region", []refusal{{s.SMS.Region != "" && !regionForm.MatchString(s.SMS.Region), fmt.Sprintf("%q is not a Region", s.SMS.Region), "write one such as eu-west-1"}})
}

// refusal is something that may be wrong, with what to do about it.
type refusal struct {
	wrong        bool
	problem, fix string
}

// refuse adds a fault for each that is wrong.
func (c *checker) refuse(path string, all []refusal) {
	for _, r := range all {
		if r.wrong {
			c.faults.Add(path, r.problem, r.fix)
		}
	}
}
