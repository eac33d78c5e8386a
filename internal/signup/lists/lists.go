// Package lists knows three kinds of e-mail addresses: disposable ones, those of relay
// services, and those that belong to an office instead of one user.
//
// The disposable domains come from a public list (SOURCE.md says which, when and under
// what licence; `make lists` refreshes it). The two other lists are short and kept by
// hand. There is no published list of relay services, and what counts as one is a
// decision: a service is on the list when it forwards to a mailbox that its user reads,
// for as long as the user wants. Such an address is as good as any; it is a kind of its
// own so that it is never taken for a disposable one.
//
// The lists are embedded as text, one entry a line in the order of bytes, and searched by
// halving. A function pays nothing for them at start, where a map would take a
// millisecond and two megabytes of garbage, and about half a microsecond for a lookup.
package lists

import (
	_ "embed" // the lists
	"strings"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/table"
)

// The lists:
//
//   - disposable.txt: the domains of disposable services.
//   - relays.txt: the domains of relay services: Apple (Hide My Email with Sign in with
//     Apple), Mozilla (Firefox Relay), DuckDuckGo (Email Protection), SimpleLogin and
//     Proton Pass, addy.io (AnonAddy).
//   - roles.txt: the local parts of offices: the mailboxes of RFC 2142 and those that
//     programs and departments send from.
var (
	//go:embed disposable.txt
	disposable string
	//go:embed relays.txt
	relays string
	//go:embed roles.txt
	roles string
)

// Disposable reports whether a domain in lower case, or a parent of it, is on the list
// of disposable services and is not a relay service.
func Disposable(domain string) bool { return covers(disposable, domain) && !Relay(domain) }

// Relay reports whether a domain in lower case, or a parent of it, belongs to a relay
// service.
func Relay(domain string) bool { return covers(relays, domain) }

// Role reports whether a local part in lower case names an office. A tag does not
// count, at any provider: admin+x is an office too.
func Role(local string) bool {
	_, found := table.Find(roles, Untagged(local))
	return found
}

// Untagged returns a local part without its tag (the first + and what follows), or
// unchanged when nothing would be left.
func Untagged(local string) string {
	if i := strings.IndexByte(local, '+'); i > 0 {
		return local[:i]
	}
	return local
}

// deepest is the most labels that an entry of the lists has; a test holds it.
const deepest = 4

// covers reports whether a list has the domain or a parent of it. It skips names that
// are deeper than every entry, so that a domain of a hundred labels costs no more than
// an ordinary one.
func covers(list, domain string) bool {
	domain = email.Last(domain, deepest)
	for ok := true; ok; domain, ok = email.Parent(domain) {
		if _, found := table.Find(list, domain); found {
			return true
		}
	}
	return false
}
