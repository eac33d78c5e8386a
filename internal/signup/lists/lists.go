// Package lists knows kinds of e-mail addresses by heart: disposable ones, those
// of relay services, and those that belong to an office instead of a person.
//
// The disposable domains come from a public list (SOURCE.md says which, when and
// under what licence; `make lists` refreshes it). They are embedded as they are
// read in a diff, one a line in the order of bytes, and searched by halving: a
// function pays nothing for them when it starts, where a map of them would take
// a millisecond and two megabytes of garbage, and about half a microsecond when
// it asks.
//
// The two other lists are short and kept by hand. Nobody publishes one of relay
// services, and what counts as one is a decision: a service is on it when it
// forwards to a mailbox that its user reads, for as long as the user wants. Such
// an address is as good as any; it is a kind of its own so that it is never taken
// for a disposable one.
package lists

import (
	_ "embed" // disposable.txt
	"slices"
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/table"
)

// disposable has the domains, sorted, each with a line feed behind it.
//
//go:embed disposable.txt
var disposable string

// Disposable reports whether a domain in small letters, or one above it, is on
// the list of disposable services and is no relay service.
func Disposable(domain string) bool {
	return below(domain, listed) && !Relay(domain)
}

// Relay reports whether a domain in small letters, or one above it, belongs to a
// relay service.
func Relay(domain string) bool {
	return below(domain, func(d string) bool {
		_, found := slices.BinarySearch(relays[:], d)
		return found
	})
}

// Role reports whether a local part in small letters names an office. What
// stands behind a + does not count, at any provider: admin+x is no person either.
func Role(local string) bool {
	_, found := slices.BinarySearch(roles[:], Untagged(local))
	return found
}

// Untagged gives a local part without what stands behind its first +, and whole
// when nothing would stay.
func Untagged(local string) string {
	if i := strings.IndexByte(local, '+'); i > 0 {
		return local[:i]
	}
	return local
}

// deepest is the most labels that an entry of the lists has; a test holds it.
const deepest = 4

// below asks about a domain and then about each one above it, but for those that
// are deeper than every entry: a domain of a hundred labels costs what an
// ordinary one does.
func below(domain string, asked func(string) bool) bool {
	domain = email.Last(domain, deepest)
	for {
		if asked(domain) {
			return true
		}
		parent, ok := email.Parent(domain)
		if !ok {
			return false
		}
		domain = parent
	}
}

// listed looks for a line that is exactly the domain.
func listed(domain string) bool {
	_, found := table.Find(disposable, domain)
	return found
}

// Relays and Roles give the two short lists, each time a new slice.
func Relays() []string { return slices.Clone(relays[:]) }

// Roles: see [Relays].
func Roles() []string { return slices.Clone(roles[:]) }
