package email

import (
	"slices"
	"strings"
)

// Collision returns the form that all spellings of one mailbox share, as far as the
// provider's own rules are known: f.o.o+shop@googlemail.com and foo@gmail.com reach one
// user. It is data to find such accounts with, not an identity: no rule refuses by it, no
// mail is sent to it, and two users could share one where a provider changes its rules.
//
// If no provider in the table has the domain, only the case of the local part changes:
// only the receiving host may interpret it (RFC 5321 §2.3.11), and for other hosts + is
// an ordinary letter.
func (a Address) Collision() string {
	local, domain := Lower(a.Local), Lower(a.Domain)
	p, host := providerOf(domain)
	if p == nil {
		return local + "@" + domain
	}
	if host != "" {
		// name@user.fastmail.com is user+name@fastmail.com.
		local = host
	}
	return p.mailbox(local) + "@" + p.domain(domain, host)
}

// providerOf returns the provider of a domain. host is the first label if the provider
// reads a mailbox from it, "" otherwise.
func providerOf(domain string) (p *provider, host string) {
	if p = lookUp(domain); p != nil {
		return p, ""
	}
	if parent, ok := Parent(domain); ok {
		if p = lookUp(parent); p != nil && p.hosts {
			return p, domain[:len(domain)-len(parent)-1]
		}
	}
	return nil, ""
}

// lookUp returns the provider of exactly this domain.
func lookUp(domain string) *provider {
	for i := range providers {
		if slices.Contains(providers[i].domains, domain) {
			return &providers[i]
		}
	}
	return nil
}

// mailbox removes from a lower-case local part what the provider ignores. It returns a
// local part unchanged if nothing would be left.
func (p *provider) mailbox(local string) string {
	kept := make([]byte, 0, MaxLocal)
	for i := 0; i < len(local) && local[i] != p.tag; i++ {
		if strings.IndexByte(p.ignored, local[i]) < 0 {
			kept = append(kept, local[i])
		}
	}
	if len(kept) == 0 {
		return local
	}
	return string(kept)
}

// domain returns the one domain that stands for all if the provider's domains are names
// of the same mailboxes.
func (p *provider) domain(written, host string) string {
	switch {
	case p.same:
		return p.domains[0]
	case host != "":
		return written[len(host)+1:]
	}
	return written
}
