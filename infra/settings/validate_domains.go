package settings

import (
	"fmt"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// publicSuffixes finds entries of lists of domains that cover more users than their
// author may think: co.uk and github.io belong to no organisation, and everybody can have
// a name below them (the public suffix list, https://publicsuffix.org).
//
// Synth consults the list and the functions do not: it is long, changes every week, and a
// policy that was sound when it was deployed must not stop a function.
func publicSuffixes(s *Settings) policy.Faults {
	var faults policy.Faults
	for path, rules := range s.ruleSets() {
		faults = append(faults, suffixesOf(path, rules)...)
	}
	return faults
}

// suffixesOf checks the lists of a set of rules.
func suffixesOf(path string, r policy.Rules) policy.Faults {
	var faults policy.Faults
	judge := func(rule, list string, entries []string, judge func(string) (string, string)) {
		for i, entry := range entries {
			if problem, fix := judge(entry); problem != "" {
				faults.Add(policy.Item(policy.Child(policy.Child(path, rule), list), i), problem, fix)
			}
		}
	}
	if r.Domains != nil {
		judge("domains", "allow", r.Domains.Allow, openSuffix)
		judge("domains", "deny", r.Domains.Deny, registrySuffix)
	}
	if r.Disposable != nil {
		judge("disposable", "except", r.Disposable.Except, openSuffix)
	}
	if r.AutoConfirm != nil {
		judge("autoConfirm", "domains", r.AutoConfirm.Domains, confirmedSuffix)
	}
	return faults
}

// openSuffix checks an entry that lets users in: it must be one organisation's domain, or
// say with a star that it is not.
func openSuffix(entry string) (problem, fix string) {
	if suffix, _ := suffix(entry); suffix {
		return fmt.Sprintf("anybody can register a name below %s", entry), "name the domain of one organisation, or write *." + entry + " if all of them are meant"
	}
	return "", ""
}

// registrySuffix checks the same of an entry that refuses users, if a registry and not a
// company hands out the names: no address ends in @co.uk.
func registrySuffix(entry string) (problem, fix string) {
	if suffix, icann := suffix(entry); suffix && icann {
		return fmt.Sprintf("%s is not an organisation's domain, it stands for all names below it", entry), "write *." + entry + " if all of them are meant"
	}
	return "", ""
}

// confirmedSuffix accepts no public suffix in any form: whoever registers a name there
// would need no code.
func confirmedSuffix(entry string) (problem, fix string) {
	domain := strings.TrimPrefix(entry, "*.")
	if suffix, _ := suffix(domain); suffix || !strings.Contains(domain, ".") {
		return fmt.Sprintf("anybody can register a name below %s and have confirmed accounts", domain), "name domains that are yours"
	}
	return "", ""
}

// suffix reports whether a domain of two labels or more is a public suffix, and whether
// it is a registry's. Others check anything else.
func suffix(entry string) (suffix, icann bool) {
	if !strings.Contains(entry, ".") || strings.ContainsAny(entry, "*@/: ") {
		return
	}
	domain := strings.ToLower(entry)
	found, icann := publicsuffix.PublicSuffix(domain)
	return found == domain, icann
}
