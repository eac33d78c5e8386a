package signup

import (
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/deny"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
)

// usableEmail refuses an address that the parser does not take, and a missing
// one when one is required. People without an address (phone, username) pass.
func usableEmail(required bool) func(person) deny.Refusal {
	return func(who person) deny.Refusal {
		switch {
		case !who.given && required:
			return EmailMissing
		case who.given && !who.readable:
			return EmailUnusable
		}
		return deny.Refusal{}
	}
}

// allowedDomain refuses an address in one of the denied domains or below it.
//
// An address that cannot be read is refused too. The rule must hold even where
// the email rule is off or only observes, and reading such an address somehow is
// how "a@b"@mailinator.com gets past a list that mailinator.com stands on.
func allowedDomain(denied map[string]struct{}) func(person) deny.Refusal {
	return func(who person) deny.Refusal {
		switch {
		case !who.given:
			return deny.Refusal{}
		case !who.readable:
			return EmailUnusable
		case covered(denied, who.email.Domain):
			return EmailDomainDenied
		}
		return deny.Refusal{}
	}
}

// covered reports whether the domain or one of its parents is in the set.
func covered(set map[string]struct{}, domain string) bool {
	for {
		if _, found := set[domain]; found {
			return true
		}
		parent, ok := email.Parent(domain)
		if !ok {
			return false
		}
		domain = parent
	}
}

// completeAttributes refuses a person who leaves out a required attribute. The
// sentence does not name it: the form that asked knows, and the names of a
// pool's attributes are no stranger's business.
func completeAttributes(required []string) func(person) deny.Refusal {
	return func(who person) deny.Refusal {
		for _, name := range required {
			if blank(who.Attributes[name]) {
				return AttributeMissing
			}
		}
		return deny.Refusal{}
	}
}

// blank reports whether a value says nothing.
func blank(value string) bool { return strings.Trim(value, " \t\r\n") == "" }
