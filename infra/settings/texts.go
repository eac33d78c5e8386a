package settings

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Texts are the words of the pool's messages; each of them is Cognito's own where it is left
// out (developer guide, "Configuring MFA, authentication, verification and invitation
// messages").
type Texts struct {
	// Verification is sent with the code that confirms a sign-up, an address or a new password.
	Verification Localized `yaml:"verification"`
	// Invitation is sent with the temporary password to users whom an administrator creates.
	Invitation Localized `yaml:"invitation"`
	// MFA is sent with the code of a sign-in.
	MFA Localized `yaml:"mfa"`
}

// Localized is a message. Cognito itself has one language for all users.
type Localized struct {
	// Default is for every user.
	Default Text `yaml:"default"`
}

// Text is a message as e-mail and as SMS. {####} stands for the code or the temporary
// password, {username} for the user's name.
type Text struct {
	// Subject is the e-mail's, at most 140 characters. Default: "", Cognito's own. Example: Your
	// code.
	Subject string `yaml:"subject"`
	// Body is the e-mail's text, plain or HTML, at most 20000 characters. It must have {####}; an
	// invitation {username} too. Default: "", Cognito's own. Example: "Your code: {####}".
	Body string `yaml:"body"`
	// SMS is the text message, at most 140 characters, with the same placeholders. Default: "",
	// Cognito's own. Example: "{####} is your code".
	SMS string `yaml:"sms"`
}

// texts checks the words of messages by the lengths of the API reference
// (VerificationMessageTemplateType, MessageTemplateType, EmailMfaConfigType, SmsMfaConfigType).
func (c *checker) texts(s *Settings) {
	codes := s.HasSecond(SecondEmail) || s.Offers(FactorEmailOTP)
	for _, m := range []struct {
		path      string
		text      Text
		mail, sms bool // whether they are sent
		needs     []string
	}{
		{"texts.verification.default", s.Texts.Verification.Default, true, s.SendsSMS(), []string{"{####}"}},
		{"texts.invitation.default", s.Texts.Invitation.Default, true, s.SendsSMS(), []string{"{####}", "{username}"}},
		{"texts.mfa.default", s.Texts.MFA.Default, codes, s.HasSecond(SecondSMS), []string{"{####}"}},
	} {
		c.text(m.path+".subject", m.text.Subject, 140, nil, m.mail)
		c.text(m.path+".body", m.text.Body, 20_000, m.needs, m.mail)
		c.text(m.path+".sms", m.text.SMS, 140, m.needs, m.sms)
		c.refuse(m.path+".subject", []refusal{{strings.ContainsFunc(m.text.Subject, unicode.IsControl), "has a line break", "write one line"}})
	}
}

// placeholderForm matches what looks like a placeholder: words of a style sheet have colons.
var placeholderForm = regexp.MustCompile(`\{(#+[^{}]*|[A-Za-z_]+)\}`)

// text checks one text; "" is Cognito's own.
func (c *checker) text(path, text string, most int, needs []string, sent bool) {
	if text == "" {
		return
	}
	length := utf8.RuneCountInString(text)
	all := []refusal{
		{!sent, "is never sent, by mfa, recovery and firstFactors", "remove it"},
		{length > most, fmt.Sprintf("has %d characters", length), fmt.Sprintf("use at most %d", most)},
	}
	for _, needed := range needs {
		all = append(all, refusal{!strings.Contains(text, needed), "lacks " + needed, "write it where the value belongs"})
	}
	for _, found := range placeholderForm.FindAllString(text, -1) {
		all = append(all, refusal{found != "{####}" && found != "{username}", found + " is not a placeholder, and is sent as it is", "use {####} or {username}"})
	}
	c.refuse(path, all)
}
