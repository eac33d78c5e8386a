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

// isUsername tells whether a name has 1 to 128 letters, marks, symbols, numbers and
// punctuation (API reference, UsernameType). The regular expression of it takes 5 ms
// to compile, in every program that knows how a pool makes tokens.
func isUsername(name string) bool {
	length := utf8.RuneCountInString(name)
	strange := func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P) }
	return length >= 1 && length <= 128 && utf8.ValidString(name) && !strings.ContainsFunc(name, strange)
}

// checkAttributes refuses what the pool's schema does not know. guide, "User
// attributes": a value has at most 2,048 characters.
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
	}
	return nil
}

func (p *Pool) checkRequired(attributes map[string]string) error {
	for _, name := range p.cfg.RequiredAttributes {
		if attributes[name] == "" && name != "sub" {
			return invalidParameter("Attributes did not conform to the schema: %s: The attribute is required", name)
		}
	}
	return nil
}

// checkWritable: guide, "User attributes", attribute permissions: a request that
// writes what its client may not write fails whole. Nobody writes the
// verification marks through a client.
func (c Client) checkWritable(attributes map[string]string) error {
	for name := range attributes {
		if !c.writable(name) || isMark(name) {
			return notAuthorized("A client attempted to write unauthorized attribute")
		}
	}
	return nil
}

// checkMutable refuses a new value for a custom attribute that the schema made
// immutable.
func (p *Pool) checkMutable(old, changes map[string]string) error {
	for name, value := range changes {
		if mutable, custom := p.cfg.CustomAttributes[name]; custom && !mutable && old[name] != value {
			return invalidParameter("user.%s: Attribute cannot be updated.", name)
		}
	}
	return nil
}

func (p *Pool) isAlias(attribute string) bool {
	return slices.Contains(p.cfg.AliasAttributes, attribute)
}

// name decides what a new user is called. guide, "User attributes", customizing
// sign-in attributes: where addresses are usernames, the pool makes the name, a
// UUID equal to sub, and the typed address becomes the attribute. Where they are
// aliases, a username may not look like one.
func (p *Pool) name(typed, sub string, attributes map[string]string) (string, error) {
	if len(p.cfg.UsernameAttributes) > 0 {
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

// adoptAddress puts the typed address among the attributes. What AWS does with
// an attribute that differs from the typed name is not documented: refused here,
// so that nobody relies on it.
func (p *Pool) adoptAddress(typed string, attributes map[string]string) error {
	forms := map[string]*regexp.Regexp{"email": emailForm, "phone_number": phoneForm}
	for _, name := range p.cfg.UsernameAttributes {
		if !forms[name].MatchString(typed) {
			continue
		}
		if given, ok := attributes[name]; ok && p.store.fold(given) != p.store.fold(typed) {
			return invalidParameter("The %s attribute differs from the username.", name)
		}
		attributes[name] = typed
		return nil
	}
	if len(p.cfg.UsernameAttributes) > 1 {
		return invalidParameter("Username should be either an email or a phone number.")
	}
	return invalidParameter("Username should be %s.", map[string]string{"email": "an email", "phone_number": "a phone number"}[p.cfg.UsernameAttributes[0]])
}

// deliveryAttribute is where a code for u goes: guide, "Signing up and
// confirming user accounts": to the phone when both are to be verified and given.
func (p *Pool) deliveryAttribute(u user) string {
	for _, name := range []string{"phone_number", "email"} {
		if slices.Contains(p.cfg.AutoVerifiedAttributes, name) && u.attributes[name] != "" {
			return name
		}
	}
	return ""
}

// recoveryAttribute is where a reset code goes: a verified address only (guide,
// "Resetting user passwords").
func recoveryAttribute(u user) string {
	for _, name := range []string{"email", "phone_number"} {
		if u.verified(name) {
			return name
		}
	}
	return ""
}
