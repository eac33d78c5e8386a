package email

import "testing"

// A domain that is no domain, or that two providers have, is a typing error.
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
