package identity

import (
	"crypto/rand"
	"encoding/json"
)

// login is who a request is made for.
type login struct {
	guest       bool
	sub, client string
	claims      map[string]any
}

// login checks the logins of a request. The user pool is the only provider, so a second login
// is one of a provider that the identity pool does not have.
func (p *Pool) login(logins map[string]string) (login, error) {
	if len(logins) == 0 {
		if !p.Guests {
			return login{}, notAuthorized("Unauthenticated access is not supported for this identity pool.") // aws-sdk-js-v3#3113
		}
		return login{guest: true}, nil
	}
	token, ours := logins[p.Provider]
	if !ours || len(logins) > 1 {
		return login{}, errProvider()
	}
	claims, err := p.verified(token)
	if err != nil {
		return login{}, err
	}
	text := func(name string) string { text, _ := claims[name].(string); return text }
	check, taken := p.Clients[text("aud")]
	switch {
	case text("aud") == "": // an access token (amazon-cognito-identity-js#12)
		return login{}, notAuthorized("Invalid login token. Missing a required claim: aud")
	case !taken, text("token_use") != "id": // an access token may have an aud, too, of its resource
		return login{}, errProvider()
	case check && p.users.Ended(claims): // AWS's sentence is not known
		return login{}, notAuthorized("Invalid login token. The user is signed out, disabled or deleted, or the token is revoked.")
	}
	return login{sub: text("sub"), client: text("aud"), claims: claims}, nil
}

// verified returns the claims of a token that the user pool signed and that has not expired.
func (p *Pool) verified(token string) (map[string]any, error) {
	if !p.users.OwnIssuer(token) { // amazon-cognito-identity-js#40
		return nil, notAuthorized("Invalid login token. Issuer doesn't match providerName")
	}
	claims, signed := p.users.Signed(token)
	if !signed { // aws-sdk-js#3408
		return nil, notAuthorized("Invalid login token. Couldn't verify signed token.")
	}
	number, _ := claims["exp"].(json.Number)
	expires, _ := number.Int64()
	if now := p.now().Unix(); now >= expires { // aws-sdk-ios#2570
		return nil, notAuthorized("Invalid login token. Token expired: %d >= %d", now, expires)
	}
	return claims, nil
}

// errProvider is the sentence for another provider and for another client
// (amazon-cognito-identity-js#7, #371).
func errProvider() error {
	return notAuthorized("Token is not from a supported provider of this identity pool.")
}

// newGuest makes an identity without a login.
func (p *Pool) newGuest() string {
	id := p.derived(rand.Text())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.guests[id] = true
	return id
}

func (p *Pool) isGuest(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.guests[id]
}
