package userpool

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	emailForm = regexp.MustCompile(`^[^\s@]+@[^\s@]+\.[^\s@.]+$`)
	phoneForm = regexp.MustCompile(`^\+[0-9]{1,15}$`)
)

// isUsername reports whether a name has 1 to 128 letters, marks, symbols, numbers and
// punctuation (API reference, UsernameType). A regular expression takes 5 ms to compile,
// in every program that links this package.
func isUsername(name string) bool {
	length := utf8.RuneCountInString(name)
	strange := func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P) }
	return length >= 1 && length <= 128 && utf8.ValidString(name) && !strings.ContainsFunc(name, strange)
}

// checkAttributes refuses attributes that the pool's schema does not have and values of
// more than 2,048 characters (guide, "User attributes").
func (p *Pool) checkAttributes(attributes map[string]string) error {
	for name, value := range attributes {
		switch {
		case !p.inSchema(name):
			return errNotInSchema(name)
		case len([]rune(value)) > 2048:
			return invalidParameter("Attributes did not conform to the schema: %s: value is longer than 2048 characters.", name)
		case name == "email" && !emailForm.MatchString(value):
			return invalidParameter("Invalid email address format.")
		case name == "phone_number" && !phoneForm.MatchString(value):
			return invalidParameter("Invalid phone number format.")
		}
		if fault := p.cfg().fault(name, value); fault != "" {
			return invalidParameter("Attributes did not conform to the schema: %s: %s", name, fault)
		}
	}
	return nil
}

func (p *Pool) checkRequired(u user) error {
	for _, name := range p.lacking(u) {
		return invalidParameter("Attributes did not conform to the schema: %s: The attribute is required", name)
	}
	return nil
}

// checkWritable refuses a request that writes an attribute that its client may not write
// (guide, "User attributes", attribute permissions). No client may write the verification
// marks, nor developer-only attributes (API reference, SchemaAttributeType).
func (c Client) checkWritable(attributes map[string]string) error {
	for name := range attributes {
		if !c.writable(name) || isMark(name) || strings.HasPrefix(name, "dev:") {
			return notAuthorized("A client attempted to write unauthorized attribute")
		}
	}
	return nil
}

// checkMutable refuses a new value for an immutable attribute.
func (p *Pool) checkMutable(old, changes map[string]string) error {
	for name, value := range changes {
		if p.immutable(name) && old[name] != value {
			return invalidParameter("user.%s: Attribute cannot be updated.", name)
		}
	}
	return nil
}

func (p *Pool) immutable(attribute string) bool {
	mutable, custom := p.cfg().CustomAttributes[attribute]
	return custom && !mutable || slices.Contains(p.cfg().ImmutableAttributes, attribute)
}

func (p *Pool) isAlias(attribute string) bool {
	return slices.Contains(p.cfg().AliasAttributes, attribute)
}

// name returns a new user's username. If addresses are usernames, the pool makes the
// name, a UUID equal to sub, and the typed address becomes the attribute. If they are
// aliases, a username may not look like one (guide, "User attributes", customizing
// sign-in attributes).
func (p *Pool) name(typed, sub string, attributes map[string]string) (string, error) {
	if len(p.cfg().UsernameAttributes) > 0 {
		return sub, p.adoptAddress(typed, attributes)
	}
	switch {
	case !isUsername(typed):
		return "", invalidParameter("1 validation error detected: Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+")
	case p.isAlias("email") && emailForm.MatchString(typed):
		return "", invalidParameter("Username cannot be of email format, since user pool is configured for email alias.")
	case p.isAlias("phone_number") && phoneForm.MatchString(typed):
		return "", invalidParameter("Username cannot be of phone number format, since user pool is configured for phone number alias.")
	}
	return typed, nil
}

// adoptAddress puts the typed address among the attributes. AWS does not say what it does
// with an attribute that differs from the typed name; it is refused here, so that no
// code relies on it.
func (p *Pool) adoptAddress(typed string, attributes map[string]string) error {
	forms := map[string]*regexp.Regexp{"email": emailForm, "phone_number": phoneForm}
	for _, name := range p.cfg().UsernameAttributes {
		if !forms[name].MatchString(typed) {
			continue
		}
		if given, ok := attributes[name]; ok && p.store.fold(given) != p.store.fold(typed) {
			return invalidParameter("The %s attribute differs from the username.", name)
		}
		attributes[name] = typed
		return nil
	}
	if len(p.cfg().UsernameAttributes) > 1 {
		return invalidParameter("Username should be either an email or a phone number.")
	}
	return invalidParameter("Username should be %s.", map[string]string{"email": "an email", "phone_number": "a phone number"}[p.cfg().UsernameAttributes[0]])
}

// deliveryAttribute returns the attribute that a code for u goes to: the phone if both
// are to be verified and present (guide, "Signing up and confirming user accounts").
func (p *Pool) deliveryAttribute(u user) string {
	for _, name := range []string{"phone_number", "email"} {
		if slices.Contains(p.cfg().AutoVerifiedAttributes, name) && u.attributes[name] != "" {
			return name
		}
	}
	return ""
}

// recoveryAttribute returns the attribute that a reset code goes to: a verified address
// only, in the order of AccountRecoverySetting. Without that "SMS is preferred through
// email" (guide, "Resetting user passwords"; API reference, AccountRecoverySettingType). With
// it "SMS doesn't qualify for a valid password recovery mechanism if the user also has SMS
// multi-factor authentication (MFA) activated. Email MFA is also disqualifying for account
// recovery with email" (API reference, CreateUserPool, AccountRecoverySetting).
func (p *Pool) recoveryAttribute(u user) string {
	order, second := p.cfg().Recovery, p.mfaSettings().secondFactors(u)
	if order == nil {
		order, second = []string{"phone_number", "email"}, nil
	}
	for _, name := range order {
		if u.verified(name) && !slices.ContainsFunc(second, func(factor string) bool { return otpAttribute(factor) == name }) {
			return name
		}
	}
	return ""
}
