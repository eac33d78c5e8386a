package userpool

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/url"
)

// codeGrant exchanges a code for tokens (guide, "The token endpoint"). A code is used up
// by the first try, right or wrong (RFC 6749, section 4.1.2: once). Pre token generation
// fires here, when the tokens are made; AWS does not say whether it does so already when
// it makes the code.
func (p *Pool) codeGrant(client Client, form url.Values) (tokenOutput, error) {
	if form.Get("code") == "" || form.Get("redirect_uri") == "" {
		return tokenOutput{}, &oauthError{"invalid_request", "code or redirect_uri is missing"}
	}
	a, ok := p.store.takeAuthorized(form.Get("code"))
	switch {
	case !ok || a.clientID != client.ID || a.redirect != form.Get("redirect_uri") || !p.now().Before(a.expires):
		return tokenOutput{}, &oauthError{"invalid_grant", "the code is used, expired, or not for this client and redirect_uri"}
	case !answers256(a.challenge, form.Get("code_verifier")):
		return tokenOutput{}, &oauthError{"invalid_grant", "the code_verifier does not answer the code_challenge"}
	}
	result, err := p.start(a.grant, client, "HostedAuth", nil)
	if err != nil {
		return tokenOutput{}, err
	}
	return result.oauth(), nil
}

// answers256 reports whether a verifier answers a challenge. A verifier without a
// challenge is refused as well: somebody took the challenge out of the request (RFC 9700,
// section 2.1.1).
func answers256(challenge, verifier string) bool {
	if challenge == "" {
		return verifier == ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(challenge), []byte(base64URL(sum[:]))) == 1
}
