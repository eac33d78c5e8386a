package settings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/cognito-triggers/cognito-triggers/internal/policy"
)

// publicSuffixes finds lists of domains that mean more people than their author
// may think: co.uk and github.io are domains of nobody, under which anybody can
// have a name (the public suffix list, https://publicsuffix.org).
//
// The list is consulted here and not by the functions: it is long, changes every
// week, and a policy that was fine when it was deployed must not stop a function.
func publicSuffixes(s *Settings) policy.Faults {
	const root = "policy.signUp"
	faults := suffixesOf(root, s.Policy.SignUp.Rules)
	for _, id := range slices.Sorted(maps.Keys(s.Policy.SignUp.Clients)) {
		faults = append(faults, suffixesOf(policy.Child(root+".clients", id), s.Policy.SignUp.Clients[id])...)
	}
	return faults
}

// suffixesOf judges the lists of a set of rules.
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

// openSuffix wants an entry that lets people in to be a domain of somebody, or to
// say plainly that it is not.
func openSuffix(entry string) (problem, fix string) {
	if suffix, _ := suffix(entry); suffix {
		return fmt.Sprintf("anybody can register a name below %s", entry), "name the domain of one organisation, or write *." + entry + " if all of them are meant"
	}
	return "", ""
}

// registrySuffix wants the same of an entry that keeps people out, where a
// registry and not a company hands out the names: nobody's address ends in
// @co.uk.
func registrySuffix(entry string) (problem, fix string) {
	if suffix, icann := suffix(entry); suffix && icann {
		return fmt.Sprintf("%s is no organisation's domain, it stands for all names below it", entry), "write *." + entry + " if all of them are meant"
	}
	return "", ""
}

// confirmedSuffix takes no public suffix in any form: who can register a name
// there would need no code.
func confirmedSuffix(entry string) (problem, fix string) {
	domain := strings.TrimPrefix(entry, "*.")
	if suffix, _ := suffix(domain); suffix || !strings.Contains(domain, ".") {
		return fmt.Sprintf("anybody can register a name below %s and have confirmed accounts", domain), "name domains that are yours"
	}
	return "", ""
}

// suffix tells whether a domain of two labels or more is a public suffix, and
// whether it is a registry's. Anything else is for others to judge.
func suffix(entry string) (suffix, icann bool) {
	if !strings.Contains(entry, ".") || strings.ContainsAny(entry, "*@/: ") {
		return false, false
	}
	domain := strings.ToLower(entry)
	found, icann := publicsuffix.PublicSuffix(domain)
	return found == domain, icann
}
