package userpool

import (
	"crypto/rand"
	"strings"
	"unicode"
)

const (
	lowercase = "abcdefghijklmnopqrstuvwxyz"
	uppercase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits    = "0123456789"
	// symbols are the special characters of guide, "Adding user pool password
	// requirements", with the space that may stand inside.
	symbols = "^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= "
)

// PasswordPolicy is AWS's type of the same name. Zero is AWS's default: 8 characters, all
// four kinds of character, temporary passwords valid for 7 days.
type PasswordPolicy struct {
	// MinimumLength in characters; zero is 8.
	MinimumLength int
	// RequireLowercase and the others each demand one character of their kind.
	RequireLowercase, RequireUppercase, RequireNumbers, RequireSymbols bool
	// TemporaryPasswordValidityDays bounds a temporary password's validity; zero is 7.
	TemporaryPasswordValidityDays int
	// PasswordHistorySize is how many of a user's last passwords the user may not choose
	// again, at most 24.
	PasswordHistorySize int
}

// complete puts AWS's defaults (API reference, PasswordPolicyType) where the template
// says nothing.
func (p PasswordPolicy) complete() PasswordPolicy {
	if p == (PasswordPolicy{}) {
		p.RequireLowercase, p.RequireUppercase, p.RequireNumbers, p.RequireSymbols = true, true, true, true
	}
	if p.MinimumLength == 0 {
		p.MinimumLength = 8
	}
	if p.TemporaryPasswordValidityDays == 0 {
		p.TemporaryPasswordValidityDays = 7
	}
	return p
}

// check refuses a password with the first fault that the policy finds, in the words that
// clients have seen.
func (p PasswordPolicy) check(password string) error {
	// At most 256 characters, no space at the ends (API reference, PasswordType).
	if len(password) > 256 || strings.TrimFunc(password, unicode.IsSpace) != password {
		return invalidParameter("1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$")
	}
	faults := []struct {
		broken bool
		fault  string
	}{
		{len([]rune(password)) < p.MinimumLength, "Password not long enough"},
		{p.RequireUppercase && !strings.ContainsAny(password, uppercase), "Password must have uppercase characters"},
		{p.RequireLowercase && !strings.ContainsAny(password, lowercase), "Password must have lowercase characters"},
		{p.RequireNumbers && !strings.ContainsAny(password, digits), "Password must have numeric characters"},
		{p.RequireSymbols && !strings.ContainsAny(password, symbols), "Password must have symbol characters"},
	}
	for _, f := range faults {
		if f.broken {
			return refuse("InvalidPasswordException", "Password did not conform with policy: %s", f.fault)
		}
	}
	return nil
}

// generate returns a temporary password that every policy accepts: one character of each
// kind, then random ones up to the required length.
func (p PasswordPolicy) generate() string {
	password := "aA1-" + rand.Text()
	for len(password) < p.MinimumLength {
		password += rand.Text()
	}
	return password
}
