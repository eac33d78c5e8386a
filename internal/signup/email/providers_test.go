package email

import "testing"

// TestEveryProvidersDomainIsThereOnce: a domain that nobody can have, or that
// another provider has as well, is a slip of the pen.
func TestEveryProvidersDomainIsThereOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range providers {
		for _, domain := range p.domains {
			if read, err := ParseDomain(domain); err != nil || read != domain || seen[domain] {
				t.Errorf("%q: %v, or twice", domain, err)
			}
			seen[domain] = true
		}
	}
}
