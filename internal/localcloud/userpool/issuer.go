package userpool

import (
	"crypto/rsa"
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
	return cfg.ProviderURL()
}

// ProviderURL is the issuer that a template names (CloudFormation reference, AWS::Cognito::UserPool,
// "Return values").
func (c *Config) ProviderURL() string {
	return "https://cognito-idp." + c.Region + ".amazonaws.com/" + c.ID
}

// KeysFor returns, for who verifies the pool's tokens in this process, the iss that they have and
// the public keys by kid. An issuer of another pool is an error. Options.Issuer "local" takes the
// place of the template's; the pool's own setting does not, as on AWS.
func (p *Pool) KeysFor(issuer string) (iss string, keys map[string]*rsa.PublicKey, err error) {
	if issuer != p.issuerAs(issuerOriginal) {
		return "", nil, fmt.Errorf("the issuer %s is not the pool %s", issuer, p.cfg().ID)
	}
	if p.issuerForm == issuerLocal {
		issuer = p.Issuer()
	}
	keys = map[string]*rsa.PublicKey{}
	for _, key := range p.keys.both() {
		k, err := key()
		if err != nil {
			return "", nil, err
		}
		keys[k.kid] = &k.private.PublicKey
	}
	return issuer, keys, nil
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
