package settings

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
)

// EmailSender is who sends the pool's e-mails. Cognito's own sender is for trying things out: it
// sends 50 a day for all pools of an account, from no-reply@verificationemail.com (developer
// guide, "Email settings for Amazon Cognito user pools", and "Quotas").
type EmailSender struct {
	// Identity is a domain or an address that is verified in Amazon SES, in this account.
	// SES sends to verified addresses only until the account has left its sandbox. Whoever
	// deploys needs iam:CreateServiceLinkedRole: Cognito makes the role that it sends with.
	// Default: "", Cognito's own sender. Example: example.org.
	Identity string `yaml:"identity"`

	// From is the sender that a user sees: an address of Identity, or a name with it.
	// Default: "", Identity, if that is an address. Example: Acme <login@mail.example.org>.
	From string `yaml:"from"`

	// ReplyTo receives what users answer. Default: "", From. Example: help@example.org.
	ReplyTo string `yaml:"replyTo"`

	// ConfigurationSet is the SES configuration set that counts deliveries and bounces.
	// Default: none. Example: auth.
	ConfigurationSet string `yaml:"configurationSet"`

	// Region is where Identity is verified, if not where the pool is: us-east-1, us-west-2 or
	// eu-west-1, which some pools cannot use (same page, "Amazon SES email configuration
	// Regions"). Default: "", the pool's. Example: eu-west-1.
	Region string `yaml:"region"`

	// CognitoDefault says that 50 e-mails a day are enough, for a stage that is kept. Default:
	// false. Example: `true` for a pool of colleagues.
	CognitoDefault bool `yaml:"cognitoDefault"`
}

// throughSES reports whether Amazon SES sends.
func (e EmailSender) throughSES() bool { return e.Identity != "" }

// Sender returns From as an e-mail has it. A name beyond ASCII is encoded (RFC 2047), which
// SES asks of its callers (developer guide, "Sending raw email", display names).
func (e EmailSender) Sender() string {
	from, err := mail.ParseAddress(e.From)
	if err != nil || isASCII(e.From) {
		return e.From
	}
	return from.String()
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > '~' })
}

var (
	mailDomainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)
	// configurationSetForm is the API reference's (EmailConfigurationType).
	configurationSetForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	// sesRegions serve pools of other Regions, too, but not these.
	sesRegions = []string{"us-east-1", "us-west-2", "eu-west-1"}
	sesAlone   = []string{"us-west-1", "eu-west-3", "eu-north-1", "me-south-1", "sa-east-1"}
)

// email checks who sends e-mails, and what needs Amazon SES.
func (c *checker) email(s *Settings) {
	e := s.Email
	others := e
	others.Identity, others.CognitoDefault = "", false
	_, identityDomain, isAddress := strings.Cut(e.Identity, "@")
	if !isAddress {
		identityDomain = e.Identity
	}
	sound := mailDomainForm.MatchString(identityDomain) && (!isAddress || isMailbox(e.Identity))
	c.refuse("email.identity", []refusal{
		{e.Identity == "" && others != EmailSender{}, "is missing, and the other settings are those of Amazon SES", "name a domain or an address that is verified there, or remove them"},
		{e.Identity != "" && !sound, fmt.Sprintf("%q is neither a domain nor an address", e.Identity), "write it in small letters, such as example.org or login@example.org"},
	})
	c.refuse("email.cognitoDefault", []refusal{{e.CognitoDefault && e.throughSES(), "is true beside an identity, which replaces Cognito's own sender", "remove one of the two"}})
	from, err := mail.ParseAddress(e.From)
	c.refuse("email.from", []refusal{
		{sound && !isAddress && e.From == "", "is missing, and the identity is a domain", "write the sender, such as Acme <login@" + e.Identity + ">"},
		{e.From != "" && (err != nil || !isMailbox(from.Address)), fmt.Sprintf("%q is not a sender", e.From), "write an address, or a name with one, such as Acme <login@example.org>"},
		{sound && err == nil && isMailbox(from.Address) && !e.covers(from.Address), fmt.Sprintf("%q is not of the identity %s", e.From, e.Identity), "use an address of the identity, or verify another identity in SES"},
	})
	c.refuse("email.replyTo", []refusal{{e.ReplyTo != "" && !isMailbox(e.ReplyTo), fmt.Sprintf("%q is not an address", e.ReplyTo), "write it without a name, such as help@example.org"}})
	c.refuse("email.configurationSet", []refusal{{e.ConfigurationSet != "" && !configurationSetForm.MatchString(e.ConfigurationSet), fmt.Sprintf("%q is not a configuration set", e.ConfigurationSet), "use 1 to 64 letters, digits, - and _"}})
	elsewhere := e.Region != "" && e.Region != s.Region
	c.refuse("email.region", []refusal{
		{elsewhere && !slices.Contains(sesRegions, e.Region), fmt.Sprintf("%q is not a Region whose SES sends for other Regions", e.Region), "use one of " + joined(sesRegions) + ", or leave it out for the pool's own"},
		{elsewhere && slices.Contains(sesAlone, s.Region), "is not where the pool is, and Cognito in " + s.Region + " uses the SES of that Region alone", "verify the identity there, and remove this"},
	})
	c.refuse("firstFactors", []refusal{{s.Offers(FactorEmailOTP) && !e.throughSES(), "has emailOtp, and Cognito's own sender sends no sign-in codes", "set email.identity, or take emailOtp out"}})
}

// covers reports whether the identity may send from an address: it is the address, or its
// domain or one above it (SES developer guide, "Verified identities").
func (e EmailSender) covers(address string) bool {
	if strings.Contains(e.Identity, "@") {
		return strings.EqualFold(address, e.Identity)
	}
	_, domain, _ := strings.Cut(strings.ToLower(address), "@")
	return domain == e.Identity || strings.HasSuffix(domain, "."+e.Identity)
}

// isMailbox reports whether a text is an address alone, in ASCII.
func isMailbox(text string) bool {
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || !isASCII(text) {
		return false
	}
	_, domain, _ := strings.Cut(text, "@")
	return mailDomainForm.MatchString(strings.ToLower(domain))
}
