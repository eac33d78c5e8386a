package settings

import (
	"fmt"
	"regexp"
	"slices"
)

// Factor is what a user may sign in with first (developer guide, "Authentication flows",
// choice-based sign-in).
type Factor string

// The factors. FactorPassword is always among them: Cognito accepts no pool without it.
const (
	FactorPassword Factor = "password"
	FactorPasskey  Factor = "passkey"  // a key on the user's device (WebAuthn)
	FactorEmailOTP Factor = "emailOtp" // a code that Cognito sends by e-mail
)

// Passkeys are the settings of the first factor FactorPasskey.
type Passkeys struct {
	// RelyingPartyID is the domain that passkeys belong to: that of the sign-in pages, or
	// of your own app if it signs in through the API. Default: "" means the domain of the
	// pool. Example: example.com. WARNING: a passkey works only for the domain that it
	// was made for; a change makes all of them useless.
	RelyingPartyID string `yaml:"relyingPartyId"`

	// UserVerification says whether the device must verify its user, by fingerprint, face
	// or PIN. Default: "" means required. Example: preferred.
	UserVerification UserVerification `yaml:"userVerification"`

	// TwoFactors says that a passkey counts as two factors, since the device has verified its
	// user: it then signs in where MFA is required. It excludes
	// VerificationPreferred. Default:
	// false. Example: true.
	TwoFactors bool `yaml:"twoFactors"`
}

// UserVerification is WebAuthn's.
type UserVerification string

// The values.
const (
	VerificationRequired  UserVerification = "required"
	VerificationPreferred UserVerification = "preferred"
)

// Offers reports whether users may sign in with a factor, also by default.
func (s *Settings) Offers(f Factor) bool {
	return slices.Contains(orList(s.FirstFactors, FactorPassword), f)
}

// OffersChoice reports whether users may sign in with more than passwords. Then a client
// that names no flows has FlowChoice.
func (s *Settings) OffersChoice() bool { return s.Offers(FactorPasskey) || s.Offers(FactorEmailOTP) }

// domainForm is a host name as WebAuthn requires it: no scheme, no port.
var domainForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// signIn checks how users sign in.
func (c *checker) signIn(s *Settings) {
	eachOf(c, "firstFactors", s.FirstFactors, FactorPassword, FactorPasskey, FactorEmailOTP)
	if !s.Offers(FactorPassword) {
		c.faults.Add("firstFactors", "lacks password", "add it: Cognito takes no pool without (SignInPolicy)")
	}
	if s.Passkeys != (Passkeys{}) && !s.Offers(FactorPasskey) {
		c.faults.Add("passkeys", "has settings, and firstFactors no passkey", "add passkey to firstFactors, or remove them")
	}
	oneOf(c, "passkeys.userVerification", s.Passkeys.UserVerification, VerificationRequired, VerificationPreferred)
	if id := s.Passkeys.RelyingPartyID; id != "" && (len(id) > 127 || !domainForm.MatchString(id)) {
		c.faults.Add("passkeys.relyingPartyId", fmt.Sprintf("%q is not a domain", id), "write it in small letters, without https:// and port, such as example.com")
	}
	if chooses := func(name string) bool { return slices.Contains(s.Clients[name].flows(s), FlowChoice) }; s.OffersChoice() && !slices.ContainsFunc(s.clientsOf(false), chooses) {
		c.faults.Add("firstFactors", "has more than a password, and no client has the flow choice", "add choice to flows of a client, or leave password alone here")
	}
	c.refuse("firstFactors", []refusal{{
		s.Offers(FactorPasskey) && !s.ManagedLogin && s.Passkeys.RelyingPartyID == "", "has passkey, and no page of the pool's domain registers one",
		"name your app's domain in passkeys.relyingPartyId, or set managedLogin: true",
	}})
	c.refuse("passkeys.twoFactors", []refusal{{
		s.Passkeys.TwoFactors && s.Passkeys.UserVerification == VerificationPreferred, "is true, and the device need not verify its user",
		"set userVerification: required, or remove it",
	}})
	c.beyondLite(s)
}

// beyondLite adds faults for what the smallest plan does not have
// (cognito-sign-in-feature-plans).
func (c *checker) beyondLite(s *Settings) {
	if s.plan() != PlanLite {
		return
	}
	const fix = "use plan: essentials, or remove it"
	if s.OffersChoice() {
		c.faults.Add("firstFactors", "the plan lite has passwords only", fix)
	}
	if s.ManagedLogin {
		c.faults.Add("managedLogin", "the plan lite has the classic pages only", fix)
	}
}
