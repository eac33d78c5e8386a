package main

import (
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/cognito-triggers/cognito-triggers/internal/signup/email"
	"github.com/cognito-triggers/cognito-triggers/internal/signup/lists"
)

// sorted returns the domains in the order of bytes, without relay services, repetitions
// and domains below another one.
func sorted(domains []string) ([]string, error) {
	all := make(map[string]bool, len(domains))
	for _, entry := range domains {
		domain, err := email.ParseDomain(entry)
		if err != nil {
			return nil, fmt.Errorf("%q is not a domain", entry)
		}
		all[domain] = true
	}
	var kept []string
	for domain := range all {
		if !covered(all, domain) && !lists.Relay(domain) {
			kept = append(kept, domain)
		}
	}
	slices.Sort(kept)
	return kept, nil
}

// covered reports whether the list also has a parent of the domain.
func covered(all map[string]bool, domain string) bool {
	for parent, ok := email.Parent(domain); ok; parent, ok = email.Parent(parent) {
		if all[parent] {
			return true
		}
	}
	return false
}

// source returns the text of SOURCE.md.
func source(p pack, domains []string, blob string) string {
	return fmt.Sprintf(`# Where disposable.txt is from

Written by `+"`make lists`"+`; do not edit either file.

- package: %s (npm)
- version: %s
- published: %s
- licence: %s, which asks for no notice
- sha256 of the package: %s
- entries in the package: %d
- domains in disposable.txt: %d
- sha256 of disposable.txt: %x

An entry below another one, a repetition and a relay service are left out.
`, name, p.Version, p.Date, p.License, p.SHA256, len(p.Domains), len(domains), sha256.Sum256([]byte(blob)))
}
