package userpool

import (
	"fmt"
	"slices"
	"strings"
)

// The forms of a pool's issuer. original and updated are AWS's (API reference,
// IssuerConfigurationType), and nothing is to be found there. Local is this pool's own
// address, for verifiers that find everything by the issuer.
const (
	issuerOriginal = "original"
	issuerUpdated  = "updated"
	issuerLocal    = "local"
)

func checkIssuer(form string) error {
	if form = strings.ToLower(form); form != "" && !slices.Contains([]string{issuerOriginal, issuerUpdated, issuerLocal}, form) {
		return fmt.Errorf("issuer %q: want %s, %s or %s", form, issuerOriginal, issuerUpdated, issuerLocal)
	}
	return nil
}

func (p *Pool) issuerAs(form string) string {
	cfg := p.cfg()
	switch form {
	case issuerLocal:
		return p.door.SecureURL() + "/" + cfg.ID
	case issuerUpdated:
		return "https://issuer-cognito-idp." + cfg.Region + ".amazonaws.com/" + cfg.ID
	}
	return "https://cognito-idp." + cfg.Region + ".amazonaws.com/" + cfg.ID
}

// Issuer returns the iss of every new token.
func (p *Pool) Issuer() string {
	if p.issuerForm != "" {
		return p.issuerAs(p.issuerForm)
	}
	return p.issuerAs(strings.ToLower(p.cfg().Issuer))
}

// ownIssuer reports whether a token of the pool may have this iss: the setting can change
// while tokens live.
func (p *Pool) ownIssuer(iss string) bool {
	return iss == p.issuerAs(issuerOriginal) || iss == p.issuerAs(issuerUpdated) || iss == p.issuerAs(issuerLocal)
}
