package email

import (
	"slices"
	"strings"
)

// Collision gives the form that all spellings of one mailbox share, as far as
// the provider's own rules for its addresses are known: f.o.o+shop@googlemail.com
// and foo@gmail.com reach one person. It is data to find such accounts with, not
// an identity: nobody is refused for it, nothing is sent to it, and two people
// could share one where a provider changes its rules.
//
// Of a domain that is in no provider's table the local part stays as it is, but
// for the case of its letters: only the host that receives may read meaning into
// it (RFC 5321 §2.3.11), and at others + is a letter like any other.
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

// providerOf finds whose domain it is. host is the first label where the
// provider reads a mailbox from it, and "" otherwise.
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

// lookUp finds the provider of exactly this domain.
func lookUp(domain string) *provider {
	for i := range providers {
		if slices.Contains(providers[i].domains, domain) {
			return &providers[i]
		}
	}
	return nil
}

// mailbox takes from a local part in small letters what the provider ignores. A
// local part of which nothing would stay is left whole.
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

// domain gives the one domain that stands for all where the provider's domains
// are names of the same mailboxes.
func (p *provider) domain(written, host string) string {
	switch {
	case p.same:
		return p.domains[0]
	case host != "":
		return written[len(host)+1:]
	}
	return written
}
